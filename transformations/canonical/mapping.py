"""Canonical columns of candidates: expressions of conf, casts of the contract.

A candidate is a row on its way to silver. Beside its contract columns it has `_uncastable`: the columns with a source
value that could not be read as the contract's type.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from transformations.canonical import casting, own, removals, times
from transformations.canonical.names import natural_sql
from transformations.contracts import Field, Table

_KEPT = ("source", "source_record_id", "deleted_at")


ORDINAL = "_ordinal"
"""In conf's columns: the position among the records of the same parent."""

Numbers = Literal["in_file", "over_files", "over_contents"]

_PLANNED = ("launched_at", "begins_at")
"""Event times that may lie ahead: they do not say when the row was told."""

_BLANKS = "[ \t\n\v\f\r]*"
"""What a number may be followed by; `$` alone stands before an end of line in Java, but not in Rust."""

_TIME_OF_VERSION = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[.][0-9]{6}~"


def mapped(
    records: DataFrame,
    table: Table,
    columns: Mapping[str, str],
    scope: Mapping[str, str | None],
    *,
    numbers: Numbers = "over_contents",
    given: Mapping[str, str] | None = None,
) -> DataFrame:
    """Records with the canonical columns of a table as results of conf's expressions, not yet cast.

    Args:
        records: source columns as strings (see `own`), `_file`, `_line`, `_landed_at` and coordinates; where a column is
            `_ordinal` also `_name_order`, the order of the file's name.
        columns: canonical column -> source column or Spark SQL expression; `_ordinal` is the position among the
            records with the same other key columns.
        scope: columns with one value for the whole source (source, channel, currency, service_type, audience).
        numbers: where `_ordinal` counts: in each file from 1, on over files, or over files of which some were sent again.
        given: canonical column -> SQL that holds where its expression, if null, could not read what the record has.
    Returns: the records' own columns, `_r_<column>` for each contract column that is mapped, and `_g_<column>` for `given`.
    """
    ordinals = [name for name, expression in columns.items() if expression.strip() == ORDINAL]
    results = {f"_r_{name}": F.expr(expression) for name, expression in columns.items() if name not in ordinals}
    for name, value in scope.items():
        if name in table.names and name not in columns and value is not None:
            results[f"_r_{name}"] = F.lit(value)
    results |= {f"_g_{name}": F.expr(condition) for name, condition in (given or {}).items() if name in columns}
    rows = own.evaluated(records, results)
    for name in ordinals:
        parent = [f"_r_{key}" for key in table.key if key != name and f"_r_{key}" in rows.columns]
        rows = _numbered(rows, f"_r_{name}", parent, numbers)
    return rows


def _numbered(rows: DataFrame, name: str, parent: list[str], numbers: Numbers) -> DataFrame:
    """Rows with their position among those of the same parent, over files in the order of their names.

    Contents of one name take the same places: a corrected file does not add to what it corrects.
    """
    place = [column for column in ("line", "ordinal") if column in rows.columns]
    in_file = F.row_number().over(Window.partitionBy("batch_id", *parent).orderBy(*place))
    if numbers == "in_file":
        return rows.withColumn(name, in_file)
    if numbers == "over_files":
        return rows.withColumn(name, F.row_number().over(Window.partitionBy(*parent).orderBy("_name_order", *place)))
    of_name = Window.partitionBy(*parent, "_name_order")
    counted = rows.withColumn(name, in_file).withColumns(
        {"_most": F.max(name).over(of_name), "_is_one": F.row_number().over(of_name.orderBy("batch_id", *place)) == 1}
    )
    up_to = (
        Window.partitionBy(*parent).orderBy("_name_order").rangeBetween(Window.unboundedPreceding, Window.currentRow)
    )
    before = F.sum(F.when(F.col("_is_one"), F.col("_most")).otherwise(0)).over(up_to) - F.col("_most")
    return (
        counted.withColumn("_before", before)
        .withColumn(name, (F.col(name) + F.col("_before")).cast("int"))
        .drop("_most", "_is_one", "_before")
    )


def cast(rows: DataFrame, table: Table, timezone: str, keep: tuple[str, ...]) -> DataFrame:
    """Candidates: contract columns cast, derived columns filled in, `_uncastable` added; deleted rows are blanked.

    A post whose text is a removal notice is a deleted row.

    Args:
        rows: `_r_<column>` for the mapped columns, `_g_<column>` where an expression may not read what is there.
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
    conditions = {
        field.name: [f"`_r_{field.name}` is not null"] * (types[f"_r_{field.name}"] != field.type)
        + [f"`_g_{field.name}`"] * (f"_g_{field.name}" in types)
        for field in given
    }
    failures = [
        f"if(({' or '.join(of_field)}) and `_v_{name}` is null, '{name}', null)"
        for name, of_field in conditions.items()
        if of_field
    ]
    names = {field.name for field in given}
    missing = [field for field in table.columns if field.name not in names and field.name not in keep]
    raw = [f"`{name}`" for name in types if name.startswith(("_r_", "_g_")) and name[3:] in names]
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
    cast_rows = removals.as_deletions(cast_rows, table)
    return blanked(cast_rows, table) if removals.may_tell(table, names) else cast_rows


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
        # portable: tests/probes holds it on both engines with ends of lines
        whole = f"if({text} rlike '^[+-]?[0-9]+[.]0+{_BLANKS}$', substring_index({text}, '.', 1), {text})"
        return f"try_cast({whole} as {want})"
    if have == "string" and want.startswith("decimal"):
        return casting.decimal(value, want)  # 1e3 as well as 1000, but not 1.234,56
    if have == "string" and want == "boolean":
        return casting.boolean(value)
    if have == "string" and want != "string" and not want.startswith("array"):
        return f"try_cast({text} as {want})"
    return f"try_cast({value} as {want})"


def _normalised(field: Field, value: str) -> str:
    return f"lower(trim({value}))" if field.name == "email" else value


def with_versions(rows: DataFrame, table: Table, version: str, *, by_edit: bool = False) -> DataFrame:
    """Adds source_record_id, source_version and valid_from.

    Args:
        rows: cast candidates with `_file_order` (the file with its own version, in natural order) and `_version` (the
            result of conf's expression; a row without one is older than any with one).
        version: conf's expression; `_file`: newer files have greater names.
        by_edit: with `_file`, a later `edited_at` is newer, whatever file it is in.
    """
    own_key = [F.col(key).cast("string") for key in table.key if key not in ("source", "channel")]
    file = F.col("_file_order")
    if by_edit and version == "_file":
        rows = rows.withColumn("_version", F.expr(_instant("edited_at")))
    version_column = (
        file if version == "_file" and not by_edit else F.concat_ws("~", F.coalesce("_version", F.lit(" ")), file)
    )
    event = F.col(table.event_time).cast("timestamp") if table.event_time else F.lit(None).cast("timestamp")
    if "edited_at" in table.names:
        event = F.coalesce("edited_at", event)
    if "deleted_at" in table.names:
        event = F.coalesce("deleted_at", event)
    return rows.withColumns(
        {"source_record_id": F.concat_ws("|", *own_key), "source_version": version_column, "valid_from": event}
    )


def told_at(table: Table, also: str | None = None) -> str:
    """SQL of the latest time that a row itself tells of: its event, its last edit, its observation, its version.

    Args: also: a column of text with one more time.
    """
    named = {"edited_at", "observed_at", "solved_at", table.event_time} - set(_PLANNED)
    told = [f"cast({name} as timestamp)" for name in table.names if name in named]
    told.append(
        f"if(source_version rlike '{_TIME_OF_VERSION}', "
        "try_cast(substring_index(source_version, '~', 1) as timestamp), null)"
    )
    told.append(f"try_cast({also} as timestamp)" if also else "cast(null as timestamp)")
    return f"greatest({', '.join(told)})"


def sortable(expression: str, type_: str, timezone: str = "UTC") -> str:
    """SQL that turns a version of this type into a string that sorts in the same order.

    Numbers sort as numbers, times as times, also where they are written as text (YYYY-MM-DD …, local to `timezone` where
    they have no offset); other text in natural order.
    """
    if type_ in ("int", "bigint", "smallint", "tinyint"):
        return _number(expression, "decimal(20,0)", 20)
    if type_ in ("float", "double") or type_.startswith("decimal"):
        return _number(expression, "decimal(38,18)", 39)
    if type_ in ("timestamp", "timestamp_ntz", "date"):
        return _instant(f"cast({expression} as timestamp)")
    if type_ == "string":
        # portable: tests/probes holds it on both engines with ends of lines
        is_time = f"{expression} rlike '^ *[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}( |T|\n|\r|$)'"
        time = f"if({is_time}, {_as_type(expression, 'string', 'timestamp', timezone)}, null)"
        return f"coalesce({_instant(time)}, {natural_sql(expression)})"
    return f"cast({expression} as string)"


def _instant(time: str) -> str:
    return f"date_format({time}, \"yyyy-MM-dd'T'HH:mm:ss.SSSSSS\")"


def _number(expression: str, type_: str, width: int) -> str:
    """SQL of a number as text of one width; the digits of a negative one count down."""
    value = f"try_cast({expression} as {type_})"
    digits = f"lpad(cast(abs({value}) as string), {width}, '0')"
    return f"if({value} < 0, concat('-', translate({digits}, '0123456789', '9876543210')), concat('0', {digits}))"
