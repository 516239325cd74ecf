"""Tries a source on its first records: what it maps, what is null, what would be refused. Lands nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

import pyarrow as pa
from pyspark.sql import functions as F

from expectations import flags
from jobs.errors import ConfError
from jobs.quality import checks
from jobs.registry import Run
from jobs.silver.load import Parsed, candidates_of
from jobs.source_settings import Source
from jobs.sources import expressions, files, formats, reading
from transformations.contracts import contract

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_EXAMPLES = 3
_SHOWN = 40


@dataclass(frozen=True)
class Column:
    """A canonical column: what fills it, how many rows have no value, and a few values."""

    name: str
    type: str
    mapping: str
    nulls: int
    examples: tuple[str, ...]


@dataclass(frozen=True)
class Refused:
    """A reason for which rows or records would be kept aside."""

    place: str
    code: str
    property: str
    message: str
    rows: int
    examples: tuple[str, ...]


@dataclass
class TableTrial:
    table: str
    rows: int
    refused: int
    warned: int
    columns: list[Column]
    unfilled: list[str]


@dataclass
class Trial:
    """What a source's first records would become.

    Attributes:
        records, unreadable: records tried, and those that cannot be read.
        unmapped: columns of the records that conf does not name; None where the format maps by itself.
    """

    source: str
    format: str
    files: int
    records: int
    unreadable: int = 0
    tables: list[TableTrial] = field(default_factory=list)
    reasons: list[Refused] = field(default_factory=list)
    unmapped: list[str] | None = None


def trial(spark: SparkSession, run: Run, source: Source, limit: int) -> Trial:
    """Reads the first `limit` records of a source's files as a run would. Raises ConfError where conf is wrong."""
    if not source.path:
        raise ConfError(
            f"{source.file}: only files can be tried before they land; land it with `scrm run --stage land`"
        )
    found = files.find(source)
    options = formats.split_options(source, run.settings.base.limits)
    chosen = [(str(file.path), file.file, f"{place:04}") for place, file in enumerate(found)]
    records = _first(files.records(source, options, chosen, run.started_at), limit)
    contexts = sorted({context for context in records["context"].to_pylist() if context is not None})
    batches = sorted(set(records["batch_id"].to_pylist()))
    named = pa.array([found[int(batch)].file for batch in records["batch_id"].to_pylist()], pa.string())
    frame = spark.createDataFrame(records.append_column("_file", named))
    rows = reading.parsed(source, frame, options, contexts)
    rows = rows.withColumns({"_line": F.col("line"), "_landed_at": F.col("landed_at")}).persist()
    try:
        unreadable = rows.where("_problem is not null")
        result = Trial(source.name, source.format, len(found), records.num_rows, unreadable.count())
        problem = F.split("_problem", ": ", 2)
        result.reasons += _reasons(
            "records",
            unreadable.select("file", "line", problem[0].alias("code"), F.lit("validity").alias("property"),
                              problem[1].alias("message")),
        )  # fmt: skip
        if "_columns" in rows.columns:
            seen = rows.select(F.explode("_columns").alias("name")).distinct().collect()
            result.unmapped = sorted({row["name"] for row in seen} - set(expressions.source_columns(source)))
        for table in formats.tables_of(source):
            _try_table(run, Parsed(source, rows, batches), table, result)
    finally:
        rows.unpersist()
    return result


def _first(batches: Iterator[pa.RecordBatch], limit: int) -> pa.Table:
    taken, rows = [], 0
    for batch in batches:
        taken.append(batch.slice(0, limit - rows))
        rows += taken[-1].num_rows
        if rows >= limit:
            break
    return pa.Table.from_batches(taken, files.BRONZE_SCHEMA)


def _try_table(run: Run, part: Parsed, short_name: str, result: Trial) -> None:
    table = contract(f"silver.{short_name}")
    told = flags.flagged(candidates_of(part, table), checks.row_rules(table, run)).persist()
    try:
        given = _given(part.source, short_name)
        shown = [name for name in table.names if name in given or name in table.key]
        aggregates = [F.count(name).alias(name) for name in shown]
        counted = told.agg(
            F.count("*").alias("_rows"), F.count_if("_is_refused").alias("_refused"),
            F.count_if(F.size("flags") > 0).alias("_warned"), *aggregates,
        ).first()  # fmt: skip
        assert counted is not None
        if not counted["_rows"] and formats.platform_of(part.source):
            return
        examples = told.limit(200).select(*(F.col(name).cast("string") for name in shown)).collect()
        columns = []
        for name in shown:
            values = list(islice(dict.fromkeys(row[name] for row in examples if row[name] is not None), _EXAMPLES))
            columns.append(
                Column(name, table.field(name).type, given.get(name, ""), counted["_rows"] - counted[name],
                       tuple(_short(value) for value in values))
            )  # fmt: skip
        unfilled = [
            f.name for f in table.columns
            if f.name not in shown and not f.is_lineage and not f.derived
            and f.name not in ("source", "source_record_id", "valid_from", "flags", "deleted_at")
        ]  # fmt: skip
        result.tables.append(
            TableTrial(table.name, counted["_rows"], counted["_refused"], counted["_warned"], columns, unfilled)
        )
        reasons = told.where("_is_refused").select("file", "line", F.explode("_reasons").alias("r"))
        result.reasons += _reasons(table.name, reasons.select("file", "line", "r.*"))
        result.reasons += _reasons(
            f"{table.name} (warned, kept)",
            told.select("file", "line", F.explode("flags").alias("code")).select(
                "*", F.lit("").alias("property"), F.lit("").alias("message")
            ),
        )
    finally:
        told.unpersist()


def _given(source: Source, short_name: str) -> dict[str, str]:
    """Canonical columns that the source fills, and with what."""
    platform = formats.platform_of(source)
    given = {name: f"by {source.format}" for name in platform.tables[short_name]} if platform else {}
    if of_table := source.tables.get(short_name):
        given |= of_table.columns
    whole = {"channel": source.channel or source.origin, "currency": source.currency,
             "service_type": source.service_type, "audience": source.audience, "source": source.origin}  # fmt: skip
    names = contract(f"silver.{short_name}").names
    return given | {
        name: f"always {value}" for name, value in whole.items() if value and name in names and name not in given
    }


def _reasons(place: str, rows: DataFrame) -> list[Refused]:
    grouped = rows.groupBy("code", "property", "message").agg(
        F.count("*").alias("n"),
        F.array_sort(F.collect_set(F.concat_ws("#", "file", F.col("line").cast("string")))).alias("where"),
    )
    found = [
        Refused(place, row["code"], row["property"], row["message"], row["n"], tuple(row["where"][:_EXAMPLES]))
        for row in grouped.collect()
    ]
    return sorted(found, key=lambda one: (-one.rows, one.code))


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else line[: _SHOWN - 1] + "…"
