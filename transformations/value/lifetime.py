"""What each customer is worth from now on: who is still active, how many orders and how much revenue to expect.

Models are fitted on distinct weighted histories, so that their cost does not grow with the number of customers.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from transformations.value import buying, spend
from transformations.value.buying import History, Model
from transformations.value.likelihood import Fit, Floats, distinct

_NORMAL = 1.959963984540054
COLUMNS = (
    "p_alive",
    "expected_orders",
    "expected_orders_low",
    "expected_orders_high",
    "expected_spend",
    "clv",
    "clv_low",
    "clv_high",
    "churn_risk",
    "growth_potential",
)
"""Estimates of each person."""


@dataclass(frozen=True)
class Needs:
    """What is estimated, and how much data it takes: conf's models.value.

    Attributes:
        horizon_days: of expected orders, of the risk that there are none, and of growth.
        clv_days, discount_rate: of customer lifetime value; the rate is that of a year.
        min_persons, min_repeat_persons: persons, and persons with a repeat purchase, below which nothing is estimated.
    """

    horizon_days: int
    clv_days: int
    discount_rate: float
    min_persons: int
    min_repeat_persons: int

    @property
    def discount(self) -> float:
        """Per day, compounded continuously."""
        return float(np.log1p(self.discount_rate)) / 365


@dataclass(frozen=True)
class Persons:
    """Histories of persons up to a day, one entry a person, in the order of person_id.

    Attributes:
        x, t_x, T: repeat purchase days, days from the first to the last, days from the first to that day.
        priced, mean: repeat purchase days of known amount in the chosen currency, and their mean amount (0 without any).
        has_currency: the person is measured in the chosen currency.
    """

    x: Floats
    t_x: Floats
    T: Floats
    priced: Floats
    mean: Floats
    has_currency: np.ndarray

    def histories(self) -> tuple[History, np.ndarray]:
        """The distinct histories, and of each person the place of theirs."""
        (x, t_x, T), weights, places = distinct(self.x, self.t_x, self.T)
        return History(x, t_x, T, weights), places


def persons(history: pa.Table, until: date, currency: str, *, early: bool = False) -> Persons:
    """Histories to estimate from.

    Args: history: purchases.HISTORY in the order of person_id. until: the day it counts up to. currency: chosen one.
        early: up to the cut-off, of those who had bought by then.
    """
    prefix = "early_" if early else ""
    first, last = (history[name].cast(pa.int32()).to_numpy() for name in ("first_day", f"{prefix}last_day"))
    priced = history[f"{prefix}repeat_priced_days"].to_numpy().astype(np.float64)
    amount = pc.fill_null(history[f"{prefix}repeat_amount"].cast(pa.float64()), 0.0).to_numpy()
    has_currency = pc.equal(history["currency"], currency).to_numpy()
    priced = np.where(has_currency & (amount > 0), priced, 0.0)
    return Persons(
        history[f"{prefix}days_count"].to_numpy() - 1.0,
        (last - first).astype(np.float64),
        ((until - date(1970, 1, 1)).days - first).astype(np.float64),
        priced,
        np.divide(amount, priced, out=np.zeros(len(priced)), where=priced > 0),
        has_currency,
    )


def currency_of(history: pa.Table, own: str) -> str:
    """The currency that amounts are estimated in: the company's own, or the most frequent one where nobody paid in it."""
    counts = {row["values"]: row["counts"] for row in history["currency"].value_counts().to_pylist()}
    return own if own in counts else min(counts, key=lambda name: (-counts[name], name), default=own)


def refusal(known: Persons, needs: Needs) -> str:
    """Why nothing can be estimated from these histories; empty where it can."""
    count, repeat = len(known.x), int((known.x > 0).sum())
    if count < needs.min_persons:
        return f"fewer than {needs.min_persons} persons with a purchase"
    if repeat < needs.min_repeat_persons:
        return f"fewer than {needs.min_repeat_persons} persons with a repeat purchase"
    if len(np.unique(np.column_stack([known.x, known.t_x, known.T]), axis=0)) < 3:
        return "all persons have the same history of purchases"
    return ""


def fit_spend(known: Persons, needs: Needs) -> Fit:
    """Gamma-Gamma on those with repeat purchases of known amount."""
    chosen = known.priced > 0
    if int(chosen.sum()) < needs.min_repeat_persons:
        reason = f"fewer than {needs.min_repeat_persons} persons with a repeat purchase of known amount"
        return Fit((), float("nan"), None, reason)
    if np.ptp(known.mean[chosen]) < 1e-9 * known.mean[chosen].max():
        return Fit((), float("nan"), None, "all repeat purchases have the same amount")
    (priced, mean), weights, _ = distinct(known.priced[chosen], known.mean[chosen])
    return spend.fit(priced, mean, weights)


def estimated(
    known: Persons, recent_days_count: np.ndarray, model: Model, fit: Fit, spent: Fit, needs: Needs
) -> pa.Table:
    """COLUMNS of each person, null where they cannot be known.

    p_alive is null for a person with one purchase where the model cannot tell (BG/NBD says 1 of all of them);
    growth_potential for one who has not been a customer for the whole horizon; amounts for persons of another currency.
    """
    history, places = known.histories()
    parameters = np.asarray(fit.parameters)
    tells = (history.x > 0) if not model.stops_at_once else np.ones(len(history.x), dtype=bool)
    orders = buying.expected_orders(model, parameters, history, needs.horizon_days)
    orders_error = buying.error_of_expected(model, fit, history, needs.horizon_days)
    columns: dict[str, Floats] = {
        "p_alive": np.where(tells, buying.p_alive(model, parameters, history), np.nan)[places],
        "expected_orders": orders[places],
        "churn_risk": buying.p_no_order(model, parameters, history, needs.horizon_days)[places],
        "growth_potential": np.where(needs.horizon_days <= known.T, orders[places] - recent_days_count, np.nan),
    }
    columns |= _interval("expected_orders", orders[places], None if orders_error is None else orders_error[places])
    if not spent.problem:
        columns |= _worth(known, history, places, model, fit, spent, needs)
    nothing = np.full(len(places), np.nan)
    return pa.table({name: _numbers(columns.get(name, nothing)) for name in COLUMNS})


def _worth(
    known: Persons, history: History, places: np.ndarray, model: Model, fit: Fit, spent: Fit, needs: Needs
) -> dict[str, Floats]:
    """expected_spend, and clv with its interval."""
    discounted = buying.expected_orders(model, np.asarray(fit.parameters), history, needs.clv_days, needs.discount)
    amounts = spend.expected_spend(np.asarray(spent.parameters), known.priced, known.mean)
    amounts = np.where(known.has_currency, amounts, np.nan)
    clv = discounted[places] * amounts
    of_orders = buying.error_of_expected(model, fit, history, needs.clv_days)  # a discount changes it little
    of_amounts = spend.error_of_expected(spent, known.priced, known.mean)
    error = None if of_orders is None or of_amounts is None else np.hypot(of_orders[places], of_amounts)
    return {"expected_spend": amounts, "clv": clv} | _interval("clv", clv, error)


def _interval(name: str, values: Floats, error: Floats | None) -> dict[str, Floats]:
    """95 % interval of a positive number, from the standard error of its logarithm."""
    if error is None:
        return {}
    return {f"{name}_low": values * np.exp(-_NORMAL * error), f"{name}_high": values * np.exp(_NORMAL * error)}


def _numbers(values: Floats) -> pa.Array:
    return pa.array(values, pa.float64(), mask=~np.isfinite(values))
