from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.engine import sessions
from transformations.social.business_hours import (
    SPAN_TYPES,
    Calendar,
    business_seconds,
    open_spans,
    with_business_seconds,
)

BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = Calendar(
    {"monday": ["09:00-17:00"], "tuesday": ["09:00-12:00", "13:00-17:00"], "sunday": ["00:00-24:00"]},
    holidays=[date(2026, 4, 6)],  # Easter Monday
    timezone="Europe/Berlin",
)
HOUR = 3600.0


def _between(*spans: tuple[datetime | None, datetime | None], calendar: Calendar = OFFICE) -> list[float]:
    columns = (pa.chunked_array([pa.array(its, pa.timestamp("us", tz="UTC"))]) for its in zip(*spans, strict=True))
    return business_seconds(*columns, calendar).tolist()


def _local(day: int, hour: int, minute: int = 0, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=BERLIN)


def test_nights_breaks_and_closed_days_do_not_count() -> None:
    monday, tuesday = 2, 3
    assert _between(
        (_local(monday, 10), _local(monday, 10, 30)),
        (_local(monday, 7), _local(monday, 20)),
        (_local(monday, 16), _local(tuesday, 10)),
        (_local(tuesday, 11), _local(tuesday, 14)),
        (_local(monday, 18), _local(tuesday, 8)),
        (_local(tuesday, 16), _local(7, 23)),  # Wednesday to Saturday are closed
        (_local(monday, 12), _local(monday, 11)),
    ) == [0.5 * HOUR, 8 * HOUR, 2 * HOUR, 2 * HOUR, 0.0, HOUR, 0.0]


def test_a_holiday_is_closed() -> None:
    assert _between((_local(6, 8, month=4), _local(7, 10, month=4))) == [HOUR]


def test_clock_changes_are_counted_as_they_last() -> None:
    """29 March 2026 has 23 hours in Berlin, 25 October 25."""
    assert _between((_local(28, 12), _local(30, 8)), (_local(24, 12, month=10), _local(26, 8, month=10))) == [
        23 * HOUR,
        25 * HOUR,
    ]
    night = Calendar({"sunday": ["02:30-04:00"]}, timezone="Europe/Berlin")  # at 02:00 it is 03:00
    assert _between((_local(28, 12), _local(30, 8)), calendar=night) == [HOUR]


def test_what_is_not_known_is_not_a_number_and_without_hours_it_is_never_open() -> None:
    found = _between((None, _local(2, 10)), (_local(2, 10), None), (_local(2, 10), _local(2, 11)))
    assert [its != its for its in found] == [True, True, False]
    assert _between((_local(2, 10), _local(9, 10)), calendar=Calendar({})) == [0.0]


@settings(max_examples=8, deadline=None)
@given(st.datetimes(datetime(2026, 3, 25), datetime(2026, 4, 9)), st.integers(0, 5 * 24 * 60))
def test_agrees_with_counting_minutes(start: datetime, minutes: int) -> None:
    start = start.replace(second=0, microsecond=0, tzinfo=UTC)

    def is_open(at: datetime) -> bool:
        local = at.astimezone(BERLIN)
        if local.date() in OFFICE.holidays:
            return False
        name = local.strftime("%A").lower()
        spans = (span.split("-") for span in OFFICE.hours.get(name, ()))
        return any(first <= local.strftime("%H:%M") < last for first, last in spans)

    counted = sum(60 for minute in range(minutes) if is_open(start + timedelta(minutes=minute)))
    assert _between((start, start + timedelta(minutes=minutes))) == [pytest.approx(counted)]


def test_the_engine_counts_the_same(spark) -> None:
    spans = [
        (_local(2, 10), _local(2, 10, 30)),
        (_local(2, 16), _local(3, 10)),
        (_local(3, 11), _local(3, 14)),
        (_local(28, 12), _local(30, 8)),
        (_local(6, 8, month=4), _local(7, 10, month=4)),
        (_local(2, 12), _local(2, 11)),
        (_local(4, 12), _local(6, 12)),
        (_local(4, 12), None),
    ]
    kind = pa.timestamp("us", tz="UTC")
    rows = pa.table(
        {
            "id": list(range(len(spans))),
            **{name: pa.array([span[place] for span in spans], kind) for place, name in enumerate(("start", "end"))},
        }
    )
    found = with_business_seconds(
        sessions.frame(spark, rows, "id bigint, start timestamp, end timestamp"),
        sessions.frame(spark, open_spans(OFFICE, _local(1, 0), _local(10, 0, month=4)), SPAN_TYPES),
        ("id",),
        "start",
        "end",
        OFFICE.timezone,
    )
    seconds = {row["id"]: row["business_seconds"] for row in pa.table(found.toArrow()).to_pylist()}
    assert [seconds[number] for number in range(len(spans) - 1)] == _between(*spans[:-1])
    assert seconds[len(spans) - 1] is None
