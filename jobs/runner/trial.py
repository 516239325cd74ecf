"""Tries a source on its first records: what it maps, what is null, what would be refused. Lands nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from expectations import flags
from jobs.bronze.land import way_of
from jobs.engine import sessions
from jobs.job import Run
from jobs.quality import row_checks
from jobs.settings.sources import Source
from jobs.silver.candidates import candidates_of
from jobs.silver.load import check_expressions
from jobs.sources import columns, expressions, formats, linking, reading, unmapped
from jobs.sources.options import split_options
from transformations.contracts import contract

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from jobs.lake.tables import Lake

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
        origin: where the records were taken from.
        records, unreadable: records tried, and those that cannot be read.
        notes: what a person should know of the records.
        unmapped: columns of the records that conf does not name; None where the format maps by itself.
    """

    source: str
    format: str
    origin: str
    records: int
    unreadable: int = 0
    notes: tuple[str, ...] = ()
    tables: list[TableTrial] = field(default_factory=list)
    reasons: list[Refused] = field(default_factory=list)
    unmapped: list[str] | None = None


def trial(lake: Lake, run: Run, source: Source, limit: int, written: Source) -> Trial:
    """Reads the first `limit` records of a source as a run would, and writes nothing. Raises ScrmError.

    Args: source: as its engine evaluates it. written: the same with the expressions as conf has them, which are shown.
    """
    options = split_options(source, run.settings.base.limits)
    columns.check(source, options, ())
    check_expressions(lake, [source])
    sample = way_of(source).sample(lake, run, source, limit)
    records = sample.records
    if not records.num_rows:
        return Trial(source.name, source.format, sample.origin, 0, notes=sample.notes)
    contexts = sorted({context for context in records["context"].to_pylist() if context is not None})
    linked = linking.linked_of(source)
    facts = sample.facts or (linking.facts_among(linked, records.to_pylist()) if linked else {})
    wanted = records.select([*reading.coordinates(source)]).append_column("_file", records["file"])
    found = reading.parsed(source, sessions.frame(lake.spark, wanted), options, contexts, facts)
    with lake.materialised(found) as rows:
        unreadable = rows.where("_problem is not null")
        result = Trial(source.name, source.format, sample.origin, records.num_rows, unreadable.count(), sample.notes)
        problem = F.split("_problem", ": ", 2)
        result.reasons += _reasons(
            "records",
            unreadable.select(
                "file",
                "line",
                problem[0].alias("code"),
                F.lit("validity").alias("property"),
                problem[1].alias("message"),
            ),
        )
        if "_unmapped" in rows.columns:
            texts = rows.where("_unmapped is not null").groupBy("_unmapped").count().collect()
            counts = unmapped.total((row["_unmapped"], row["count"]) for row in texts)
            held = ", ".join(f"{kind} ({number:,})" for kind, number in counts.most_common())
            result.notes += (f"held by the records and not loaded: {held}",) if held else ()
        if "_columns" in rows.columns:
            seen = rows.select(F.explode("_columns").alias("name")).distinct().collect()
            result.unmapped = sorted({row["name"] for row in seen} - set(expressions.source_columns(source)))
        for table in formats.tables_of(source):
            _try_table(lake, run, source, rows, table, result, _given(written, table))
    return result


def _try_table(
    lake: Lake, run: Run, source: Source, rows: DataFrame, short_name: str, result: Trial, given: dict[str, str]
) -> None:
    table = contract(f"silver.{short_name}")
    flagged = flags.flagged(candidates_of(source, rows, table), row_checks.row_rules(table, run))
    with lake.materialised(flagged) as told:
        shown = [name for name in table.names if name in given or name in table.key]
        aggregates = [F.count(name).alias(name) for name in shown]
        counted = told.agg(
            F.count("*").alias("_rows"),
            F.count_if("_is_refused").alias("_refused"),
            F.count_if(F.size("flags") > 0).alias("_warned"),
            *aggregates,
        ).first()
        assert counted is not None
        if not counted["_rows"] and short_name not in source.tables:
            return  # a table that the platform might fill; one that conf names is shown as empty
        examples = told.limit(200).select(*(F.col(name).cast("string") for name in shown)).collect()
        columns = []
        for name in shown:
            values = list(islice(dict.fromkeys(row[name] for row in examples if row[name] is not None), _EXAMPLES))
            columns.append(
                Column(
                    name,
                    table.field(name).type,
                    given.get(name, ""),
                    counted["_rows"] - counted[name],
                    tuple(_short(value) for value in values),
                )
            )
        unfilled = [
            f.name
            for f in table.columns
            if f.name not in shown
            and not f.is_lineage
            and not f.derived
            and f.name not in ("source", "source_record_id", "valid_from", "flags", "deleted_at")
            and f.name not in ("first_seen_at", "last_seen_at")  # of what no source describes
        ]
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


def _given(source: Source, short_name: str) -> dict[str, str]:
    """Canonical columns that the source fills, and with what."""
    of_conf = source.tables[short_name].columns if short_name in source.tables else {}
    given = {name: f"by {source.format}" for name in formats.columns_of(source, short_name)} | of_conf
    whole = {
        "channel": source.own_channel,
        "currency": source.currency,
        "service_type": source.service_type,
        "audience": source.audience,
        "source": source.origin,
    }
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
