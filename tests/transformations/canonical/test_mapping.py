"""From source columns to canonical ones."""

import random
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from pyspark.sql import functions as F

from jobs.engine import sessions
from transformations.canonical import mapping
from transformations.canonical.names import natural, natural_sql
from transformations.contracts import contract

KEEP = ("batch_id", "line")


def cast(spark, values: dict[str, str | None], table: str, timezone: str = "UTC", **columns: str):
    ddl = "batch_id string, line bigint" + "".join(f", {name} string" for name in values)
    rows = sessions.frame(spark, [("b", 1, *values.values())], ddl)
    mapped = mapping.mapped(rows, contract(table), columns, {"source": "erp", "currency": "EUR"})
    return mapping.cast(mapped, contract(table), timezone, KEEP).first()


def test_values_are_cast_to_the_contract_and_amounts_derived(spark):
    row = cast(spark, {"q": " 2 ", "p": "3.505"}, "silver.order_lines", order_id="'o'", quantity="q", unit_price="p")
    assert (row["quantity"], row["amount"], row["currency"]) == (Decimal("2.0000"), Decimal("7.0100"), "EUR")
    assert (row["is_return"], row["_uncastable"]) == (False, [])


@pytest.mark.parametrize("value", ["1.234,56", "NaN", "1e99", "twelve", "--1"])
def test_what_is_no_number_is_named_and_not_guessed(spark, value):
    row = cast(spark, {"p": value}, "silver.order_lines", unit_price="p")
    assert (row["unit_price"], row["_uncastable"]) == (None, ["unit_price"])


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2024-07-01 12:00:00", datetime(2024, 7, 1, 10, tzinfo=UTC)),  # summer in Berlin
        ("2024-01-01T12:00:00", datetime(2024, 1, 1, 11, tzinfo=UTC)),
        ("2024-01-01T12:00:00Z", datetime(2024, 1, 1, 12, tzinfo=UTC)),
        ("2024-01-01T12:00:00+05:30", datetime(2024, 1, 1, 6, 30, tzinfo=UTC)),
        ("2024-02-29", datetime(2024, 2, 28, 23, tzinfo=UTC)),
        ("2025-02-29", None),
        ("2025-02-30 10:00:00", None),
    ],
)
def test_times_without_an_offset_are_the_sources_and_days_that_never_were_are_none(spark, value, expected):
    row = cast(spark, {"t": value}, "silver.orders", "Europe/Berlin", ordered_at="t")
    found = row["ordered_at"].astimezone(UTC) if row["ordered_at"] else None
    assert found == expected
    assert row["_uncastable"] == ([] if expected else ["ordered_at"])


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"q": "3", "p": "10", "d": "1"}, ("-3", "10", "-1", "-29")),  # a credit note with positive quantities
        ({"q": "-3", "p": "10", "d": "-1"}, ("-3", "10", "-1", "-29")),
        ({"q": "3", "p": "-10", "d": "-1"}, ("-3", "10", "-1", "-29")),
    ],
)
def test_what_the_source_calls_a_return_has_a_negative_quantity(spark, given, expected):
    columns = {"order_id": "'o'", "quantity": "q", "unit_price": "p", "discount": "d", "is_return": "r"}
    row = cast(spark, given | {"r": "true"}, "silver.order_lines", **columns)
    assert tuple(row[name] for name in ("quantity", "unit_price", "discount", "amount")) == tuple(
        map(Decimal, expected)
    )
    assert cast(spark, given | {"r": "false"}, "silver.order_lines", **columns)["quantity"] == Decimal(given["q"])


PARTS = [
    ("b1", "part_1", 1, "o1"),
    ("b1", "part_1", 2, "o2"),
    ("b1", "part_1", 3, "o1"),
    ("b2", "part_2", 1, "o1"),
    ("b3", "part_1", 1, "o1"),  # part_1 was sent again, with one line less
]


@pytest.mark.parametrize(
    ("numbers", "files", "third"),
    [("in_file", 5, 1), ("over_files", 4, 3), ("over_contents", 4, 3), ("over_contents", 5, 3)],
)
def test_ordinals_count_records_of_one_parent_on_over_files(spark, numbers, files, third):
    rows = sessions.frame(spark, PARTS[:files], "batch_id string, _name_order string, line bigint, id string")
    columns = {"order_id": "id", "line_number": "_ordinal"}
    mapped = mapping.mapped(rows, contract("silver.order_lines"), columns, {"source": "erp"}, numbers=numbers)
    found = {(r["batch_id"], r["line"]): r["_r_line_number"] for r in mapped.collect()}
    again = {("b3", 1): 1} if files == 5 else {}
    assert found == {("b1", 1): 1, ("b1", 2): 1, ("b1", 3): 2, ("b2", 1): third, **again}


@pytest.mark.parametrize(
    ("type_", "ascending"),
    [
        ("int", ["-10", "-9", "0", "9", "10"]),
        ("bigint", ["9999", "10000", "9000000000000000000"]),
        ("decimal(10,3)", ["-1.5", "-1.25", "0", "1.2", "1.25", "1.3", "10.1"]),
        ("double", ["-0.5", "0.25", "9.5", "10.25"]),
        ("timestamp", ["2024-01-02 00:00:00", "2024-01-10 00:00:00"]),
        ("date", ["2024-01-02", "2024-01-10"]),
        ("string", ["1.9", "1.10", "v2", "v9", "v10", "v10.1"]),
        ("string", ["2024-05-01T10:00:00+02:00", "2024-05-01T09:00:00Z", "2024-05-01 09:30:00"]),
    ],
)
def test_versions_sort_as_their_type_does(spark, type_, ascending):
    rows = sessions.frame(spark, [(value,) for value in reversed(ascending)], "v string")
    found = rows.selectExpr(f"{mapping.sortable(f'cast(v as {type_})', type_)} as s", "v").orderBy("s").collect()
    assert [r["v"] for r in found] == ascending


def test_names_sort_the_same_in_spark_and_in_python(spark):
    rng = random.Random(5)
    names = {"".join(rng.choices("ab00129._-@é", k=rng.randint(0, 30))) for _ in range(2_000)}
    rows = sessions.frame(spark, [(name,) for name in names], "name string")
    found = rows.selectExpr("name", f"{natural_sql('name')} as n").collect()
    assert {r["name"]: r["n"] for r in found} == {name: natural(name) for name in names}


def test_one_natural_order_of_names():
    names = [
        "f_9.csv",
        "f_9.csv@0002",
        "f_10.csv",
        "f_9999.csv@9999",
        "f_9999.csv@10000",
        "f_10000.csv",
        "v1.9",
        "v1.10",
    ]
    assert sorted(reversed(names), key=natural) == names


def test_a_name_comes_before_those_that_go_on(spark):
    names = [
        "2024/export.csv",
        "export.csv",
        "export.csv@0002",
        "export (1).csv",
        "export (2).csv",
        "export (10).csv",
        "export-2.csv",
        "export-10.csv.gz",
        "export.1.csv",
        "export_2.csv",
        "v1.9.csv",
        "v1.10.csv",
    ]
    assert sorted(reversed(names), key=natural) == names
    rows = sessions.frame(spark, [(name,) for name in reversed(names)], "name string")
    assert [r["name"] for r in rows.orderBy(F.expr(natural_sql("name"))).collect()] == names


def test_a_whole_number_may_be_written_with_a_fraction_of_zero(spark):
    def reactions(value: str):
        row = cast(spark, {"n": value}, "silver.post_metrics", post_id="'p'", reactions="n")
        return row["reactions"], row["_uncastable"]

    assert reactions("120.0") == (120, [])
    assert reactions("-7.000") == (-7, [])
    assert reactions("12.7") == (None, ["reactions"])
    assert reactions("1e3") == (None, ["reactions"])


def test_what_an_expression_cannot_read_is_named_and_what_is_not_there_is_null(spark):
    rows = sessions.frame(
        spark, [("1", "13.02.2024"), ("2", "13/02/2024"), ("3", " "), ("4", None)], "batch_id string, v string"
    ).selectExpr("*", "1L as line")
    columns = {"order_id": "batch_id", "voided_at": "to_timestamp(v, 'dd/MM/yyyy')"}
    given = {"voided_at": "coalesce(trim(v) <> '', false)"}
    mapped = mapping.mapped(rows, contract("silver.orders"), columns, {"source": "erp"}, given=given)
    found = {row["order_id"]: row for row in mapping.cast(mapped, contract("silver.orders"), "UTC", KEEP).collect()}
    assert {key: row["_uncastable"] for key, row in found.items()} == {"1": ["voided_at"], "2": [], "3": [], "4": []}
    assert found["2"]["is_voided"]
