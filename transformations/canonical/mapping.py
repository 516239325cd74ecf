"""Canonical columns of candidates: expressions of conf, casts of the contract.

A candidate is a row on its way to silver. Beside its contract columns it has `_uncastable`: the columns with a source
value that could not be read as the contract's type.
"""

from __future__ import annotations

from collections.abc import Mapping

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from transformations.contracts import Field, Table

_KEPT = ("source", "source_record_id", "deleted_at")
_OFFSET = r"(Z|[+-]\d{2}:?\d{2})$"


def mapped(records: DataFrame, table: Table, columns: Mapping[str, str], scope: Mapping[str, str | None]) -> DataFrame:
    """Records with the canonical columns of a table as results of conf's expressions, not yet cast.

    Args:
        records: source columns as strings, `_file`, `_line`, `_landed_at` and coordinates.
        columns: canonical column -> source column or Spark SQL expression; `_ordinal` is the position among the
            records of the same file with the same other key columns.
        scope: columns with one value for the whole source (source, channel, currency, service_type, audience).
    Returns: the records' own columns and `_r_<column>` for each contract column that is mapped.
    """
    ordinals = [name for name, expression in columns.items() if expression.strip() == "_ordinal"]
    given = {name: F.expr(expression) for name, expression in columns.items() if name not in ordinals}
    for name, value in scope.items():
        if name in table.names and name not in columns and value is not None:
            given[name] = F.lit(value)
    rows = records.select("*", *(value.alias(f"_r_{name}") for name, value in given.items()))
    for name in ordinals:
        others = [F.col(f"_r_{key}") for key in table.key if key != name]
        window = Window.partitionBy("batch_id", *others).orderBy("line")
        rows = rows.withColumn(f"_r_{name}", F.row_number().over(window))
    return rows


def cast(rows: DataFrame, table: Table, timezone: str, keep: tuple[str, ...]) -> DataFrame:
    """Candidates: contract columns cast, derived columns filled in, `_uncastable` added; deleted rows are blanked.

    Args:
        rows: `_r_<column>` for the mapped columns.
        timezone: time zone of times without an offset.
        keep: columns of `rows` to keep.
    """
    types = dict(rows.dtypes)
    values, failures = {}, []
    for field in table.columns:
        raw = f"_r_{field.name}"
        if raw not in types:
            continue
        values[field.name] = _normalised(field, _as_type(F.col(raw), types[raw], field.type, timezone))
        if types[raw] != field.type:
            failed = F.col(raw).isNotNull() & _as_type(F.col(raw), types[raw], field.type, timezone).isNull()
            failures.append(F.when(failed, F.lit(field.name)))
    uncastable = F.array_compact(F.array(*failures)) if failures else F.array().cast("array<string>")
    cast_rows = rows.select(
        *keep, *(value.alias(name) for name, value in values.items()), uncastable.alias("_uncastable")
    )
    missing = [field for field in table.columns if field.name not in values and field.name not in keep]
    cast_rows = cast_rows.withColumns({f.name: F.lit(None).cast(f.type) for f in missing if not f.derived})
    for field in missing:
        if field.derived:
            cast_rows = cast_rows.withColumn(field.name, F.expr(field.derived).cast(field.type))
    return blanked(cast_rows, table) if "_r_deleted_at" in types else cast_rows


def blanked(rows: DataFrame, table: Table) -> DataFrame:
    """Rows that their source deleted keep key, lineage and time of deletion, and lose the rest of their content."""
    is_deleted = F.col("deleted_at").isNotNull()
    kept = {*table.key, *(field.name for field in table.columns if field.is_lineage), *_KEPT} - {"value_versions"}
    columns = {
        field.name: F.when(~is_deleted, F.col(field.name))
        for field in table.columns
        if field.name not in kept and field.name in rows.columns
    }
    if "_uncastable" in rows.columns:
        readable = F.array(*(F.lit(name) for name in (*table.key, "deleted_at")))
        of_key = F.array_intersect("_uncastable", readable)
        columns["_uncastable"] = F.when(is_deleted, of_key).otherwise(F.col("_uncastable"))
    return rows.withColumns(columns)


def _as_type(value: Column, have: str, want: str, timezone: str) -> Column:
    if have == want:
        return value
    if want == "timestamp" and have == "string":
        text = F.trim(value)
        has_offset = F.regexp_like(text, F.lit(_OFFSET)) & F.contains(text, F.lit(":"))
        read = text.try_cast("timestamp")
        return F.when(has_offset, read).otherwise(F.to_utc_timestamp(read, timezone))
    if want == "timestamp" and have in ("date", "timestamp_ntz"):
        return F.to_utc_timestamp(value.cast("timestamp"), timezone)
    if want == "date" and have == "string":
        return F.trim(value).try_cast("date")
    if want.startswith("decimal") and have == "string":  # Spark reads 1e3 as well as 1000, but not 1.234,56
        return F.trim(value).try_cast(want)
    if have == "string" and want != "string" and not want.startswith("array"):
        return F.trim(value).try_cast(want)
    return value.try_cast(want)


def _normalised(field: Field, value: Column) -> Column:
    return F.lower(F.trim(value)) if field.name == "email" else value


def with_versions(rows: DataFrame, table: Table, version: str) -> DataFrame:
    """Adds source_record_id, source_version and valid_from.

    Args:
        rows: cast candidates with `_file` (the file with its own version) and `_version` (the result of conf's
            expression).
        version: conf's expression; `_file`: newer files have greater names.
    """
    own_key = [F.col(key).cast("string") for key in table.key if key not in ("source", "channel")]
    file = F.col("_file")
    version_column = file if version == "_file" else F.concat_ws("~", F.col("_version"), file)
    event = F.col(table.event_time).cast("timestamp") if table.event_time else F.lit(None).cast("timestamp")
    if "edited_at" in table.names:
        event = F.coalesce("edited_at", event)
    if "deleted_at" in table.names:
        event = F.coalesce("deleted_at", event)
    return rows.withColumns(
        {"source_record_id": F.concat_ws("|", *own_key), "source_version": version_column, "valid_from": event}
    )


def sortable(expression: str, type_: str) -> str:
    """SQL that turns a version of this type into a string that sorts in the same order."""
    if type_ in ("int", "bigint", "smallint", "tinyint") or type_.startswith("decimal"):
        return f"lpad(cast(cast({expression} as decimal(38,0)) as string), 38, '0')"
    if type_ in ("timestamp", "timestamp_ntz"):
        return f"date_format({expression}, \"yyyy-MM-dd'T'HH:mm:ss.SSSSSS\")"
    return f"cast({expression} as string)"
