"""CSV with a header (RFC 4180): a quoted value may hold line ends. The header is each record's context."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import reduce
from typing import TYPE_CHECKING, BinaryIO

from jobs.sources.base import Record, SplitOptions, lines
from jobs.sources.splitting.text import with_text

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_CORRUPT = "_corrupt"
_BOM = b"\xef\xbb\xbf"


def split(stream: BinaryIO, options: SplitOptions) -> Iterator[Record]:
    """One record per line, or more lines while a quoted value is open. A file without records is one record.

    A value that stays open for `csv_record_lines` lines, or to the end, is a stray quote: only its first line is the
    record, so that one bad line affects one record.
    """
    reader = _Lookahead(lines(stream, options.record_bytes))
    header = next(reader, b"").removeprefix(_BOM)
    context = header.decode("utf-8" if options.encoding == "utf-16" else options.encoding, errors="replace")
    number = 0
    delimiter = options.delimiter.encode()
    for line in reader:
        if not line:
            continue  # a blank line is not a record
        number += 1
        taken = [line]
        while _is_open(b"\n".join(taken), delimiter) if b'"' in line or len(taken) > 1 else False:
            more = next(reader, None)
            if more is None or len(taken) >= options.csv_record_lines:
                reader.give_back(taken[1:] + ([more] if more is not None else []))
                taken = taken[:1]
                break
            taken.append(more)
        yield Record(number, b"\n".join(taken), context)
    if number == 0:
        yield Record(1, header, None)


def read(records: DataFrame, columns: list[str], options: SplitOptions, contexts: list[str]) -> DataFrame:
    """Values by name, per header: later files may have another order or other columns."""
    from pyspark.sql import functions as F

    too_large = F.length("raw") > options.record_bytes
    readable = with_text(records, options.encoding).withColumn(
        "_problem",
        F.when(too_large, F.lit(f"too_large: the record has more than {options.record_bytes:,} bytes")).otherwise(
            F.col("_problem")
        ),
    )
    parts = []
    for header in contexts:
        part = readable.where(F.col("context") == header)
        names = _unique(header_columns(header, options.delimiter))
        part = part.withColumn("_columns", F.array(*(F.lit(name) for name in names)))
        if not set(names) & set(columns):
            text = f"not_this_format: the header has none of the columns {', '.join(columns[:5])}"
            part = part.withColumn("_problem", F.coalesce("_problem", F.lit(text)))
            parts.append(part.select("*", *(F.lit(None).cast("string").alias(name) for name in columns)))
            continue
        schema = ", ".join(f"`{name.replace('`', '``')}` string" for name in [*names, _CORRUPT])
        read_as = {
            "sep": options.delimiter,
            "quote": '"',
            "escape": '"',
            "mode": "PERMISSIVE",
            "maxCharsPerColumn": "-1",
            "columnNameOfCorruptRecord": _CORRUPT,
        }
        part = part.withColumn("_row", F.from_csv(F.when(F.col("_problem").isNull(), F.col("_text")), schema, read_as))
        broken = F.concat(F.lit(f"malformed_csv: the number of values differs from the header's {len(names)}"))
        part = part.withColumn("_problem", F.coalesce("_problem", F.when(F.col("_row")[_CORRUPT].isNotNull(), broken)))
        values = [
            F.nullif(F.col("_row")[name], F.lit("")) if name in names else F.lit(None).cast("string")
            for name in columns
        ]
        parts.append(
            part.select("*", *(value.alias(name) for value, name in zip(values, columns, strict=True))).drop("_row")
        )
    without = readable.where(F.col("context").isNull()).withColumn(
        "_problem",
        F.when(F.length("raw") == 0, F.lit("empty_file: the file has no bytes")).otherwise(
            F.lit("no_records: the file has a header and no records")
        ),
    )
    without = without.withColumn("_columns", F.lit(None).cast("array<string>"))
    parts.append(without.select("*", *(F.lit(None).cast("string").alias(name) for name in columns)))
    return reduce(lambda a, b: a.unionByName(b), parts).drop("_text")


def _unique(names: list[str]) -> list[str]:
    """Unique names: a repeated name gets its position appended."""
    return [f"{name}#{place}" if name in names[:place] else name for place, name in enumerate(names)]


def header_columns(context: str, delimiter: str) -> list[str]:
    """Names in a header line, spaces around them removed."""
    return [column.strip() for column in next(csv.reader([context], delimiter=delimiter), [])]


def _is_open(record: bytes, delimiter: bytes) -> bool:
    """Whether a quoted value is not closed at the record's end. A quote opens only at the start of a value."""
    is_quoted, at_start, position = False, True, 0
    while position < len(record):
        byte = record[position : position + 1]
        if is_quoted:
            end = record.find(b'"', position)
            if end < 0:
                return True
            if record[end + 1 : end + 2] == b'"':
                position = end + 2
                continue
            is_quoted, position = False, end + 1
            continue
        if byte == b'"' and at_start:
            is_quoted = True
        at_start = byte == delimiter
        if not is_quoted and not at_start:
            following = record.find(delimiter, position)
            if following < 0:
                return False
            position = following
            continue
        position += 1
    return is_quoted


class _Lookahead:
    """Lines that can be put back."""

    def __init__(self, source: Iterator[bytes]) -> None:
        self._source = source
        self._waiting: list[bytes] = []

    def __iter__(self) -> _Lookahead:
        return self

    def __next__(self) -> bytes:
        return self._waiting.pop() if self._waiting else next(self._source)

    def give_back(self, items: list[bytes]) -> None:
        self._waiting.extend(reversed(items))
