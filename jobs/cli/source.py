"""scrm source"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jobs.cli import bars, options
from jobs.cli.console import grid_of, plain, say, show
from jobs.cli.options import POSITIVE

if TYPE_CHECKING:
    from jobs.runner.trial import TableTrial, Trial


@click.group()
@options.conf
def source(conf: str | None) -> None:
    """Try a source before anything lands."""


@source.command()
@click.argument("name", metavar="NAME", shell_complete=options.sources)
@click.option("--records", type=POSITIVE, default=1_000, metavar="N", show_default=True, help="How many to try.")
@options.conf
def check(name: str, records: int, conf: str | None) -> None:
    """Show what the first records of conf/sources/NAME.yaml would become. Nothing is landed."""
    from jobs.job import Run
    from jobs.lake import opening
    from jobs.lake.tables import Lake
    from jobs.runner import preflight
    from jobs.runner.trial import trial
    from jobs.sources import on_engine

    settings = options.settings_of(conf)
    preflight.check_settings(settings)
    written = settings.source(name)
    settings = on_engine.of_settings(settings)
    source = settings.source(name)
    now = datetime.now(UTC)
    lake = Lake(settings.base.lake.root, lambda: opening.session(settings, Path(os.devnull)))
    with bars.waiting(f"trying {name}"):
        found = trial(lake, Run("", now, settings, now), source, records, written)
    _show(found)


def _show(found: Trial) -> None:
    say(
        f"[bold]{found.source}[/] ({found.format}, {plain(found.origin)}): the first {found.records:,} records, "
        f"{found.records - found.unreadable:,} readable. Nothing was landed."
    )
    for note in found.notes:
        say(plain(note))
    if not found.records:
        say("There is nothing to try yet.")
        return
    for table in found.tables:
        _show_table(table)
    if found.unmapped:
        say(f"Columns of the source that are not mapped: {plain(', '.join(found.unmapped))}\n")
    if not found.reasons:
        say("Every record is readable and every row satisfies every rule.")
        return
    columns = ("where", "code", "property", "rows", "message", "for example")
    grid = grid_of("What would be quarantined or flagged, and why", *columns, right=("rows",), whole=columns[-1:])
    for one in found.reasons:
        example = plain("\n".join(one.examples))
        grid.add_row(one.place, one.code, one.property, f"{one.rows:,}", plain(one.message), example)
    show(grid)


def _show_table(table: TableTrial) -> None:
    title = f"{table.table}: {table.rows:,} rows, {table.refused:,} would be refused"
    if table.warned:
        title += f", {table.warned:,} kept with a warning"
    grid = grid_of(title, "column", "type", "filled with", "null", "for example", right=("null",))
    for column in table.columns:
        share = f"{column.nulls / table.rows:.0%}" if table.rows and column.nulls else ""
        grid.add_row(column.name, column.type, plain(column.mapping), share, plain(", ".join(column.examples)))
    show(grid)
    if table.unfilled:
        say(f"  not filled: {', '.join(table.unfilled)}\n")
