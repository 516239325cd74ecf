"""From bronze to silver, for every source alike: parse, map, cast, flag, split, write, and account for each row."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING

import pyarrow as pa
from pyspark.errors import AnalysisException, ParseException
from pyspark.sql import functions as F
from pyspark.storagelevel import StorageLevel

from expectations import flags
from jobs.errors import ConfError
from jobs.job import Run
from jobs.lake import row_accounts
from jobs.quality import checks
from jobs.settings.sources import Source
from jobs.silver import deletions, drift, work
from jobs.sources import expressions, formats, linking, reading
from transformations.canonical import mapping, partial, versions
from transformations.contracts import Table, contract

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from jobs.lake.tables import Lake

_CARRIED = ("batch_id", "file", "line", "ordinal", "_file", "_keep_first", "_is_partial", "_version")


@dataclass(frozen=True)
class Parsed:
    """A source's pending records, read."""

    source: Source
    rows: DataFrame
    batches: list[str]


def load(lake: Lake, run: Run, job: str, tables: tuple[str, ...]) -> None:
    """Works off every batch that the job has not done: all of the batch's rows for these tables.

    Raises GateStopped before a table is written whose rows break a promise with severity stop.
    """
    pending = work.pending(lake, run, job, tables)
    if not pending.batches:
        return
    read = [
        _parsed(lake, run, source, pending, job)
        for source in run.each(pending.sources(run.settings), "read", lambda source: source.name)
    ]
    for name in run.each(tables, "write"):
        parts = [part for part in read if name.split(".")[1] in formats.tables_of(part.source)]
        if parts:
            _load_table(lake, run, contract(name), parts, is_full=pending.is_full)
    deletions.apply_along(lake, run.settings.sources, tables)
    for part in read:
        part.rows.unpersist()
    work.done(lake, run, job, pending)


def _parsed(lake: Lake, run: Run, source: Source, pending: work.Pending, job: str) -> Parsed:
    """Reads a source's pending records, keeps aside those that cannot be read, and opens its row accounts."""
    batches = pending.batches[source.name]
    name = f"bronze.{source.name}"
    listed = {row["batch_id"]: row["file_version"] for row in batches}
    options = formats.split_options(source, run.settings.base.limits)
    contexts = sorted(
        row["context"]
        for row in lake.sql(f"select distinct context from t where {_among(listed)}", t=name).to_pylist()
        if row["context"] is not None
    )
    facts = linking.facts(lake, source)
    rows = reading.parsed(source, _records(lake, run, source, listed, batches), options, contexts, facts)
    rows = rows.persist(StorageLevel.MEMORY_AND_DISK)
    short_names = formats.tables_of(source)
    seen = {"_seen": F.array_distinct(F.flatten(F.collect_set("_columns")))} if "_columns" in rows.columns else {}
    aggregates = seen | {
        key: value for table in short_names for key, value in reading.emitted_counts(source, table).items()
    }
    counted = rows.groupBy("batch_id").agg(
        F.count("*").alias("landed"),
        F.count_if(F.col("_problem").isNull()).alias("parsed"),
        F.count_if(F.col("_problem").isNotNull()).alias("unparsable"),
        *(value.alias(key) for key, value in aggregates.items()),
    )
    counts = [row.asDict() for row in counted.collect()]
    reading.count_left_out(source, rows, counts)
    if work.home_job(source) == job:
        if "_columns" in rows.columns:
            seen_columns = {row["batch_id"]: row["_seen"] for row in counts}
            drift.notice(lake, run, source, batches, seen_columns, has_header=bool(contexts))
        row_accounts.open_records(lake, source, batches, counts)
        if any(row["unparsable"] for row in counts) or lake.exists(f"quarantine.{source.name}"):
            _quarantine_unparsable(lake, run, source, rows, sorted(listed))
    row_accounts.open_tables(lake, source, batches, counts, short_names)
    return Parsed(source, rows, sorted(listed))


def _records(lake: Lake, run: Run, source: Source, listed: dict[str, str], batches: list[dict]) -> DataFrame:
    """Bronze records of these batches, with `_file`, the file and its version."""
    name, columns = f"bronze.{source.name}", reading.coordinates(source)
    if sum(row["bytes_count"] for row in batches) <= run.settings.base.limits.in_memory_bytes:
        records = lake.arrow(name, columns, where=_among(listed))
        files = pa.array([listed[batch] for batch in records["batch_id"].to_pylist()], pa.string())
        of = contract(name)
        types = ", ".join(f"`{column}` {of.field(column).type}" for column in columns) + ", _file string"
        return lake.spark.createDataFrame(records.append_column("_file", files), types)
    versions_of = lake.spark.createDataFrame(list(listed.items()), "batch_id string, _file string")
    records = lake.read(name).select(*columns).where(_among(listed))
    return records.join(F.broadcast(versions_of), "batch_id")


def _quarantine_unparsable(lake: Lake, run: Run, source: Source, rows: DataFrame, batches: list[str]) -> None:
    problem = F.split("_problem", ": ", 2)
    refused = rows.where(F.col("_problem").isNotNull()).select(
        "source",
        "batch_id",
        "file",
        "line",
        F.lit(-1).alias("ordinal"),
        F.concat_ws("#", "file", F.col("line").cast("string")).alias("record_id"),
        F.array(
            F.struct(problem[0].alias("code"), F.lit("validity").alias("property"), problem[1].alias("message"))
        ).alias("reasons"),
        "context",
        "raw",
        F.lit(run.started_at).alias("quarantined_at"),
    )
    name = f"quarantine.{source.name}"
    with lake.locked([f"{name}.aside"]):
        lake.write(name, _as_arrow(refused, True), scope=f"{_among(batches)} and ordinal = -1")


def _load_table(lake: Lake, run: Run, table: Table, parts: list[Parsed], *, is_full: bool) -> None:
    rules = checks.row_rules(table, run)
    candidates = reduce(lambda a, b: a.unionByName(b), (candidates_of(part, table) for part in parts))
    told = versions.ranked(flags.flagged(candidates, rules), table).persist(StorageLevel.MEMORY_AND_DISK)
    try:
        batches = sorted({batch for part in parts for batch in part.batches})
        judged = checks.judge_rows(lake, run, table, rules, told)
        judged.counts.extend(row for part in parts for row in _control_totals(run, table, part, told))
        winners = told.where("_status = 'winner'")
        counted = [_ended(row) for row in judged.statuses]
        is_small = sum(row["accepted"] for row in counted) <= run.settings.base.limits.in_memory_rows
        is_partial = _is_partial(lake, table, parts)
        if is_full or not lake.exists(table.name):
            if is_partial:
                winners = partial.completed(winners, told.where("not _is_refused"), None, table)
            rows = _silver_rows(winners, table)
            if is_full:
                lake.write(table.name, _as_arrow(rows, is_small), scope=table.given_rows)
            else:
                lake.append(table.name, _as_arrow(rows, is_small))
        else:
            standing = lake.read(table.name, with_deleted=True)
            against = versions.against(winners, standing, table).persist(StorageLevel.MEMORY_AND_DISK)
            counted = _restated(counted, against)
            merged = partial.merged(told, against, standing, table) if is_partial else versions.changed(against)
            writing = _as_arrow(_silver_rows(merged, table), is_small)
            if is_partial or any(row["accepted"] > row["inserts"] for row in counted):
                lake.upsert(table.name, writing)
            else:
                lake.append(table.name, writing)
            against.unpersist()
        has_refused = any(row["quarantined"] for row in counted)
        _quarantine_refused(lake, run, table, parts, told, batches, has_refused=has_refused)
        for part in parts:
            if part.source.deletes == "missing_in_full_dump" and part.source.path:
                deletions.apply(lake, run, table, part.source, work.landed(lake, part.source), told)
        row_accounts.close_table(lake, table, batches, counted)
        checks.record_rows(lake, run, table, judged)
    finally:
        told.unpersist()


def _is_partial(lake: Lake, table: Table, parts: list[Parsed]) -> bool:
    """Whether a row may leave open what others of its key tell."""
    if not partial.can_be(table):
        return False
    if any(formats.is_partial(part.source, table.short_name) for part in parts):
        return True
    kept = f"{partial.KEPT_IN} is not null"
    return lake.exists(table.name) and lake.arrow(table.name, table.key, where=kept, limit=1).num_rows > 0


def _control_totals(run: Run, table: Table, part: Parsed, told: DataFrame) -> list[dict]:
    """The source's control totals over landed rows, against the sums of what they became, kept or refused."""
    found = []
    for column, expression in part.source.control_totals.get(table.short_name, {}).items():
        readable = part.rows.where(F.col("_problem").isNull()).groupBy("batch_id")
        landed = readable.agg(F.expr(expression).cast("decimal(38,4)").alias("total")).collect()
        batches = {row["batch_id"]: row["total"] for row in landed}
        sums = told.where(F.col("batch_id").isin(list(batches))).groupBy("batch_id").agg(F.sum(column).alias("total"))
        became = {row["batch_id"]: row["total"] for row in sums.collect()}
        found += checks.judge_totals(run, table, column, batches, became)
    return found


def candidates_of(part: Parsed, table: Table) -> DataFrame:
    """The source's rows for a table, cast, with versions; not yet judged."""
    source, short_name = part.source, table.short_name
    rows = reading.emitted(source, part.rows, short_name)
    of_table = source.tables.get(short_name)
    columns = formats.columns_of(source, short_name)
    version = source.version
    if version == "_file":
        rows = rows.withColumn("_version", F.lit(None).cast("string"))
    else:
        type_ = rows.select(F.expr(version).alias("v")).dtypes[0][1]
        rows = rows.withColumn("_version", F.expr(mapping.sortable(version, type_)))
    scope = {
        "source": source.origin,
        "channel": source.channel or source.origin,
        "currency": source.currency,
        "service_type": source.service_type,
        "audience": source.audience,
    }
    rows = rows.withColumns(
        {
            "_keep_first": F.lit(bool(of_table and of_table.keep == "first")),
            "_is_partial": F.lit(formats.is_partial(source, short_name)),
        }
    )
    mapped = mapping.mapped(rows.drop("source"), table, columns, scope)
    cast = mapping.cast(mapped, table, source.timezone, _CARRIED)
    versioned = mapping.with_versions(cast, table, version)
    return versioned.select(*dict.fromkeys([*_CARRIED, "_uncastable", *table.names]))


def _silver_rows(rows: DataFrame, table: Table) -> DataFrame:
    return rows.select(*(name for name in table.names if name != "run_id"))


def _as_arrow(rows: DataFrame, is_small: bool) -> DataFrame | pa.Table:
    """Few rows are written without Spark, whose every commit costs a second or two."""
    return rows.toArrow() if is_small else rows


def _ended(status: dict) -> dict:
    """The terms of a batch's row account where the table was empty: every winner is accepted."""
    return {
        "batch_id": status["batch_id"],
        "accepted": status["winner"],
        "superseded": status["superseded"],
        "duplicate": status["duplicate"],
        "quarantined": status["refused"],
        "inserts": status["winner"],
    }


def _restated(counted: list[dict], against: DataFrame) -> list[dict]:
    """The terms where winners met what stands: some lose to it."""
    accepted = ["insert", "update", "held"]
    found = against.groupBy("batch_id").agg(
        F.count_if(F.col("_status").isin(accepted)).alias("accepted"),
        F.count_if(F.col("_status") == "superseded").alias("superseded"),
        F.count_if(F.col("_status") == "duplicate").alias("duplicate"),
        F.count_if(F.col("_status") == "insert").alias("inserts"),
    )
    met = {row["batch_id"]: row.asDict() for row in found.collect()}
    none = {"accepted": 0, "superseded": 0, "duplicate": 0, "inserts": 0}
    restated = []
    for row in counted:
        of = met.get(row["batch_id"], none)
        restated.append(
            row
            | {
                "accepted": of["accepted"],
                "superseded": row["superseded"] + of["superseded"],
                "duplicate": row["duplicate"] + of["duplicate"],
                "inserts": of["inserts"],
            }
        )
    return restated


def _quarantine_refused(
    lake: Lake, run: Run, table: Table, parts: list[Parsed], told: DataFrame, batches: list[str], *, has_refused: bool
) -> None:
    """Refused rows with every reason and the record's bytes; those of these batches that stood before are replaced."""
    name = f"quarantine.{table.short_name}"
    if not has_refused and not lake.exists(name):
        return
    refused = told.where("_is_refused").select(
        "batch_id", "file", "line", "ordinal", F.col("_reasons").alias("reasons")
    )
    records = reduce(
        lambda a, b: a.unionByName(b),
        (part.rows.select("source", "batch_id", "line", "context", "raw") for part in parts),
    )
    rows = refused.join(records, ["batch_id", "line"]).select(
        "source",
        "batch_id",
        "file",
        "line",
        "ordinal",
        F.concat_ws("#", "file", F.col("line").cast("string")).alias("record_id"),
        "reasons",
        "context",
        "raw",
        F.lit(run.started_at).alias("quarantined_at"),
    )
    with lake.locked([f"{name}.aside"]):
        lake.write(name, _as_arrow(rows, True), scope=f"{_among(batches)} and ordinal >= 0")


def _among(batches) -> str:
    return "batch_id in (" + ", ".join(f"'{batch}'" for batch in batches) + ")"


def check_expressions(lake: Lake, run: Run) -> None:
    """Has Spark analyse every mapping on no rows, before anything is written. Raises ConfError naming file and key."""
    for source in run.settings.sources:
        empty = lake.spark.createDataFrame([], expressions.ddl_of(source))
        for key, expression in expressions.of_source(source).items():
            if expression.strip() == "_ordinal":
                continue
            try:
                empty.selectExpr(expression)
            except (AnalysisException, ParseException) as error:
                reason = str(error).split("SQLSTATE")[0].split("\n")[0]
                raise ConfError(f"{source.file}: key {key} is {expression!r}: {reason}") from None
