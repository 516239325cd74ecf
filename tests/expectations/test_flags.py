from datetime import UTC, datetime

from expectations import flags, rules
from jobs.engine import sessions
from transformations.contracts import contract

CONTEXT = rules.RuleContext(datetime(2025, 1, 1, tzinfo=UTC))


def test_a_refused_row_names_every_broken_rule_and_a_warning_refuses_nothing(spark):
    rows = spark.sql(
        "select cast(null as string) order_id, 1L line_number, 'p' product_id, cast(0 as decimal(18,4)) quantity, "
        "cast(-1 as decimal(18,4)) unit_price, array('discount') _uncastable"
    )
    table = contract("silver.order_lines")
    missing = [f for f in table.columns if f.name not in rows.columns and f.name != "flags"]
    rows = rows.selectExpr("*", *(f"cast(null as {f.type}) as {f.name}" for f in missing))
    row = flags.flagged(rows, rules.row_rules(table, CONTEXT)).first()
    assert {(r["code"], r["property"]) for r in row["_reasons"]} == {
        ("order_id.required", "existence"),
        ("quantity.not_zero", "validity"),
        ("discount.readable", "validity"),
    }
    assert (row["flags"], row["_is_refused"]) == (["unit_price.not_negative"], True)


def test_ids_that_are_placeholders_or_numbers_that_were_rounded(spark):
    table = contract("silver.orders")
    context = rules.RuleContext(datetime(2025, 1, 1, tzinfo=UTC))
    about = [rule for rule in rules.row_rules(table, context) if rule.code.startswith("customer_id.")]
    values = {
        "17": ([], False),
        "17.0": (["customer_id.plausible"], False),
        "17.5": ([], False),
        r"\N": (["customer_id.plausible"], False),
        "N/A": (["customer_id.plausible"], False),
        "(null)": (["customer_id.plausible"], False),
        "undefined": (["customer_id.plausible"], False),
        "9007199254740991.0": (["customer_id.plausible"], False),
        "9007199254740992.0": (["customer_id.plausible"], True),
        "-9007199254740994,00": (["customer_id.plausible"], True),
        "09007199254740991.0": (["customer_id.plausible"], False),
        "10000000000000000.0": (["customer_id.plausible"], True),
        "9007199254740993": ([], False),
        "9007199254740993.5": ([], False),
        "1.791405e+18": ([], True),
        "1,79E+18": ([], True),
        "2E+17": ([], True),
        "1.7E18": ([], True),
        "12e5": ([], False),  # an ID of letters and digits
        "e1.5e3": ([], False),
        "": ([], False),
        None: ([], False),
    }
    rows = sessions.frame(spark, [(value,) for value in values], "customer_id string")
    found = flags.flagged(rows, about).collect()
    assert {row["customer_id"]: (row["flags"], row["_is_refused"]) for row in found} == values
