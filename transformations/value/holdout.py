"""How well the models of buying forecast what came after a cut-off that they did not see, beside naive forecasts."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from transformations.value import buying, lifetime, spend
from transformations.value.likelihood import Fit, Floats

NAIVE = "naive_rate"
"""Everybody goes on as often as so far: the forecast that the others are held against."""
_NORMAL = 1.959963984540054
_MODEL = "value"


def held_out(
    history: pa.Table, *, cutoff_date: date, as_of_date: date, currency: str, needs: lifetime.Needs
) -> tuple[list[dict[str, Any]], dict[str, Fit]]:
    """Forecasts of the purchases from the cut-off to as_of_date by models fitted up to the cut-off, and their errors.

    Args: history: purchases.HISTORY in the order of person_id, counted up to both days.
    Returns: rows of gold.model_evaluations without is_serving, and the models fitted up to the cut-off, by name. One row with
        a reason where nothing can be measured.
    """
    early = history.filter(pc.is_valid(history["early_last_day"]))
    known = lifetime.persons(early, cutoff_date, currency, early=True)
    days = (as_of_date - cutoff_date).days
    actual = (pc.subtract(early["days_count"], early["early_days_count"])).to_numpy().astype(np.float64)
    reason = lifetime.refusal(known, needs)
    if not reason and not actual.any():
        reason = f"no purchase in the {days} days after {cutoff_date}"
    shared = {"model": _MODEL, "cutoff_date": cutoff_date, "as_of_date": as_of_date}
    if reason:
        return [shared | {"method": "none", "measure": "none", "unit": "none", "missing_reason": reason}], {}
    history, _ = known.histories()
    fits = {model.name: buying.fit(model, history) for model in buying.MODELS.values()}
    fits = {name: fit for name, fit in fits.items() if not fit.problem}
    forecasts = _forecasts(known, fits, days)
    spent = lifetime.fit_spend(known, needs)
    rows = _errors(actual, forecasts, "orders", "purchase days")
    if not spent.problem:
        rows += _errors(*_revenues(early, known, forecasts, spent), "revenue", currency)
    shared["persons_count"] = len(actual)
    return [shared | row for row in rows], fits


def _forecasts(known: lifetime.Persons, fits: Mapping[str, Fit], days: int) -> dict[str, Floats]:
    """Purchase days to expect of each person, by method."""
    history, places = known.histories()
    found = {
        name: buying.expected_orders(buying.MODELS[name], np.asarray(fit.parameters), history, days)[places]
        for name, fit in fits.items()
    }
    rate = np.divide(known.x, known.T, out=np.zeros(len(known.x)), where=known.T > 0)
    return found | {
        NAIVE: rate * days,
        "naive_mean": np.full(len(rate), known.x.sum() / max(known.T.sum(), 1.0) * days),
    }


def _revenues(
    early: pa.Table, known: lifetime.Persons, forecasts: Mapping[str, Floats], spent: Fit
) -> tuple[Floats, dict[str, Floats]]:
    """Revenue after the cut-off, and its forecasts: orders times spend; the naive ones take the person's own mean so far."""
    both = [pc.fill_null(early[name].cast(pa.float64()), 0.0).to_numpy() for name in ("monetary", "early_monetary")]
    amounts = spend.expected_spend(np.asarray(spent.parameters), known.priced, known.mean)
    own = both[1] / (known.x + 1)
    chosen = known.has_currency
    found = {name: (its * (own if name.startswith("naive") else amounts))[chosen] for name, its in forecasts.items()}
    return (both[0] - both[1])[chosen], found


def _errors(actual: Floats, forecasts: Mapping[str, Floats], of: str, unit: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    naive = (forecasts[NAIVE] - actual) ** 2
    for method, forecast in forecasts.items():
        squared = (forecast - actual) ** 2
        measured = {
            f"rmse_{of}": (unit, *(np.sqrt(np.maximum(its, 0.0)) for its in _mean(squared))),
            f"mae_{of}": (unit, *_mean(np.abs(forecast - actual))),
            f"total_{of}_ratio": (
                "forecast / actual",
                forecast.sum() / actual.sum() if actual.sum() else np.nan,
                None,
                None,
            ),
            f"mse_{of}_less_naive": (f"{unit}, squared", *_mean(squared - naive)),
        }
        rows += [
            {"method": method, "measure": name, "unit": its[0], "value": _number(its[1])}
            | {"value_low": _number(its[2]), "value_high": _number(its[3])}
            for name, its in measured.items()
        ]
    return rows


def _mean(values: Floats) -> tuple[float, float, float]:
    """Mean over persons with its 95 % interval."""
    mean, error = values.mean(), values.std(ddof=1) / np.sqrt(len(values))
    return mean, mean - _NORMAL * error, mean + _NORMAL * error


def _number(value: float | None) -> float | None:
    return None if value is None or not np.isfinite(value) else float(value)


def chosen(rows: list[dict[str, Any]], fits: Mapping[str, Fit], wanted: str) -> str:
    """The model to serve: the wanted one; for auto that of the smaller error after the cut-off, else of the higher likelihood.

    Args: rows: from `held_out`. fits: of the models that may be served, by name.
    """
    if wanted in fits:
        return wanted
    errors = {
        row["method"]: math.inf if row["value"] is None else row["value"]  # forecasts beyond any number
        for row in rows
        if row["measure"] == "rmse_orders" and row["method"] in fits
    }
    if len(errors) == len(fits) and min(errors.values(), default=math.inf) < math.inf:
        return min(errors, key=lambda name: (errors[name], name))
    return max(fits, key=lambda name: (fits[name].log_likelihood, name))
