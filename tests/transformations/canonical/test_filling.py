"""Prices that stand in the product file."""

from decimal import Decimal

import pyarrow as pa
import pytest

from jobs.engine import sessions
from jobs.lake import arrow
from transformations.canonical.filling import Filling, filled, with_values
from transformations.contracts import contract

LINES, PRODUCTS = contract("silver.order_lines"), contract("silver.products")
PRICE = Filling("unit_price", "silver.products", "list_price", ("erp",))
COST = Filling("unit_cost", "silver.products", "unit_cost", ("erp",))
SHOWN = ("unit_price", "unit_cost", "currency", "amount", "filled_columns")


@pytest.fixture
def changed(spark):
    """changed(lines, products) -> the rows that change, by line_number: SHOWN."""

    def of(lines: list[dict], products: list[dict]) -> dict[int, tuple]:
        def frame(table, rows):
            return sessions.frame(spark, pa.Table.from_pylist(rows, arrow.schema_of(table)), table.ddl)

        line = {"source": "erp", "order_id": "o", "product_id": "p", "quantity": Decimal(2), "is_return": False}
        numbered = [{**line, "line_number": place, **more} for place, more in enumerate(lines, 1)]
        product = {"source": "erp", "product_id": "p"}
        rows = with_values(
            frame(LINES, numbered),
            LINES,
            "product_id",
            frame(PRODUCTS, [{**product, **more} for more in products]),
            PRODUCTS,
            [PRICE, COST],
        )
        found = filled(rows, LINES, [PRICE, COST])
        assert found.columns == list(LINES.names)
        return {row["line_number"]: tuple(row[name] for name in SHOWN) for row in found.collect()}

    return of


def test_what_the_source_leaves_open_is_taken_from_the_product(changed):
    lines = [
        {"currency": "EUR"},
        {"currency": "EUR", "unit_price": Decimal(9), "amount": Decimal(18)},  # its own price
        {"currency": "EUR", "product_id": "unknown"},
        {"currency": "EUR", "source": "other"},
        {"currency": "USD"},  # another currency than the product's
        {},
        {"currency": "EUR", "discount": Decimal(1), "quantity": Decimal(-3)},
    ]
    products = [
        {"list_price": Decimal(5), "unit_cost": Decimal(2), "currency": "EUR"},
        {"list_price": Decimal(7), "currency": "EUR", "source": "other"},
    ]
    three = ["amount", "unit_cost", "unit_price"]
    assert changed(lines, products) == {
        1: (5, 2, "EUR", 10, three),
        2: (9, 2, "EUR", 18, ["unit_cost"]),
        6: (5, 2, "EUR", 10, ["amount", "currency", "unit_cost", "unit_price"]),
        7: (5, 2, "EUR", -16, three),
    }


def test_a_corrected_product_restates_its_lines_and_one_without_a_price_leaves_them_open(changed):
    three = ["amount", "unit_cost", "unit_price"]
    was = {"unit_price": Decimal(5), "unit_cost": Decimal(2), "amount": Decimal(10), "currency": "EUR"}
    line = {**was, "filled_columns": three}
    same = {"list_price": Decimal(5), "unit_cost": Decimal(2), "currency": "EUR"}
    assert changed([line], [same]) == {}
    assert changed([line], [{**same, "list_price": Decimal(6)}]) == {1: (6, 2, "EUR", 12, three)}
    assert changed([line], [{**same, "list_price": None}]) == {1: (None, 2, "EUR", None, ["unit_cost"])}
    assert changed([line], []) == {1: (None, None, "EUR", None, None)}
