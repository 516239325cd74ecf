"""Indicators, their values, and what the objectives need."""

from __future__ import annotations

from transformations.contracts import fields as f
from transformations.contracts.model import Table, TableRule

INDICATOR_CATALOGUE = Table(
    "gold.indicator_catalogue",
    "Definitions of the indicators. One row per indicator.",
    key=("indicator_id",),
    columns=(
        f.indicator_id.required(),
        f.name,
        f.definition,
        f.formula,
        f.unit,
        f.aggregation,
        f.grains,
        f.dimensions,
        f.better,
        f.source_tables,
        f.process,
        f.objective,
        f.its_caution,
    ),
    module="strategic",
    is_published=True,
)

INDICATOR_VALUES = Table(
    "gold.indicator_values",
    "Values of the indicators with their additive parts, past versions included. One row per indicator, period, dimension "
    "value and time from which the value was known; the current rows are those whose known_to is null.",
    key=("indicator_id", "grain", "period_start", "dimension", "dimension_value", "known_from"),
    columns=(
        f.indicator_id.required().references("gold.indicator_catalogue"),
        f.grain.required(),
        f.period_start.required(),
        f.dimension.required(),
        f.dimension_value.required(),
        f.numerator,
        f.denominator,
        f.value,
        f.unit,
        f.observations_count,
        f.confidence_low,
        f.confidence_high,
        f.coverage_ratio,
        f.persons_count,
        f.missing_reason,
        f.is_final,
        f.known_from.required(),
        f.known_to,
    ),
    module="analytic",
    is_published=True,
)

INDICATOR_CHANGES = Table(
    "gold.indicator_changes",
    "Days on which an indicator stands out, or a new level of it begins: indicators that count by day, as a whole and by channel "
    "and topic. One row per indicator, dimension value, day and kind.",
    key=("indicator_id", "dimension", "dimension_value", "changed_on", "change_kind"),
    columns=(
        f.indicator_id.required().references("gold.indicator_catalogue"),
        f.dimension.described("all, channel or topic.").cautioned(None).required(),
        f.dimension_value.required(),
        f.changed_on.required(),
        f.change_kind.required(),
        f.value.described("The indicator on that day.").cautioned(None),
        f.expected_value,
        f.anomaly_score,
        f.level_before,
        f.level_after,
    ),
    module="operational",
)

OBJECTIVE_DATA = Table(
    "gold.objective_data",
    "Data that each objective's indicator needs, and whether a source provides them. One row per objective and column.",
    key=("objective_id", "table_name", "column_name"),
    columns=(
        f.objective_id.required(),
        f.indicator_id.references("gold.indicator_catalogue"),
        f.table_name.required(),
        f.column_name.required(),
        f.data_state.required(),
        f.rows_count,
        f.filled_ratio,
        f.held_from,
        f.held_to,
        f.held_sources,
        f.obtainable_sources,
        f.possible_formats,
    ),
    table_rules=(
        TableRule(
            "needs_are_held",
            "existence",
            "warn",
            query="""
                select objective_id, table_name, column_name, data_state, obtainable_sources, possible_formats
                from {gold.objective_data} where data_state <> 'held'""",
            applicable="select count(*) from {gold.objective_data}",
            message="an objective's indicator needs data that no source has provided",
        ),
    ),
    module="strategic",
    is_published=True,
)

DATA_REACH = Table(
    "gold.data_reach",
    "Attributes of the sources, and the objectives that depend on them. One row per source, table and column.",
    key=("source", "table_name", "column_name"),
    columns=(
        f.source.described("Source, by the name of its conf file."),
        f.table_name.required(),
        f.column_name.required(),
        f.reached_indicators,
        f.reached_objectives,
        f.reaches_objective,
    ),
    table_rules=(
        TableRule(
            "reaches_an_objective",
            "relevance",
            "warn",
            query="""
                select source, table_name, column_name, reached_indicators
                from {gold.data_reach} where not reaches_objective""",
            applicable="select count(*) from {gold.data_reach}",
            message="no declared objective depends on the source's attribute",
            threshold=0.05,
        ),
    ),
    module="strategic",
    is_published=True,
)

TABLES = (INDICATOR_CATALOGUE, INDICATOR_VALUES, INDICATOR_CHANGES, OBJECTIVE_DATA, DATA_REACH)
