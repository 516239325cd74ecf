from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pyarrow as pa

from jobs.lake import arrow
from transformations.contracts import contract
from transformations.indicators.definitions import INDICATORS
from transformations.indicators.history import finished, with_history
from transformations.indicators.parts import ROWS

BEGINNING, JANUARY, FEBRUARY = date(1970, 1, 1), date(2025, 1, 1), date(2025, 2, 1)
NOW = datetime(2025, 6, 1, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
SCHEMA = arrow.schema_of(contract("gold.indicator_values"))
EVER = (None, None)


def _computed(values: dict[tuple[str, date], float], *, late_days: int = 0, as_of: datetime = NOW) -> pa.Table:
    """Indicators of the test and nothing else: `volume` of one group a period."""
    rows = [
        {
            "indicator_id": "volume",
            "grain": grain,
            "period_start": start,
            "dimension": "all",
            "dimension_value": "all",
            "numerator": Decimal(str(value)),
            "value": value,
            "unit": "posts",
            "observations_count": 1,
        }
        for (grain, start), value in values.items()
    ]
    table = finished(pa.Table.from_pylist(rows, schema=ROWS), timezone="UTC", as_of=as_of, late_days=late_days)
    return table.filter(pa.compute.equal(table["indicator_id"], "volume"))


def _after(held: pa.Table, computed: pa.Table, now: datetime = NOW, window: tuple = EVER) -> pa.Table:
    return with_history(held, computed, now=now, timezone="UTC", window=window)


def _story(rows: pa.Table) -> list[tuple]:
    return sorted((row["period_start"], row["value"], row["known_from"], row["known_to"]) for row in rows.to_pylist())


def test_first_values_are_known_from_now_on() -> None:
    rows = _after(SCHEMA.empty_table(), _computed({("month", JANUARY): 3, ("all", BEGINNING): 3}))
    assert rows.schema.equals(SCHEMA)
    assert _story(rows) == [(BEGINNING, 3.0, NOW, None), (JANUARY, 3.0, NOW, None)]
    assert {row["grain"]: row["is_final"] for row in rows.to_pylist()} == {"all": False, "month": True}


def test_nothing_new_changes_nothing() -> None:
    values = {("month", JANUARY): 3, ("month", FEBRUARY): 4}
    held = _after(SCHEMA.empty_table(), _computed(values))
    assert sorted(map(str, _after(held, _computed(values), LATER).to_pylist())) == sorted(map(str, held.to_pylist()))


def test_a_changed_value_closes_the_earlier_one() -> None:
    held = _after(SCHEMA.empty_table(), _computed({("all", BEGINNING): 3, ("month", JANUARY): 3}))
    rows = _after(held, _computed({("all", BEGINNING): 3, ("month", JANUARY): 5}), LATER)
    assert _story(rows) == [(BEGINNING, 3.0, NOW, None), (JANUARY, 3.0, NOW, LATER), (JANUARY, 5.0, LATER, None)]
    again = _after(rows, _computed({("all", BEGINNING): 3, ("month", JANUARY): 3}), LATER + timedelta(hours=1))
    assert len(_story(again)) == 4  # both earlier ones are kept


def test_a_value_no_longer_computed_is_closed() -> None:
    held = _after(SCHEMA.empty_table(), _computed({("all", BEGINNING): 3, ("month", JANUARY): 3}))
    rows = _after(held, _computed({("all", BEGINNING): 3}), LATER)
    assert _story(rows) == [(BEGINNING, 3.0, NOW, None), (JANUARY, 3.0, NOW, LATER)]


def test_becoming_final_is_no_new_value() -> None:
    values = {("month", JANUARY): 3, ("all", BEGINNING): 3}
    held = _after(SCHEMA.empty_table(), _computed(values, as_of=datetime(2025, 1, 15, tzinfo=UTC)))
    rows = _after(held, _computed(values), LATER)
    assert _story(rows) == _story(held)
    assert [row["is_final"] for row in rows.to_pylist() if row["grain"] == "month"] == [True]


def test_a_second_change_at_the_same_instant_takes_the_first_ones_place() -> None:
    held = _after(SCHEMA.empty_table(), _computed({("all", BEGINNING): 3}))
    assert _story(_after(held, _computed({("all", BEGINNING): 4}))) == [(BEGINNING, 4.0, NOW, None)]


def test_a_window_restates_its_own_periods_alone() -> None:
    held = _after(
        SCHEMA.empty_table(), _computed({("all", BEGINNING): 7, ("month", JANUARY): 3, ("month", FEBRUARY): 4})
    )
    window = (datetime(2025, 2, 1, tzinfo=UTC), datetime(2025, 3, 1, tzinfo=UTC))
    changed = {("all", BEGINNING): 1, ("month", JANUARY): 1, ("month", FEBRUARY): 9}
    assert _story(_after(held, _computed(changed), LATER, window)) == [
        (BEGINNING, 7.0, NOW, None),
        (JANUARY, 3.0, NOW, None),
        (FEBRUARY, 4.0, NOW, LATER),
        (FEBRUARY, 9.0, LATER, None),
    ]


def test_a_window_adds_the_periods_that_are_not_there_yet() -> None:
    window = (datetime(2025, 2, 1, tzinfo=UTC), datetime(2025, 3, 1, tzinfo=UTC))
    values = {("all", BEGINNING): 7, ("month", JANUARY): 3, ("month", FEBRUARY): 4}
    fresh = _after(SCHEMA.empty_table(), _computed(values), window=window)
    assert fresh.equals(_after(SCHEMA.empty_table(), _computed(values)))
    held = _after(SCHEMA.empty_table(), _computed({("all", BEGINNING): 5, ("month", FEBRUARY): 4}))
    assert _story(_after(held, _computed(values), LATER, window)) == [
        (BEGINNING, 5.0, NOW, None),
        (JANUARY, 3.0, LATER, None),
        (FEBRUARY, 4.0, NOW, None),
    ]


def test_an_indicator_over_nothing_at_all_has_a_row_without_value() -> None:
    rows = finished(ROWS.empty_table(), timezone="UTC", as_of=NOW, late_days=0).to_pylist()
    assert {row["indicator_id"] for row in rows} == {its.indicator_id for its in INDICATORS}
    assert {(row["dimension"], row["observations_count"]) for row in rows} == {("all", 0)}
    assert {row["indicator_id"] for row in rows if row["grain"] != "all"} == {
        its.indicator_id for its in INDICATORS if "all" not in its.grains
    }
    values = {row["indicator_id"]: row["value"] for row in rows}
    assert values.pop("quarantined_rows") == 0  # nothing refused is known to be nothing
    assert set(values.values()) == {None}
    assert next(row["missing_reason"] for row in rows if row["indicator_id"] == "all_lines_total") == (
        "there is nothing to compute it from; it needs silver.orders.ordered_at, silver.order_lines.quantity, "
        "silver.order_lines.unit_price"
    )
