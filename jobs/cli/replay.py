"""scrm replay"""

from __future__ import annotations

import click

from jobs.cli import bars, options, report_of_run
from jobs.cli.console import grid_of, number, say, show


@click.command()
@click.option("--table", metavar="TABLE", help="Only rows of this quarantine.")
@options.conf
def replay(table: str | None, conf: str | None) -> int:
    """Try refused rows again. For use after a rule, a mapping or a reference was fixed."""
    from jobs.job import STAGES
    from jobs.quality import replay
    from jobs.runner.execution import Choice, execute
    from jobs.runner.registry import selected

    lake, settings = options.lake_of(conf)
    tables = replay.tables(lake, table)
    before = replay.counts(lake, tables)
    choice = Choice(stages=tuple(stage for stage in STAGES if stage != "land"), replay=tables)
    with bars.running(len(selected(stages=choice.stages))) as display:
        report = execute(settings, choice, watcher=display, lake=lake)
    after = replay.counts(lake, tables)
    code = report.exit_code
    if code or after != before:
        code = report_of_run.show(report, settings)
    _show(before, after)
    return code


def _show(before: dict[str, int], after: dict[str, int]) -> None:
    """Rows refused before and after, by quarantine."""
    if not before:
        say("The quarantine is empty: nothing to replay.")
        return
    numbers = ("refused before", "refused now")
    grid = grid_of("Replayed", "quarantine", *numbers, right=numbers)
    moved = {name: rows for name, rows in before.items() if rows != after.get(name, 0)}
    for name, rows in moved.items():
        grid.add_row(name, number(rows), number(after.get(name, 0)))
    if moved:
        show(grid)
    total, still = sum(before.values()), sum(after.get(name, 0) for name in before)
    result = f"{total - still:,} of {total:,} refused rows are accepted now" if moved else "Nothing changed"
    rest = f"; {still:,} are still refused: `scrm quarantine` says why" if still else ""
    say(f"{result}{rest}.")
