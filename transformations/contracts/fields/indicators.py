"""Indicators and their values, and what the objectives need."""

from __future__ import annotations

from transformations.contracts.fields.types import RATIO, SUM
from transformations.contracts.model import Field

_CURRENT = "Rows whose known_to is set are superseded: filter on known_to is null."

indicator_id = Field("indicator_id", "string", "Indicator.")
definition = Field("definition", "string", "What it measures, in words.")
formula = Field("formula", "string", "How it is computed.")
unit = Field("unit", "string", "Unit of the value; for money, its currency.")
grain = Field("grain", "string", "Length of the period.", allowed=("all", "day", "week", "month"))
grains = Field("grains", "array<string>", "Lengths of period that it is computed for.")
dimensions = Field("dimensions", "array<string>", "Dimensions that it is computed for.")
better = Field("better", "string", "Which direction is good.", allowed=("up", "down"))
source_tables = Field("source_tables", "array<string>", "Tables that it reads.")
process = Field("process", "string", "Business process that it serves.")
aggregation = Field(
    "aggregation", "string", "How the value follows from its parts.", allowed=("sum", "ratio", "quantile", "distinct")
)
its_caution = Field("caution", "string", "What it cannot tell, or how it misleads.")
period_start = Field(
    "period_start", "date", "First day of the period in the company's time zone; 1970-01-01 for the grain all."
)
dimension = Field(
    "dimension",
    "string",
    "Dimension, or all.",
    caution="Do not sum over dimensions, nor over values of one that a post may have several of (topic, brand, product).",
)
dimension_value = Field(
    "dimension_value",
    "string",
    "Value of the dimension, or all. (none): sales without a channel, where others have one.",
)
numerator = Field(
    "numerator",
    SUM,
    "Numerator of a ratio; of a sum or distinct count the value itself; of a median the seconds of those that ended.",
    unit="unit of the row; for a ratio, what its formula counts above the line",
    caution=f"Not additive over periods for the aggregation distinct. {_CURRENT}",
)
denominator = Field(
    "denominator",
    SUM,
    "Denominator of a ratio, of a median the number of those that ended; null for a sum or distinct count.",
    unit="what the formula counts below the line",
    caution=_CURRENT,
)
value = Field(
    "value",
    "double",
    "The indicator; null where nothing could be measured, or a median is not reached.",
    unit="unit of the row",
    caution="Do not sum or average ratios, medians or distinct counts; add up numerator and denominator of a ratio "
    f"instead. {_CURRENT}",
)
observations_count = Field(
    "observations_count",
    "bigint",
    "Rows that the value is computed from.",
    unit="rows",
    caution="Do not sum over dimensions: one row may count in several.",
)
confidence_low = Field(
    "confidence_low",
    "double",
    "Lower limit of the 95 % confidence interval; null where none is defined.",
    unit="unit of the row",
)
confidence_high = Field(
    "confidence_high",
    "double",
    "Upper limit of the 95 % confidence interval; null where none is defined.",
    unit="unit of the row",
)
coverage_ratio = Field(
    "coverage_ratio",
    "double",
    "Share of the rows in scope that could be measured; null where none is defined.",
    unit=RATIO,
)
persons_count = Field(
    "persons_count",
    "bigint",
    "Distinct customers whose rows the value adds up, those included that only returned something; null where persons are "
    "not counted. Published tables leave out groups of too few.",
    unit="customers",
    caution="Not additive: one customer may count in several groups.",
)
missing_reason = Field("missing_reason", "string", "Why value is null; null where it is not.")
is_final = Field(
    "is_final",
    "boolean",
    "The period has ended, and so has the longest late_days of the sources after it; never true for the grain all.",
)
known_from = Field("known_from", "timestamp", "When this value became known, UTC.", is_lineage=True)
known_to = Field("known_to", "timestamp", "When this value was superseded, UTC; null on the current row.")

objective_id = Field("objective_id", "string", "Objective of company.yaml.")
data_state = Field(
    "data_state",
    "string",
    "held: a source provides it. obtainable: a source that conf declares could provide it and has not. absent: no declared "
    "source could.",
    allowed=("held", "obtainable", "absent"),
)
rows_count = Field("rows_count", "bigint", "Rows of the table.", unit="rows")
filled_ratio = Field("filled_ratio", "double", "Share of the rows that have a value; null without rows.", unit=RATIO)
held_from = Field("held_from", "date", "Day of the table's earliest event, UTC; null where it has none.")
held_to = Field("held_to", "date", "Day of the table's latest event, UTC; null where it has none.")
held_sources = Field("held_sources", "array<string>", "Sources whose rows have a value.")
obtainable_sources = Field(
    "obtainable_sources", "array<string>", "Declared sources that could provide it and have not."
)
possible_formats = Field(
    "possible_formats", "array<string>", "Formats of platforms that provide it; filled where data_state is absent."
)
reached_indicators = Field("reached_indicators", "array<string>", "Indicators that need the attribute.")
reached_objectives = Field("reached_objectives", "array<string>", "Objectives that these indicators measure.")
reaches_objective = Field("reaches_objective", "boolean", "At least one objective depends on the attribute.")

changed_on = Field(
    "changed_on", "date", "The day that stands out, or the first of a new level, in the company's time zone."
)
change_kind = Field(
    "change_kind",
    "string",
    "spike, drop: the day stands out from its level and weekday. rise, fall: a new level begins and lasts a week at least.",
    allowed=("spike", "drop", "rise", "fall"),
)
expected_value = Field(
    "expected_value",
    "double",
    "Value of such a weekday at that level; null for rise and fall.",
    unit="unit of the indicator",
)
anomaly_score = Field(
    "anomaly_score",
    "double",
    "How far the day is from the expected one, on the scale of square roots; null for rise and fall.",
    unit="robust standard deviations",
)
level_before = Field(
    "level_before",
    "double",
    "Median of the days of the level before; null for spike and drop.",
    unit="unit of the indicator",
)
level_after = Field(
    "level_after",
    "double",
    "Median of the days of the new level; null for spike and drop.",
    unit="unit of the indicator",
)
