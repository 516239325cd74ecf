"""Bronze records of a source as rows that can be mapped: columns for tabular formats, arrays of rows for platforms."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from pyspark.sql import functions as F

from jobs.engine import sessions
from jobs.settings.sources import Source
from jobs.sources import dates, expressions, formats, linking, messages, unmapped
from jobs.sources.base import ParseError, SplitOptions
from jobs.sources.payload import text_of
from jobs.sources.splitting import foreign
from transformations.canonical import own, times
from transformations.canonical.names import natural_sql
from transformations.contracts import contract

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

COORDINATES = ("source", "batch_id", "file", "line", "context", "raw", "landed_at")
OF_BATCH = ("_file", "_file_order", "_name_order", "_is_replaced")
"""What a record's batch is: its file_version, the natural order of it and of the file's name, and whether the source says
that a newer content of the name takes its place."""
TOLD = "_told"
"""Of an account: the time of the newest thing of it in the record that mentions it."""
_TIMES = ("created_at", "edited_at", "observed_at", "occurred_at")
_ISO_TIME = re.compile(r"\s*[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:.]+")
_NO_VALUE = "no_value: the message has no value (a tombstone)"


def coordinates(source: Source) -> tuple[str, ...]:
    """Columns of the source's bronze table that `parsed` reads."""
    return (*COORDINATES, *messages.IN_BRONZE) if source.kafka else COORDINATES


def parsed(
    source: Source,
    records: DataFrame,
    options: SplitOptions,
    contexts: list[str],
    facts: Mapping[str, str] | None = None,
) -> DataFrame:
    """Records with `_problem` (null or `code: explanation`), what was parsed, and what expressions can use beside it.

    Tabular: a string column for each source column that conf uses (see `own`), and `_w_<table>`, whether `where` chooses
    the record. Platform: `_t_<table>`, an array of rows, and `_unmapped`, what is left out of a record.

    Args:
        records: the columns of `coordinates`, and those of `OF_BATCH`, at least `_file`.
        facts: what records look up, for a format whose records are linked.
    """
    missing = {
        "_file_order": F.expr(natural_sql("_file")),
        "_name_order": F.expr(natural_sql("_file")),
        "_is_replaced": F.lit(False),
    }
    missing = {name: value for name, value in missing.items() if name not in records.columns}
    records = records.withColumns(missing) if missing else records
    if source.kafka:  # a tombstone of a topic has no value, which differs from an empty one
        records = messages.named(records, source.kafka)
        records = records.withColumns({"_has_value": F.col("raw").isNotNull(), "raw": F.coalesce("raw", F.lit(b""))})
    rows = _read(source, records, options, contexts, facts or {})
    if source.kafka:
        problem = F.when(F.col("_has_value"), F.col("_problem")).otherwise(F.lit(_NO_VALUE))
        rows = rows.withColumn("_problem", problem).drop("_has_value")
    rows = rows.withColumns({"_line": F.col("line"), "_landed_at": F.col("landed_at")})
    chosen = _wheres(source)
    if not chosen:
        return rows
    with times.local_to(rows, source.timezone) as settled:
        return settled(own.evaluated(rows, {f"_w_{table}": chosen[table] for table in chosen}))


def _wheres(source: Source) -> dict[str, Column]:
    """Table -> whether a record of a tabular format gives a row to it, where conf says which do."""
    if formats.platform_of(source) is not None:
        return {}
    return {
        table: F.coalesce(F.expr(mapping.where), F.lit(False))
        for table, mapping in source.tables.items()
        if mapping.where
    }


def _read(
    source: Source, records: DataFrame, options: SplitOptions, contexts: list[str], facts: Mapping[str, str]
) -> DataFrame:
    platform = formats.platform_of(source)
    if platform is None:
        return formats.tabular_of(source).read(records, expressions.source_columns(source), options, contexts)
    shape = {table: _row_type(table, columns) for table, columns in platform.tables.items()}
    ddl = ", ".join(
        [f"{field.name} {field.dataType.simpleString()}" for field in records.schema.fields]
        + ["_problem string", "_unmapped string"]
        + [f"_t_{table} array<{_struct(kind)}>" for table, kind in shape.items()]
    )
    times_of = {
        table: {f.name for f in contract(f"silver.{table}").columns if f.type == "timestamp"} for table in shape
    }
    read_time = dates.utc if formats.is_utc(source) else dates.text
    parse, linked, columns = platform.parse, linking.linked_of(source), records.columns

    def read(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in linking.whole_groups(batches) if linked else batches:
            problems: list[str | None] = []
            left: list[str | None] = []
            found: dict[str, list[list[dict[str, Any]] | None]] = {table: [] for table in shape}
            if linked:
                readers: Iterable = linking.readers(batch, linked, options, facts)
            else:
                pairs = zip(batch["raw"].to_pylist(), batch["context"].to_pylist(), strict=True)
                readers = (partial(_parsed, parse, raw, context, options) for raw, context in pairs)
            for reader in readers:
                rows: dict[str, list[dict[str, Any]]] = {table: [] for table in shape}
                try:
                    with unmapped.counting() as counts:
                        for table, row in reader():
                            rows[table].append(
                                {
                                    name: read_time(text_of(value)) if name in times_of[table] else _as_text(value)
                                    for name, value in row.items()
                                }
                            )
                    _date_accounts(rows)
                    problems.append(None)
                except ParseError as error:
                    problems.append(str(error))
                    rows = {table: [] for table in shape}
                except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
                    problems.append(f"not_this_format: {type(error).__name__}: {error}")  # of another shape
                    rows = {table: [] for table in shape}
                left.append(unmapped.as_text(counts) if problems[-1] is None else None)
                for table, of_table in rows.items():
                    found[table].append(of_table)
            arrays = [pa.array(problems, pa.string()), pa.array(left, pa.string())]
            arrays += [pa.array(found[table], pa.list_(kind)) for table, kind in shape.items()]
            names = [*columns, "_problem", "_unmapped", *(f"_t_{table}" for table in shape)]
            yield pa.RecordBatch.from_arrays([*batch.select(columns).columns, *arrays], names=names)

    return linking.together(records, linked, read, ddl) if linked else sessions.mapped(records, read, ddl)


def _parsed(
    parse: Callable[..., Iterator[tuple[str, dict[str, Any]]]], raw: bytes, context: str | None, options: SplitOptions
) -> Iterator[tuple[str, dict[str, Any]]]:
    """The rows of a record. Raises ParseError, as `parse` does, also where it is no text of records."""
    if problem := foreign.problem(raw):
        raise ParseError(problem)
    yield from parse(raw, context, options)


def _date_accounts(rows: Mapping[str, list[dict[str, Any]]]) -> None:
    """Gives accounts the time of the newest thing that the record has of them: they existed by then."""
    accounts = [row for row in rows.get("profiles", ()) if "deleted_at" not in row]
    newest: dict[str, str] = {}
    for row in (row for of_table in rows.values() if accounts for row in of_table if "deleted_at" not in row):
        who = row.get("profile_id") or row.get("actor_profile_id")
        for name in _TIMES:
            time = row.get(name)
            if isinstance(who, str) and isinstance(time, str) and _ISO_TIME.match(time):
                newest[who] = max(newest.get(who, time), time, key=_instant)
    for row in accounts:
        row[TOLD] = newest.get(row.get("profile_id") or "")


def _instant(time: str) -> datetime:
    try:
        found = datetime.fromisoformat(time.strip())
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _as_text(value: Any) -> str | list[str] | None:
    if isinstance(value, (list, tuple)):
        texts = [text for text in map(text_of, value) if text is not None]
        return texts or None
    return text_of(value)


def emitted(source: Source, rows: DataFrame, table: str) -> DataFrame:
    """The readable records of a source as rows for a table: its own columns, coordinates, `ordinal` and `_is_left_out`.

    `_is_left_out`: conf's `where` leaves the row out.
    """
    readable = rows.where(F.col("_problem").isNull())
    if formats.platform_of(source) is None:
        is_left_out = ~F.col(f"_w_{table}") if source.tables[table].where else F.lit(False)
        return readable.withColumns({"ordinal": F.lit(0), "_is_left_out": is_left_out})
    exploded = _exploded(source, readable, table)
    with times.local_to(rows, source.timezone) as settled:
        is_chosen = _chosen(source, table) if formats.is_of_another(source, table) else F.lit(True)
        return settled(exploded.withColumn("_is_left_out", ~is_chosen))


def _exploded(source: Source, readable: DataFrame, table: str) -> DataFrame:
    """The platform's rows that a table is made from."""
    carried = list(dict.fromkeys([*COORDINATES, *OF_BATCH, *expressions.beside(source)]))
    origin = formats.origin_of(source, table)
    return readable.select(*carried, F.posexplode(f"_t_{origin}").alias("ordinal", "_row")).select(
        *carried, "ordinal", "_row.*"
    )


def _chosen(source: Source, table: str) -> Column:
    """Which of the platform's rows become rows of another table. Deletions do not: they have no content."""
    platform, where = formats.platform_of(source), source.tables[table].where
    assert platform is not None
    has_deletions = "deleted_at" in platform.tables[formats.origin_of(source, table)]
    exists = F.col("deleted_at").isNull() if has_deletions else F.lit(True)
    return F.coalesce(F.expr(where), F.lit(False)) & exists if where else exists


def counted(source: Source, rows: DataFrame) -> DataFrame:
    """Parsed records with the number of rows that each produces for a table (`e_<table>`) and that `where` leaves out (`n_`).

    For tables that are made from rows of another one, `left_out` counts the latter.
    """
    readable = F.col("_problem").isNull()
    added: dict[str, Column] = {}
    for table in formats.tables_of(source):
        if formats.platform_of(source) is None:
            added[f"e_{table}"] = readable.cast("int")
            has_where = source.tables[table].where
            added[f"n_{table}"] = (readable & ~F.col(f"_w_{table}")).cast("int") if has_where else F.lit(0)
        else:
            origin = F.size(f"_t_{formats.origin_of(source, table)}")
            added[f"e_{table}"] = F.when(readable, origin).otherwise(0)
            added[f"n_{table}"] = F.lit(0)
    return rows.withColumns(added)


def left_out(source: Source, table: str, rows: DataFrame) -> dict[str, int]:
    """Batch -> number of rows that `where` leaves out of a table that is made from rows of another one."""
    rows = _exploded(source, rows.where(F.col("_problem").isNull()), table)
    with times.local_to(rows, source.timezone) as settled:
        found = settled(rows.where(~_chosen(source, table)))
    return {row["batch_id"]: row["count"] for row in found.groupBy("batch_id").count().collect()}


def _row_type(table: str, columns: tuple[str, ...]) -> pa.StructType:
    of = contract(f"silver.{table}")
    told = ((TOLD, pa.string()),) if table == "profiles" else ()
    return pa.struct(
        [*((name, pa.list_(pa.string()) if of.field(name).is_array else pa.string()) for name in columns), *told]
    )


def _struct(kind: pa.StructType) -> str:
    return (
        "struct<"
        + ",".join(f"{field.name}:{'array<string>' if pa.types.is_list(field.type) else 'string'}" for field in kind)
        + ">"
    )
