"""What a format is.

A tabular format (CSV, JSON lines) gives named columns, which conf maps to canonical ones. A platform's format maps by
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
    """One record as it came.

    Attributes:
        line: position in its file, the first is 1.
        raw: its bytes, without the line end.
        context: what it needs of its file to be read (CSV header, XML root), or None.
    """

    line: int
    raw: bytes
    context: str | None = None


@dataclass(frozen=True)
class SplitOptions:
    """How a source's files are cut into records, and how much of one is read at most."""

    encoding: str = "utf-8"
    delimiter: str = ","
    record_bytes: int = 16_000_000
    csv_record_lines: int = 1_000
    nesting_depth: int = 100
    unpacked_bytes: int = 256_000_000
    sheet: str | None = None


DEFAULTS = SplitOptions()


class ParseError(ValueError):
    """A record that cannot be read; the message starts with a reason code: `code: explanation`."""


class Format(Protocol):
    """A format is a module of `jobs.sources.formats` with these names."""

    def split(self, stream: BinaryIO, options: SplitOptions) -> Iterator[Record]:
        """Cuts a file into records; never fails on content."""
        ...


class Tabular(Format, Protocol):
    """Named columns, all strings, mapped by conf."""

    def read(self, records: DataFrame, columns: list[str], options: SplitOptions, contexts: list[str]) -> DataFrame:
        """Bronze records with `columns` (strings, null where a record has none), `_problem` and `_columns`.

        `_problem` is null or why the record cannot be read, as `code: explanation`; `_columns` are the names that the
        record itself has.
        """
        ...


class Platform(Format, Protocol):
    """A platform's payloads, mapped by code.

    A module whose rows of a table always tell all that the platform knows names it in `whole`, a tuple: a null of such a
    row takes the place of an older value. Other rows of profiles add to what is known.

    A module whose platform deletes what belongs to a deleted page or account names it in `gone_with`, as tuples of
    table, column and the table of the whole.
    """

    tables: dict[str, tuple[str, ...]]
    """Silver table (without layer) -> the columns that its rows may have."""

    def parse(
        self, raw: bytes, context: str | None, options: SplitOptions = DEFAULTS
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        """Rows of one record: (canonical table without layer, canonical columns). Raises ParseError.

        Values are strings as the platform writes them, or None where it says nothing; a list of strings for array
        columns. A value that cannot be read is handed on: the contract's rules refuse it with a reason.
        """
        ...


def lines(stream: BinaryIO, limit: int) -> Iterator[bytes]:
    """Lines without their ends (LF or CRLF). A line over `limit` bytes is cut off there, and the rest of it skipped."""
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
