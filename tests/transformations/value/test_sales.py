from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession

from jobs.engine import sessions
from jobs.lake import arrow
from transformations.contracts import contract
from transformations.value.sales import order_sales

AT = datetime(2025, 1, 1, tzinfo=UTC)


def _sales(
    spark: SparkSession, orders: list[dict], lines: list[dict], before: datetime | None = None
) -> dict[tuple, dict]:
    def table(name: str, rows: list[dict]) -> DataFrame:
        shared = {"source": "erp", "ordered_at": AT, "line_number": 1, "product_id": "p"}
        schema = arrow.schema_of(contract(name))
        full = [{key: value for key, value in (shared | row).items() if key in schema.names} for row in rows]
        return sessions.frame(spark, pa.Table.from_pylist(full, schema), contract(name).ddl)

    rows = order_sales(table("silver.orders", orders), table("silver.order_lines", lines), "EUR", before).collect()
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
    assert _amounts(rows["erp", "3", "EUR"]) == (2, 1, 0, Decimal(7), Decimal(7), 0)
    assert rows["erp", "3", "EUR"]["lines_with_amount"] == 1


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


def _line(order: str, number: int, quantity: str, price: str | None, **more: object) -> dict:
    amount = Decimal(quantity) * Decimal(price) if price else None
    line = {"order_id": order, "line_number": number, "quantity": Decimal(quantity), "amount": amount}
    return line | {"unit_price": Decimal(price) if price else None} | more


def test_a_return_is_what_the_source_calls_one(spark: SparkSession) -> None:
    orders = [
        {"order_id": "credit", "is_return": True},  # its lines say nothing: all quantities are positive
        {"order_id": "exchange", "is_return": True},
        {"order_id": "stock"},
    ]
    lines = [
        _line("credit", 1, "3", "10"),
        _line("credit", 2, "1", "0"),
        _line("exchange", 1, "-1", "8"),
        _line("exchange", 2, "1", "9"),
        _line("stock", 1, "-5", "2", is_return=False),
    ]
    rows = _sales(spark, orders, lines)
    assert _amounts(rows["erp", "credit", "EUR"]) == (2, 0, 1, Decimal(-30), 0, Decimal(30))
    assert _amounts(rows["erp", "exchange", "EUR"]) == (2, 1, 1, Decimal(1), Decimal(9), Decimal(8))
    assert _amounts(rows["erp", "stock", "EUR"]) == (1, 0, 0, Decimal(-10), 0, 0)


def test_lines_without_a_price_are_counted_and_orders_without_lines_are_where_their_source_has_none(
    spark: SparkSession,
) -> None:
    orders = [
        {"order_id": "1"},
        {"order_id": "2"},
        {"order_id": "1", "source": "till"},
        {"order_id": "2", "source": "till", "is_return": True},
    ]
    rows = _sales(spark, orders, [_line("1", 1, "2", None), _line("1", 2, "-1", None), _line("1", 3, "1", "3")])
    counts = ("lines", "lines_with_amount", "sale_lines", "return_lines", "unpriced_sales", "unpriced_returns")
    assert {key[:2]: tuple(row[name] for name in counts) for key, row in rows.items()} == {
        ("erp", "1"): (3, 1, 1, 0, 1, 1),
        ("till", "1"): (1, 0, 0, 0, 1, 0),
        ("till", "2"): (1, 0, 0, 0, 0, 1),
    }


def test_what_is_charged_beside_the_lines_is_no_sale_and_voided_orders_are_none(spark: SparkSession) -> None:
    beside = {"shipping_amount": Decimal(5), "tax_amount": Decimal(7), "discount_amount": Decimal(2)}
    orders = [
        {"order_id": "lines", "total_amount": Decimal(30), **beside},
        {"order_id": "total", "total_amount": Decimal(30), **beside},
        {"order_id": "back", "total_amount": Decimal(-30), **beside},
        {"order_id": "voided", "voided_at": AT},
        {"order_id": "off", "is_voided": True},
        {"order_id": "on", "is_voided": False},
    ]
    lines = [_line(order, 1, "2", "10") for order in ("lines", "voided", "off", "on")]
    rows = _sales(spark, orders, lines)
    assert {key[1]: row["amount"] for key, row in rows.items()} == {"lines": 20, "total": 18, "back": -18, "on": 20}


def test_orders_from_the_given_instant_on_are_left_out(spark: SparkSession) -> None:
    later = AT + timedelta(seconds=1)
    orders = [
        {"order_id": "1", "total_amount": Decimal(1)},
        {"order_id": "2", "total_amount": Decimal(1), "ordered_at": later},
    ]
    assert set(_sales(spark, orders, [], before=later)) == {("erp", "1", "EUR")}


def test_orders_of_two_systems_are_kept_apart(spark: SparkSession) -> None:
    priced = {"order_id": "1", "quantity": Decimal(1), "unit_price": Decimal(1), "amount": Decimal(1)}
    orders = [{"order_id": "1"}, {"order_id": "1", "source": "shop"}]
    rows = _sales(spark, orders, [priced])
    assert {key: row["sale_lines"] for key, row in rows.items()} == {("erp", "1", "EUR"): 1, ("shop", "1", "EUR"): 0}
