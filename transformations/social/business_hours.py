"""Seconds of business hours between two instants."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MICROS = 1_000_000


@dataclass(frozen=True)
class Calendar:
    """When the company is open.

    Attributes:
        hours: spans of local time such as 09:00-17:30 by weekday; days without any are closed.
        holidays: days on which it is closed. timezone: of both.
    """

    hours: Mapping[str, Sequence[str]]
    holidays: Collection[date] = ()
    timezone: str = "UTC"


def business_seconds(starts: pa.ChunkedArray, ends: pa.ChunkedArray, calendar: Calendar) -> NDArray[np.float64]:
    """Seconds of business hours in [start, end); NaN where either is null, 0 where the end is not after the start.

    A span is as long as it really lasts: 00:00-24:00 of the day on which clocks go forward has 23 hours. A time that clocks
    skip is the instant at which they do; of one that comes twice the first counts.

    Args: starts, ends: timestamps with a time zone.
    """
    begun, ended = (_micros(column) for column in (starts, ends))
    known = np.isfinite(begun) & np.isfinite(ended)
    found = np.full(len(begun), np.nan)
    if known.any():
        opened, closed = _spans_of(begun[known].min(), ended[known].max(), calendar)
        passed = _open_until(ended[known], opened, closed) - _open_until(begun[known], opened, closed)
        found[known] = np.maximum(passed, 0) / _MICROS
    return found


SPAN_TYPES = "day date, opened bigint, closed bigint, before bigint"
_SPANS = pa.schema([("day", pa.date32()), *((name, pa.int64()) for name in ("opened", "closed", "before"))])


def open_spans(calendar: Calendar, first: datetime, last: datetime) -> pa.Table:
    """The spans in which the company is open, from the day of `first` to that of `last`, for `with_business_seconds`.

    Returns: day (local), opened and closed (microseconds since 1970; the same where the day is closed), before (microseconds
        of all spans of the days before), one row per span, and one per closed day.
    """
    zone = ZoneInfo(calendar.timezone)
    day, until = (its.astimezone(zone).date() for its in (first, last))
    rows, before = [], 0
    while day <= until:
        spans = _of_day(day, calendar, zone) or [[_instant(day, "00:00", zone)] * 2]
        rows += [{"day": day, "opened": opened, "closed": closed, "before": before} for opened, closed in spans]
        before += sum(closed - opened for opened, closed in spans)
        day += timedelta(days=1)
    return pa.Table.from_pylist(rows, _SPANS)


def with_business_seconds(
    rows: DataFrame, spans: DataFrame, key: Sequence[str], start: str, end: str, timezone: str
) -> DataFrame:
    """As `business_seconds`, on the engine: the rows with the column business_seconds.

    Args:
        rows: with the columns key, which tell them apart, start and end (timestamps). spans: from `open_spans`, of all days of
            these. timezone: that of the calendar.
    """
    found = rows
    for instant, name in ((start, "its_start"), (end, "its_end")):
        micros = F.expr(f"unix_micros({instant})").alias("at")
        day = F.to_date(F.from_utc_timestamp(instant, timezone)).alias("day")
        passed = (
            rows.select(*key, day, micros)
            .join(F.broadcast(spans), "day")
            .groupBy(*key)
            .agg(F.expr("max(before) + sum(least(greatest(at - opened, 0), closed - opened))").alias(name))
        )
        found = found.join(passed, list(key), "left")
    passed_within = f"if(its_end > its_start, its_end - its_start, 0) / {_MICROS}.0D"
    seconds = F.expr(f"if(its_start is null or its_end is null, null, {passed_within})")
    return found.withColumn("business_seconds", seconds).drop("its_start", "its_end")


def _micros(column: pa.ChunkedArray) -> NDArray[np.float64]:
    """Microseconds since 1970, exact in a double for 285 years."""
    return column.cast(pa.timestamp("us", tz="UTC")).cast(pa.int64()).to_pandas().to_numpy(dtype=np.float64)


def _spans_of(first: float, last: float, calendar: Calendar) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Beginnings and ends of the spans in which the company is open, from the day of `first` to that of `last`."""
    zone = ZoneInfo(calendar.timezone)
    day, until = (datetime.fromtimestamp(micros // _MICROS, zone).date() for micros in (first, max(first, last)))
    spans: list[list[int]] = []
    while day <= until:
        spans += _of_day(day, calendar, zone)
        day += timedelta(days=1)
    opened, closed = np.array(spans, dtype=np.float64).reshape(-1, 2).T
    return opened, closed


def _of_day(day: date, calendar: Calendar, zone: ZoneInfo) -> list[list[int]]:
    """Beginning and end of each span of a day, in their order; none where it is closed."""
    if day in calendar.holidays:
        return []
    spans = sorted(calendar.hours.get(WEEKDAYS[day.weekday()], ()))
    return [[_instant(day, text, zone) for text in span.split("-")] for span in spans]


def _instant(day: date, text: str, zone: ZoneInfo) -> int:
    """Microseconds since 1970 of a local time; 24:00 is the beginning of the next day.

    >>> _instant(date(1970, 1, 1), "24:00", ZoneInfo("UTC")) // 1_000_000
    86400
    """
    if text == "24:00":
        day, text = day + timedelta(days=1), "00:00"
    local = datetime.combine(day, time.fromisoformat(text), zone)
    skipped = local.utcoffset() != local.astimezone(UTC).astimezone(zone).utcoffset()
    if skipped:  # clocks jump over it: with the offset of after the jump it is the jump itself or before it
        local = _jump(local, zone)
    return round(local.timestamp()) * _MICROS


def _jump(skipped: datetime, zone: ZoneInfo) -> datetime:
    """The instant at which clocks skip this local time."""
    low = skipped.astimezone(UTC) - timedelta(hours=3)
    offset = low.astimezone(zone).utcoffset()
    while low.astimezone(zone).utcoffset() == offset:
        low += timedelta(minutes=1)
    return low


def _open_until(
    instants: NDArray[np.float64], opened: NDArray[np.float64], closed: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Microseconds of all spans before each instant."""
    if not len(opened):
        return np.zeros(len(instants))
    before = np.concatenate([[0.0], np.cumsum(closed - opened)])
    place = np.searchsorted(opened, instants, side="right")
    within = np.where(place > 0, np.minimum(instants, closed[place - 1]) - closed[place - 1], 0.0)
    return before[place] + within
