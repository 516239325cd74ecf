"""What is published about the data themselves: quality, dictionary, lineage."""

from __future__ import annotations

from transformations.contracts.fields.types import ORDINAL, RATIO
from transformations.contracts.model import Field

table_name = Field("table_name", "string", "Table, `layer.name`.")
property_ = Field(
    "property",
    "string",
    "Quality property.",
    allowed=("existence", "validity", "consistency", "integrity", "accuracy", "relevance"),
)
rule = Field("rule", "string", "Code of the rule.")
passing = Field("passing", "bigint", "Cases that pass the rule.", unit="cases")
applicable = Field("applicable", "bigint", "Cases that the rule applies to.", unit="cases")
ratio = Field("ratio", "double", "passing / applicable; null where the rule applies to nothing.", unit=RATIO)
threshold = Field("threshold", "double", "Lowest ratio at which the rule still counts as kept.", unit=RATIO)
severity = Field(
    "severity",
    "string",
    "What a violation does: quarantine (the row is refused), warn (it is reported), stop (the run stops).",
    allowed=("quarantine", "warn", "stop"),
)
state = Field(
    "state",
    "string",
    "kept: within threshold. broken: below it. not_applicable: the rule applies to nothing.",
    allowed=("kept", "broken", "not_applicable"),
)
message = Field("message", "string", "What is wrong where the rule is broken.")
examples = Field("examples", "array<string>", "A few cases that break the rule.")
trend = Field(
    "trend", "string", "The ratio compared with that of the day before.", allowed=("better", "worse", "same", "new")
)
broken_since = Field(
    "broken_since", "date", "First day since which runs have found the rule broken; null while it is kept."
)

column_name = Field("column_name", "string", "Column.")
column_type = Field("column_type", "string", "Spark type.")
caution = Field("caution", "string", "Hazard when using the column; null where none is known.")
position = Field("position", "int", "Position of the column in its table.", unit=ORDINAL)
is_key = Field("is_key", "boolean", "The column is part of the key.")
is_required = Field("is_required", "boolean", "A row without a value is refused.")
table_description = Field("table_description", "string", "What a row of the table is.")
module = Field("module", "string", "Module of SCRM-IRIS that the table serves; null outside gold.")

job = Field("job", "string", "Job.")
stage = Field("stage", "string", "Stage of the job.")
job_group = Field("job_group", "string", "Enrichment group of SCRM-IRIS; null where the job has none.")
direction = Field("direction", "string", "Whether the job reads or writes the table.", allowed=("reads", "writes"))
