from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pytest

from transformations.indicators.changes import SCHEMA, VALUE_COLUMNS, indicator_changes

FIRST = date(2025, 6, 2)


def _found(*series: np.ndarray, name: str = "volume") -> list[dict]:
    """Changes of series, each of a channel of its own; days of 0 have no row, days of nan one without a value."""
    rows = [
        (name, "channel", f"{place:03}", FIRST + timedelta(days=day), None if np.isnan(value) else float(value))
        for place, values in enumerate(series)
        for day, value in enumerate(values)
        if value or day == 0 or np.isnan(value)
    ]
    types = [pa.string(), pa.string(), pa.string(), pa.date32(), pa.float64()]
    schema = pa.schema(list(zip(VALUE_COLUMNS, types, strict=True)))
    values = pa.Table.from_pylist([dict(zip(VALUE_COLUMNS, row, strict=True)) for row in rows], schema)
    until = FIRST + timedelta(days=max((len(its) for its in series), default=0))
    found = indicator_changes(values, until)
    assert found.schema == SCHEMA
    return found.to_pylist()


def _weekly(days: int) -> np.ndarray:
    return np.array([30.0, 30, 32, 35, 50, 90, 70])[np.arange(days) % 7]


def test_a_spike_is_found_with_its_day() -> None:
    """On a Wednesday, of 32 posts as a rule, there are 95: as many as on a Saturday, which is nothing there."""
    volumes = np.random.default_rng(1).poisson(_weekly(140)).astype(float)
    volumes[72] = 95
    (row,) = _found(volumes)
    assert (row["changed_on"], row["change_kind"]) == (FIRST + timedelta(days=72), "spike")
    assert row["value"] == 95
    assert row["expected_value"] == pytest.approx(32, rel=0.15)
    assert row["anomaly_score"] > 6


def test_a_silent_day_is_a_drop() -> None:
    volumes = np.random.default_rng(2).poisson(_weekly(140)).astype(float)
    volumes[100] = 0
    (row,) = _found(volumes)
    assert (row["changed_on"], row["change_kind"], row["value"]) == (FIRST + timedelta(days=100), "drop", 0)


def test_a_new_level_is_found_with_its_day_and_is_no_row_of_spikes() -> None:
    """From day 84 on there are half as many again."""
    exact = 0
    for seed in range(20):
        level = _weekly(140) * np.where(np.arange(140) < 84, 1.0, 1.5)
        rows = _found(np.random.default_rng(seed).poisson(level).astype(float))
        assert [row["change_kind"] for row in rows] == ["rise"]
        day = (rows[0]["changed_on"] - FIRST).days
        assert abs(day - 84) <= 3
        exact += day == 84
        assert rows[0]["level_after"] > 1.2 * rows[0]["level_before"]
    assert exact >= 14


@pytest.mark.parametrize(
    "drawn",
    [
        lambda random: random.poisson(0.5, 180),
        lambda random: random.poisson(40, 180),
        lambda random: random.poisson(_weekly(180)),
        lambda random: random.normal(1_000, 100, 180),
    ],
    ids=["few", "many", "weekly", "normal"],
)
def test_in_noise_next_to_nothing_is_found(drawn) -> None:
    """Stated: at most three series of a hundred have a change; eight or more of 100 have a probability of 1 in 100."""
    random = np.random.default_rng(5)
    rows = _found(*(drawn(random).astype(float) for _ in range(100)))
    assert len({row["dimension_value"] for row in rows}) <= 7


def test_days_after_the_last_row_are_no_silence_but_those_of_one_channel_are() -> None:
    volumes = np.full(60, 40.0)
    rest = volumes.copy()
    rest[50:] = 0
    assert _found(rest) == []
    assert [row["change_kind"] for row in _found(volumes, rest)] == ["fall"]


def test_short_series_and_nothing_have_no_changes() -> None:
    volumes = np.full(27, 5.0)
    volumes[20] = 500
    assert _found(volumes) == []
    assert _found() == []
    assert _found(np.zeros(100)) == []


def test_a_flat_series_tells_a_spike_only_where_it_counts() -> None:
    """Counts vary by chance at any level; amounts that never vary give no measure of what stands out."""
    flat = np.full(60, 9.0)
    flat[30] = 40
    assert [row["change_kind"] for row in _found(flat)] == ["spike"]
    assert _found(flat + 0.5, name="revenue") == []


def test_a_day_of_unknown_value_is_no_day_of_nothing() -> None:
    volumes = 50.0 + np.arange(60) % 3
    volumes[40] = np.nan
    assert _found(volumes) == []
    volumes[50] = 400
    (row,) = _found(volumes)
    assert (row["changed_on"], row["change_kind"]) == (FIRST + timedelta(days=50), "spike")
    assert _found(np.full(60, np.nan)) == []


def test_a_level_that_begins_on_an_unknown_day_is_told_on_the_first_known_one() -> None:
    volumes = np.where(np.arange(84) < 42, 50.0, 150.0) + np.arange(84) % 3
    volumes[[41, 42, 43]] = np.nan
    (row,) = _found(volumes)
    assert (row["change_kind"], row["changed_on"]) == ("rise", FIRST + timedelta(days=44))
    assert (row["value"], row["level_before"], row["level_after"]) == (152.0, 51.0, 151.0)
