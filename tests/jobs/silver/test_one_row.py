"""Records that conf takes for one row."""

from types import SimpleNamespace

import pyarrow as pa
import pytest

from jobs.lake.computed import Computed
from jobs.settings.sources import Source
from jobs.silver.one_row import say_what_differs
from transformations.contracts import contract

NAMES = ("batch_id", "source", "order_id", "customer_id", "status", "_is_refused")


@pytest.fixture
def told(tmp_path):
    """told(rows, one_row_per) -> the notes of a run."""

    def of(rows: list[tuple], one_row_per: list[str] | None = None) -> list[str]:
        columns = {"order_id": "o", "customer_id": "c", "status": "s"}
        mapping = {"one_row_per": one_row_per, "keep": "first", "columns": columns}
        given = {"kind": "erp", "format": "csv", "path": ["x.csv"], "file": tmp_path / "shop.yaml", "name": "shop"}
        source = Source.model_validate(given | {"tables": {"orders": mapping}})
        columns_of = list(zip(*rows, strict=True))
        table = pa.table({name: pa.array(column) for name, column in zip(NAMES, columns_of, strict=True)})
        candidates = Computed(lambda: None, dict.fromkeys(NAMES, "string"), table)
        notes: list[str] = []
        say_what_differs(SimpleNamespace(note=notes.append), contract("silver.orders"), source, ["b"], candidates)
        return notes

    return of


def test_records_that_differ_are_said_once_with_the_one_that_counts(told):
    rows = [
        ("b", "shop", "1", "ada", "paid", False),
        ("b", "shop", "1", "ada", "open", False),
        ("b", "shop", "2", "bob", "paid", False),
        ("b", "shop", "2", "cyd", "paid", False),
        ("b", "shop", "3", "eve", "paid", False),
        ("b", "shop", "3", None, None, False),  # an order's fields stand on its first line
        ("b", "shop", "4", "fay", "paid", False),
        ("b", "shop", "4", "gil", "paid", True),
        ("other", "shop", "4", "gil", "paid", False),
    ]
    assert told(rows, ["order_id"]) == [
        "shop: 2 rows of silver.orders have several records in one file that differ in customer_id, status; "
        "one_row_per says that each is one row, and the first of them counts (keep)"
    ]
    assert told(rows) == []
    assert told(rows[4:], ["order_id"]) == []
