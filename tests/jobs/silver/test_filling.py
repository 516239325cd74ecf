"""What conf says of values that stand in other tables."""

import pytest

from jobs.settings.sources import Source
from jobs.silver.filling import of_table, problem
from transformations.canonical.filling import Filling
from transformations.contracts import contract

LINES = contract("silver.order_lines")


@pytest.mark.parametrize(
    ("fill", "why"),
    [
        ({"unit_price": "products.list_price", "unit_cost": "products.unit_cost"}, None),
        ({"price": "products.list_price"}, "price: silver.order_lines has no such column to fill"),
        ({"unit_price": "list_price"}, "unit_price is 'list_price'; expected TABLE.COLUMN"),
        ({"unit_price": "customers.list_price"}, "of a table that the rows reference: orders, products"),
        ({"unit_price": "products.price"}, "expected one of products.list_price, products.unit_cost"),
        ({"unit_price": "products.name"}, "unit_price is 'products.name'; expected one of"),
    ],
)
def test_what_cannot_be_filled_is_refused_with_what_can(fill, why):
    found = problem(LINES, fill)
    assert found == why if why is None else why in found


def test_only_tables_that_flag_filled_values_are_filled():
    assert "cannot be filled" in (problem(contract("silver.orders"), {"currency": "customers.name"}) or "")


def test_all_sources_of_a_system_say_together_what_is_filled(tmp_path):
    def source(name: str, **more: object) -> Source:
        given = {"kind": "erp", "format": "csv", "path": ["x.csv"], "file": tmp_path / f"{name}.yaml", "name": name}
        return Source.model_validate(given | more)

    fill = {"order_lines": {"fill": {"unit_price": "products.list_price"}}}
    sources = [source("a", system="erp", tables=fill), source("b", tables=fill), source("c")]
    assert of_table(sources, LINES) == [Filling("unit_price", "silver.products", "list_price", ("b", "erp"))]
