"""How likely leads are to become customers: a logistic regression fitted on the past and held out in time.

Fitted on what people did up to a first cut-off and on who became a customer in the horizon after it, it is measured on a second
cut-off one horizon later, whose outcomes it has not seen. What serves is fitted on both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from transformations.leads.features import BEST, COUNTS
from transformations.value.auc import area, with_interval
from transformations.value.likelihood import Floats

SERVED, RULES, NAIVE = "logistic", "rules", "naive_base_rate"
_NAMES = (*COUNTS, "days_since_act", "fit")
_BINS = 5
_REASONS = 3
_RULES = {
    "purchase_intents": 1.0,
    "recent_to_company": 3.0,
    "customers_met": 5.0,
    "relevant_posts": 5.0,
    "recent_acts": 10.0,
    "fit": 1.0,
}
"""Feature -> from which value on it counts in full: the score where nothing could be fitted is their mean."""


@dataclass(frozen=True)
class Leads:
    """Scores of leads.

    Attributes:
        scores: person_id, fit, lead_score, conversion_probability (null where the score is by rules), score_reasons,
            lead_model; the best first.
        evaluations: rows of gold.model_evaluations without dates.
        problem: why the score is by rules; empty where it is fitted.
    """

    scores: pa.Table
    evaluations: list[dict[str, Any]]
    problem: str


@dataclass(frozen=True)
class _Day:
    ids: list[str]
    rows: Floats
    became: np.ndarray


def scored(features: pa.Table, topics: pa.Table, *, as_of: date, horizon_days: int, min_converted: int) -> Leads:
    """Scores the leads of as_of.

    Args:
        features: features.FEATURES of three days: as_of, one and two horizons before it. topics: features.TOPICS of these.
        horizon_days: in which people are to become customers.
        min_converted: persons who did after either cut-off, below which nothing is fitted and the score is by rules.
    """
    first, second, now = (
        _day(features, topics, as_of - timedelta(days=horizon_days * steps), horizon_days) for steps in (2, 1, 0)
    )
    converted = min(int(first.became.sum()), int(second.became.sum()))
    problem, probability, slopes, rows = "", None, None, []
    if converted < min_converted or min(int((~first.became).sum()), int((~second.became).sum())) < 2:
        problem = (
            f"fewer than {min_converted} persons became customers in {horizon_days} days after either cut-off: the score is by "
            "rules"
        )
        rows = [{"method": "none", "measure": "none", "unit": "none", "missing_reason": problem}]
    else:
        forecast = _Regression.fitted(first.rows, first.became).probabilities(second.rows)
        rules = _rules(second.rows)[0]
        rows, serves = _measured(second.became, forecast, rules, float(first.became.mean()))
        if serves:
            both = np.concatenate([first.rows, second.rows]), np.concatenate([first.became, second.became])
            served = _Regression.fitted(*both)
            probability, slopes = served.probabilities(now.rows), served.parts(now.rows)
        else:
            problem = "the regression foretold the held-out days no better than a constant: the score is by rules"
    by_rules, parts = _rules(now.rows)
    score = by_rules if probability is None else probability
    parts = parts if slopes is None else slopes
    names = list(_RULES) if slopes is None else list(_NAMES)
    least = 0.5 if slopes is None else 0.0
    order = np.lexsort((np.array(now.ids, dtype=object), -score)) if now.ids else np.empty(0, dtype=np.int64)
    table = pa.table(
        {
            "person_id": pa.array([now.ids[place] for place in order], pa.string()),
            "fit": pa.array(now.rows[order, -1], pa.float64()),
            "lead_score": pa.array(score[order], pa.float64()),
            "conversion_probability": pa.array(
                [None] * len(order) if probability is None else probability[order].tolist(), pa.float64()
            ),
            "score_reasons": pa.array([_reasons(names, parts[place], least) for place in order], pa.list_(pa.string())),
            "lead_model": pa.array([RULES if probability is None else SERVED] * len(order), pa.string()),
        }
    )
    return Leads(table, [row | {"model": "leads"} for row in rows], problem)


def _day(features: pa.Table, topics: pa.Table, until: date, horizon_days: int) -> _Day:
    """Features of the leads of a day, ordered by person, and who became a customer in the horizon after it."""
    at = pa.scalar(until, pa.date32())
    its = features.filter(pc.equal(features["until"], at)).sort_by("person_id")
    ids = its["person_id"].to_pylist()
    counts = (
        np.column_stack([its[name].to_numpy().astype(np.float64) for name in COUNTS])
        if ids
        else np.empty((0, len(COUNTS)))
    )
    since = np.array([(until - day).days for day in its["last_act"].to_pylist()], dtype=np.float64)
    fit = _fit_to_best(ids, topics.filter(pc.equal(topics["until"], at)))
    last = until + timedelta(days=horizon_days)
    became = np.array([day is not None and until < day <= last for day in its["became_on"].to_pylist()], dtype=bool)
    return _Day(ids, np.column_stack([counts, since, fit]), became)


def _fit_to_best(ids: Sequence[str], topics: pa.Table) -> Floats:
    """Cosine of each lead's topics and those of the best customers; 0 where either has none."""
    subjects = sorted(set(topics["subject"].to_pylist()))
    place = {subject: number for number, subject in enumerate(subjects)}
    row = {person: number for number, person in enumerate(ids)}
    of_leads, best = np.zeros((len(ids), len(subjects))), np.zeros(len(subjects))
    for person, subject, acts in zip(
        *(topics[name].to_pylist() for name in ("person_id", "subject", "acts")), strict=True
    ):
        if person == BEST:
            best[place[subject]] += acts
        elif person in row:
            of_leads[row[person], place[subject]] += acts
    sizes = np.sqrt((of_leads**2).sum(axis=1)) * np.sqrt((best**2).sum())
    return np.divide((of_leads * best).sum(axis=1), sizes, out=np.zeros(len(ids)), where=sizes > 0)


@dataclass(frozen=True)
class _Regression:
    means: Floats
    deviations: Floats
    slopes: Floats
    intercept: float

    @classmethod
    def fitted(cls, rows: Floats, is_case: np.ndarray) -> _Regression:
        from sklearn.linear_model import LogisticRegression  # two seconds to import
        from threadpoolctl import threadpool_limits

        values = _flat(rows)
        means, deviations = values.mean(axis=0), values.std(axis=0)
        deviations[deviations < 1e-12] = 1.0
        with threadpool_limits(limits=1):
            model = LogisticRegression(C=0.3, max_iter=500, tol=1e-8).fit((values - means) / deviations, is_case)
        return cls(means, deviations, model.coef_[0], float(model.intercept_[0]))

    def parts(self, rows: Floats) -> Floats:
        """What each feature adds to the logarithm of the odds, beside that of a mean lead."""
        return (_flat(rows) - self.means) / self.deviations * self.slopes

    def probabilities(self, rows: Floats) -> Floats:
        return 1 / (1 + np.exp(-np.clip(self.parts(rows).sum(axis=1) + self.intercept, -500, 500)))


def _flat(rows: Floats) -> Floats:
    """Counts and days as logarithms; the fit, which is the last, as it is."""
    return np.column_stack([np.log1p(rows[:, :-1]), rows[:, -1]])


def _rules(rows: Floats) -> tuple[Floats, Floats]:
    """Score 0 to 1 of each lead by _RULES, and its parts."""
    parts = np.column_stack([np.minimum(rows[:, _NAMES.index(name)] / enough, 1.0) for name, enough in _RULES.items()])
    return parts.mean(axis=1), parts


def _reasons(names: Sequence[str], parts: Floats, least: float) -> list[str]:
    """The features that add most, at most _REASONS; those that add less than `least`, or nothing, are none."""
    order = sorted(range(len(names)), key=lambda place: (-parts[place], names[place]))
    return [names[place] for place in order[:_REASONS] if parts[place] > max(least - 1e-12, 0)]


def _measured(
    became: np.ndarray, forecast: Floats, rules: Floats, base_rate: float
) -> tuple[list[dict[str, Any]], bool]:
    """How well the held-out days were foretold, and whether the regression did better than a constant.

    lift_in_top_decile: share of those who became customers among the tenth with the highest score, beside that of all;
    calibration_error: mean difference of forecast and share in fifths of the forecast, weighted by persons.
    """
    count, rate = len(became), float(became.mean())
    top = max(1, count // 10)
    rows: list[dict[str, Any]] = []
    areas, covariance = area(became, forecast, rules)
    brier = (forecast - became) ** 2
    naive = (base_rate - became.astype(np.float64)) ** 2
    serves = bool(brier.mean() < naive.mean() and areas[0] > 0.5)

    def row(method: str, measure: str, found: tuple[float, float | None, float | None], unit: str) -> None:
        value, low, high = found
        limits = {"value": value, "value_low": low, "value_high": high}
        serving = {"is_serving": method == (SERVED if serves else RULES), "persons_count": count}
        rows.append({"method": method, "measure": measure, "unit": unit} | limits | serving)

    for place, (method, score) in enumerate(((SERVED, forecast), (RULES, rules))):
        row(method, "auc", with_interval(areas[place], covariance[place, place]), "probability 0 to 1")
        best = np.lexsort((np.arange(count), -score))[:top]
        share = float(became[best].mean())
        found = with_interval(share / rate, share * (1 - share) / top / rate**2)
        row(method, "lift_in_top_decile", found, "ratio, 0 or more")
    row(SERVED, "brier_score", with_interval(brier.mean(), brier.var(ddof=1) / count), "none")
    row(NAIVE, "brier_score", with_interval(naive.mean(), naive.var() / count), "none")
    row(SERVED, "calibration_error", (_calibration(became, forecast), None, None), "ratio 0 to 1")
    row(NAIVE, "auc", (0.5, None, None), "probability 0 to 1")
    row(NAIVE, "lift_in_top_decile", (1.0, None, None), "ratio, 0 or more")
    return rows, serves


def _calibration(became: np.ndarray, forecast: Floats) -> float:
    parts = np.array_split(np.argsort(forecast, kind="stable"), _BINS)
    gaps = [abs(forecast[part].mean() - became[part].mean()) * len(part) for part in parts if len(part)]
    return float(sum(gaps) / len(became))
