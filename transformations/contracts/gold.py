"""Gold: what it means. Published to BI tools."""

from __future__ import annotations

from transformations.contracts import fields as f
from transformations.contracts.model import Table, TableRule

INDICATOR_CATALOGUE = Table(
    "gold.indicator_catalogue",
    "Every indicator with its definition, one row an indicator.",
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
    ),
    module="strategic",
    is_published=True,
)

INDICATOR_VALUES = Table(
    "gold.indicator_values",
    "Indicators with their additive parts, one row an indicator, period, dimension value and time from which it was known.",
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
        f.is_final,
        f.known_from.required(),
        f.known_to,
    ),
    restates_by="period",
    module="analytic",
    is_published=True,
)

CUSTOMER_360 = Table(
    "gold.customer_360",
    "One row a person: ERP, social, support, value, segment, community, consent.",
    key=("person_id",),
    columns=(
        f.person_id.required(),
        f.name,
        f.email,
        f.country,
        f.role,
        f.customer_ids,
        f.profile_ids,
        f.is_linked,
        f.has_email_consent,
        f.orders_count,
        f.returns_count,
        f.revenue,
        f.currency,
        f.first_order_at,
        f.last_order_at,
        f.recency_days,
        f.frequency_count,
        f.posts_count.described("Posts of the person."),
        f.last_post_at,
        f.net_tone,
        f.tickets_count,
        f.open_tickets_count,
        f.segment_id,
        f.community_id,
        f.authority_class,
        f.pagerank,
    ),
    restates_by="person",
    module="operational",
    is_published=True,
)

CUSTOMER_VALUE = Table(
    "gold.customer_value",
    "Recency, frequency and monetary value, one row a person with an order.",
    key=("person_id", "as_of_date"),
    columns=(
        f.person_id.required(),
        f.as_of_date.required(),
        f.recency_days,
        f.frequency_count,
        f.monetary,
        f.currency,
        f.tenure_days,
        f.recency_score,
        f.frequency_score,
        f.monetary_score,
    ),
    restates_by="person",
    module="analytic",
    is_published=True,
)

NETWORK_MEASURES = Table(
    "gold.network_measures",
    "Place of a person in the network of interactions, one row a person and period.",
    key=("person_id", "period"),
    columns=(
        f.person_id.required(),
        f.period.required(),
        f.degree,
        f.in_degree,
        f.out_degree,
        f.weight,
        f.pagerank,
        f.betweenness,
        f.betweenness_error,
        f.component,
    ),
    restates_by="community",
    module="analytic",
    is_published=True,
)

INFLUENCERS = Table(
    "gold.influencers",
    "How much weight a person's voice has, one row a person and period.",
    key=("person_id", "period"),
    columns=(
        f.person_id.required(),
        f.period.required(),
        f.degree,
        f.pagerank,
        f.betweenness,
        f.authority_class,
        f.topics,
    ),
    module="strategic",
    is_published=True,
)

COMMUNITIES = Table(
    "gold.communities",
    "Groups that interact more inside than outside, one row a community and period.",
    key=("community_id", "period"),
    columns=(
        f.community_id.required(),
        f.period.required(),
        f.size,
        f.density,
        f.modularity_share,
        f.conductance,
        f.topics.described("Topics that the members speak of most."),
        f.central_members,
    ),
    restates_by="community",
    module="analytic",
    is_published=True,
)

COMMUNITY_MEMBERS = Table(
    "gold.community_members",
    "Who belongs to which community, one row a person and period.",
    key=("person_id", "period"),
    columns=(
        f.person_id.required(),
        f.period.required(),
        f.community_id.references("gold.communities"),
        f.rank_in_community,
    ),
    restates_by="community",
    module="analytic",
    is_published=True,
)

SEGMENTS = Table(
    "gold.segments",
    "Segments of a model version, one row a segment.",
    key=("segment_id", "model_version"),
    columns=(
        f.segment_id.required(),
        f.model_version.required(),
        f.level,
        f.name,
        f.description,
        f.members_count,
        f.mean_recency_days,
        f.mean_frequency_count,
        f.mean_monetary,
    ),
    module="strategic",
    is_published=True,
)

SEGMENT_MEMBERS = Table(
    "gold.segment_members",
    "Who belongs to which segment, one row a person and model version.",
    key=("person_id", "model_version"),
    columns=(f.person_id.required(), f.model_version.required(), f.segment_id.required(), f.level, f.distance),
    restates_by="person",
    module="analytic",
    is_published=True,
)

DATA_QUALITY = Table(
    "gold.data_quality",
    "How far each promise is kept: over all (period all), and what the runs of each day found.",
    key=("table_name", "property", "rule", "period"),
    columns=(
        f.table_name.required(),
        f.property_.required(),
        f.rule.required(),
        f.period.required(),
        f.severity,
        f.passing,
        f.applicable,
        f.ratio,
        f.confidence_low,
        f.confidence_high,
        f.threshold,
        f.state,
        f.trend,
        f.broken_since,
        f.message,
        f.examples,
        f.run_id,
        f.computed_at,
    ),
    restates_by="period",
    module="operational",
    is_published=True,
)

DATA_DICTIONARY = Table(
    "gold.data_dictionary",
    "Every column of every table with its meaning, one row a column.",
    key=("table_name", "column_name"),
    columns=(
        f.table_name.required(),
        f.column_name.required(),
        f.position,
        f.column_type,
        f.description,
        f.is_key,
        f.is_required,
        f.table_description,
        f.module,
    ),
    module="operational",
    is_published=True,
)

LINEAGE = Table(
    "gold.lineage",
    "Which job reads and writes which table, one row a job, direction and table.",
    key=("job", "direction", "table_name"),
    columns=(f.job.required(), f.direction.required(), f.table_name.required(), f.stage, f.job_group),
    module="operational",
    is_published=True,
)

OBJECTIVE_DATA = Table(
    "gold.objective_data",
    "What each objective's indicator needs of the sources, and whether it is held.",
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
            message="an objective's indicator needs data that the company does not hold",
        ),
    ),
    module="strategic",
    is_published=True,
)

DATA_REACH = Table(
    "gold.data_reach",
    "Which attributes of which source reach an objective through its indicator, one row an attribute.",
    key=("source", "table_name", "column_name"),
    columns=(
        f.source.described("Source, by its file in conf."),
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
            message="a source's attribute serves no declared objective",
            threshold=0.05,
        ),
    ),
    module="strategic",
    is_published=True,
)

TABLES: tuple[Table, ...] = (
    INDICATOR_CATALOGUE,
    INDICATOR_VALUES,
    CUSTOMER_360,
    CUSTOMER_VALUE,
    NETWORK_MEASURES,
    INFLUENCERS,
    COMMUNITIES,
    COMMUNITY_MEMBERS,
    SEGMENTS,
    SEGMENT_MEMBERS,
    DATA_QUALITY,
    DATA_DICTIONARY,
    LINEAGE,
    OBJECTIVE_DATA,
    DATA_REACH,
)
