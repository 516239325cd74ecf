"""scrm quarantine"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from jobs.cli import options
from jobs.cli.console import grid_of, number, plain, say, show
from jobs.errors import ConfError
from transformations.canonical.names import did_you_mean

if TYPE_CHECKING:
    from jobs.lake.tables import Lake
    from jobs.quality.report import Refusal
    from jobs.settings import Settings


@click.command()
@click.option("--table", metavar="TABLE", help="Only rows of this table.")
@options.conf
def quarantine(table: str | None, conf: str | None) -> None:
    """Show why rows were refused, with examples (file#line)."""
    from jobs.quality import report

    lake, settings = options.lake_of(conf)
    if table:
        _check(lake, settings, table)
    _show(report.quarantined(lake, table), table)


def _check(lake: Lake, settings: Settings, table: str) -> None:
    """Raises ConfError where rows of a table or source of that name could not be refused: an empty answer would mislead."""
    from transformations.contracts import CONTRACTS

    known = {name for name in CONTRACTS if name.startswith("silver.")}
    known |= {source.name for source in settings.sources} | set(lake.names("quarantine"))
    names = known | {name.partition(".")[2] for name in known if "." in name}
    if table not in names and f"silver.{table.removeprefix('quarantine.')}" not in names:
        hint = did_you_mean(table, sorted(names), "`scrm tables` and conf/sources list them")
        raise ConfError(f"no table or source {table}{hint}")


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
