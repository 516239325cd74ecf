"""scrm quality sample and scrm quality judge: what people say about sampled values."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jobs.cli import options
from jobs.cli.console import grid_of, plain, say, show
from jobs.cli.options import POSITIVE

if TYPE_CHECKING:
    from jobs.quality.judgements import Reading
    from jobs.quality.report import Standing
    from jobs.quality.samples import Sample

_LINES = 20


@click.command()
@options.table
@click.option("--n", "count", type=POSITIVE, default=200, metavar="N", show_default=True, help="Rows to draw.")
@click.option("--column", metavar="C", help="Column to judge; by default the first with few different values.")
@click.option(
    "--out", metavar="FILE", type=click.Path(), help="File to write; by default in quality/samples of the lake."
)
@click.option("--seed", type=int, default=7, metavar="S", show_default=True, help="The same seed draws the same rows.")
@options.conf
def sample(table: str, count: int, column: str | None, out: str | None, seed: int, conf: str | None) -> None:
    """Draw a sample of a column for people to judge, as a CSV file."""
    from jobs.quality import samples

    lake, _ = options.lake_of(conf)
    of = samples.of(table)
    chosen = column or samples.default_column(of)
    path = Path(out) if out else samples.default_path(lake, of.name, chosen)
    _show_sample(samples.draw(lake, of, chosen, count, seed, path), of.name)


@click.command()
@click.argument("file", metavar="FILE.csv", type=click.Path())
@click.option("--judge", "name", metavar="NAME", default="", help="Who judged, where the column judge is empty.")
@options.conf
def judge(file: str, name: str, conf: str | None) -> None:
    """Read a sample that people have filled in. The result is a rule of accuracy."""
    from jobs.quality import history, judgements, report

    lake, settings = options.lake_of(conf)
    now = datetime.now(UTC)
    found = judgements.read(lake, Path(file), name or Path(file).stem, now)
    judged = [(o, o.passing, o.applicable) for o in judgements.outcomes(lake, settings) if o.applicable]
    history.keep(lake, history.today(settings, now), judged)
    standings = [of for of in report.standings(lake, settings) if (of.outcome.table, of.outcome.code) in found.rules]
    _show_judged(found, standings)


def _show_sample(drawn: Sample, table: str) -> None:
    """What was drawn, and what to do with it."""
    grid = grid_of(f"A sample of {table}.{drawn.column}", "stratum", "rows", "drawn", right=("rows", "drawn"))
    for name, (rows, count) in drawn.strata.items():
        grid.add_row(plain(name), f"{rows:,}", f"{count:,}")
    show(grid)
    if drawn.without_value:
        say(f"{drawn.without_value:,} rows without a value are left out.")
    say(f"{drawn.rows:,} rows in {plain(str(drawn.path))}")
    say(
        "Open it in a spreadsheet. In each row write yes or no under is_right, or the right value under judged; leave "
        "both empty where you cannot say. Save it as CSV, then:"
    )
    say(f"  scrm quality judge {plain(str(drawn.path))}")


def _show_judged(found: Reading, standings: Sequence[Standing]) -> None:
    """What was read, what could not be used and why, and what the rules say now."""
    from jobs.quality.report import kept, percent

    say(f"{plain(str(found.path))}: {found.judged:,} judgements read, {found.open:,} rows still open.")
    for title, lines in (
        ("rows that no longer exist", found.gone),
        ("values that have changed since, without the right value written", found.changed),
        ("answers that cannot be used", found.unclear),
    ):
        if lines:
            say(f"[yellow]{len(lines):,} {title}:[/]")
        for line in lines[:_LINES]:
            say(f"  {plain(line)}")
        if len(lines) > _LINES:
            say(f"  … and {len(lines) - _LINES:,} more")
    for of in standings:
        o = of.outcome
        result = f"{kept(of)} right, of {o.applicable:,} judged" if o.applicable else "nothing judged yet"
        state = {"kept": "within threshold"}.get(o.state, o.state)
        say(f"{o.table}.{o.code}: {result}; required {percent(o.threshold)}: {state}")
