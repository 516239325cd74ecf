"""What `scrm run` and `scrm replay` print at the end."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jobs.cli import console
from jobs.cli.console import error, grid_of, number, plain, say

if TYPE_CHECKING:
    from jobs.runner.execution import JobResult, RunReport
    from jobs.settings import Settings

_COLOURS = {"done": "green", "up to date": "dim", "failed": "red", "stopped": "yellow", "not run": "dim"}


def show(run: RunReport, settings: Settings) -> int:
    """Prints the report of a run and gives the exit code: the run's, or 1 where what it has to say cannot be read."""
    from jobs.lake import failures

    try:
        _show(run, settings)
    except Exception as error_of_show:  # a damaged table; what the run itself has to say must not be lost
        line = failures.told(Path(run.lake), f"{run.run_id}.report", error_of_show)
        error(failures.beside(run.message, "the closing report", line))
        return run.exit_code or 1
    return run.exit_code


def _show(run: RunReport, settings: Settings) -> None:
    """Jobs, row accounts, the six properties, headline indicators, and where to look next."""
    from jobs.runner.summary import summary

    if run.exit_code and all(job.state == "not run" for job in run.jobs):
        error(run.message)
        return
    if run.jobs and all(job.state == "up to date" for job in run.jobs):
        say(f"Nothing new: everything is up to date ({run.seconds:.1f} s). Lake: {plain(run.lake)}")
        return
    _show_jobs(run.jobs)
    found = summary(run, settings)
    _show_accounts("Records, by source", found.records)
    _show_accounts("Rows, by table", found.rows)
    for line in found.equations:
        say(plain(line))
    if found.equations:
        say()
    if found.properties:
        console.show_rows("Quality, by property", found.properties, right=("passing", "rules", "broken"))
    if found.indicators:
        console.show_rows("Indicators, all time", found.indicators, right=("value", "over"))
    for note in run.notes:
        say(f"[yellow]note:[/] {plain(note)}")
    if run.exit_code:
        error(run.message)
    ended = "Ended" if run.exit_code else "Done"
    say(f"{ended} in {run.seconds:.1f} s, as of {run.as_of[:10]}. Lake: {plain(run.lake)}")
    if not run.exit_code:
        say("Where to look next:")
        width = max(len(command) for command, _ in found.next_steps)
        for command, what in found.next_steps:
            say(f"  {plain(command):<{width}}   {what}")


def _show_jobs(jobs: Sequence[JobResult]) -> None:
    numbers = ("rows in", "rows out", "quarantined", "seconds")
    grid = grid_of("Jobs", "stage", "job", "state", *numbers, right=numbers)
    for job in jobs:
        state = f"[{_COLOURS[job.state]}]{job.state}[/]"
        counts = (number(count) for count in (job.rows_in, job.rows_out, job.quarantined))
        grid.add_row(job.stage, job.job, state, *counts, f"{job.seconds:.1f}")
    console.show(grid)


def _show_accounts(title: str, rows: Sequence[dict[str, Any]]) -> None:
    """One of the two equations, a line per source or table. Terms that are 0 everywhere are left out."""
    if not rows:
        return
    name, whole, *terms = rows[0]
    shown = [whole, *(term for term in terms if any(row[term] for row in rows))]
    grid = grid_of(title, name, *shown, right=shown)
    for row in rows:
        grid.add_row(row[name], *(number(row[term]) for term in shown))
    console.show(grid)
