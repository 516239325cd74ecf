"""Effects of campaigns: people who were sent something against those who were not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from transformations.effects.arms import DAYS
from transformations.effects.evidence import Method
from transformations.effects.lagged import Estimate

LEAST_PERSONS = 20
"""Persons that each side of a comparison needs."""
_Z = 1.959963984540054
_EVERY = "all"


@dataclass(frozen=True)
class Comparison:
    """What one method found about one campaign, or about all of them together.

    Attributes:
        campaign: its ID; all: the campaigns together.
        estimate, placebo: the effect per person, and the same difference before the campaign began; None: not measured.
        by_chance: limits of 95 % of the differences if the arms were drawn by lot from the same persons.
        compared: persons to whom nothing was sent.
        why_not: why there is no estimate.
    """

    method: Method
    campaign: str
    estimate: Estimate | None = None
    placebo: Estimate | None = None
    by_chance: tuple[float, float] | None = None
    compared: int = 0
    why_not: str | None = None


def comparisons(arms: pa.Table, outcome: str, *, first: date | None, until: date) -> list[Comparison]:
    """Each campaign by each method that its people allow, and all of its campaigns together where there are several.

    randomised_split: what those who were sent something bought in the DAYS after the beginning, less what the held-out did
    (by intention to treat); placebo: the same of the DAYS before. difference_in_differences: change of what was bought from
    the DAYS before to the DAYS after among those who were sent something, less that of untouched customers, of those known
    before all this; placebo: the same of the two spans before. Together: weighted by the inverse of the variance; those that
    have a placebo, where two or more have one, else all.

    Args:
        arms: transformations.effects.arms.ARMS. outcome: of arms.OUTCOMES.
        first: day of the first sale; spans before it are unknown. until: the day after the last known.
    Source: Imbens and Rubin 2015, chapters 6 and 7 (Neyman's variance); Angrist and Pischke 2009, chapter 5.
    """
    campaigns: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in arms.to_pylist():
        campaigns.setdefault((row["source"], row["campaign"]), []).append(row)
    found: list[Comparison] = []
    for of_campaign in (_split, _differences):
        its = [
            comparison
            for (_, name), rows in sorted(campaigns.items())
            if (comparison := of_campaign(name, rows, outcome, first, until)) is not None
        ]
        together = _together(its)
        found += [*its, together] if together else its
    return found


def _split(name: str, rows: list[dict[str, Any]], outcome: str, first: date | None, until: date) -> Comparison | None:
    sent, held = _of(rows, "sent"), _of(rows, "held_out")
    if not held:
        return None
    return _compared("randomised_split", name, sent, held, (outcome, "after", "before"), first, until, spans_before=1)


def _differences(
    name: str, rows: list[dict[str, Any]], outcome: str, first: date | None, until: date
) -> Comparison | None:
    sent, untouched = (_of([row for row in rows if row["is_long_known"]], arm) for arm in ("sent", "untouched"))
    if not sent:
        return None
    measures = (outcome, "change", "earlier_change")
    return _compared("difference_in_differences", name, sent, untouched, measures, first, until, spans_before=2)


def _of(rows: Iterable[dict[str, Any]], arm: str) -> list[dict[str, Any]]:
    return [row for row in rows if row["arm"] == arm]


def _compared(
    method: Method,
    name: str,
    sent: list[dict[str, Any]],
    others: list[dict[str, Any]],
    measures: tuple[str, str, str],
    first: date | None,
    until: date,
    *,
    spans_before: int,
) -> Comparison:
    """Args: measures: the outcome, what is compared, and its placebo. spans_before: spans that the placebo needs."""
    outcome, measure, placebo = measures
    begins = (sent or others)[0]["begins_on"]
    compared = sum(row["persons"] for row in others)
    fewest = min(compared, sum(row["persons"] for row in sent))
    needed = begins - timedelta(days=DAYS * (spans_before - 1))  # what the method itself compares with
    why_not = None
    if begins + timedelta(days=DAYS) > until:
        why_not = f"the {DAYS} days after the campaign began are not over"
    elif first is None or first > needed:
        why_not = "sales do not reach back far enough"
    elif fewest < LEAST_PERSONS:
        why_not = f"fewer than {LEAST_PERSONS} persons on one side"
    if why_not:
        return Comparison(method, name, compared=compared, why_not=why_not)
    difference, by_chance = _difference(sent, others, f"{outcome}_{measure}")
    if difference is None:
        return Comparison(method, name, compared=compared, why_not="nobody's purchases differ")
    has_before = first is not None and first <= begins - timedelta(days=DAYS * spans_before)
    before = _difference(sent, others, f"{outcome}_{placebo}")[0] if has_before else None
    return Comparison(method, name, difference, before, by_chance, compared)


def _difference(
    sent: list[dict[str, Any]], others: list[dict[str, Any]], name: str
) -> tuple[Estimate | None, tuple[float, float] | None]:
    """Difference of two means by their sums, and the limits if the persons had been parted by lot (permutation CLT)."""
    moments = []
    for rows in (sent, others):
        size = sum(row["persons"] for row in rows)
        total = sum(row[f"{name}_total"] for row in rows)
        squares = sum(row[f"{name}_squares"] for row in rows)
        moments.append((size, total / size, max(0.0, squares - total**2 / size), total, squares))
    (n, mean, spread, total, squares), (m, other_mean, other_spread, other_total, other_squares) = moments
    deviation = float(np.sqrt(spread / (n - 1) / n + other_spread / (m - 1) / m))
    if deviation <= 0:
        return None, None
    whole = max(0.0, squares + other_squares - (total + other_total) ** 2 / (n + m)) / (n + m - 1)
    margin = _Z * float(np.sqrt(whole * (1 / n + 1 / m)))
    return _estimate(mean - other_mean, deviation, n + m), (-margin, margin)


def _estimate(effect: float, deviation: float, persons: int) -> Estimate:
    from scipy.stats import norm

    p_value = 2 * float(norm.sf(abs(effect) / deviation))
    return Estimate(effect, effect - _Z * deviation, effect + _Z * deviation, p_value, persons)


def _together(found: list[Comparison]) -> Comparison | None:
    measured = [its for its in found if its.estimate is not None]
    tried = [its for its in measured if its.placebo is not None]
    # The first campaigns often have no earlier days: with them, all together would have no placebo.
    if len(tried) > 1:
        measured = tried
    if len(measured) < 2:
        return None
    placebos = [its.placebo for its in measured if its.placebo is not None]
    margins = [its.by_chance[1] for its in measured if its.by_chance is not None]
    margin = float(1 / np.sqrt(sum(1 / each**2 for each in margins)))
    return Comparison(
        measured[0].method,
        _EVERY,
        _pooled([its.estimate for its in measured if its.estimate is not None]),
        _pooled(placebos) if len(placebos) == len(measured) else None,
        (-margin, margin),
        sum(its.compared for its in measured),
    )


def _pooled(estimates: list[Estimate]) -> Estimate:
    deviations = np.array([(its.high - its.low) / 2 / _Z for its in estimates])
    weights = 1 / deviations**2
    effect = float((weights * np.array([its.effect for its in estimates])).sum() / weights.sum())
    return _estimate(effect, float(1 / np.sqrt(weights.sum())), sum(its.observations for its in estimates))
