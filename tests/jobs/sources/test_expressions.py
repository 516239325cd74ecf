"""Expressions of conf: what cannot be right is told without a JVM."""

import pytest

from jobs.sources import expressions


@pytest.mark.parametrize(
    ("expression", "says"),
    [
        ("Lineitem discount", "'`Lineitem discount`'"),
        ("Created at", "'`Created at`'"),
        ("Lineitem tax rate", "'`Lineitem tax rate`'"),
        ("total as amount", "under another name"),
        ("customer.id", "get_json_object(customer, '$.id')"),
        ("uper(name)", "there is no function uper; did you mean upper?"),
        ("explode(split(tags, ','))", "explode makes several rows"),
        ("sum(amount)", "sums belong in control_totals"),
        ("any(flag)", "any adds up over records"),
        ("row_number() over (order by id)", "row_number looks at other records"),
        ("max(a) over (partition by b)", "max looks at other records"),
        ("(select max(x) from t)", "it contains a query"),
        ("exists(select 1 from t)", "it contains a query"),
        ("*", "name one column"),
        ("a, b", "expected one expression"),
        ("upper(", "not a valid Spark SQL expression"),
    ],
)
def test_what_cannot_be_right_has_a_reason(expression, says):
    assert says in (expressions.fault_of(expression) or "")


@pytest.mark.parametrize(
    "expression",
    [
        "`Lineitem discount`",
        "`customer.id`",
        "_headers['kind']",
        "_headers.kind",
        "if(a in (1, 2), b, c)",
        "case when (a) then 'sum(x)' end",
        "a and (b or c)",
        "cast(x as decimal(18,4)) * (y)",
        "transform(split(a, ','), x -> upper(x))",
        "exists(split(a, ','), x -> x = 'a')",
        "to_date(d) + interval '1' day",
        "get_json_object(context, '$.page.url')",
        "from_json(a, 'b int').b",
        "try_cast(a as int)",
        "string(x)",
        "trim(both ' ' from a)",
        "extract(year from d)",
        "x::int",
        "lower(a) -- as the shop does",
    ],
)
def test_what_may_be_right_has_none(expression):
    assert expressions.fault_of(expression) is None


def test_a_control_total_adds_up():
    assert expressions.fault_of("sum(quantity * price)", adds_up=True) is None
    assert "expected an aggregate" in str(expressions.fault_of("quantity * price", adds_up=True))


def test_columns_within_coalesce_may_be_missing():
    assert expressions.may_lack("coalesce(new, old) || other") == {"new", "old"}


@pytest.mark.usefixtures("jvm")
def test_the_listed_functions_are_those_of_the_session(spark):
    there = {row[0] for row in spark.sql("show functions").collect() if row[0][0].isalpha()}
    there -= {"table_changes", "table_changes_by_path"}  # Delta's, of tables
    assert there - set(expressions.functions()) == set()
    assert set(expressions.functions()) - there == {"try_cast", "timestampadd", "timestampdiff"}
