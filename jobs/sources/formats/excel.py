"""Excel workbooks (.xlsx, .xlsm): a row of one sheet is one JSON object (see `jobs.sources.rows`).

The sheet is the first, or conf's `sheet`; its first non-empty row is the header, and the context of each row. Formulas
have the values that were saved with them, error cells (#N/A, #REF! …) are null. A workbook that cannot be read is one
record, with the reason.
"""

from __future__ import annotations

import json
import warnings
import zipfile
from collections.abc import Iterator
from datetime import datetime, time
from itertools import islice
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, BinaryIO

from openpyxl import load_workbook

from jobs.sources import rows
from jobs.sources.base import ParseError, Record, SplitOptions

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook
    from pyspark.sql import DataFrame

_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # first bytes of .xls and of workbooks with a password
_ROWS_OF_A_SHEET = 1_048_576
_ROWS_A_CHUNK = 1_000
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
    header: list[str] = []
    for header_row in found:
        if _is_filled(header_row):
            header = _names(header_row)
            break
    if not header:
        raise ParseError("no_records: the sheet is empty")
    context = json.dumps(header, ensure_ascii=False)
    for values in found:
        if not _is_filled(values):
            continue
        row = dict.fromkeys(header)
        for place, value in enumerate(values):
            if place < len(header):
                row[header[place]] = value
            elif value is not None:  # a value beside the header
                row[f"#{place + 1}"] = value
        yield rows.as_json(list(row), list(row.values())), context


def _quiet_rows(stream: BinaryIO, options: SplitOptions) -> Iterator[list[Any]]:
    """Rows as plain values. openpyxl's warnings (an unknown style or extension) are suppressed."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        workbook = load_workbook(stream, read_only=True, data_only=True, keep_links=False)
        sheet = _sheet(workbook, options.sheet)
        sheet.reset_dimensions()  # the size that a file declares may be wrong
        found = sheet.iter_rows()
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
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, datetime) and value.time() == time():
        value = value.date()
    found = rows.plain(value)
    return _number(found) if isinstance(found, float) else found


def _number(value: float) -> Any:
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
