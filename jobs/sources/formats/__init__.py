"""Formats, one module or package each; its name is the `format` in conf. This file finds them."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable
from functools import cache
from types import ModuleType
from typing import TYPE_CHECKING, cast

from jobs.errors import ConfError
from jobs.sources.base import WHEN_LANDED, Format, Platform, Tabular

if TYPE_CHECKING:
    from jobs.settings.sources import Source


@cache
def names() -> tuple[str, ...]:
    """Names of all formats."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(__path__)))


def module(name: str) -> ModuleType:
    """The module of a format."""
    return importlib.import_module(f"{__name__}.{name}")


def metrics(table: str) -> set[str]:
    """Columns of a table of metrics that at least one format reports."""
    found = {column for name in names() for column in named(name).get(table, ())}
    return found - {"post_id", "profile_id", "observed_at", "deleted_at"}


def named(name: str) -> dict[str, tuple[str, ...]]:
    """Tables and their columns that a format maps by itself; empty for formats that are mapped in conf."""
    return getattr(module(name), "tables", {})


def is_partial(source: Source, table: str) -> bool:
    """Whether a null in the source's rows means that nothing is reported: platforms mention accounts in passing."""
    return platform_of(source) is not None and table not in getattr(module(source.format), "whole", ())


def is_utc(source: Source) -> bool:
    """Whether the platform writes times in UTC without saying so, whatever `timezone` the source has."""
    return getattr(module(source.format), "is_utc", False)


def gone_with(source: Source) -> tuple[tuple[str, str, str], ...]:
    """(table, column, whole): rows of the table are deleted with the row of `whole` that their column refers to."""
    return getattr(module(source.format), "gone_with", ())


def origins_that_fill(sources: Iterable[Source], column: str, *tables: str) -> set[str]:
    """Values of `source` in silver of the sources that fill a column of any of these tables (short names)."""
    return {
        source.origin
        for source in sources
        for table in tables
        if table in tables_of(source) and column in columns_of(source, table)
    }


def tells_edits(source: Source, table: str) -> bool:
    """Whether the platform says when rows of the table were last edited: of two states of a post the later edit stands."""
    platform = platform_of(source)
    return platform is not None and origin_of(source, table) == table and "edited_at" in platform.tables.get(table, ())


def result_id(source: Source) -> str | None:
    """SQL over a record's `raw`: the ID that a result is about which tells to delete it, null for other records.

    None where the platform has no such results.
    """
    return getattr(module(source.format), "result_id", None)


def format_of(source: Source) -> Format:
    """The source's format. Raises ConfError where it does not exist."""
    if source.format not in names():
        raise ConfError(f"{source.file}: key format is {source.format!r}; expected one of {', '.join(names())}")
    return cast(Format, module(source.format))


def platform_of(source: Source) -> Platform | None:
    """The source's format where it maps by itself, else None."""
    found = format_of(source)
    return cast(Platform, found) if hasattr(found, "parse") else None


def tabular_of(source: Source) -> Tabular:
    return cast(Tabular, format_of(source))


def tables_of(source: Source) -> tuple[str, ...]:
    """Silver tables (short names) that the source fills: those that its format maps by itself, and those of conf.

    For a market source only those of conf: a competitor's news are not posts about the company.
    """
    platform = platform_of(source)
    own = tuple(platform.tables) if platform and source.kind != "market" else ()
    return tuple(dict.fromkeys((*own, *source.tables)))


def origin_of(source: Source, table: str) -> str:
    """The platform's table that a table of the source is made from: the same one, unless conf sets another."""
    of_table = source.tables.get(table)
    return of_table.origin if of_table and of_table.origin else table


def is_of_another(source: Source, table: str) -> bool:
    """Whether a table of the source is made of the rows that its platform gives for another one."""
    return platform_of(source) is not None and origin_of(source, table) != table


def columns_of(source: Source, table: str) -> dict[str, str]:
    """Columns of a table that the source fills, with their expressions: the platform's own, then conf's."""
    platform, of_table = platform_of(source), source.tables.get(table)
    own = platform.tables.get(table, ()) if platform and origin_of(source, table) == table else ()
    given = {name: name for name in own}
    if "deleted_at" in given and getattr(module(source.format), "lands_deletions", False):
        given["deleted_at"] = f"if(deleted_at = '{WHEN_LANDED}', cast(_landed_at as string), deleted_at)"
    return given | (of_table.columns if of_table else {})
