"""JSON: one object per line, an array of objects, one object around such an array, or objects that span lines. Top-level
keys are columns; a nested value is its JSON text."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, BinaryIO

from jobs.sources import named_values, payload
from jobs.sources.base import ParseError, Record, SplitOptions
from jobs.sources.splitting.json_split import elements_at, split_json
from jobs.sources.splitting.text import as_utf8

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def split(stream: BinaryIO, options: SplitOptions) -> Iterator[Record]:
    """One record per object. A file without any is one record.

    Of a file that is one object around a list (`{"data": [...]}`) the records are the elements of that list, where they have
    the columns that conf maps and the object does not.
    """
    found = split_json(stream, options)
    first, second = next(found), next(found, None)
    if second is None:
        yield from _within(first, options)
        return
    yield first
    yield second
    yield from found


def _within(only: Record, options: SplitOptions) -> Iterator[Record]:
    """The elements of the one list in a file's only object that have mapped columns, else that object."""
    try:
        document = as_utf8(only.raw, options.encoding)
        whole = payload.json_object(document, options)
    except ParseError:
        whole = {}
    wanted = set(options.columns)
    lists = [
        key
        for key, value in whole.items()
        if isinstance(value, list) and value and isinstance(value[0], dict) and wanted & set(value[0])
    ]
    parts = None
    if len(lists) == 1 and not wanted & set(whole):
        parts = elements_at(only.raw, (lists[0],), options)
    if parts is None:
        yield only
        return
    for number, raw in enumerate(parts[0], start=1):
        yield Record(number, raw)


def read(records: DataFrame, columns: list[str], options: SplitOptions, contexts: list[str]) -> DataFrame:
    """Values by key, numbers as written in the file: Spark's own reader would accept repeated keys and take the last."""
    reader = partial(_read, columns=columns, options=options)
    return named_values.read(records, columns, lambda: reader)


def _read(raw: bytes, context: str | None, columns: list[str], options: SplitOptions) -> list:
    """Problem, names of the object's keys, and the values of the columns."""
    try:
        found = payload.json_object(as_utf8(raw, options.encoding), options)
    except ParseError as error:
        return named_values.unread(str(error), columns)
    values = (payload.text_of(found.get(name)) for name in columns)
    return [None, list(found), *(None if value in options.null_values else value for value in values)]
