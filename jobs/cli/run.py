"""scrm run"""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from jobs.cli import bars, options, report_of_run
from jobs.cli.options import ManyValues
from jobs.errors import ConfError

if TYPE_CHECKING:
    from jobs.runner.execution import Choice
    from jobs.settings import Settings


@click.command(cls=ManyValues)
@click.argument("jobs", metavar="[JOB]...", nargs=-1, shell_complete=options.jobs)
@click.option(
    "--stage", "stages", metavar="STAGE...", multiple=True, shell_complete=options.stages, help="All jobs of a stage."
)
@click.option("--as-of", metavar="DATE", help="Day up to which ages and recency are counted; it is not in them itself.")
@click.option("--from", "start", metavar="DATE", help="First event date of the periods to recompute.")
@click.option("--to", "end", metavar="DATE", help="Event date before which the periods to recompute end.")
@click.option("--full", is_flag=True, help="Recompute everything from bronze.")
@options.engine
@options.conf
def run(
    jobs: tuple[str, ...],
    stages: tuple[str, ...],
    as_of: str | None,
    start: str | None,
    end: str | None,
    full: bool,
    engine: str | None,
    conf: str | None,
) -> int:
    """Run all jobs, or those named, in order of dependencies. `scrm jobs` lists them."""
    from jobs.runner.execution import Choice

    settings = options.with_engine(options.settings_of(conf), engine)
    zone = ZoneInfo(settings.company.timezone)
    choice = Choice(
        jobs,
        stages,
        options.day(as_of, zone, "--as-of"),
        options.day(start, zone, "--from"),
        options.day(end, zone, "--to"),
        full,
    )
    if choice.start and choice.end and choice.start >= choice.end:
        raise ConfError(f"--from {start} is not before --to {end}")
    return executed(settings, choice)


def executed(settings: Settings, choice: Choice) -> int:
    """Runs the chosen jobs, prints the closing report and gives the exit code."""
    from jobs.runner.execution import execute
    from jobs.runner.registry import selected

    with bars.running(len(selected(choice.jobs, choice.stages))) as display:
        report = execute(settings, choice, watcher=display)
    return report_of_run.show(report, settings)
