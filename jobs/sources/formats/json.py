"""JSON lines: one object per line. Top-level keys are columns; a nested value is its JSON text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, BinaryIO

import pyarrow as pa

from jobs.sources import payload
from jobs.sources.base import ParseError, Record, SplitOptions, lines
from jobs.sources.splitting.text import as_utf8

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def split(stream: BinaryIO, options: SplitOptions) -> Iterator[Record]:
    """One record per line that is not blank. A file without any is one record."""
    number = 0
    for line in lines(stream, options.record_bytes):
        if line.strip():
            number += 1
            yield Record(number, line)
    if number == 0:
        yield Record(1, b"")


def read(records: DataFrame, columns: list[str], options: SplitOptions, contexts: list[str]) -> DataFrame:
    """Values by key, numbers as written in the file: Spark's own reader would accept repeated keys and take the last."""
    text = pa.string()
    types = [("_problem", text), ("_columns", pa.list_(text)), *((name, text) for name in columns)]
    ddl = ", ".join(
        [f"`{field.name}` {field.dataType.simpleString()}" for field in records.schema.fields]
        + ["_problem string", "_columns array<string>"]
        + [f"`{name.replace('`', '``')}` string" for name in columns]
    )

    def rows(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            found: list[list] = [[] for _ in types]
            for raw in batch["raw"].to_pylist():
                for column, value in zip(found, _read(raw, columns, options), strict=True):
                    column.append(value)
            arrays = [pa.array(values, type_) for values, (_, type_) in zip(found, types, strict=True)]
            names = [*batch.schema.names, *(name for name, _ in types)]
            yield pa.RecordBatch.from_arrays([*batch.columns, *arrays], names=names)

    return records.mapInArrow(rows, ddl)


def _read(raw: bytes, columns: list[str], options: SplitOptions) -> list:
    """Problem, names of the object's keys, and the values of the columns."""
    try:
        found = payload.json_object(as_utf8(raw, options.encoding), options)
    except ParseError as error:
        return [str(error), None, *([None] * len(columns))]
    return [None, list(found), *(payload.text_of(found.get(name)) for name in columns)]
