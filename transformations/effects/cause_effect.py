"""What moves what: each declared pair of a driver and an objective, by every method that its data allow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa

from transformations.effects.arms import DAYS, OUTCOMES
from transformations.effects.campaigns import comparisons
from transformations.effects.evidence import Method, adjusted, conclusion, grade
from transformations.effects.lagged import LAGS, LEAST_DAYS, Estimate, regression, shuffled
from transformations.effects.series import daily

OF_CAMPAIGNS = "campaign_reach"
"""The driver that comparisons of people measure: being written to by a campaign."""
_DOUBLES = ("effect", "confidence_low", "confidence_high", "p_value", "q_value")
_PLACEBOS = ("placebo_effect", "placebo_low", "placebo_high", "shuffled_low", "shuffled_high")
_TEXTS = ("objective_id", "outcome_indicator_id", "indicator_id", "method", "dimension", "dimension_value")
SCHEMA = pa.schema(
    [(name, pa.string()) for name in _TEXTS]
    + [("lag_days", pa.int64()), ("observations_count", pa.int64()), ("comparison_count", pa.int64())]
    + [(name, pa.float64()) for name in (*_DOUBLES, *_PLACEBOS)]
    + [("grade", pa.string()), ("conclusion", pa.string()), ("is_strongest", pa.bool_())]
    + [("missing_reason", pa.string())]
)
"""Columns of gold.cause_effect."""


@dataclass(frozen=True)
class Pair:
    """A driver (indicator) that an objective declares, and the indicator that measures the objective."""

    objective_id: str
    outcome: str
    driver: str


@dataclass(frozen=True)
class _Tested:
    """A row before it is known how many others were tested."""

    pair: Pair
    method: Method
    lag: int
    estimate: Estimate | None = None
    placebo: Estimate | None = None
    by_chance: tuple[float, float] | None = None
    campaign: str | None = None
    compared: int | None = None
    why_not: str | None = None


def cause_effect(
    pairs: Sequence[Pair], values: pa.Table, arms: pa.Table, *, first_sale: date | None, until: date
) -> pa.Table:
    """Evidence for each pair: effect, interval, placebos, grade and conclusion. All tests of all pairs count as one family,
    whose false discovery rate is controlled.

    Args:
        values: series.VALUE_COLUMNS. arms: transformations.effects.arms.ARMS. first_sale: day of the first order.
        until: the first day that is not over.
    Returns: SCHEMA: one row per pair, method, campaign and lag; a pair whose series allow no regression has one row with the
        reason, of the lag 0. is_strongest: of the lags of a pair that have a conclusion beyond none_found and doubtful the
        one with the smallest p_value.
    """
    tested: list[_Tested] = []
    for pair in pairs:
        tested += _lagged(pair, values, until)
        if pair.driver == OF_CAMPAIGNS and pair.outcome in OUTCOMES:
            tested += [
                _Tested(
                    pair,
                    its.method,
                    DAYS,
                    its.estimate,
                    its.placebo,
                    its.by_chance,
                    its.campaign,
                    its.compared,
                    its.why_not,
                )
                for its in comparisons(arms, pair.outcome, first=first_sale, until=until)
            ]
    measured = [its.estimate.p_value for its in tested if its.estimate is not None]
    q_values = iter(adjusted(measured))
    rows = [_row(its, next(q_values) if its.estimate is not None else None) for its in tested]
    _mark_strongest(rows)
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def _lagged(pair: Pair, values: pa.Table, until: date) -> list[_Tested]:
    outcome, driver = daily(values, pair.outcome, until), daily(values, pair.driver, until)
    if outcome is None or driver is None:
        without = pair.outcome if outcome is None else pair.driver
        return [_Tested(pair, "lagged_regression", 0, why_not=f"{without} has no values by day")]
    first, end = max(outcome.first, driver.first), min(outcome.end, driver.end)
    y, x = outcome.between(first, max(first, end)), driver.between(first, max(first, end))
    found = [
        _Tested(pair, "lagged_regression", lag, estimate, regression(y, x, -lag), shuffled(y, x, lag))
        for lag in LAGS
        if (estimate := regression(y, x, lag)) is not None
    ]
    why_not = f"fewer than {LEAST_DAYS} days on which both are measured, or one of them does not vary"
    return found or [_Tested(pair, "lagged_regression", 0, why_not=why_not)]


def _row(tested: _Tested, q_value: float | None) -> dict[str, Any]:
    estimate, placebo, by_chance = tested.estimate, tested.placebo, tested.by_chance
    graded = grade(tested.method, placebo) if estimate is not None else None
    is_one_campaign = tested.campaign not in (None, "all")
    return {
        "objective_id": tested.pair.objective_id,
        "outcome_indicator_id": tested.pair.outcome,
        "indicator_id": tested.pair.driver,
        "method": tested.method,
        "dimension": "campaign" if is_one_campaign else "all",
        "dimension_value": tested.campaign if is_one_campaign else "all",
        "lag_days": tested.lag,
        "observations_count": estimate.observations if estimate else None,
        "comparison_count": tested.compared,
        "effect": estimate.effect if estimate else None,
        "confidence_low": estimate.low if estimate else None,
        "confidence_high": estimate.high if estimate else None,
        "p_value": estimate.p_value if estimate else None,
        "q_value": q_value,
        "placebo_effect": placebo.effect if placebo else None,
        "placebo_low": placebo.low if placebo else None,
        "placebo_high": placebo.high if placebo else None,
        "shuffled_low": by_chance[0] if by_chance else None,
        "shuffled_high": by_chance[1] if by_chance else None,
        "grade": graded,
        "conclusion": conclusion(estimate, placebo, by_chance, q_value, graded or "C"),
        "is_strongest": False,
        "missing_reason": tested.why_not,
    }


def _mark_strongest(rows: list[dict[str, Any]]) -> None:
    """Marks the lag of each pair at which the association is least likely to be chance."""
    strongest: dict[tuple, dict[str, Any]] = {}
    for row in rows:
        if row["conclusion"] in ("not_measured", "none_found", "doubtful"):
            continue
        key = tuple(row[name] for name in _TEXTS)
        if key not in strongest or row["p_value"] < strongest[key]["p_value"]:
            strongest[key] = row
    for row in strongest.values():
        row["is_strongest"] = True
