"""CSV (RFC 4180): a quoted value may hold line ends. The header, and what stands above it, is each record's context.

The header is the line that conf says, or the one of the first lines that names most of the columns that conf maps. A file
without one has names from conf, and an empty context.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from functools import cache, partial
from typing import TYPE_CHECKING, BinaryIO

from jobs.sources import named_values
from jobs.sources.base import ParseError, Record, SplitOptions, lines
from jobs.sources.named_values import unread
from jobs.sources.splitting import csv_values
from jobs.sources.splitting.header import best
from jobs.sources.splitting.text import as_text

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_LOOSE = "malformed_csv: a quoted value is not closed, or something stands between its closing quote and the delimiter"
_BOM = b"\xef\xbb\xbf"
_ABOVE = "\x1e"  # between the lines above the header, and before the header
_LOOKED_AT = 100
_SHOWN = 5


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
        if len(taken) == _LOOKED_AT:
            break
    records = [b"\n".join(part) for part in taken]
    place = len(records) - 1
    if options.header == "auto":
        place = best([_names_in(record, options) for record in records], options.columns)
    if place < 0 or (isinstance(options.header, int) and lines_count < options.header):
        return b"", ""
    reader.give_back([line for part in taken[place + 1 :] for line in part])
    above = [record for record in records[:place] if record]
    encoding = "utf-8" if options.encoding == "utf-16" else options.encoding
    return records[place], _ABOVE.join(part.decode(encoding, errors="replace") for part in [*above, records[place]])


def _names_in(line: bytes, options: SplitOptions) -> list[str]:
    encoding = "utf-8" if options.encoding == "utf-16" else options.encoding
    return header_columns(line.decode(encoding, errors="replace"), options.delimiter)


def read(records: DataFrame, columns: list[str], options: SplitOptions, contexts: list[str]) -> DataFrame:
    """Values by name, per header: later files may have another order or other columns."""

    def make_reader() -> named_values.Reader:
        below = cache(partial(_Below, columns=columns, options=options))
        return partial(_read, columns=columns, options=options, below=below)

    return named_values.read(records, columns, make_reader)


def _read(
    raw: bytes, context: str | None, columns: list[str], options: SplitOptions, below: Callable[[str], _Below]
) -> list:
    """Problem, names of the header, and the values of the columns."""
    if not raw and (context is None or isinstance(options.header, tuple)):
        return unread("empty_file: the file has no bytes", columns)
    if context is None and not isinstance(options.header, tuple):
        return unread("no_records: the file has a header and no records", columns)
    of = below(context or "")
    try:
        if len(raw) > options.record_bytes:
            raise ParseError(f"too_large: the record has more than {options.record_bytes:,} bytes")
        text = as_text(raw, options.encoding)
        if of.unknown:
            raise ParseError(of.unknown)
    except ParseError as error:
        return unread(str(error), columns, of.names)
    problem, values = of.read(text)
    return [problem, of.names, *values]


class _Below:
    """The records below one header."""

    def __init__(self, context: str, columns: list[str], options: SplitOptions) -> None:
        self.names = names_of(context, options)
        self.unknown = "" if set(self.names) & set(columns) else _unknown(self.names, columns, options)
        # Many programs end each row in a delimiter and the header not, or the other way round: what is beyond must be empty.
        self._bare = len(self.names) - _empty_at_the_end(self.names)
        unique = _unique(self.names)
        self._places = [unique.index(name) if name in self.names else None for name in columns]
        self._null_values = {"", *options.null_values}
        self._options = options
        self._values_of = csv_values.reader(options.delimiter, options.escape)

    def read(self, text: str) -> tuple[str | None, list[str | None]]:
        """The reason why a record cannot be read, and the values of the columns."""
        values, is_broken = self._values_of(text)
        problem = None
        if is_broken:
            problem = _hinted(text, _LOOSE, self._options)
        elif len(values) != len(self.names) and not self._fits(values):
            reason = f"malformed_csv: the number of values differs from the header's {len(self.names)}"
            problem = _hinted(text, reason, self._options)
        found = (values[place] if place is not None and place < len(values) else None for place in self._places)
        return problem, [None if value in self._null_values else value for value in found]

    def _fits(self, values: list[str]) -> bool:
        """Whether only empty values at the end are too many or too few."""
        if self._bare < len(self.names):
            return len(values) == self._bare
        return len(values) == len(self.names) + 1 and not values[-1]


def _hinted(text: str, reason: str, options: SplitOptions) -> str:
    if options.escape or '\\"' not in text:
        return reason
    return reason + "; where quotes are escaped by a backslash, set escape: '\\' in conf"


def _unknown(names: list[str], columns: list[str], options: SplitOptions) -> str:
    """Why no record below a header can be read."""
    found = ", ".join(name for name in names if name)[:100]
    reason = f"not_this_format: the header has none of the columns {', '.join(columns[:_SHOWN])}; it has {found or 'no name'}"
    other = next((mark for mark in ";\t|," if mark != options.delimiter and len(names) == 1 and mark in names[0]), None)
    if other:
        return f"{reason}; set delimiter: {other!r} in conf if that separates the values"
    return (
        f"{reason}; if it stands further down, or there is none, set header in conf to its line or to a list of names"
    )


def _empty_at_the_end(names: list[str]) -> int:
    return next((count for count, name in enumerate(reversed(names)) if name), len(names))


def _unique(names: list[str]) -> list[str]:
    """Unique names: a repeated name gets its position appended."""
    return [f"{name}#{place}" if name in names[:place] else name for place, name in enumerate(names)]


def names_of(context: str, options: SplitOptions) -> list[str]:
    """Unique names of the columns of records with this context; a column without a name has an empty one at the end."""
    if isinstance(options.header, tuple):
        return list(options.header)
    names = header_columns(context.rpartition(_ABOVE)[2], options.delimiter)
    ending = _empty_at_the_end(names)
    return _unique(names[: len(names) - ending]) + [""] * ending


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
