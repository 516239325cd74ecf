"""Objectives of the company, its customers, communities and segments, and how far they are fulfilled."""

from __future__ import annotations

from transformations.contracts.model import Field

_UNIT = "unit of the row"

set_objective_id = Field(
    "objective_id",
    "string",
    "Objective of company.yaml, or of a rule: profitability, potential and horizon (high_low_short).",
)
subject_kind = Field(
    "subject_kind", "string", "Whom the objective is about.", allowed=("company", "customer", "community", "segment")
)
subject_id = Field("subject_id", "string", "person_id, community_id or segment_id; company for the company as a whole.")
horizon = Field(
    "horizon",
    "string",
    "Length of the period: objectives.horizons of conf says how many months.",
    allowed=("short", "medium", "long"),
)
objective_kind = Field(
    "kind",
    "string",
    "What the objective is to bring.",
    allowed=("image", "design_collaboration", "cross_marketing", "cross_selling", "up_selling", "lower_marketing_cost"),
)
origin = Field(
    "origin",
    "string",
    "company: company.yaml sets it. rule: it follows from profitability and potential (objectives.rules).",
    allowed=("company", "rule"),
)
objective_measure = Field(
    "measure",
    "string",
    "What it is measured by: an indicator of gold.indicator_catalogue for the company, else a column of the tables of "
    "profitability.",
)
objective_unit = Field("unit", "string", "Unit of baseline, target, actual and forecast; for money, its currency.")
is_total = Field(
    "is_total", "boolean", "The target is a total of the whole period; false: a level that the period should have."
)
objective_start = Field("period_start", "date", "First day of the period.")
period_end = Field("period_end", "date", "First day after the period.")
baseline = Field(
    "baseline",
    "double",
    "The same measure in the period before, as if it had been held as long as this one; null where there is no month before.",
    unit=_UNIT,
)
target = Field("target", "double", "Value to reach; null where it cannot be derived.", unit=_UNIT)
profitability_level = Field(
    "profitability",
    "string",
    "high: contribution of the last twelve months (revenue where costs are not known) at the median of the subjects of the kind "
    "or above; else low. Null for objectives of the company.",
    allowed=("high", "low"),
)
potential_level = Field(
    "potential",
    "string",
    "high: growth_potential (of groups the mean of the members') at the median of the subjects of the kind or above; low: below, "
    "or not known. Null for objectives of the company.",
    allowed=("high", "low"),
)
strategy = Field("strategy", "string", "How to get there, as the rule says; null where conf says nothing.")
subject_members = Field(
    "members_count", "bigint", "Persons in the community or segment; 1 for a person.", unit="persons"
)
actual = Field(
    "actual",
    "double",
    "Value of the period so far: up to as_of_date. Null where nothing was measured.",
    unit=_UNIT,
    caution="Of a total: the period may not be over. Compare forecast with target, not actual.",
)
fulfilment_ratio = Field(
    "fulfilment_ratio",
    "double",
    "actual / target; where less is better target / actual. Null where target or the divisor is not above 0.",
    unit="ratio, 0 or more",
)
objective_trend = Field(
    "trend",
    "double",
    "Change a month: slope of the straight line through the last 24 whole months; null with fewer than three.",
    unit="unit of the row a month",
)
forecast = Field(
    "forecast",
    "double",
    "What the period is expected to end with. Null where there is too little to go by.",
    unit=_UNIT,
)
forecast_low = Field("forecast_low", "double", "Lower limit of the 95 % interval of forecast.", unit=_UNIT)
forecast_high = Field("forecast_high", "double", "Upper limit of the 95 % interval of forecast.", unit=_UNIT)
forecast_method = Field(
    "forecast_method",
    "string",
    "mean, trend: of the whole months so far, by least squares. value_model: expected orders and spend of the person. rate: the "
    "person goes on as in the last twelve months.",
    allowed=("mean", "trend", "value_model", "rate"),
)
is_on_track = Field("is_on_track", "boolean", "The forecast reaches the target; null where one of them is.")
