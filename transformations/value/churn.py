"""Who will buy nothing for some time: a logistic regression on what persons did up to a cut-off, beside P(alive)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from transformations.value.auc import area, with_interval
from transformations.value.contacts import COUNTS
from transformations.value.lifetime import Persons
from transformations.value.likelihood import Floats

SERVED = "logistic_all"
_FOLDS = 5
_CONTACTS = (*COUNTS, "open_tickets", "days_since_post", "days_since_visit")
_SINCE_PURCHASE = ("last_negative_post", "last_ticket", "last_bad_ticket")
"""What may have happened since the last purchase, and been the reason that none followed."""
_NEVER = 3650.0  # days since something that never happened


@dataclass(frozen=True)
class Features:
    """Features of persons on a day: of buying, and of contacts beside it. One row a person."""

    buying: Floats
    contacts: Floats

    def of(self, *, with_contacts: bool) -> Floats:
        return np.column_stack([self.buying, self.contacts]) if with_contacts else self.buying


@dataclass(frozen=True)
class Churn:
    """Rows of gold.model_evaluations without dates; the risk of each person of today where the regression is the better one."""

    rows: list[dict[str, Any]]
    risks: Floats | None


def features(
    known: Persons, p_no_order: Floats, person_ids: pa.ChunkedArray, contacts: pa.Table, until: date
) -> Features:
    """Features, skewed ones as logarithms.

    Args: known, p_no_order: of the persons on that day, what a model of buying says included. contacts: contacts.CONTACTS.
    """
    alive = np.clip(p_no_order, 1e-9, 1 - 1e-9)
    bought = np.column_stack(
        [np.log(alive / (1 - alive)), *(np.log1p(its) for its in (known.T - known.t_x, known.x, known.T, known.mean))]
    )
    of_day = contacts.filter(pc.equal(contacts["until"], pa.scalar(until, pa.date32())))
    places = {person: place for place, person in enumerate(of_day["person_id"].to_pylist())}
    place = np.array([places.get(person, -1) for person in person_ids.to_pylist()], dtype=np.int64)
    today = (until - date(1970, 1, 1)).days

    def days_since(name: str, never: float = _NEVER) -> Floats:
        days = of_day[name].cast(pa.int32())
        values = np.where(
            days.is_valid().to_numpy(), today - pc.fill_null(days, 0).to_numpy().astype(np.float64), never
        )
        return np.append(values, never)[place]

    def column(name: str) -> Floats:
        if name.startswith("days_since_"):
            return days_since(name.replace("days_since", "last"))
        return np.append(of_day[name].to_numpy().astype(np.float64), 0.0)[place]

    skewed = np.log1p(np.column_stack([column(name) for name in _CONTACTS]))
    since = np.column_stack([days_since(name, np.inf) < known.T - known.t_x for name in _SINCE_PURCHASE])
    return Features(bought, np.column_stack([skewed, since.astype(np.float64)]))


def churn(then: Features, bought: np.ndarray, p_no_order: Floats, now: Features | None, *, min_persons: int) -> Churn:
    """How well churn after the cut-off is foretold, by five-fold cross-validation, and by the better method the risk of today.

    Args:
        then: features at the cut-off. bought: whether each person bought after it. p_no_order: what the model of buying said.
        now: features of today's persons; None where the cut-off lies further back, or less far, than what is to be foretold.
        min_persons: of either kind, below which nothing is fitted.
    """
    is_case = ~bought
    if min(int(is_case.sum()), int(bought.sum())) < min_persons:
        reason = f"fewer than {min_persons} persons who bought after the cut-off, or who did not"
        return Churn([{"method": "none", "measure": "none", "unit": "none", "missing_reason": reason}], None)
    scores = {"p_alive": p_no_order, "logistic_buying": _cross_validated(then.of(with_contacts=False), is_case)}
    has_contacts = bool((np.ptp(then.contacts, axis=0) > 0).any())
    if has_contacts:
        scores[SERVED] = _cross_validated(then.of(with_contacts=True), is_case)
    brier = {name: (score - is_case) ** 2 for name, score in scores.items()}
    best = min((name for name in scores if name != "p_alive"), key=lambda name: (brier[name].mean(), name))
    serves = now is not None and brier[best].mean() < brier["p_alive"].mean()
    rows = _measured(is_case, scores, brier, best if serves else "p_alive")
    if not serves or now is None:
        return Churn(rows, None)
    with_contacts = best == SERVED
    return Churn(rows, _fit(then.of(with_contacts=with_contacts), is_case)(now.of(with_contacts=with_contacts)))


def _measured(
    is_case: np.ndarray, scores: dict[str, Floats], brier: dict[str, Floats], serving: str
) -> list[dict[str, Any]]:
    areas, covariance = area(is_case, *scores.values())
    names = list(scores)
    shared = {"persons_count": len(is_case)}
    rows = []
    for place, name in enumerate(names):
        found = {
            "auc": with_interval(areas[place], covariance[place, place]),
            "brier_score": with_interval(brier[name].mean(), brier[name].var(ddof=1) / len(is_case)),
        }
        for measure, its in found.items():
            rows.append(shared | _row(name, measure, its) | {"is_serving": name == serving})
    base_rate = (is_case.mean() - is_case) ** 2
    rows.append(
        shared | _row("naive_base_rate", "brier_score", with_interval(base_rate.mean(), base_rate.var() / len(is_case)))
    )
    rows.append(shared | _row("naive_base_rate", "auc", (0.5, None, None)))
    if SERVED in scores:
        of, without = names.index(SERVED), names.index("logistic_buying")
        variance = covariance[of, of] + covariance[without, without] - 2 * covariance[of, without]
        rows.append(
            shared | _row(SERVED, "auc_gained_by_contacts", with_interval(areas[of] - areas[without], variance))
        )
    return rows


def _row(method: str, measure: str, found: tuple[float, float | None, float | None]) -> dict[str, Any]:
    value, low, high = found
    unit = "probability 0 to 1" if measure == "auc" else "none"
    return {"method": method, "measure": measure, "unit": unit, "value": value, "value_low": low, "value_high": high}


def _cross_validated(rows: Floats, is_case: np.ndarray) -> Floats:
    """Probability of each person by a regression that did not see them: folds by their place, which is that of a hash."""
    fold = np.arange(len(rows)) % _FOLDS
    found = np.empty(len(rows))
    for held in range(_FOLDS):
        seen = fold != held
        if len(np.unique(is_case[seen])) < 2:
            found[~seen] = is_case[seen].mean()
        else:
            found[~seen] = _fit(rows[seen], is_case[seen])(rows[~seen])
    return found


def _fit(rows: Floats, is_case: np.ndarray):
    """A regression on scaled features: a function from rows to probabilities."""
    from sklearn.linear_model import LogisticRegression  # two seconds to import
    from threadpoolctl import threadpool_limits

    means, deviations = rows.mean(axis=0), rows.std(axis=0)
    deviations[deviations < 1e-12] = 1.0
    with threadpool_limits(limits=1):
        model = LogisticRegression(C=1.0, max_iter=500, tol=1e-8).fit((rows - means) / deviations, is_case)
    slopes, intercept = model.coef_[0], float(model.intercept_[0])

    def probabilities(others: Floats) -> Floats:
        score = ((others - means) / deviations * slopes).sum(axis=1) + intercept
        return 1 / (1 + np.exp(-np.clip(score, -500, 500)))

    return probabilities
