"""Objectives and how far they are fulfilled."""

from __future__ import annotations

from transformations.contracts import fields as f
from transformations.contracts.model import Table

_KEY = (f.set_objective_id.required(), f.subject_kind.required(), f.subject_id.required(), f.horizon.required())

OBJECTIVES = Table(
    "gold.objectives",
    "What is to be reached with the company's customers in the current periods: objectives of company.yaml, and those that rules "
    "derive for each customer, community and segment. One row per objective, subject and horizon.",
    key=("objective_id", "subject_kind", "subject_id", "horizon"),
    columns=(
        *_KEY,
        f.name.described("What is to be reached."),
        f.objective_kind,
        f.origin,
        f.objective_measure,
        f.objective_unit,
        f.better,
        f.is_total,
        f.objective_start,
        f.period_end,
        f.baseline,
        f.target,
        f.profitability_level,
        f.potential_level,
        f.strategy,
        f.subject_members,
        f.missing_reason.described("Why there is no target; null where there is one."),
    ),
    module="strategic",
    is_published=True,
)

OBJECTIVE_FULFILMENT = Table(
    "gold.objective_fulfilment",
    "How far each objective is fulfilled, and whether it will be. One row per objective, subject and horizon.",
    key=("objective_id", "subject_kind", "subject_id", "horizon"),
    columns=(
        *_KEY,
        f.as_of_date,
        f.objective_unit,
        f.target,
        f.actual,
        f.fulfilment_ratio,
        f.objective_trend,
        f.forecast,
        f.forecast_low,
        f.forecast_high,
        f.forecast_method,
        f.is_on_track,
        f.subject_members,
        f.missing_reason.described("Why there is no forecast; null where there is one."),
    ),
    module="strategic",
    is_published=True,
)

TABLES = (OBJECTIVES, OBJECTIVE_FULFILMENT)
