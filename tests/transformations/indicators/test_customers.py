from datetime import UTC, datetime

import pyarrow as pa
import pytest

from jobs.lake import arrow
from transformations.contracts import contract
from transformations.indicators.customers import CUSTOMER_COLUMNS, LINK_COLUMNS, customer_indicators

ENDED = datetime(2025, 1, 1, tzinfo=UTC)


def _rows(customers: list[str], links: list[tuple]) -> list[dict]:
    customer_rows = [{"source": "erp", "customer_id": customer} for customer in customers]
    link_rows = [
        {"record_kind": kind, "record_place": place, "linked_record_id": record, "person_id": person, "valid_to": end}
        for kind, place, record, person, end in links
    ]
    customer_table = pa.Table.from_pylist(customer_rows, arrow.schema_of(contract("silver.customers")))
    link_table = pa.Table.from_pylist(link_rows, arrow.schema_of(contract("silver.person_links")))
    return customer_indicators(customer_table.select(CUSTOMER_COLUMNS), link_table.select(LINK_COLUMNS)).to_pylist()


def test_customers_linked_to_a_profile() -> None:
    links = [
        ("customer", "erp", "a", "A", None),
        ("profile", "forum", "1", "A", None),
        ("profile", "x", "2", "A", None),
        ("customer", "erp", "b", "B", None),
        ("profile", "forum", "3", "B", ENDED),
        ("customer", "erp", "c", "C", None),
        ("profile", "forum", "4", "D", None),
    ]
    (row,) = _rows(["a", "b", "c", "d"], links)
    assert (row["indicator_id"], row["grain"], row["dimension"]) == ("linked_customer_ratio", "all", "all")
    assert (row["numerator"], row["denominator"], row["value"]) == (1, 4, 0.25)
    assert row["coverage_ratio"] == 0.75  # d belongs to no person
    assert (row["confidence_low"], row["confidence_high"]) == pytest.approx((0.045587, 0.699358), abs=1e-6)


def test_without_customers_there_is_no_row() -> None:
    assert _rows([], []) == []
