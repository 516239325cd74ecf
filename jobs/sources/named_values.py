"""Records of a source as rows of values by name, read in Python one by one: what CSV and JSON share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from jobs.engine import sessions
from jobs.sources.splitting import foreign
from transformations.canonical.own import OWN

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

Reader = Callable[[bytes, str | None], list[Any]]
"""A record's bytes and context -> problem, names that it has, and the values of the columns."""


def read(records: DataFrame, columns: Sequence[str], make_reader: Callable[[], Reader]) -> DataFrame:
    """The records with `_problem`, `_columns` and the values of the columns, which are texts.

    Args: make_reader: gives each task a reader of its own.
    """
    text = pa.string()
    types = [("_problem", text), ("_columns", pa.list_(text)), *((OWN + name, text) for name in columns)]
    ddl = ", ".join(
        [f"`{field.name}` {field.dataType.simpleString()}" for field in records.schema.fields]
        + ["_problem string", "_columns array<string>"]
        + [f"`{OWN}{name.replace('`', '``')}` string" for name in columns]
    )

    def rows(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        reader = make_reader()
        for batch in batches:
            found: list[list] = [[] for _ in types]
            for raw, context in zip(batch["raw"].to_pylist(), batch["context"].to_pylist(), strict=True):
                problem = foreign.problem(raw)
                values = unread(problem, columns) if problem else reader(raw, context)
                for column, value in zip(found, values, strict=True):
                    column.append(value)
            arrays = [pa.array(values, type_) for values, (_, type_) in zip(found, types, strict=True)]
            names = [*batch.schema.names, *(name for name, _ in types)]
            yield pa.RecordBatch.from_arrays([*batch.columns, *arrays], names=names)

    return sessions.mapped(records, rows, ddl)


def unread(problem: str, columns: Sequence[str], names: list[str] | None = None) -> list[Any]:
    """What a reader gives for a record that it cannot read. Args: names: of the columns that the record has, if known."""
    return [problem, names, *([None] * len(columns))]
