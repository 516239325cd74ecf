"""How far objectives are fulfilled, and whether they will be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from transformations.objectives.forecasting import LEAST, Forecast, forecast, trend
from transformations.objectives.measures import MEASURES
from transformations.objectives.periods import after, months_between

_MONTH_DAYS = 365.25 / 12
NO_SOURCE = "no source fills this measure: missing_measures of the table of profitability says which would"
NO_BEFORE = "no month of the period before is held"
TOO_SHORT = f"fewer than {LEAST} whole months have a value"


def of_customers(found: pa.Table, as_of_date: date, horizon_days: int) -> pa.Table:
    """Forecasts of the objectives of single customers: what they did so far, and what to expect of the rest of the period.

    Orders and revenue are those that the value model expects, other measures go on as in the last twelve months; counts and
    revenue have the interval of a Poisson distribution of events.

    Args: found: from subjects.objectives, customers alone. horizon_days: of expected_orders.
    Returns: found with forecast, forecast_low, forecast_high, forecast_method.
    """
    from scipy.stats import poisson

    columns = {name: _numbers(found, name) for name in ("actual", "monthly", "expected_orders", "expected_spend")}
    measure = np.array(found["measure"].to_pylist(), dtype=object)
    ahead = np.array([months_ahead(as_of_date, end) for end in found["period_end"].to_pylist()], dtype=np.float64)
    orders = columns["expected_orders"] / horizon_days * _MONTH_DAYS * ahead
    worth = np.where(measure == "orders_count", 1.0, columns["expected_spend"])
    is_modelled = np.isin(measure, ["orders_count", "revenue"]) & np.isfinite(orders * worth)
    is_count = np.array([MEASURES[name].is_count for name in measure], dtype=bool)
    events = np.where(is_modelled, orders, np.where(is_count, columns["monthly"] * ahead, np.nan))
    each = np.where(is_modelled, worth, 1.0)
    rest = np.where(is_modelled, orders * worth, columns["monthly"] * ahead)
    mean = np.nan_to_num(np.maximum(events, 0.0))
    low, high = (np.where(np.isfinite(events), poisson.ppf(share, mean) * each, np.nan) for share in (0.025, 0.975))
    method = np.where(is_modelled, "value_model", "rate").astype(object)
    method[np.isnan(rest)] = None
    return _with(found, columns["actual"], rest, low, high, method)


def of_groups(found: pa.Table, series: Mapping[tuple[str, str, str], Sequence[float]], as_of_date: date) -> pa.Table:
    """Forecasts of the objectives of communities and segments, from their whole months.

    Args:
        found: from subjects.objectives.
        series: (subject_kind, subject_id, measure) -> values of the whole months, without gaps.
    Returns: as `of_customers`.
    """
    made: dict[tuple, Forecast | None] = {}
    forecasts = []
    for row in found.select(["subject_kind", "subject_id", "measure", "period_end", "is_filled"]).to_pylist():
        place = (row["subject_kind"], row["subject_id"], row["measure"])
        ahead = months_ahead(as_of_date, row["period_end"])
        key = (*place, ahead)
        if key not in made:
            made[key] = forecast(series.get(place, ()), ahead, is_sum=True) if row["is_filled"] else None
        forecasts.append(made[key])
    columns = [
        np.array([getattr(its, name) if its else None for its in forecasts], dtype=np.float64)
        for name in ("value", "low", "high")
    ]
    method = np.array([its.method if its else None for its in forecasts], dtype=object)
    return _with(found, _numbers(found, "actual"), *columns, method)


def of_company(
    named: Sequence[Mapping[str, Any]], values: Mapping[str, Sequence[Mapping[str, Any]]], as_of_date: date
) -> list[dict[str, Any]]:
    """Objectives of the company, measured by indicators.

    Of a sum the target is a total of the period, of other indicators a level: a ratio counts over the whole period, a median or
    distinct count is the mean of the period's months.

    Args:
        named: objective_id, name, horizon, kind, measure (indicator), strategy, target, aggregation, better, before,
            period_start, period_end of each.
        values: rows of gold.indicator_values by indicator: month (date), numerator, denominator, value, unit. Months after that
            of as_of_date are not read; of those before, one without a row counts 0 in a sum, one without a value is left out.
    Returns: one row per objective, as from `of_groups`.
    """
    rows = []
    this_month = after(as_of_date, 0)
    for its in named:
        held_rows = (row for row in values.get(its["measure"], ()) if row["month"] <= this_month)
        months = sorted(held_rows, key=lambda row: row["month"])
        whole = [row for row in months if row["month"] < this_month]
        is_sum = its["aggregation"] == "sum"
        first = min((row["month"] for row in months), default=its["period_start"])
        held = months_between(max(its["before"], first), its["period_start"])
        before = _level(
            [row for row in months if its["before"] <= row["month"] < its["period_start"]], its["aggregation"]
        )
        scale = months_between(its["period_start"], its["period_end"]) / held if is_sum and held > 0 else 1.0
        current = [row for row in months if its["period_start"] <= row["month"] < its["period_end"]]
        actual = _level(current, its["aggregation"])
        filled = _gapless(whole, this_month) if is_sum else [row["value"] for row in whole if row["value"] is not None]
        ahead = months_ahead(as_of_date, its["period_end"])
        found = forecast(filled, ahead, is_sum=is_sum)
        so_far = (actual or 0.0) if is_sum else 0.0
        rows.append(
            {name: its[name] for name in ("objective_id", "name", "horizon", "kind", "measure", "strategy", "target")}
            | {name: its[name] for name in ("better", "period_start", "period_end")}
            | {
                "subject_kind": "company",
                "subject_id": "company",
                "origin": "company",
                "unit": months[-1]["unit"] if months else None,
                "is_total": is_sum,
                "baseline": None if before is None or held <= 0 else before * scale,
                "actual": actual,
                "trend": trend(filled),
                "is_filled": bool(months),
                "forecast_method": found.method if found else None,
            }
            | {
                f"forecast{name}": None if value is None else so_far + value
                for name, value in (
                    ("", found.value if found else None),
                    ("_low", found.low if found else None),
                    ("_high", found.high if found else None),
                )
            }
        )
    return rows


def months_ahead(as_of_date: date, end: date) -> float:
    """Months from a day to the end of a period, that of the day by the part of it that is left.

    >>> months_ahead(date(2025, 4, 16), date(2025, 7, 1))
    2.5
    """
    next_month = after(as_of_date, 1)
    days = (next_month - after(as_of_date, 0)).days
    return months_between(next_month, end) + (next_month - as_of_date).days / days


def judged(found: pa.Table, as_of_date: date) -> pa.Table:
    """Rows of gold.objective_fulfilment. Args: found: from of_customers, of_groups or of_company."""
    target, actual, expected = (_numbers(found, name) for name in ("target", "actual", "forecast"))
    is_up = np.array(found["better"].to_pylist(), dtype=object) == "up"
    above, below = np.where(is_up, actual, target), np.where(is_up, target, actual)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where((target > 0) & (below > 0), np.maximum(above, 0.0) / below, np.nan)
    is_on_track = np.where(is_up, expected >= target, expected <= target)
    is_known = np.isfinite(expected) & np.isfinite(target)
    reasons = [
        None if known else (TOO_SHORT if filled else NO_SOURCE)
        for known, filled in zip(np.isfinite(expected).tolist(), found["is_filled"].to_pylist(), strict=True)
    ]
    return (
        found.append_column("as_of_date", pa.array([as_of_date] * found.num_rows, pa.date32()))
        .append_column("fulfilment_ratio", _column(ratio))
        .append_column("is_on_track", pa.array(is_on_track, pa.bool_(), mask=~is_known))
        .append_column("missing_reason", pa.array(reasons, pa.string()))
    )


def why_no_target(found: pa.Table) -> pa.Array:
    """Why each objective has no target; null where it has one."""
    rows = zip(found["target"].to_pylist(), found["is_filled"].to_pylist(), strict=True)
    return pa.array(
        [None if target is not None else NO_BEFORE if filled else NO_SOURCE for target, filled in rows], pa.string()
    )


def _with(found: pa.Table, actual: np.ndarray, *parts: np.ndarray) -> pa.Table:
    """Adds forecasts of the whole period: what was so far, and the rest."""
    *numbers, method = parts
    for name, rest in zip(("forecast", "forecast_low", "forecast_high"), numbers, strict=True):
        found = found.append_column(name, _column(actual + rest))
    return found.append_column("forecast_method", pa.array(method.tolist(), pa.string()))


def _numbers(found: pa.Table, name: str) -> np.ndarray:
    return np.array([np.nan if its is None else its for its in found[name].to_pylist()], dtype=np.float64)


def _column(numbers: np.ndarray) -> pa.Array:
    return pa.array(numbers, pa.float64(), mask=~np.isfinite(numbers))


def _level(rows: Sequence[Mapping[str, Any]], aggregation: str) -> float | None:
    """What an indicator is over several months."""
    known = [row for row in rows if row["value"] is not None]
    if not known:
        return None
    if aggregation == "sum":
        return float(sum(row["value"] for row in known))
    below = sum(float(row["denominator"] or 0) for row in known) if aggregation == "ratio" else 0.0
    if below:
        return sum(float(row["numerator"] or 0) for row in known) / below
    return float(np.mean([row["value"] for row in known]))


def _gapless(rows: Sequence[Mapping[str, Any]], end: date) -> list[float]:
    """Values of each month from the first with a value to the last before `end`: 0 without a row, left out where unknown."""
    by_month = {row["month"]: row["value"] for row in rows}
    first = min((month for month, value in by_month.items() if value is not None), default=end)
    months = (after(first, place) for place in range(months_between(first, end)))
    return [value for month in months if (value := by_month.get(month, 0.0)) is not None]
