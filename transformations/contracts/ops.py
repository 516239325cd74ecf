"""Ops: what was landed and processed, how rows add up, what ran. Small tables, written without Spark."""

from __future__ import annotations

from transformations.contracts import fields as f
from transformations.contracts.fields.types import RATIO
from transformations.contracts.model import Field, Table

BATCHES = Table(
    "ops.batches",
    "Files and batches that were landed. One row per file and content.",
    key=("batch_id", "file"),
    columns=(
        f.batch_id,
        f.source,
        f.file.described("File, relative to the source's folder; a topic's partition; an address."),
        Field("path", "string", "Path of the file when it was landed."),
        Field(
            "file_version",
            "string",
            "Name of the file; with @0002, @0003 … where it was landed again with other bytes.",
        ),
        Field("bytes_count", "bigint", "Size of the file.", unit="bytes"),
        Field(
            "modified_at_ns",
            "bigint",
            "Modification time of the file, UTC; a file of known name, size and time is not read again.",
            unit="nanoseconds since 1970-01-01",
        ),
        Field("records_count", "bigint", "Records landed.", unit="records"),
        Field(
            "batch_state",
            "string",
            "landed, or repeated where the same bytes had been landed before.",
            allowed=("landed", "repeated"),
        ),
        Field("columns", "array<string>", "Names of the columns of its records; null where the format has none."),
        Field("notice", "string", "What is unusual about the file; null where nothing is."),
        Field(
            "split_by",
            "string",
            "For CSV and Excel: the keys of conf by which the file was cut into records; another value cuts it again.",
        ),
        Field(
            "first_offset",
            "bigint",
            "First offset of the batch in its partition; null for a file.",
            unit="message offset",
        ),
        Field(
            "end_offset",
            "bigint",
            "Offset after the batch's last one in its partition; null for a file.",
            unit="message offset",
        ),
        Field("cursor", "string", "For a database: cursor column=its greatest value so far; else null."),
        Field("bronze_version", "bigint", "Version of the bronze table with the batch."),
        f.run_id,
        f.landed_at,
    ),
)

POLLS = Table(
    "ops.polls",
    "Result of the last poll of each web address. One row per source and address.",
    key=("source", "file"),
    columns=(
        f.source,
        f.file.described("Address, without parts that may be secret."),
        Field("polled_at", "timestamp", "When it was last polled, UTC."),
        Field("status", "int", "HTTP status: 200 read, 304 unchanged; null where no response was received."),
        Field("error", "string", "Why it could not be read; null where it was."),
        Field("etag", "string", "ETag of the content that was last read; sent with the next poll."),
        Field("last_modified", "string", "Last-Modified of the content that was last read, as the server sent it."),
        Field("bytes_count", "bigint", "Uncompressed size of the content that was last read.", unit="bytes"),
        f.run_id,
    ),
)

PROGRESS = Table(
    "ops.progress",
    "How far each job has processed its inputs. One row per job, input, batch and run; the newest counts.",
    key=("job", "input", "done_batch_id", "run_id"),
    columns=(
        f.job,
        Field("input", "string", "Table that was read, or source of the batch."),
        Field("to_version", "bigint", "Version of the input up to which the job has processed it."),
        Field("fingerprint", "string", "Hash of code, conf and rules at that time; a different one causes a full run."),
        Field("done_batch_id", "string", "Batch that was processed; empty for a table."),
        f.run_id,
        f.computed_at,
    ),
)

ROW_ACCOUNTS = Table(
    "ops.row_accounts",
    "Row accounts: what became of every record. One row per file and table.",
    key=("batch_id", "file", "table_name"),
    columns=(
        f.batch_id,
        f.source,
        f.file,
        f.table_name,
        Field("landed", "bigint", "Records in the file; null but on the source's own row.", unit="records"),
        Field("parsed", "bigint", "Records that could be parsed.", unit="records"),
        Field("unparsable", "bigint", "Records that could not be parsed; they are in quarantine.", unit="records"),
        Field("repeated", "bigint", "Records of a file whose bytes had been landed before.", unit="records"),
        Field("emitted", "bigint", "Rows that the records produced for the table.", unit="rows"),
        Field("accepted", "bigint", "Rows that are in the table now.", unit="rows"),
        Field("superseded", "bigint", "Rows replaced by a newer version of their key.", unit="rows"),
        Field("duplicate", "bigint", "Rows with the key and version of a row that is in the table.", unit="rows"),
        Field("quarantined", "bigint", "Rows that were refused; they are in quarantine.", unit="rows"),
        Field("not_applicable", "bigint", "Records that the mapping's `where` leaves out.", unit="records"),
        f.run_id,
        f.computed_at,
    ),
)

RULE_COUNTS = Table(
    "ops.rule_counts",
    "How often each row rule applied and passed. One row per batch, table and rule.",
    key=("batch_id", "table_name", "rule"),
    columns=(f.batch_id, f.table_name, f.rule, f.passing, f.applicable, f.examples, f.run_id, f.computed_at),
)

RULE_HISTORY = Table(
    "ops.rule_history",
    "What the runs of each day found for each rule; never rewritten later. One row per day, table and rule.",
    key=("day", "table_name", "rule"),
    columns=(
        Field("day", "date", "Day of the runs, in the company's time zone."),
        f.table_name,
        f.rule,
        f.property_,
        f.severity,
        f.threshold,
        f.passing.described(
            "Cases judged on that day that pass the rule; for a rule about a whole table, all cases of the table that pass."
        ),
        f.applicable.described("Cases judged on that day; for a rule about a whole table, all cases of the table."),
        f.ratio,
        f.confidence_low.in_unit(RATIO),
        f.confidence_high.in_unit(RATIO),
        Field("total_passing", "bigint", "Cases that pass the rule, of all judged up to that day.", unit="cases"),
        Field("total_applicable", "bigint", "All cases judged up to that day.", unit="cases"),
        f.run_id,
        f.computed_at,
    ),
)

PUBLICATIONS = Table(
    "ops.publications",
    "Comparisons of the published file with the lake. One row per day and table.",
    key=("day", "table_name"),
    columns=(
        Field("day", "date", "Day of the comparison, in the company's time zone."),
        f.table_name,
        f.passing.described("Rows that are the same in both.").in_unit("rows"),
        f.applicable.described("Rows that are in either.").in_unit("rows"),
        f.examples,
        f.run_id,
        f.computed_at,
    ),
)

JUDGEMENTS = Table(
    "ops.judgements",
    "Judgements of people about sampled values. One row per table, column, row and judge.",
    key=("table_name", "column_name", "row_key", "judge"),
    columns=(
        f.table_name,
        f.column_name,
        Field("row_key", "string", "Key of the judged row as a JSON list."),
        Field("judge", "string", "Who judged."),
        Field("stratum", "string", "Stratum that the row was drawn from."),
        Field("stratum_rows", "bigint", "Rows of the stratum when it was judged.", unit="rows"),
        Field("value", "string", "Value that was judged."),
        Field(
            "judged_value",
            "string",
            "Value that the judge considers right; null where the judge only said right or wrong.",
        ),
        Field("is_right", "boolean", "The judge considers the value right."),
        Field("judged_at", "timestamp", "When the judgement was read, UTC.", is_lineage=True),
        f.run_id,
        f.computed_at,
    ),
)

PERSON_DECISIONS = Table(
    "ops.person_decisions",
    "What people decided about pairs of records. One row per pair; the latest decision counts.",
    key=("left_kind", "left_place", "left_record_id", "right_kind", "right_place", "right_record_id"),
    columns=(
        f.left_kind,
        f.left_place,
        f.left_record_id,
        f.right_kind,
        f.right_place,
        f.right_record_id,
        Field("is_same", "boolean", "The two are one person; null where a decision was taken back."),
        Field("judge", "string", "Who decided."),
        Field("judged_at", "timestamp", "When the decision was read, UTC.", is_lineage=True),
    ),
)

RUNS = Table(
    "ops.runs",
    "Runs. One row per run.",
    key=("run_id",),
    columns=(
        f.run_id,
        Field("started_at", "timestamp", "Start of the run, UTC."),
        Field("seconds", "double", "Duration of the run.", unit="seconds"),
        Field(
            "exit_code", "int", "Exit code: 0 success, 1 a job failed, 2 wrong usage or conf, 3 stopped by the gate."
        ),
        f.as_of_date,
        Field("report", "string", "Report of the run as JSON."),
    ),
)

SERVED_MODELS = Table(
    "ops.served_models",
    "Models that were promoted and that jobs apply without the registry. One row per model.",
    key=("model",),
    columns=(
        Field("model", "string", "Name of the model in the registry."),
        f.model_version.described("Version in the registry; null where none is served any more."),
        Field("parameters", "string", "Parameters as JSON; null where none is served any more."),
        f.run_id,
        f.computed_at,
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
    PERSON_DECISIONS,
    RUNS,
    SERVED_MODELS,
)
