"""Seconds of business hours between two instants."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

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
        opened, closed = _open_spans(begun[known].min(), ended[known].max(), calendar)
        passed = _open_until(ended[known], opened, closed) - _open_until(begun[known], opened, closed)
        found[known] = np.maximum(passed, 0) / _MICROS
    return found


def _micros(column: pa.ChunkedArray) -> NDArray[np.float64]:
    """Microseconds since 1970, exact in a double for 285 years."""
    return column.cast(pa.timestamp("us", tz="UTC")).cast(pa.int64()).to_pandas().to_numpy(dtype=np.float64)


def _open_spans(first: float, last: float, calendar: Calendar) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Beginnings and ends of the spans in which the company is open, from the day of `first` to that of `last`."""
    zone = ZoneInfo(calendar.timezone)
    day, until = (datetime.fromtimestamp(micros // _MICROS, zone).date() for micros in (first, max(first, last)))
    spans = []
    while day <= until:
        for span in () if day in calendar.holidays else sorted(calendar.hours.get(WEEKDAYS[day.weekday()], ())):
            spans.append([_instant(day, text, zone) for text in span.split("-")])
        day += timedelta(days=1)
    opened, closed = np.array(spans, dtype=np.float64).reshape(-1, 2).T
    return opened, closed


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
