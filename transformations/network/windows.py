"""Periods of the network: ISO weeks, months, a moving window and all time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

ALL = "all"
WINDOW = "window"


@dataclass(frozen=True, order=True)
class Period:
    """A period: its grain (week, month, window, all), its name, and its days [start, end)."""

    grain: str
    name: str
    start: date
    end: date


def periods(days: pa.ChunkedArray, grains: Iterable[str], window_days: int) -> list[Period]:
    """The periods with acts, by grain in the given order, then by time; all time comes last.

    Args:
        days: date32, of acts.
        grains: week, month, window, in any order; `all` is always there.
        window_days: length of the moving window, which ends with the last day that has an act.
    Returns: none without acts. A period without acts is left out.

    >>> days = pa.chunked_array([pa.array([date(2025, 1, 31), date(2025, 3, 1)])])
    >>> [each.name for each in periods(days, ["month", "window"], 30)]
    ['2025-01', '2025-03', 'last_30_days', 'all']
    >>> [each.name for each in periods(days, ["week"], 30)]
    ['2025-W05', '2025-W09', 'all']
    """
    found = sorted(pc.unique(days.drop_null()).to_pylist())
    if not found:
        return []
    end = found[-1] + timedelta(days=1)
    listed: list[Period] = []
    for grain in grains:
        if grain == WINDOW:
            listed.append(Period(WINDOW, f"last_{window_days}_days", end - timedelta(days=window_days), end))
        elif grain in ("week", "month"):
            around = _week if grain == "week" else _month
            listed += list(dict.fromkeys(around(day) for day in found))
    return [*listed, Period(ALL, ALL, found[0], end)]


def _week(day: date) -> Period:
    year, week, _ = day.isocalendar()
    start = date.fromisocalendar(year, week, 1)
    return Period("week", f"{year}-W{week:02}", start, start + timedelta(days=7))


def _month(day: date) -> Period:
    start = day.replace(day=1)
    return Period("month", f"{start:%Y-%m}", start, (start + timedelta(days=31)).replace(day=1))


def slices(rows: pa.Table, listed: Iterable[Period], day: str = "acted_on") -> Iterator[tuple[Period, pa.Table]]:
    """The rows of each period. Args: day: the column with the day, date32; rows without one are in no period."""
    rows = rows.filter(rows[day].is_valid())
    ordered = rows.take(pc.sort_indices(rows[day])).combine_chunks()
    at = ordered[day].cast(pa.int32()).to_numpy()
    for period in listed:
        start, end = (np.searchsorted(at, (edge - date(1970, 1, 1)).days) for edge in (period.start, period.end))
        yield period, ordered.slice(int(start), int(end - start))
