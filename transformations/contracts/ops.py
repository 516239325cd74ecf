"""Ops: what landed, what was processed, how rows add up, what ran. Small tables, written without Spark."""

from __future__ import annotations

from transformations.contracts import fields as f
from transformations.contracts.model import Field, Table

BATCHES = Table(
    "ops.batches",
    "Every file seen, one row a file and its content.",
    key=("batch_id", "file"),
    columns=(
        f.batch_id,
        f.source,
        f.file.described("File, relative to the source's folder."),
        Field("path", "string", "Where the file lay."),
        Field("file_version", "string", "The file's name; @0002, @0003 … when the name came again with new bytes."),
        Field("bytes_count", "bigint", "Size in bytes."),
        Field("modified_at_ns", "bigint", "Modification time, nanoseconds since 1970: a known file is not read again."),
        Field("records_count", "bigint", "Records landed."),
        Field(
            "batch_state",
            "string",
            "landed, or repeated where the same bytes are known.",
            allowed=("landed", "repeated"),
        ),
        Field("columns", "array<string>", "Names of the columns that its records have; null where a format has none."),
        Field("notice", "string", "What is unusual about the file, for a person; null where nothing is."),
        Field("first_offset", "bigint", "Of a topic's partition: the first offset of the batch; null for a file."),
        Field("end_offset", "bigint", "Of a topic's partition: the offset after the batch's last."),
        Field("cursor", "string", "Of a database: cursor column=its greatest value so far; null for a file."),
        Field("bronze_version", "bigint", "Version of the bronze table that holds it."),
        f.run_id,
        f.landed_at,
    ),
)

POLLS = Table(
    "ops.polls",
    "What an address of the web answered when it was last polled, one row an address.",
    key=("source", "file"),
    columns=(
        f.source,
        f.file.described("The address, without what may be secret in it."),
        Field("polled_at", "timestamp", "When it was last asked, UTC."),
        Field("status", "int", "Status of HTTP: 200 read, 304 unchanged; null where none came."),
        Field("error", "string", "Why it was not read; null where it was."),
        Field("etag", "string", "ETag of the content read last: it is asked for changes since."),
        Field("last_modified", "string", "Last-Modified of the content read last, as the server wrote it."),
        Field("bytes_count", "bigint", "Size of the content read last, unpacked."),
        f.run_id,
    ),
)

PROGRESS = Table(
    "ops.progress",
    "How far each job has come, one row a job, input, batch and run; the newest counts.",
    key=("job", "input", "done_batch_id", "run_id"),
    columns=(
        f.job,
        Field("input", "string", "Table read, or the source of a batch."),
        Field("to_version", "bigint", "Version of the input up to which the job has worked."),
        Field("fingerprint", "string", "Hash of code, conf and rules at that time: another one means a full run."),
        Field("done_batch_id", "string", "Batch worked off; empty for a table."),
        f.run_id,
        f.computed_at,
    ),
)

ROW_ACCOUNTS = Table(
    "ops.row_accounts",
    "How rows add up, one row a file and table.",
    key=("batch_id", "file", "table_name"),
    columns=(
        f.batch_id,
        f.source,
        f.file,
        f.table_name,
        Field("landed", "bigint", "Records in the file; for the source's own row."),
        Field("parsed", "bigint", "Records that could be read."),
        Field("unparsable", "bigint", "Records that could not, kept in quarantine."),
        Field("repeated", "bigint", "Records of a file whose bytes were known."),
        Field("emitted", "bigint", "Rows that the records gave to the table."),
        Field("accepted", "bigint", "Rows that stand in the table."),
        Field("superseded", "bigint", "Rows replaced by a newer version of their key."),
        Field("duplicate", "bigint", "Rows of the same key and version as one that stands."),
        Field("quarantined", "bigint", "Rows refused, with reasons."),
        Field("not_applicable", "bigint", "Records that the mapping's `where` leaves out."),
        f.run_id,
        f.computed_at,
    ),
)

RULE_COUNTS = Table(
    "ops.rule_counts",
    "How often each row rule applied and was kept, one row a batch, table and rule.",
    key=("batch_id", "table_name", "rule"),
    columns=(f.batch_id, f.table_name, f.rule, f.passing, f.applicable, f.examples, f.run_id, f.computed_at),
)

RULE_HISTORY = Table(
    "ops.rule_history",
    "What the runs of a day found of each rule, one row a day, table and rule; never rewritten later.",
    key=("day", "table_name", "rule"),
    columns=(
        Field("day", "date", "Day on which runs judged, in the company's time zone."),
        f.table_name,
        f.rule,
        f.property_,
        f.severity,
        f.threshold,
        f.passing.described("Cases judged on that day that keep the rule; for a rule about a whole table all of its."),
        f.applicable.described("Cases judged on that day; for a rule about a whole table all of its."),
        f.ratio,
        f.confidence_low,
        f.confidence_high,
        Field("total_passing", "bigint", "Cases that kept the rule over everything judged up to then."),
        Field("total_applicable", "bigint", "Cases over everything judged up to then."),
        f.run_id,
        f.computed_at,
    ),
)

PUBLICATIONS = Table(
    "ops.publications",
    "Whether published files hold what the lake holds, one row a day and table.",
    key=("day", "table_name"),
    columns=(
        Field("day", "date", "Day of the comparison, in the company's time zone."),
        f.table_name,
        f.passing.described("Rows that are the same in both."),
        f.applicable.described("Rows that stand in either."),
        f.examples,
        f.run_id,
        f.computed_at,
    ),
)

JUDGEMENTS = Table(
    "ops.judgements",
    "What people said of sampled values, one row a table, column, row and judge.",
    key=("table_name", "column_name", "row_key", "judge"),
    columns=(
        f.table_name,
        f.column_name,
        Field("row_key", "string", "Key of the judged row, a JSON list."),
        Field("judge", "string", "Who judged."),
        Field("stratum", "string", "Stratum that the row was drawn from."),
        Field("stratum_rows", "bigint", "Rows of the stratum when it was judged."),
        Field("value", "string", "Value that was judged."),
        Field("judged_value", "string", "Value that the judge holds right; null where only right or wrong was said."),
        Field("is_right", "boolean", "The judged value was right."),
        Field("judged_at", "timestamp", "When the judgement was read.", is_lineage=True),
        f.run_id,
        f.computed_at,
    ),
)

RUNS = Table(
    "ops.runs",
    "Runs, one row a run.",
    key=("run_id",),
    columns=(
        f.run_id,
        Field("started_at", "timestamp", "Start, UTC."),
        Field("seconds", "double", "Duration."),
        Field("exit_code", "int", "0 good, 1 a job failed, 2 bad usage or conf, 3 stopped by the gate."),
        f.as_of_date,
        Field("report", "string", "The run's report as JSON."),
    ),
)

TABLES: tuple[Table, ...] = (
    BATCHES,
    POLLS,
    PROGRESS,
    ROW_ACCOUNTS,
    RULE_COUNTS,
    RULE_HISTORY,
    PUBLICATIONS,
    JUDGEMENTS,
    RUNS,
)
