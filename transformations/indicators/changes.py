"""Days that stand out and days on which a new level begins, of indicators that count by day."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from transformations.indicators.change_points import rank_change_points
from transformations.indicators.definitions import INDICATORS

LEAST_DAYS = 28
"""Days of a series from which on it is judged: four of every weekday."""
LEAST_SCORE = 5.5
"""Robust standard deviations from which on a day stands out."""
DIMENSIONS = ("all", "channel", "topic")
COUNTED = tuple(
    its.indicator_id for its in INDICATORS if "day" in its.grains and its.aggregation in ("sum", "distinct")
)
"""Indicators that are judged: a day without a row counts 0."""
VALUE_COLUMNS = ("indicator_id", "dimension", "dimension_value", "period_start", "value")
_OF_NORMAL = 1.4826  # the median absolute deviation of normal data is a standard deviation divided by this
_WEEK = 7
SCHEMA = pa.schema(
    [(name, pa.string()) for name in ("indicator_id", "dimension", "dimension_value")]
    + [("changed_on", pa.date32()), ("change_kind", pa.string())]
    + [(name, pa.float64()) for name in ("value", "expected_value", "anomaly_score", "level_before", "level_after")]
)
"""Columns of gold.indicator_changes."""


def indicator_changes(values: pa.Table, until: date) -> pa.Table:
    """Days that stand out from their level and weekday (spike, drop), and first days of new levels (rise, fall).

    Every series is judged on the scale of square roots, where counts vary alike at any level, less the median of its weekday.
    Levels are found by ranks; a day stands out when it is LEAST_SCORE robust standard deviations from the median of its level.
    Amounts of money are judged like counts. A series ends with the last day of which its indicator has any value: after it nobody
    knows whether nothing happened or nothing has landed. Series shorter than LEAST_DAYS are left out. A day whose row has no
    value is unknown: it is taken to be as its weekday is, and is never a change itself.

    Args:
        values: VALUE_COLUMNS: current rows by day of gold.indicator_values, of COUNTED and DIMENSIONS.
        until: the first day that is not over.
    Returns: SCHEMA; levels are medians of the values on either side.
    """
    rows = values.select(VALUE_COLUMNS).to_pandas()
    found: list[dict[str, object]] = []
    keys = ["indicator_id", "dimension", "dimension_value"]
    rows = rows[rows["period_start"] < until]
    known = rows[rows["value"].notna()]
    ends = known.groupby("indicator_id")["period_start"].max()
    firsts = known.groupby(keys)["period_start"].min()
    for key, every in rows.groupby(keys, sort=True):
        if key not in firsts.index:
            continue
        first = firsts[key]
        of_series = every[every["period_start"].between(first, ends[key[0]])]
        series = np.zeros((ends[key[0]] - first).days + 1)
        series[[(day - first).days for day in of_series["period_start"]]] = of_series["value"]
        if len(series) >= LEAST_DAYS:
            found += [
                {**dict(zip(keys, key, strict=True)), "changed_on": first + timedelta(days=place), **change}
                for place, change in _changes(series)
            ]
    return pa.Table.from_pylist(found, schema=SCHEMA)


def _changes(series: NDArray[np.float64]) -> list[tuple[int, dict[str, object]]]:
    """Place and kind of each change of one series; a place of unknown value is nan."""
    known = np.isfinite(series)
    whole = bool(np.all(series[known] == np.round(series[known])))
    scaled = 2 * np.sign(series) * np.sqrt(np.abs(series) + 0.375)  # Anscombe: a count varies by 1 at any level
    weekday = np.arange(len(series)) % _WEEK
    of_weekday = np.array([_median(scaled[known & (weekday == day)]) for day in range(_WEEK)])[weekday]
    left = np.where(known, scaled - of_weekday, 0.0)
    places = rank_change_points(left)
    bounds = [0, *places, len(series)]
    found: list[tuple[int, dict[str, object]]] = []
    level = np.empty(len(series))
    for start, end in itertools.pairwise(bounds):
        level[start:end] = np.median(left[start:end])
    for before, begin, after in zip(bounds, places, bounds[2:], strict=False):
        if not known[before:begin].any() or not known[begin:after].any():
            continue
        low, high = (float(np.nanmedian(series[start:end])) for start, end in ((before, begin), (begin, after)))
        kind = "rise" if level[begin] > level[begin - 1] else "fall"
        place = begin + int(np.argmax(known[begin:after]))
        found.append(
            (place, {"change_kind": kind, "value": float(series[place]), "level_before": low, "level_after": high})
        )
    deviation = _OF_NORMAL * float(np.median(np.abs(left - level)[known]))
    deviation = max(1.0, deviation) if whole else deviation
    if deviation <= 0:
        return found
    score = (left - level) / deviation
    expected = (np.maximum(level + of_weekday, 0) / 2) ** 2
    for place in np.flatnonzero(known & (np.abs(score) >= LEAST_SCORE)).tolist():
        found.append(
            (
                place,
                {
                    "change_kind": "spike" if score[place] > 0 else "drop",
                    "value": float(series[place]),
                    "expected_value": float(max(0.0, expected[place] - 0.375)),
                    "anomaly_score": float(score[place]),
                },
            )
        )
    return found


def _median(values: NDArray[np.float64]) -> float:
    return float(np.median(values)) if len(values) else 0.0
