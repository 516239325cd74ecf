"""What is published about the data themselves: quality, dictionary, lineage."""

from __future__ import annotations

from transformations.contracts import fields as f
from transformations.contracts.fields.types import RATIO
from transformations.contracts.model import Table

DATA_QUALITY = Table(
    "gold.data_quality",
    "Result of every quality rule: overall (period all), and as the runs of each day found it. One row per table, rule and "
    "period.",
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
        f.confidence_low.in_unit(RATIO),
        f.confidence_high.in_unit(RATIO),
        f.threshold,
        f.state,
        f.trend,
        f.broken_since,
        f.message,
        f.examples,
        f.run_id,
        f.computed_at,
    ),
    module="operational",
    is_published=True,
)

DATA_DICTIONARY = Table(
    "gold.data_dictionary",
    "Every column of every table with its meaning. One row per column.",
    key=("table_name", "column_name"),
    columns=(
        f.table_name.required(),
        f.column_name.required(),
        f.position,
        f.column_type,
        f.description.described("Meaning of the column, its time zone, and what null means."),
        f.unit.described("Unit of the column's values; null where it has none."),
        f.caution,
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
    "Tables that each job reads and writes. One row per job, direction and table.",
    key=("job", "direction", "table_name"),
    columns=(f.job.required(), f.direction.required(), f.table_name.required(), f.stage, f.job_group),
    module="operational",
    is_published=True,
)

TABLES = (DATA_QUALITY, DATA_DICTIONARY, LINEAGE)
