"""Excel workbooks (.xlsx, .xlsm): a row of one sheet is one JSON object (see `jobs.sources.rows`).

The sheet is the first, or conf's `sheet`, and of it conf's `range`. Its header is the row that conf says, or the one of the
first rows that names most of the columns that conf maps; with the rows above it is each row's context. Formulas have the
values that were saved with them, error cells (#N/A, #REF! …) are null, a number with a format of zeros (0000000) is the text
that the sheet shows. A workbook that cannot be read is one record, with the reason.
"""

from __future__ import annotations

import json
import re
import warnings
import zipfile
from collections.abc import Iterator
from datetime import datetime, time
from functools import lru_cache
from itertools import chain, islice
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

from openpyxl import load_workbook
from openpyxl.utils.cell import range_boundaries

from jobs.sources import rows
from jobs.sources.base import ParseError, Record, SplitOptions
from jobs.sources.splitting.header import best

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook
    from pyspark.sql import DataFrame

is_binary = True
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # first bytes of .xls and of workbooks with a password
_ROWS_OF_A_SHEET = 1_048_576
_ROWS_A_CHUNK = 1_000
_LOOKED_AT = 100
_FORMAT_PART = re.compile(r'\\.|[_*].|"[^"]*"|\[[^\]]*\]|.', re.DOTALL)
_DIGITS = 15  # the digits that Excel displays and computes with; further digits of a double are noise


def split(stream: BinaryIO, options: SplitOptions) -> Iterator[Record]:
    """One record per row that is not empty."""
    number = 0
    try:
        _check_archive(stream, options)
        for raw, context in _records(stream, options):
            number += 1
            yield rows.record(number, raw, context, options)
        if number == 0:
            raise ParseError("no_records: the sheet has a header and no rows")
    except ParseError as error:
        yield rows.unreadable(number + 1, rows.beginning(stream, options), str(error))
    except Exception as error:  # a malicious file may break a reader in any way
        reason = f"malformed_xlsx: {rows.explained(error)}"
        yield rows.unreadable(number + 1, rows.beginning(stream, options), reason)


def read(records: DataFrame, columns: list[str], options: SplitOptions, contexts: list[str]) -> DataFrame:
    return rows.read(records, columns, options)


def _check_archive(stream: BinaryIO, options: SplitOptions) -> None:
    """Checks the archive's list of members before anything is unpacked. Raises ParseError."""
    start = stream.read(len(_OLD_OFFICE))
    stream.seek(0)
    if not start:
        raise ParseError("empty_file: the file has no bytes")
    if start == _OLD_OFFICE:
        raise ParseError("not_this_format: an old .xls or a workbook with a password; save it as .xlsx without one")
    try:
        with zipfile.ZipFile(stream) as archive:
            members = archive.infolist()
    except zipfile.BadZipFile as error:
        raise ParseError(f"not_this_format: not an .xlsx workbook: {error}") from None
    for member in members:
        path = PurePosixPath(member.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts:
            raise ParseError(f"forbidden_archive: the member {member.filename!r} points out of the archive")
    size = sum(member.file_size for member in members)
    if size > options.unpacked_bytes:
        raise ParseError(
            f"too_large: the workbook unpacks to {size:,} bytes; limits.unpacked_bytes is {options.unpacked_bytes:,}"
        )


def _records(stream: BinaryIO, options: SplitOptions) -> Iterator[tuple[bytes, str]]:
    """Rows below the header, with the header. Raises ParseError, and whatever openpyxl raises."""
    found = _quiet_rows(stream, options)
    named = options.header if isinstance(options.header, int) else 0
    first = list(islice(found, max(_LOOKED_AT, named)))
    if isinstance(options.header, tuple):
        header, above, below = list(options.header), [], first
    else:
        place = _header_place(first, options)
        if place is None and isinstance(options.header, int) and any(map(_is_filled, first)):
            raise ParseError(
                f"not_this_format: row {options.header}, which header in conf names, is empty or not there"
            )
        if place is None:
            raise ParseError("no_records: the sheet is empty")
        header, above, below = (
            _names(first[place]),
            [row for row in first[:place] if _is_filled(row)],
            first[place + 1 :],
        )
    context = json.dumps({"above": above, "header": header} if above else header, ensure_ascii=False)
    for values in chain(below, found):
        if not _is_filled(values):
            continue
        row = dict.fromkeys(header)
        for place, value in enumerate(values):
            if place < len(header):
                row[header[place]] = value
            elif value is not None:  # a value beside the header
                row[f"#{place + 1}"] = value
        yield rows.as_json(list(row), list(row.values())), context


def _header_place(first: list[list[Any]], options: SplitOptions) -> int | None:
    """Place of the header among the first rows; None where there is none."""
    if isinstance(options.header, int):
        place = options.header - 1 - ((_bounds(options)[1] or 1) - 1)
        return place if 0 <= place < len(first) and _is_filled(first[place]) else None
    filled = [place for place, row in enumerate(first) if _is_filled(row)]
    if not filled:
        return None
    if options.header == "first":
        return filled[0]
    return best([_names(row) if _is_filled(row) else [] for row in first], options.columns)


def _bounds(options: SplitOptions) -> tuple[int | None, ...]:
    """First column, first row, last column and last row of conf's range, None where it does not say."""
    return range_boundaries(options.range) if options.range else (None, None, None, None)


def _quiet_rows(stream: BinaryIO, options: SplitOptions) -> Iterator[list[Any]]:
    """Rows as plain values. openpyxl's warnings (an unknown style or extension) are suppressed."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        workbook = load_workbook(stream, read_only=True, data_only=True, keep_links=False)
        sheet = _sheet(workbook, options.sheet)
        sheet.reset_dimensions()  # the size that a file declares may be wrong
        first_column, first_row, last_column, last_row = _bounds(options)
        found = sheet.iter_rows(min_row=first_row, max_row=last_row, min_col=first_column, max_col=last_column)
    taken = 0
    while True:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            chunk = [[_value(cell) for cell in row] for row in islice(found, _ROWS_A_CHUNK)]
        if not chunk:
            return
        taken += len(chunk)
        if taken > _ROWS_OF_A_SHEET:
            raise ParseError(
                f"malformed_xlsx: the sheet has a row after {_ROWS_OF_A_SHEET:,}, the last that a sheet can have"
            )
        yield from chunk


def _sheet(workbook: Workbook, name: str | None) -> Any:
    sheets = {sheet.title: sheet for sheet in workbook.worksheets}
    if name is not None and name not in sheets:
        raise ParseError(f"no_such_sheet: the workbook has no sheet {name!r}; its sheets are {', '.join(sheets)}")
    if not sheets:
        raise ParseError("no_such_sheet: the workbook has no sheet")
    return sheets[name] if name is not None else next(iter(sheets.values()))


def _value(cell: Any) -> Any:
    """A cell's value as a JSON value: a day without a time as a date, a number without a double's noise."""
    value = cell.value
    if value is None or value == "" or cell.data_type == "e":
        return None
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        shown = _shown(value, cell.number_format or "")
        return shown if shown is not None else _number(value)
    if isinstance(value, datetime) and value.time() == time():
        value = value.date()
    found = rows.plain(value)
    return _number(found) if isinstance(found, float) else found


def _shown(value: float, number_format: str) -> str | None:
    """A whole number as the sheet shows it, where its format is zeros and fixed characters: ids and postcodes are written so.

    >>> _shown(4711, "0000000"), _shown(12345678, "00000-0000"), _shown(7, "#00000"), _shown(7, "0"), _shown(7, "#,##0")
    ('0004711', '01234-5678', '00007', None, None)
    """
    found = _zeros(number_format)
    if found is None or value < 0 or value != int(value) or abs(value) >= 10**_DIGITS:
        return None
    if value == 0 and not found.shows_zero:
        return None
    count = found.marks.count(None)
    digits = str(int(value)).zfill(count)
    more = len(digits) - count
    each = iter([digits[: more + 1], *digits[more + 1 :]])  # digits beyond the format's are where its first one is
    return "".join(next(each) if mark is None else mark for mark in found.marks)


class _Zeros(NamedTuple):
    """What a number format of zeros and fixed characters shows.

    Attributes:
        marks: fixed characters, and None for each digit that is always shown.
        shows_zero: whether 0 is shown so too.
    """

    marks: tuple[str | None, ...]
    shows_zero: bool


@lru_cache(maxsize=1_000)
def _zeros(number_format: str) -> _Zeros | None:
    """What a number format of two digits or more that are always shown does; None for other formats.

    `#` and `?` ahead of the zeros show nothing, or a blank, where there is no digit; behind one they are digits, but of 0.
    Fixed characters between those ahead and the zeros are not certain to be shown.
    """
    parts = [match[0] for match in _FORMAT_PART.finditer(number_format)]
    positive = parts[: parts.index(";")] if ";" in parts else parts
    found: list[str | None] = []
    ahead: int | None = None  # fixed characters before the first `#` or `?` that is ahead of the zeros
    shows_zero = parts.count(";") < 2
    for part in positive:
        if part in "#?":
            if None in found:
                found.append(None)
                shows_zero = False
            elif ahead is None:
                ahead = len(found)
        elif part == "0":
            if None not in found and ahead not in (None, len(found)):
                return None
            found.append(None)
        elif part[0] in "\\_*":
            found += [part[1]] if part[0] == "\\" else []
        elif part[0] == '"' and len(part) > 1:
            found += list(part[1:-1])
        elif part in "-/() ":
            found.append(part)
        elif part[0] != "[" or part[1:2] in ("<", ">", "="):
            return None
    return _Zeros(tuple(found), shows_zero) if found.count(None) > 1 else None


def _number(value: float) -> Any:
    if isinstance(value, int):
        return value
    if value.is_integer() and abs(value) < 10**_DIGITS:
        return int(value)
    return rows.plain(float(f"{value:.{_DIGITS}g}"))


def _is_filled(values: list[Any]) -> bool:
    return any(value is not None for value in values)


def _names(values: list[Any]) -> list[str]:
    """Names of the header's cells; a column without one is named by its position."""
    texts = ["" if value is None else str(value).strip() for value in values]
    while texts and not texts[-1]:
        texts.pop()
    return rows.unique(text or f"#{place + 1}" for place, text in enumerate(texts))


def names_of(context: str, options: SplitOptions) -> list[str]:
    """Names of the columns of rows with this context."""
    return rows.names_of(context)
