"""Fits the models of buying and spending, chooses the one to serve, and gives each person their estimates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from transformations.value import buying, churn, holdout, lifetime, spend
from transformations.value.likelihood import Fit, Floats
from transformations.value.rfm import rfm

OTHER_CURRENCY = "bought in another currency, or at prices that are not known"


@dataclass(frozen=True)
class Estimates:
    """Rows of gold.customer_value and of gold.model_evaluations; problem: why there is no estimate, or empty."""

    values: pa.Table
    evaluations: pa.Table
    problem: str


@dataclass(frozen=True)
class Asked:
    """What estimates are made for.

    Attributes: as_of_date, cutoff_date: up to which everything, and what forecasts may see, is counted. currency: the
        company's. model: auto, bg_nbd or mbg_nbd. min_churn_persons: persons who bought after the cut-off, and who did not,
        below which churn is not fitted.
    """

    as_of_date: date
    cutoff_date: date
    currency: str
    model: str
    needs: lifetime.Needs
    min_churn_persons: int


def estimates(history: pa.Table, contacts: pa.Table, asked: Asked) -> Estimates:
    """Recency, frequency, monetary value and what to expect of each person, with the errors that forecasts had.

    Args: history: purchases.HISTORY. contacts: contacts.CONTACTS of the cut-off and of as_of_date.
    """
    history, needs = history.sort_by("person_id"), asked.needs
    values = rfm(history, as_of_date=asked.as_of_date)
    own = lifetime.currency_of(history, asked.currency)
    rows, early = holdout.held_out(
        history, cutoff_date=asked.cutoff_date, as_of_date=asked.as_of_date, currency=own, needs=needs
    )
    known = lifetime.persons(history, asked.as_of_date, own)
    problem = lifetime.refusal(known, needs)
    fits = {} if problem else {its.name: buying.fit(its, known.histories()[0]) for its in _SERVED}
    fits = {name: fit for name, fit in fits.items() if not fit.problem}
    if not problem and not fits:
        problem = "no model of buying can be fitted to these purchases"
    if problem:
        reasons = pa.array([problem] * values.num_rows, pa.string())
        return Estimates(values.append_column("value_missing_reason", reasons), _table(rows), problem)
    name = holdout.chosen(rows, fits, asked.model)
    spent = lifetime.fit_spend(known, needs)
    recent = history["recent_days_count"].to_numpy()
    found = lifetime.estimated(known, recent, buying.MODELS[name], fits[name], spent, needs)
    lost = _churn(history, known, contacts, asked, own, early.get(name), (buying.MODELS[name], fits[name]))
    if lost.risks is not None:
        place = found.column_names.index("churn_risk")
        found = found.set_column(place, "churn_risk", pa.array(lost.risks, pa.float64()))
    reason = [None if has else OTHER_CURRENCY for has in known.has_currency.tolist()]
    texts = {
        "churn_model": [name if lost.risks is None else "logistic"] * values.num_rows,
        "value_model": [name] * values.num_rows,
        "value_missing_reason": [spent.problem] * values.num_rows if spent.problem else reason,
    }
    for column in lifetime.COLUMNS:
        values = values.append_column(column, found[column])
    for column, text in texts.items():
        values = values.append_column(column, pa.array(text, pa.string()))
    dates = {"cutoff_date": asked.cutoff_date, "as_of_date": asked.as_of_date}
    rows = [row | {"is_serving": row["method"] == name} for row in rows]
    rows += [{"model": "value", "persons_count": len(known.x)} | dates | row for row in _parameters(fits, spent, name)]
    rows += [{"model": "churn"} | dates | row for row in lost.rows]
    return Estimates(values, _table(rows), "")


def _churn(
    history: pa.Table,
    known: lifetime.Persons,
    contacts: pa.Table,
    asked: Asked,
    currency: str,
    early_fit: Fit | None,
    served: tuple[buying.Model, Fit],
) -> churn.Churn:
    """How well churn is foretold, and everybody's risk where a regression on all that is known foretells it better."""
    if early_fit is None:
        reason = "no forecast of buying can be measured after the cut-off"
        return churn.Churn([{"method": "none", "measure": "none", "unit": "none", "missing_reason": reason}], None)
    model, fit = served
    days = (asked.as_of_date - asked.cutoff_date).days
    early = history.filter(pc.is_valid(history["early_last_day"]))
    then = lifetime.persons(early, asked.cutoff_date, currency, early=True)
    p_then = _p_no_order(model, early_fit, then, days)
    bought = pc.greater(early["days_count"], early["early_days_count"]).to_numpy()
    now = None
    if days == asked.needs.horizon_days:
        p_now = _p_no_order(model, fit, known, days)
        now = churn.features(known, p_now, history["person_id"], contacts, asked.as_of_date)
    seen = churn.features(then, p_then, early["person_id"], contacts, asked.cutoff_date)
    return churn.churn(seen, bought, p_then, now, min_persons=asked.min_churn_persons)


def _p_no_order(model: buying.Model, fit: Fit, known: lifetime.Persons, days: int) -> Floats:
    history, places = known.histories()
    return buying.p_no_order(model, np.asarray(fit.parameters), history, days)[places]


_SERVED = (buying.BG_NBD, buying.MBG_NBD)
EVALUATION = pa.schema(
    [(name, pa.string()) for name in ("model", "method", "measure", "unit")]
    + [(name, pa.float64()) for name in ("value", "value_low", "value_high")]
    + [("persons_count", pa.int64()), ("cutoff_date", pa.date32()), ("as_of_date", pa.date32())]
    + [("is_serving", pa.bool_()), ("missing_reason", pa.string())]
)
"""Columns of gold.model_evaluations."""
_UNITS = {"alpha": "days", "v": "the company's currency", "log_likelihood": "natural logarithm"}


def _parameters(fits: Mapping[str, Fit], spent: Fit, serving: str) -> list[dict[str, Any]]:
    """Rows of what the models' parameters are."""
    rows = []
    for method, fit in fits.items():
        measured = dict(zip(buying.MODELS[method].parameters, fit.parameters, strict=True))
        measured["log_likelihood"] = fit.log_likelihood
        rows += [_parameter(method, its, value) | {"is_serving": method == serving} for its, value in measured.items()]
    if not spent.problem:
        measured = dict(zip(spend.NAMES, spent.parameters, strict=True))
        rows += [_parameter("gamma_gamma", its, value) | {"is_serving": True} for its, value in measured.items()]
    return rows


def _parameter(method: str, name: str, value: float) -> dict[str, Any]:
    measure = name if name == "log_likelihood" else f"parameter_{name}"
    number = float(value) if np.isfinite(value) else None
    return {"method": method, "measure": measure, "unit": _UNITS.get(name, "none"), "value": number}


def _table(rows: list[dict[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist([{"is_serving": False} | row for row in rows], EVALUATION)
