"""Reads a source's pending records, keeps aside those that cannot be read, and accounts for each."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from pyspark.sql import functions as F

from jobs.engine import sessions
from jobs.errors import ScrmError
from jobs.job import Run
from jobs.lake.row_accounts import RowAccounts
from jobs.quality import records as records_read
from jobs.settings.sources import Source
from jobs.silver import backlog, drift, quarantine
from jobs.silver.candidates import Parsed
from jobs.sources import formats, linking, reading, unmapped
from jobs.sources.options import split_options
from transformations.canonical.names import natural
from transformations.contracts import contract
from transformations.contracts.ops_rows import BatchRow

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from jobs.lake.tables import Lake


def parsed(
    lake: Lake, run: Run, source: Source, pending: backlog.Pending, job: str, accounts: RowAccounts
) -> tuple[Parsed, list[BatchRow]]:
    """The source's pending records, read.

    Returns: the records, and rows of ops.batches that have to be written.
    """
    batches = pending.batches[source.name]
    replaced = backlog.replaced(lake, source)
    corrected = backlog.corrected(lake, source)
    listed = {row["batch_id"]: _of_batch(row, replaced) for row in batches}
    options = split_options(source, run.settings.base.limits)
    rows_count = sum(row["records_count"] for row in batches)
    is_small = _fits(run, batches) and rows_count <= run.settings.base.limits.in_memory_rows
    records, contexts = _records(lake, run, source, listed, batches)
    read = reading.parsed(source, records, options, contexts, linking.facts(lake, source))
    rows = lake.computed(reading.counted(source, read), is_small=is_small)
    counts = _counts(source, rows)
    for table in source.tables:
        left_out = reading.left_out(source, table, rows.frame()) if formats.is_of_another(source, table) else {}
        for row in counts:
            row[f"n_{table}"] += left_out.get(row["batch_id"], 0)
    emitted = {table: sum(row[f"e_{table}"] for row in counts) for table in formats.tables_of(source)}
    unreadable = frozenset(row["batch_id"] for row in counts if row["unparsable"])
    bytes_count = sum(row["bytes_count"] for row in batches)
    is_sent_again = len({row["file"] for row in batches}) < len(batches)
    part = Parsed(source, rows, sorted(listed), emitted, bytes_count, unreadable, corrected, is_sent_again, counts)
    noticed: list[BatchRow] = []
    if backlog.home_job(source) == job:
        if "_columns" in rows.columns:
            noticed = drift.notice(lake, run, source, batches, _seen(rows), has_header=bool(contexts))
        if "_unmapped" in rows.columns and (left := _left_out(rows)):
            run.note(f"{source.name}: held by the records and not loaded, since no table has a place for it: {left}")
        accounts.open_records(source, batches, counts)
        if any(row["unparsable"] for row in counts) or lake.exists(f"quarantine.{source.name}"):
            quarantine.keep_unparsable(lake, run, part)
        part = replace(part, reading=_reading(part))
    return part, noticed


def _reading(part: Parsed) -> records_read.Reading:
    """How the records could be read, with the reasons that are given most often of the files as they are now."""
    reasons = []
    if now := sorted({row["batch_id"] for row in part.counts if row["unparsable"]} - part.corrected):
        listed = ", ".join(f"'{batch}'" for batch in now)
        reasons = part.rows.sql(
            f"select _problem, count(*) as n from rows where _problem is not null and batch_id in ({listed}) group by _problem "
            "order by n desc, _problem limit 10"
        )
    by_batch = {
        row["batch_id"]: (row["landed"] - row["empty"], row["unparsable"] - row["empty"]) for row in part.counts
    }
    found = [(row["_problem"], row["n"]) for row in reasons]
    return records_read.Reading(part.source, by_batch, found, part.corrected)


def _fits(run: Run, batches: list[BatchRow]) -> bool:
    return sum(row["bytes_count"] for row in batches) <= run.settings.base.limits.in_memory_bytes


def _of_batch(row: BatchRow, replaced: frozenset[str]) -> tuple[str, str, str, bool]:
    """The values of `reading.OF_BATCH`."""
    return row["file_version"], natural(row["file_version"]), natural(row["file"]), row["batch_id"] in replaced


def _records(
    lake: Lake, run: Run, source: Source, listed: dict[str, tuple[str, str, str, bool]], batches: list[BatchRow]
) -> tuple[DataFrame, list[str]]:
    """Bronze records of these batches, with the columns of `reading.OF_BATCH`; and their contexts."""
    name, columns = f"bronze.{source.name}", reading.coordinates(source)
    if not lake.exists(name) and any(row["records_count"] for row in batches):
        raise ScrmError(
            f"{name} is gone, and {len(batches):,} batches of it are registered; `scrm run --stage land` lands again what "
            "the source still has"
        )
    chosen = quarantine.among(listed)
    of_batch = ", ".join(
        f"{column} {'boolean' if column == '_is_replaced' else 'string'}" for column in reading.OF_BATCH
    )
    if _fits(run, batches):
        records = lake.arrow(name, columns, where=chosen)
        of = contract(name)
        types = ", ".join(f"`{column}` {of.field(column).type}" for column in columns) + f", {of_batch}"
        found_in = records["batch_id"].combine_chunks().dictionary_encode()
        values = [listed[batch] for batch in found_in.dictionary.to_pylist()]
        for place, column in enumerate(reading.OF_BATCH):
            type_ = pa.bool_() if column == "_is_replaced" else pa.string()
            value = pa.array([value[place] for value in values], type_).take(found_in.indices)
            records = records.append_column(column, value)
        found = sessions.frame(lake.spark, records, types)
        contexts = records["context"].unique().to_pylist()
    else:
        rows = [(batch, *of) for batch, of in listed.items()]
        versions_of = sessions.frame(lake.spark, rows, f"batch_id string, {of_batch}")
        found = lake.read(name).select(*columns).where(chosen).join(F.broadcast(versions_of), "batch_id")
        contexts = [
            row["context"] for row in lake.sql(f"select distinct context from t where {chosen}", t=name).to_pylist()
        ]
    return found, sorted(context for context in contexts if context is not None)


def _counts(source: Source, rows: Any) -> list[dict[str, Any]]:
    """Records of each batch: landed, parsed, unparsable and of those empty files; rows emitted to (`e_`) and left out of
    (`n_`) each table."""
    tables = formats.tables_of(source)
    sums = ", ".join(
        f"cast(sum({kind}_{table}) as bigint) as {kind}_{table}" for table in tables for kind in ("e", "n")
    )
    empty = " or ".join(f"_problem like '{code}:%'" for code in records_read.EMPTY)
    return rows.sql(
        "select batch_id, count(*) as landed, count(case when _problem is null then 1 end) as parsed, "
        f"count(_problem) as unparsable, count(case when {empty} then 1 end) as empty, {sums} from rows group by batch_id"
    )


def _left_out(rows: Any) -> str:
    """What the records hold and the format does not map, by kind, the most frequent first."""
    found = rows.sql("select _unmapped, count(*) as n from rows where _unmapped is not null group by _unmapped")
    counts = unmapped.total((row["_unmapped"], row["n"]) for row in found)
    return ", ".join(
        f"{kind} ({number:,})" for kind, number in sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    )


def _seen(rows: Any) -> dict[str, list[str]]:
    """Batch -> names of the columns that its readable records have: what cannot be read may be anything."""
    seen: dict[str, set[str]] = {}
    for row in rows.sql("select distinct batch_id, _columns from rows where _columns is not null and _problem is null"):
        seen.setdefault(row["batch_id"], set()).update(row["_columns"])
    return {batch: sorted(names) for batch, names in seen.items()}
