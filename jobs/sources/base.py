"""Interfaces of formats.

A tabular format (CSV, JSON lines) has named columns, which conf maps to canonical ones. A platform's format maps by
itself: its `parse` turns one record into rows of canonical tables.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


@dataclass(frozen=True)
class Record:
    """One record, verbatim.

    Attributes:
        line: position in its file, starting at 1.
        raw: its bytes, without the line end.
        context: what is needed from the file to read it (CSV header, XML root), or None.
    """

    line: int
    raw: bytes
    context: str | None = None


@dataclass(frozen=True)
class SplitOptions:
    """How a source's files are split into records, and limits for one record.

    Attributes:
        header: the line of a table with its names: auto, first, its number, or the names where there is none.
        columns: names that conf maps, by which a header is recognised.
    """

    encoding: str = "utf-8"
    delimiter: str = ","
    record_bytes: int = 16_000_000
    csv_record_lines: int = 1_000
    nesting_depth: int = 100
    unpacked_bytes: int = 256_000_000
    sheet: str | None = None
    compliance_of: str | None = None
    range: str | None = None
    header: str | int | tuple[str, ...] = "auto"
    escape: str | None = None
    null_values: tuple[str, ...] = ("", "\\N", "NULL")
    columns: tuple[str, ...] = ()


DEFAULTS = SplitOptions()
_LOOKED_AT = 1 << 16
_CHUNK = 1 << 20

WHEN_LANDED = "(landed)"
"""Stands in `deleted_at` for the time of landing: the platform says that a thing is gone, and not since when."""


class ParseError(ValueError):
    """A record that cannot be parsed; the message starts with a reason code: `code: explanation`."""


class Format(Protocol):
    """A format: a module of `jobs.sources.formats` with these names.

    A module whose files are no text has `is_binary`, True.
    """

    def split(self, stream: BinaryIO, options: SplitOptions) -> Iterator[Record]:
        """Splits a file into records; never fails on content."""
        ...


class Tabular(Format, Protocol):
    """Named columns, all strings, mapped by conf."""

    def read(self, records: DataFrame, columns: list[str], options: SplitOptions, contexts: list[str]) -> DataFrame:
        """Bronze records with `columns` (strings, null where a record has none), `_problem` and `_columns`.

        `_problem` is null or the reason why the record cannot be read, as `code: explanation`; `_columns` are the names
        that the record itself has.
        """
        ...


class Platform(Format, Protocol):
    """A platform's payloads, mapped by code.

    A module whose rows of a table are always complete lists the table in `whole`, a tuple: a null of such a row replaces
    an older value. Other rows of profiles only add to what is known.

    A module whose platform writes times in UTC without saying so has `is_utc`, True.

    A module whose platform tells of deletions without a time has `lands_deletions`, True, and gives `WHEN_LANDED` for one.

    A module whose platform answers lists of IDs with those to delete has `result_id`: SQL over `raw` of the ID that such an
    answer is about, null for other records.

    A module whose platform deletes what belongs to a deleted page or account declares it in `gone_with`, as tuples of
    table, column and the table of the whole.
    """

    tables: dict[str, tuple[str, ...]]
    """Silver table (short name) -> the columns that its rows may have."""

    def parse(
        self, raw: bytes, context: str | None, options: SplitOptions = DEFAULTS
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        """Rows of one record: (short name of a canonical table, canonical columns). Raises ParseError.

        Values are strings as the platform writes them, or None where it reports nothing; a list of strings for array
        columns. A value that cannot be read is passed on: the contract's rules refuse it with a reason.
        """
        ...


def lines(stream: BinaryIO, limit: int) -> Iterator[bytes]:
    """Lines without their ends (LF or CRLF; CR where a file has no LF). A line over `limit` bytes is truncated, and the rest
    of it skipped.

    >>> import io
    >>> list(lines(io.BytesIO(b"a,b\\r\\n1,2"), 100)), list(lines(io.BytesIO(b"a,b\\r1,2\\r"), 100))
    ([b'a,b', b'1,2'], [b'a,b', b'1,2'])
    """
    if _ends_in_cr(stream):
        yield from _lines_of_cr(stream, limit)
        return
    while True:
        line = stream.readline(limit + 1)
        if not line:
            return
        ended = line.endswith(b"\n")
        cut = line[:-1] if ended else line
        while not ended:
            rest = stream.readline(limit + 1)
            if not rest:
                break
            ended = rest.endswith(b"\n")
        yield cut[:-1] if cut.endswith(b"\r") else cut


def _ends_in_cr(stream: BinaryIO) -> bool:
    """Whether lines end in CR alone, as old Macs and some cash registers write them; by the first bytes of the stream."""
    if hasattr(stream, "peek"):
        start = stream.peek(_LOOKED_AT)[:_LOOKED_AT]
    elif stream.seekable():
        place = stream.tell()
        start = stream.read(_LOOKED_AT)
        stream.seek(place)
    else:
        return False
    return b"\r" in start.rstrip(b"\r") and b"\n" not in start


def _lines_of_cr(stream: BinaryIO, limit: int) -> Iterator[bytes]:
    rest = b""
    is_cut = False
    while chunk := stream.read(_CHUNK):
        *whole, rest = (rest + chunk).split(b"\r")
        for line in whole:
            if not is_cut:
                yield line[: limit + 1]
            is_cut = False
        if len(rest) > limit:  # keeps no more of a line than can be read
            if not is_cut:
                yield rest[: limit + 1]
            rest, is_cut = b"", True
    if rest and not is_cut:
        yield rest
