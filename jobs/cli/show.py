"""What the command prints: tables for people. Results go to standard output, progress and errors to standard error."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table as Grid

if TYPE_CHECKING:
    import pyarrow as pa

    from jobs.job import Job
    from jobs.maintenance.machine import Finding
    from jobs.quality.report import Refusal
    from jobs.runner.execution import RunReport
    from jobs.runner.streaming import Cycle
    from jobs.settings import Settings
    from transformations.contracts import Table

_WIDE = 140
_SIDE_BY_SIDE = 8


def console_of(*, stderr: bool = False) -> Console:
    """A pipe gets wide lines that grep can work with; a terminal its own width."""
    console = Console(stderr=stderr, highlight=False)
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console = Console(stderr=stderr, highlight=False, width=_WIDE)
    return console


def error(message: str) -> None:
    console_of(stderr=True).print(f"[bold red]error:[/] {escape(message)}", soft_wrap=True)


def notice(message: str) -> None:
    console_of(stderr=True).print(escape(message), soft_wrap=True)


def cycle(cycle: Cycle) -> None:
    """One line a cycle of a stream."""
    latency = "" if cycle.latency is None else f", latency {cycle.latency:,.1f} s"
    console_of().print(
        f"{cycle.at:%H:%M:%S} {', '.join(cycle.sources)}: landed {cycle.landed:,}, accepted {cycle.accepted:,}, "
        f"quarantined {cycle.quarantined:,}, {cycle.seconds:.1f} s{latency}",
        soft_wrap=True,
    )


def progress() -> Progress:
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console_of(stderr=True),
        transient=True,
    )


@contextlib.contextmanager
def running() -> Iterator[tuple[Callable[[Job], None], Callable[[str, int, int], None]]]:
    """Shows which job is at work, and its steps; gives the functions to call before each."""
    from jobs.runner.registry import all_jobs

    bars = progress()
    with bars:
        task = bars.add_task("start", total=len(all_jobs()))
        steps = bars.add_task("", total=1, visible=False)

        def on_job(job: Job) -> None:
            if bars.tasks[0].description != "start":
                bars.advance(task)
            bars.update(task, description=f"{job.stage} · {job.name}")
            bars.update(steps, visible=False)

        def on_step(text: str, done: int, total: int) -> None:
            bars.update(steps, description=text, completed=done, total=total, visible=True)

        yield on_job, on_step


def grid_of(title: str, *columns: str, right: Sequence[str] = ()) -> Grid:
    grid = Grid(title=title, title_justify="left", box=box.SIMPLE_HEAD, title_style="bold", pad_edge=False)
    for column in columns:
        is_name = column in ("source", "table", "job", "stage", "rule", "code")
        grid.add_column(column, justify="right" if column in right else "left", overflow="fold", no_wrap=is_name)
    return grid


def _number(value: float | Decimal | None) -> str:
    if value is None:
        return ""
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:,.2f}" if abs(float(value)) >= 1 else f"{value:.3f}"


def report(run: RunReport, settings: Settings) -> None:
    """The closing tables of a run: jobs, row accounts, the six properties, headline indicators, where to look next."""
    from jobs.runner import summary as headline

    console = console_of()
    if run.jobs and all(job.state == "up to date" for job in run.jobs):
        console.print(f"Nothing new: everything is up to date ({run.seconds:.1f} s). Lake: {run.lake}", soft_wrap=True)
        return
    grid = grid_of(
        "Jobs",
        "stage",
        "job",
        "state",
        "rows in",
        "rows out",
        "quarantined",
        "seconds",
        right=("rows in", "rows out", "quarantined", "seconds"),
    )
    for job in run.jobs:
        colour = {"done": "green", "up to date": "dim", "failed": "red", "stopped": "yellow"}.get(job.state, "dim")
        grid.add_row(
            job.stage,
            job.job,
            f"[{colour}]{job.state}[/]",
            _number(job.rows_in),
            _number(job.rows_out),
            _number(job.quarantined),
            f"{job.seconds:.1f}",
        )
    console.print(grid)
    summary = headline.summary(run, settings)
    if summary.records:
        for title, of in (("Records, by source", summary.records), ("Rows, by table", summary.rows)):
            accounts = grid_of(title, *of[0], right=tuple(of[0])[1:])
            for row in of:
                accounts.add_row(*(value if isinstance(value, str) else _number(value) for value in row.values()))
            console.print(accounts)
        for line in summary.equations:
            console.print(line, soft_wrap=True)
        console.print()
    if summary.properties:
        grid = grid_of(
            "Quality, by property", "property", "kept", "rules", "broken", "worst", right=("kept", "rules", "broken")
        )
        for row in summary.properties:
            grid.add_row(row["property"], row["kept"], str(row["rules"]), str(row["broken"]), escape(row["worst"]))
        console.print(grid)
    if summary.indicators:
        grid = grid_of("Indicators, all time", "indicator", "value", "unit", "over", right=("value", "over"))
        for row in summary.indicators:
            grid.add_row(row["name"], row["value"], row["unit"], row["over"])
        console.print(grid)
    for note in run.notes:
        console.print(f"[yellow]note:[/] {escape(note)}", soft_wrap=True)
    if run.exit_code:
        error(run.message)
    console.print(
        f"{'Done' if not run.exit_code else 'Ended'} in {run.seconds:.1f} s, as of {run.as_of[:10]}. Lake: {run.lake}",
        soft_wrap=True,
    )
    for line in summary.next_steps if not run.exit_code else ():
        console.print(f"  {line}", soft_wrap=True)


def simulated(out: Path, summary: Any) -> None:
    console = console_of()
    grid = grid_of(f"A made-up company in {out}", "what", "rows", right=("rows",))
    for name, count in summary.rows.items():
        grid.add_row(name, _number(count))
    console.print(grid)
    console.print(f"Planted truth, for tests and never read by the pipeline: {out / 'truth'}", soft_wrap=True)


def jobs(found: list[Job]) -> None:
    grid = grid_of("Jobs in the order of a run", "stage", "job", "what it does", "writes")
    for job in found:
        grid.add_row(job.stage, job.name, job.description, ", ".join(job.writes))
    console_of().print(grid)


def tables(found: list[Table]) -> None:
    grid = grid_of("Tables", "table", "key", "a row is")
    for table in found:
        grid.add_row(table.name, ", ".join(table.key), table.description)
    console_of().print(grid)


def table(of: Table) -> None:
    """Columns with meaning, then rules."""
    from expectations import by_hand
    from expectations import rules as registry
    from jobs.sources import formats

    console = console_of()
    console.print(f"[bold]{of.name}[/]: {of.description}\nKey: {', '.join(of.key)}", soft_wrap=True)
    grid = grid_of("Columns", "column", "type", "required", "meaning")
    for field in of.columns:
        is_needed = field.is_required or field.name in of.key
        meaning = escape(field.description)
        meaning += f" [dim]Unit: {escape(field.unit)}.[/]" if field.unit else ""
        meaning += f" [yellow]{escape(field.caution)}[/]" if field.caution else ""
        grid.add_row(field.name, field.type, "yes" if is_needed else "", meaning)
    console.print(grid)
    if of.name in ("silver.post_metrics", "silver.profile_metrics"):
        grid = grid_of("Who measures what (elsewhere it is null)", "column", "formats")
        for field in of.columns:
            measuring = [name for name in formats.names() if field.name in formats.named(name).get(of.short_name, ())]
            if field.name in formats.metrics(of.short_name):
                grid.add_row(field.name, ", ".join(measuring))
        console.print(grid)
    context = registry.RuleContext(datetime.now().astimezone())
    grid = grid_of("Rules", "code", "property", "severity", "what is wrong when it is broken")
    added = [one for one in by_hand.load(by_hand.files([by_hand.SHIPPED])) if one.table == of.name]
    for rule in (*registry.all_rules(of, context), *added):
        grid.add_row(f"{of.name}.{rule.code}", rule.property, rule.severity, escape(rule.message))
    console.print(grid)


def rows(of: Table, found: pa.Table) -> None:
    """Rows of a table; one block a row where they would not fit side by side. Columns without any value are left out."""
    shown = [name for name in of.names if any(value is not None for value in found[name].to_pylist())] or list(of.names)
    title = f"{of.name}: {found.num_rows} rows"
    records = found.select(shown).to_pylist()
    if len(shown) <= _SIDE_BY_SIDE:
        _records(grid_of(title, *shown), records)
        return
    console = console_of()
    console.print(f"[bold]{title}[/]")
    width = max(map(len, shown))
    for record in records:
        console.print()
        for name, value in record.items():
            console.print(f"  [dim]{name:<{width}}[/]  {escape(_cell(value))}", soft_wrap=True)


def dictionaries(found: list[dict[str, Any]], title: str) -> None:
    if not found:
        console_of().print(f"{title}: none yet; `scrm run --stage models` makes the first")
        return
    _records(grid_of(title, *found[0]), found)


def _records(grid: Grid, found: list[dict[str, Any]]) -> None:
    for row in found:
        grid.add_row(*(escape(_cell(value)) for value in row.values()))
    console_of().print(grid)


def _cell(value: Any) -> str:
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
    if isinstance(value, list):
        return ", ".join(_cell(item) for item in value)
    return str(value)


def quarantine(found: list[Refusal]) -> None:
    console = console_of()
    if not found:
        console.print("Quarantine is empty.")
        return
    grid = grid_of("Quarantine", "table", "rows", "property", "reason", "what is wrong", "for example", right=("rows",))
    for refusal in found:
        grid.add_row(
            refusal.table,
            _number(refusal.rows),
            refusal.property,
            refusal.code,
            escape(refusal.message),
            escape(", ".join(refusal.examples)),
        )
    console.print(grid)
    console.print("The bytes of each are kept: scrm show " + found[0].table, soft_wrap=True)


def machine(findings: list[Finding]) -> int:
    """Prints what is there and what is missing; 0 when all that is needed is there, else 2."""
    console = console_of()
    for finding in findings:
        mark = "[green]ok[/]     " if finding.is_good else "[red]missing[/]"
        console.print(f"{mark} {finding.name}: {escape(finding.found)}", soft_wrap=True)
        if finding.remedy and (not finding.is_good or not finding.is_needed):
            console.print(f"        {escape(finding.remedy)}", soft_wrap=True)
    return 0 if all(finding.is_good for finding in findings if finding.is_needed) else 2


def replayed(before: dict[str, int], after: dict[str, int]) -> None:
    """What a replay moved: rows refused before and after, by quarantine."""
    console = console_of()
    if not before:
        console.print("The quarantine is empty: nothing to replay.")
        return
    grid = grid_of("Replayed", "quarantine", "refused before", "refused now", right=("refused before", "refused now"))
    moved = {name: rows for name, rows in before.items() if rows != after.get(name, 0)}
    for name, rows in moved.items():
        grid.add_row(name, _number(rows), _number(after.get(name, 0)))
    if moved:
        console.print(grid)
    total, still = sum(before.values()), sum(after.get(name, 0) for name in before)
    said = f"{total - still:,} of {total:,} refused rows are no longer refused" if moved else "Nothing moved"
    rest = f"; {still:,} are refused still: `scrm quarantine` says why, and what is to be mended first" if still else ""
    console.print(f"{said}{rest}.")
