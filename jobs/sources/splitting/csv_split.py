"""Splitting CSV (RFC 4180) into records: a quoted value may hold line ends. The header, and what stands above it, is each
record's context.

The header is the line that conf says, or the one of the first lines that names most of the columns that conf maps. A file
without one has names from conf, and an empty context.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import BinaryIO

from jobs.sources.base import Record, SplitOptions, lines
from jobs.sources.splitting.header import best

ABOVE = "\x1e"
"""Between the lines above the header, and before the header."""
_BOM = b"\xef\xbb\xbf"
_LOOKED_AT = 100


def split(stream: BinaryIO, options: SplitOptions) -> Iterator[Record]:
    """One record per line, or more lines while a quoted value is open. A file without records is one record.

    A line without any value is no record. A value that stays open for `csv_record_lines` lines, or to the end, is a stray
    quote: only its first line is the record, so that one bad line affects one record.
    """
    reader = _Lookahead(lines(stream, options.record_bytes))
    first = next(reader, None)
    if first is not None:
        reader.give_back([first.removeprefix(_BOM)])
    header, context = _header(reader, options)
    blank = b" \t\r" + options.delimiter.encode()
    number = 0
    for line in reader:
        if not line.strip(blank):
            continue
        number += 1
        yield Record(number, b"\n".join(_lines_of(line, reader, options)), context)
    if number == 0:
        yield Record(1, header, None)


def _lines_of(line: bytes, reader: _Lookahead, options: SplitOptions) -> list[bytes]:
    """The lines of the record that begins with this one."""
    taken = [line]
    if b'"' not in line:
        return taken
    delimiter, escape = options.delimiter.encode(), (options.escape or "").encode()
    while _is_open(b"\n".join(taken), delimiter, escape):
        more = next(reader, None)
        if more is None or len(taken) >= options.csv_record_lines:
            reader.give_back(taken[1:] + ([more] if more is not None else []))
            return taken[:1]
        taken.append(more)
    return taken


def _header(reader: _Lookahead, options: SplitOptions) -> tuple[bytes, str]:
    """The header, and the context of the records below it."""
    if isinstance(options.header, tuple):
        return b"", ""
    taken: list[list[bytes]] = []  # records; a header that spans lines is one
    lines_count = 0
    for line in reader:
        taken.append(_lines_of(line, reader, options))
        lines_count += len(taken[-1])
        if options.header == "first" and line.strip():
            break
        if isinstance(options.header, int) and lines_count >= options.header:
            break
        if options.header == "auto" and len(taken) == _LOOKED_AT:
            break
    records = [b"\n".join(part) for part in taken]
    place = len(records) - 1
    if options.header == "auto":
        place = best([header_columns(_text(record, options), options.delimiter) for record in records], options.columns)
    if place < 0:
        return b"", ""
    if isinstance(options.header, int) and lines_count < options.header:  # what is there is not lost without a word
        reader.give_back([line for part in taken for line in part])
        return b"", ""
    reader.give_back([line for part in taken[place + 1 :] for line in part])
    above = [record for record in records[:place] if record]
    return records[place], ABOVE.join(_text(part, options) for part in [*above, records[place]])


def _text(record: bytes, options: SplitOptions) -> str:
    encoding = "utf-8" if options.encoding == "utf-16" else options.encoding
    return record.decode(encoding, errors="replace")


def header_columns(context: str, delimiter: str) -> list[str]:
    """Names in a header line, spaces around them removed."""
    try:
        return [column.strip() for column in next(csv.reader([context], delimiter=delimiter), [])]
    except csv.Error:  # a value too long for a name
        return []


def _is_open(record: bytes, delimiter: bytes, escape: bytes = b"") -> bool:
    """Whether a quoted value is not closed at the record's end. A quote opens only at the start of a value."""
    is_quoted, at_start, position = False, True, 0
    while position < len(record):
        byte = record[position : position + 1]
        if is_quoted:
            end = record.find(b'"', position)
            if end < 0:
                return True
            if escape and _is_escaped(record, position, end, escape):
                position = end + 1
                continue
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


def _is_escaped(record: bytes, start: int, quote: int, escape: bytes) -> bool:
    """Whether an odd number of escapes stands before a quote."""
    place = quote
    while place > start and record[place - 1 : place] == escape:
        place -= 1
    return (quote - place) % 2 == 1


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
