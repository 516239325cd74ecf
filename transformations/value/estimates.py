"""Fits the models of buying and spending, chooses the one to serve, and gives each person their estimates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from transformations.value import buying, holdout, lifetime
from transformations.value.rfm import rfm

OTHER_CURRENCY = "bought in another currency, or at prices that are not known"


@dataclass(frozen=True)
class Estimates:
    """Rows of gold.customer_value and of gold.model_evaluations; problem: why there is no estimate, or empty."""

    values: pa.Table
    evaluations: pa.Table
    problem: str


def estimates(
    history: pa.Table, *, as_of_date: date, cutoff_date: date, currency: str, model: str, needs: lifetime.Needs
) -> Estimates:
    """Recency, frequency, monetary value and what to expect of each person, with the errors that forecasts had.

    Args: history: purchases.HISTORY. currency: the company's. model: auto, bg_nbd or mbg_nbd.
    """
    history = history.sort_by("person_id")
    values = rfm(history, as_of_date=as_of_date)
    own = lifetime.currency_of(history, currency)
    rows, _ = holdout.held_out(history, cutoff_date=cutoff_date, as_of_date=as_of_date, currency=own, needs=needs)
    known = lifetime.persons(history, as_of_date, own)
    problem = lifetime.refusal(known, needs)
    fits = {} if problem else {its.name: buying.fit(its, known.histories()[0]) for its in _SERVED}
    fits = {name: fit for name, fit in fits.items() if not fit.problem}
    if not problem and not fits:
        problem = "no model of buying can be fitted to these purchases"
    if problem:
        reasons = pa.array([problem] * values.num_rows, pa.string())
        return Estimates(values.append_column("value_missing_reason", reasons), _table(rows), problem)
    name = holdout.chosen(rows, fits, model)
    name = name if name in fits else max(fits, key=lambda its: fits[its].log_likelihood)
    served = buying.MODELS[name]
    spent = lifetime.fit_spend(known, needs)
    recent = history["recent_days_count"].to_numpy()
    found = lifetime.estimated(known, recent, served, fits[name], spent, needs)
    for column in lifetime.COLUMNS:
        values = values.append_column(column, found[column])
    reason = [None if has else OTHER_CURRENCY for has in known.has_currency.tolist()]
    if spent.problem:
        reason = [spent.problem] * values.num_rows
    values = values.append_column("value_model", pa.array([name] * values.num_rows, pa.string()))
    values = values.append_column("value_missing_reason", pa.array(reason, pa.string()))
    rows = [row | {"is_serving": row["method"] == name} for row in rows]
    shared = {"model": "value", "cutoff_date": cutoff_date, "as_of_date": as_of_date, "persons_count": len(known.x)}
    for method, fit in fits.items():
        measured = dict(zip(buying.MODELS[method].parameters, fit.parameters, strict=True))
        measured["log_likelihood"] = fit.log_likelihood
        rows += [shared | _parameter(method, its, value, method == name) for its, value in measured.items()]
    if not spent.problem:
        measured = dict(zip(lifetime.spend.NAMES, spent.parameters, strict=True))
        rows += [shared | _parameter("gamma_gamma", its, value, True) for its, value in measured.items()]
    return Estimates(values, _table(rows), "")


_SERVED = (buying.BG_NBD, buying.MBG_NBD)
EVALUATION = pa.schema(
    [(name, pa.string()) for name in ("model", "method", "measure", "unit")]
    + [(name, pa.float64()) for name in ("value", "value_low", "value_high")]
    + [("persons_count", pa.int64()), ("cutoff_date", pa.date32()), ("as_of_date", pa.date32())]
    + [("is_serving", pa.bool_()), ("missing_reason", pa.string())]
)
"""Columns of gold.model_evaluations."""
_UNITS = {"alpha": "days", "v": "the company's currency", "log_likelihood": "natural logarithm"}


def _parameter(method: str, name: str, value: float, is_serving: bool) -> dict[str, Any]:
    measure = name if name == "log_likelihood" else f"parameter_{name}"
    number = float(value) if np.isfinite(value) else None
    return {
        "method": method,
        "measure": measure,
        "unit": _UNITS.get(name, "none"),
        "value": number,
        "is_serving": is_serving,
    }


def _table(rows: list[dict[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist([{"is_serving": False} | row for row in rows], EVALUATION)
