"""A run that does not find what is known of the data is found out, at any number of copies."""

from datetime import UTC, datetime

import pytest

from bench import known
from bench.known import Fact

ACCOUNT = {"batch_id": "b1", "source": "invoices", "file": "day.csv"}
RECORDS = {"table_name": "bronze.invoices", "landed": 541_909, "parsed": 541_909, "unparsable": 0, "repeated": 0}


def test_a_figure_grows_with_the_copies_unless_it_does_not(lake):
    lines = Fact("lines", 100, lambda lake: 400)
    assert lines.wrong(lake, 4) is None
    assert lines.wrong(lake, 1) == "lines: found 400, known 100"
    hours = Fact("median hours", 4.2237, lambda lake: 4.22366, grows=False, digits=4)
    assert hours.wrong(lake, 4) is None
    assert hours.wrong(lake, 16) is None
    later = Fact("median hours", 4.2237, lambda lake: 4.2239, grows=False, digits=4)
    assert later.wrong(lake, 4) == "median hours: found 4.2239, known 4.2237"


def test_money_is_known_to_the_cent_a_copy(lake):
    def total(value: float) -> Fact:
        return Fact("total", 8_911_407.90, lambda lake: value, digits=2)

    assert total(8_911_407.904).wrong(lake, 1) is None
    assert total(4 * 8_911_407.904).wrong(lake, 4) is None
    assert total(8_911_407.91).wrong(lake, 1) == "total: found 8,911,407.91, known 8,911,407.90"


@pytest.mark.parametrize(
    ("landed", "parsed", "expected"), [(541_909, 541_909, 0), (541_908, 541_908, 1), (541_909, 5, 2)]
)
def test_records_are_counted_and_their_accounts_add_up(lake, landed, parsed, expected):
    lake.upsert("ops.row_accounts", [ACCOUNT | RECORDS | {"landed": landed, "parsed": parsed}])
    facts = known.FACTS["online_retail"][:2]
    wrong = [text for fact in facts if (text := fact.wrong(lake, 1))]
    assert len(wrong) == (0 if not expected else 1)
    if expected == 1:
        assert wrong == ["invoice lines landed: found 541,908, known 541,909"]
    if expected == 2:
        assert wrong == ["row accounts that do not add up: found 1, known 0"]


def test_an_indicator_is_read_as_it_is_known_now_over_all(lake):
    from transformations.contracts import contract

    now = datetime(2025, 1, 1, tzinfo=UTC)
    first = {
        "indicator_id": "active_customers",
        "grain": "all",
        "period_start": now.date(),
        "dimension": "all",
        "dimension_value": "all",
        "value": 4_338.0,
        "observations_count": 397_884,
        "known_from": now,
    }
    others = (
        {"grain": "day", "value": 1.0},
        {"dimension_value": "Spain", "value": 2.0},
        {"known_to": now, "value": 3.0},
    )
    rows = [first, *(first | other | {"known_from": now.replace(day=at)} for at, other in enumerate(others, start=2))]
    columns = contract("gold.indicator_values")
    lake.append_arrow("gold.indicator_values", _arrow(rows, columns))
    active = next(fact for fact in known.FACTS["online_retail"] if fact.name == "their customers")
    assert active.wrong(lake, 1) is None
    assert active.wrong(lake, 4) == "their customers: found 4,338, known 17,352"


def _arrow(rows, table):
    import pyarrow as pa

    from jobs.lake.arrow import schema_of

    return pa.Table.from_pylist(rows, schema=schema_of(table))


def test_each_example_names_what_it_does_not_hold(lake, monkeypatch):
    monkeypatch.setitem(
        known.FACTS, "jaffle_shop", (Fact("orders", 2, lambda lake: 3), Fact("tweets", 5, lambda lake: 5))
    )
    assert known.wrong("jaffle_shop", lake.root, 1) == ["jaffle_shop: orders: found 3, known 2"]
