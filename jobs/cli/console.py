"""What all commands print with: results go to standard output, progress, notices and errors to standard error."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table as Grid

_WIDE = 140
_NAMES = ("source", "table", "job", "stage", "rule", "code", "reason", "quarantine")
"""Columns with names that people copy: they are never broken, however narrow the terminal is."""
_LEAST = 16
"""Characters that another column keeps beside them."""


def console_of(*, stderr: bool = False) -> Console:
    """A terminal gets lines of its own width, a pipe wide ones that grep can work with."""
    from rich.console import Console

    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() or "COLUMNS" in os.environ else _WIDE
    return Console(stderr=stderr, highlight=False, width=width)


def say(line: str = "") -> None:
    """One line of a result, with rich's markup; it is not wrapped."""
    console_of().print(line, soft_wrap=True)


def notice(message: str) -> None:
    """One line about what happens, as it is."""
    console_of(stderr=True).print(plain(message), soft_wrap=True)


def error(message: str) -> None:
    console_of(stderr=True).print(f"[bold red]error:[/] {plain(message)}", soft_wrap=True)


def plain(text: str) -> str:
    """Text in which nothing is markup."""
    from rich.markup import escape

    return escape(text)


def grid_of(title: str, *columns: str, right: Sequence[str] = (), whole: Sequence[str] = ()) -> Grid:
    """An empty table. Args: right: columns of numbers, aligned to the right. whole: columns whose lines are not broken."""
    from rich import box
    from rich.table import Table as Grid

    grid = Grid(title=title, title_justify="left", box=box.SIMPLE_HEAD, title_style="bold", pad_edge=False)
    for column in columns:
        justify = "right" if column in right else "left"
        grid.add_column(column, justify=justify, overflow="fold", no_wrap=column in _NAMES or column in whole)  # type: ignore[arg-type]
    return grid


def show(grid: Grid) -> None:
    console = console_of()
    console.width = max(console.width, _width_of(grid))
    console.print(grid)


def _width_of(grid: Grid) -> int:
    """Characters that a table takes at least."""
    width = 0
    for column in grid.columns:
        cells = [str(column.header), *(str(cell) for cell in column.cells)]
        longest = max(len(_shown(line)) for cell in cells for line in cell.splitlines() or [""])
        width += (longest if column.no_wrap else min(longest, _LEAST)) + 2
    return width


def _shown(markup: str) -> str:
    from rich.text import Text

    return Text.from_markup(markup).plain


def show_rows(title: str, rows: Sequence[dict[str, Any]], right: Sequence[str] = ()) -> None:
    """Rows that share their keys, as a table."""
    grid = grid_of(title, *rows[0], right=right)
    for row in rows:
        grid.add_row(*(plain(cell(value)) for value in row.values()))
    show(grid)


def number(value: float | Decimal | None) -> str:
    if value is None:
        return ""
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:,.2f}" if abs(float(value)) >= 1 else f"{value:.3f}"


def cell(value: Any) -> str:
    """A value as people read it: instants in UTC, decimals without trailing zeros, a missing one empty."""
    if value is None:
        return ""
    if isinstance(value, bytes):
        return value.decode("utf-8", errors="backslashreplace")[:80]
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds").replace("+00:00", "Z")
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return ", ".join(cell(item) for item in value)
    return str(value)
