"""CSV (RFC 4180): values by the names of each file's header, or by those of conf."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from typing import TYPE_CHECKING

from jobs.sources import named_values
from jobs.sources.base import ParseError, SplitOptions
from jobs.sources.named_values import unread
from jobs.sources.splitting import csv_values
from jobs.sources.splitting.csv_split import ABOVE, header_columns, split
from jobs.sources.splitting.text import as_text

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

__all__ = ["names_of", "read", "split"]  # split: as a file of this format is split

_LOOSE = "malformed_csv: a quoted value is not closed, or something stands between its closing quote and the delimiter"
_SHOWN = 5


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
        names = header_columns(raw.decode(options.encoding, errors="replace"), options.delimiter)
        if set(names) & set(columns):
            return unread("no_records: the file has a header and no records", columns)
        return unread(_unknown(names, columns, options), columns)
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
    if isinstance(options.header, int) and not names:
        return f"not_this_format: the file ends above line {options.header}, which header in conf names"
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
    names = header_columns(context.rpartition(ABOVE)[2], options.delimiter)
    ending = _empty_at_the_end(names)
    return _unique(names[: len(names) - ending]) + [""] * ending
