"""Contracts as Arrow: schemas and conforming."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pyarrow as pa

from jobs.errors import ScrmError
from transformations.contracts import Table

_TYPES = {
    "string": pa.string(),
    "bigint": pa.int64(),
    "int": pa.int32(),
    "double": pa.float64(),
    "boolean": pa.bool_(),
    "binary": pa.binary(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us", tz="UTC"),
}


@cache
def type_of(type_: str) -> pa.DataType:
    """Arrow type of a Spark type given as a simple string."""
    if type_ in _TYPES:
        return _TYPES[type_]
    if match := re.fullmatch(r"decimal\((\d+),(\d+)\)", type_):
        return pa.decimal128(int(match[1]), int(match[2]))
    if match := re.fullmatch(r"array<(.+)>", type_):
        return pa.list_(type_of(match[1]))
    if match := re.fullmatch(r"struct<(.+)>", type_):
        return pa.struct([(name, type_of(kind)) for name, kind in (part.split(":") for part in match[1].split(","))])
    raise ValueError(f"no Arrow type for {type_}")


def schema_of(table: Table) -> pa.Schema:
    return pa.schema(
        [pa.field(field.name, type_of(field.type), metadata={"comment": field.description}) for field in table.columns]
    )


def undescribed(rows: pa.Table | pa.RecordBatchReader) -> pa.Table | pa.RecordBatchReader:
    """The same rows without the descriptions of their columns: Delta refuses to append under other ones."""
    schema = pa.schema([field.remove_metadata() for field in rows.schema])
    if isinstance(rows, pa.Table):
        return pa.Table.from_arrays(rows.columns, schema=schema)
    return pa.RecordBatchReader.from_batches(
        schema, (pa.RecordBatch.from_arrays(batch.columns, schema=schema) for batch in rows)
    )


def conformed(rows: pa.Table, schema: pa.Schema) -> pa.Table:
    """The same rows in the schema's types and column order."""
    columns = [rows[field.name].cast(field.type) for field in schema]
    return pa.Table.from_arrays(columns, schema=schema)  # pa.table() imports pandas, .3 s of a short command


def dictionaries(rows: pa.Table) -> list[dict[str, Any]]:
    """As `to_pylist`, which imports pandas for instants of a time zone: .3 s of a short command."""
    columns = [_values(rows[name]) for name in rows.column_names]
    return [dict(zip(rows.column_names, row, strict=True)) for row in zip(*columns, strict=True)]


def _values(column: pa.ChunkedArray) -> list[Any]:
    if column.type != pa.timestamp("us", tz="UTC"):
        return column.to_pylist()
    naive = column.cast(pa.timestamp("us")).to_pylist()
    return [value if value is None else value.replace(tzinfo=UTC) for value in naive]


def filled(rows: pa.Table, table: Table, run_id: str) -> pa.Table:
    """Rows in the contract's schema: missing columns null, run_id and computed_at filled in."""
    unknown = sorted(set(rows.column_names) - set(table.names))
    if unknown:
        raise ScrmError(f"{table.name} has no column {', '.join(unknown)}; declare it in its contract")
    for name, value in (("run_id", run_id), ("computed_at", datetime.now(UTC))):
        if name in table.names and (name not in rows.column_names or rows[name].null_count == rows.num_rows):
            column = pa.array([value] * rows.num_rows, type_of(table.field(name).type))
            rows = rows.drop_columns([name]) if name in rows.column_names else rows
            rows = rows.append_column(name, column)
    columns = [
        rows[field.name].cast(type_of(field.type))
        if field.name in rows.column_names
        else pa.nulls(rows.num_rows, type_of(field.type))
        for field in table.columns
    ]
    return pa.table(columns, schema=schema_of(table))


def check_key(rows: pa.Table, table: Table) -> None:
    """Raises ScrmError where the key has a null or stands twice: a MERGE would then depend on the order of rows."""
    for key in table.key:
        if rows[key].null_count:
            raise ScrmError(f"{table.name}: {rows[key].null_count} rows have no {key}, a part of the key")
    if rows.num_rows:
        distinct = rows.select(list(table.key)).group_by(list(table.key)).aggregate([]).num_rows
        if distinct != rows.num_rows:
            raise ScrmError(f"{table.name}: {rows.num_rows - distinct} rows repeat a key ({', '.join(table.key)})")
