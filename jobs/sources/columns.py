"""Whether a source's files have the columns that conf maps: a misspelt one would be null in every row, without a word."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from jobs.errors import ConfError
from jobs.settings.sources import Source
from jobs.sources import expressions, files, formats
from jobs.sources.base import SplitOptions
from jobs.sources.splitting import foreign
from transformations.canonical.names import did_you_mean

_LARGEST_WORKBOOK = 20_000_000
_SHOWN = 12


def check(source: Source, options: SplitOptions, registered: Iterable[str]) -> None:
    """Raises ConfError where conf maps a column that none of the source's files has, or had when it was landed.

    Of files the headers are looked at, until every column is found. One whose header has none of the columns is of another
    kind, and says nothing. Formats without a header cannot tell: what no record has is noted when it is read.

    Args: registered: columns of what has landed.
    """
    if not hasattr(formats.module(source.format), "names_of") or not source.path:
        return
    wanted = {
        name: (key, expression)
        for key, expression in reversed(expressions.of_source(source).items())
        for name in set(expressions.columns_of(expression)) - expressions.may_lack(expression)
        if name in options.columns
    }
    known = set(registered)
    looked_at = 0
    for found in files.find(source, may_be_empty=True) if set(wanted) - known else []:
        names = header_of(source, options, found)
        if names & set(options.columns):
            known |= names
            looked_at += 1
        if not set(wanted) - known:
            break
    missing = sorted(set(wanted) - known)
    if missing and looked_at:
        raise ConfError("\n".join(_missing(source, name, *wanted[name], known) for name in missing))


def header_of(source: Source, options: SplitOptions, found: files.Found) -> set[str]:
    """Names of a file's columns; none where it cannot be read, or where reading its header would take long."""
    if source.format == "excel" and found.bytes_count > _LARGEST_WORKBOOK:
        return set()
    module = formats.module(source.format)
    try:
        with Path(found.path).open("rb") as stream:
            record = next(iter(foreign.records(module, stream, options)), None)
    except OSError:  # moved away meanwhile
        return set()
    if record is None or record.context is None:
        return set()
    return {name for name in module.names_of(record.context, options) if name}


def _missing(source: Source, name: str, key: str, expression: str, known: set[str]) -> str:
    """What to say of a column that no file has."""
    whole = expression.strip()
    if whole in known:  # E-Mail reads as E less Mail
        return (
            f"{source.file}: key {key} is {expression!r}: that is the name of a column, and has to be written in "
            f"backticks: '`{whole}`'"
        )
    if any("\ufffd" in one for one in known):
        return (
            f"{source.file}: key {key} is {expression!r}: no file of the source has a column {name}, and its header is not "
            f"valid {source.encoding}; set encoding to that of the files (windows-1252, iso-8859-1, utf-16)"
        )
    listed = ", ".join(sorted(known)[:_SHOWN]) + (", …" if len(known) > _SHOWN else "")
    return (
        f"{source.file}: key {key} is {expression!r}: no file of the source has a column {name}"
        f"{did_you_mean(name, known) or '.'} Its columns are {listed}. Where only later files will have it, write "
        f"coalesce(`{name}`, null)"
    )
