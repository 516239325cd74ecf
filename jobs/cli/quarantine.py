"""scrm quarantine"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from jobs.cli import options
from jobs.cli.console import grid_of, number, plain, say, show

if TYPE_CHECKING:
    from jobs.quality.report import Refusal


@click.command()
@click.option("--table", metavar="TABLE", help="Only rows of this table.")
@options.conf
def quarantine(table: str | None, conf: str | None) -> None:
    """Show why rows were refused, with examples (file#line)."""
    from jobs.quality import report

    lake, _ = options.lake_of(conf)
    _show(report.quarantined(lake, table), table)


def _show(found: list[Refusal], table: str | None) -> None:
    if not found:
        say(f"The quarantine is empty{f' for {plain(table)}' if table else ''}.")
        return
    grid = grid_of("Quarantine", "table", "rows", "property", "reason", "what is wrong", "for example", right=("rows",))
    for of in found:
        example = ", ".join(of.examples)
        grid.add_row(of.table, number(of.rows), of.property, of.code, plain(of.message), plain(example))
    show(grid)
    say(f"The bytes of each record are kept: scrm show {found[0].table}")
    say("After a fix, `scrm replay` tries them again.")
