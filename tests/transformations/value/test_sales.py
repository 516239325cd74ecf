from datetime import UTC, datetime
from decimal import Decimal

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession

from jobs.lake import arrow
from transformations.contracts import contract
from transformations.value.sales import order_sales

AT = datetime(2025, 1, 1, tzinfo=UTC)


def _sales(spark: SparkSession, orders: list[dict], lines: list[dict]) -> dict[tuple, dict]:
    def table(name: str, rows: list[dict]) -> DataFrame:
        shared = {"source": "erp", "ordered_at": AT, "line_number": 1, "product_id": "p"}
        schema = arrow.schema_of(contract(name))
        full = [{key: value for key, value in (shared | row).items() if key in schema.names} for row in rows]
        return spark.createDataFrame(pa.Table.from_pylist(full, schema))

    rows = order_sales(table("silver.orders", orders), table("silver.order_lines", lines), "EUR").collect()
    return {(row["source"], row["order_id"], row["currency"]): row.asDict() for row in rows}


def _amounts(row: dict) -> tuple:
    return (
        row["lines"],
        row["sale_lines"],
        row["return_lines"],
        row["amount"],
        row["sale_amount"],
        row["return_amount"],
    )


def test_lines_are_added_up_by_what_they_are(spark: SparkSession) -> None:
    lines = [
        {
            "order_id": "1",
            "quantity": Decimal(quantity),
            "unit_price": Decimal(price),
            "amount": Decimal(quantity) * Decimal(price),
        }
        for quantity, price in (("2", "10"), ("-1", "4"), ("1", "0"), ("1", "-3"))
    ]
    rows = _sales(spark, [{"order_id": "1"}], lines)
    assert _amounts(rows["erp", "1", "EUR"]) == (4, 1, 1, Decimal(13), Decimal(20), Decimal(4))


def test_a_total_stands_where_no_line_has_a_price(spark: SparkSession) -> None:
    orders = [
        {"order_id": "1", "total_amount": Decimal(50)},
        {"order_id": "2", "total_amount": Decimal(-5)},
        {"order_id": "3", "total_amount": Decimal(99)},
        {"order_id": "4"},
    ]
    lines = [
        {"order_id": "1", "quantity": Decimal(3)},
        {"order_id": "3", "quantity": Decimal(1), "unit_price": Decimal(7), "amount": Decimal(7)},
        {"order_id": "3", "line_number": 2, "quantity": Decimal(1)},
    ]
    rows = _sales(spark, orders, lines)
    assert set(rows) == {("erp", "1", "EUR"), ("erp", "2", "EUR"), ("erp", "3", "EUR")}
    assert _amounts(rows["erp", "1", "EUR"]) == (1, 1, 0, Decimal(50), Decimal(50), 0)
    assert _amounts(rows["erp", "2", "EUR"]) == (1, 0, 1, Decimal(-5), 0, Decimal(5))
    assert _amounts(rows["erp", "3", "EUR"]) == (1, 1, 0, Decimal(7), Decimal(7), 0)


def test_an_amount_tells_the_price_where_the_source_gives_none(spark: SparkSession) -> None:
    lines = [{"order_id": "1", "quantity": Decimal(2), "amount": Decimal(9)}]
    rows = _sales(spark, [{"order_id": "1", "total_amount": Decimal(50)}], lines)
    assert _amounts(rows["erp", "1", "EUR"]) == (1, 1, 0, Decimal(9), Decimal(9), 0)


def test_currency_of_the_line_then_the_order_then_the_company(spark: SparkSession) -> None:
    priced = {"quantity": Decimal(1), "unit_price": Decimal(1), "amount": Decimal(1)}
    lines = [
        {"order_id": "1", "currency": "GBP"} | priced,
        {"order_id": "1", "line_number": 2} | priced,
        {"order_id": "2"} | priced,
    ]
    rows = _sales(spark, [{"order_id": "1", "currency": "USD"}, {"order_id": "2"}], lines)
    assert set(rows) == {("erp", "1", "GBP"), ("erp", "1", "USD"), ("erp", "2", "EUR")}


def test_orders_of_two_systems_are_kept_apart(spark: SparkSession) -> None:
    priced = {"order_id": "1", "quantity": Decimal(1), "unit_price": Decimal(1), "amount": Decimal(1)}
    orders = [{"order_id": "1"}, {"order_id": "1", "source": "shop"}]
    assert set(_sales(spark, orders, [priced])) == {("erp", "1", "EUR")}
