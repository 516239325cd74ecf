from datetime import UTC, datetime

from expectations import flags, rules
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
