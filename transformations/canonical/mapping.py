"""Canonical columns of candidates: expressions of conf, casts of the contract.

A candidate is a row on its way to silver. Beside its contract columns it has `_uncastable`: the columns with a source
value that could not be read as the contract's type.
"""

from __future__ import annotations

from collections.abc import Mapping

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from transformations.canonical import own, times
from transformations.contracts import Field, Table

_KEPT = ("source", "source_record_id", "deleted_at")


def mapped(records: DataFrame, table: Table, columns: Mapping[str, str], scope: Mapping[str, str | None]) -> DataFrame:
    """Records with the canonical columns of a table as results of conf's expressions, not yet cast.

    Args:
        records: source columns as strings (see `own`), `_file`, `_line`, `_landed_at` and coordinates.
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
    rows = own.evaluated(records, {f"_r_{name}": value for name, value in given.items()})
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
    given = [field for field in table.columns if f"_r_{field.name}" in types]
    values = [
        f"{_normalised(field, _as_type(f'`_r_{field.name}`', types[f'_r_{field.name}'], field.type, timezone))} "
        f"as `_v_{field.name}`"
        for field in given
    ]
    failures = [
        f"if(`_r_{field.name}` is not null and `_v_{field.name}` is null, '{field.name}', null)"
        for field in given
        if types[f"_r_{field.name}"] != field.type
    ]
    names = {field.name for field in given}
    missing = [field for field in table.columns if field.name not in names and field.name not in keep]
    raw = [f"`_r_{field.name}`" for field in given]
    cast_rows = rows.selectExpr(*keep, *raw, *values).selectExpr(
        *keep,
        *(f"`_v_{field.name}` as `{field.name}`" for field in given),
        f"cast(array_compact(array({', '.join(failures)})) as array<string>) as _uncastable",
        *(f"cast(null as {field.type}) as `{field.name}`" for field in missing if not field.derived),
    )
    turned = {field.name: field.turned for field in given if field.turned and field.turned[0] in names}
    if turned:
        cast_rows = cast_rows.selectExpr(
            *(
                _turned(table.field(name), *turned[name]) if name in turned else f"`{name}`"
                for name in cast_rows.columns
            )
        )
    for field in missing:
        if field.derived:
            cast_rows = cast_rows.selectExpr("*", f"cast({field.derived} as {field.type}) as `{field.name}`")
    return blanked(cast_rows, table) if "_r_deleted_at" in types else cast_rows


def _turned(field: Field, flag: str, condition: str) -> str:
    """SQL of a number whose sign is turned where a flag and a condition hold."""
    value = f"`{field.name}`"
    return f"if(coalesce({flag} and {condition}, false), cast(0 - {value} as {field.type}), {value}) as {value}"


def blanked(rows: DataFrame, table: Table) -> DataFrame:
    """Rows that their source deleted keep key, lineage and time of deletion, and lose the rest of their content."""
    kept = {*table.key, *(field.name for field in table.columns if field.is_lineage), *_KEPT} - {"value_versions"}
    content = {field.name for field in table.columns if field.name not in kept}
    key = ", ".join(f"'{name}'" for name in (*table.key, "deleted_at"))
    columns = []
    for name in rows.columns:
        if name == "_uncastable":
            columns.append(f"if(deleted_at is null, {name}, array_intersect({name}, array({key}))) as {name}")
        else:
            columns.append(f"if(deleted_at is null, `{name}`, null) as `{name}`" if name in content else f"`{name}`")
    return rows.selectExpr(*columns)


def _as_type(value: str, have: str, want: str, timezone: str) -> str:
    """SQL that reads a value of one type as another, null where it cannot be read."""
    if have == want:
        return value
    text = f"trim({value})"
    if want == "timestamp" and have == "string":
        return times.instant(value, timezone)
    if want == "timestamp" and have in ("date", "timestamp_ntz"):
        return f"to_utc_timestamp(cast({value} as timestamp), '{timezone}')"
    if want == "date" and have == "string":
        return times.day(value, timezone)
    if want == "date" and have == "timestamp":
        return f"cast(from_utc_timestamp({value}, '{timezone}') as date)"
    if have == "string" and want in ("int", "bigint"):  # 120.0 is the whole number 120, 12.7 is none
        whole = f"if({text} rlike '^[+-]?[0-9]+[.]0+$', substring_index({text}, '.', 1), {text})"
        return f"try_cast({whole} as {want})"
    if have == "string" and want != "string" and not want.startswith("array"):
        return f"try_cast({text} as {want})"  # of decimals: 1e3 as well as 1000, but not 1.234,56
    return f"try_cast({value} as {want})"


def _normalised(field: Field, value: str) -> str:
    return f"lower(trim({value}))" if field.name == "email" else value


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
