from datetime import UTC, date, datetime

import pyarrow as pa

from transformations.canonical.instants import days, without_zones


def test_day_is_that_of_the_time_zone() -> None:
    instants = [datetime(2025, 3, 30, 22, 30, tzinfo=UTC), datetime(2025, 3, 30, 21, 30, tzinfo=UTC), None]
    column = pa.chunked_array([pa.array(instants, pa.timestamp("us", tz="UTC"))])
    assert days(column, "Europe/Berlin").to_pylist() == [date(2025, 3, 31), date(2025, 3, 30), None]


def test_times_lose_their_zone_and_nothing_else() -> None:
    at = datetime(2025, 3, 30, 22, 30, tzinfo=UTC)
    rows = pa.table({"at": pa.array([at], pa.timestamp("us", tz="UTC")), "n": [1]})
    assert without_zones(rows).to_pylist() == [{"at": at.replace(tzinfo=None), "n": 1}]
