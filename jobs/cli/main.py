"""The scrm command.

Exit codes: 0 good, 1 a job failed, 2 bad usage or conf, 3 stopped by the gate.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from jobs.cli import quality, show
from jobs.errors import ConfError, ScrmError


def main(arguments: list[str] | None = None) -> int:
    """Runs one command and returns its exit code."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if not getattr(options, "function", None):
        parser.print_help()
        return 2
    try:
        return int(options.function(options) or 0)
    except ScrmError as error:
        show.error(str(error))
        return error.exit_code
    except KeyboardInterrupt:
        show.error("interrupted; what was not finished is done by the next run")
        return 130
    except BrokenPipeError:  # the reader of a pipe (head, less) has gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="scrm",
        description="Social CRM on a lakehouse: what customers say joined with what they buy.",
        epilog="Exit codes: 0 good, 1 a job failed, 2 bad usage or conf, 3 stopped by the quality gate.",
    )
    commands = parser.add_subparsers(metavar="COMMAND")

    def command(name: str, function, text: str, *, conf: bool = True) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=text, description=text)
        sub.set_defaults(function=function)
        if conf:
            sub.add_argument("--conf", metavar="DIR", help="folder with company.yaml and sources/ (or SCRM_CONF)")
        return sub

    command("check", _check, "say what is missing on this machine and how to get it")

    simulate = command("simulate", _simulate, "write a made-up company with planted truth beside it", conf=False)
    simulate.add_argument("--out", metavar="DIR", required=True, help="folder to write")
    simulate.add_argument("--customers", type=_positive, default=300, metavar="N")
    simulate.add_argument("--days", type=_positive, default=120, metavar="D")
    simulate.add_argument("--seed", type=int, default=7, metavar="S")

    run = command("run", _run, "run all jobs, or those named, in dependency order")
    run.add_argument("jobs", nargs="*", metavar="JOB")
    run.add_argument("--stage", nargs="+", action="extend", default=[], metavar="STAGE")
    run.add_argument("--from", dest="start", metavar="DATE", help="first event date of the periods to recompute")
    run.add_argument("--to", dest="end", metavar="DATE", help="event date at which they end (left out); also as_of")
    run.add_argument("--full", action="store_true", help="recompute all from bronze")

    stream = command("stream", _stream, "land topics and watched folders as they come, and take them to silver")
    stream.add_argument("--source", nargs="+", action="extend", default=[], metavar="NAME", help="only these")
    stream.add_argument("--every", type=_seconds, default=10.0, metavar="SECONDS", help="how often to look (10)")
    stream.add_argument("--once", action="store_true", help="only what is there now, then end")

    jobs = command("jobs", _jobs, "list every job with what it reads and writes", conf=False)
    jobs.add_argument("--json", action="store_true")
    command("tables", _tables, "list every table", conf=False)
    describe = command("describe", _describe, "say what a table's columns mean and which rules it keeps", conf=False)
    describe.add_argument("table", metavar="TABLE")
    rows = command("show", _show, "print some rows of a table")
    rows.add_argument("table", metavar="TABLE")
    rows.add_argument("--where", metavar="SQL")
    rows.add_argument("--limit", type=_positive, default=20, metavar="N")

    quality.add(command, _lake)
    quarantine = command("quarantine", _quarantine, "say why rows were refused, with examples")
    quarantine.add_argument("--table", metavar="T")

    replay = command("replay", _replay, "try refused rows again, after a rule, a mapping or a reference was mended")
    replay.add_argument("--table", metavar="T", help="only those of this quarantine")
    sources = command("source", _source, "try a source on its first records before anything is landed")
    sources.add_argument("action", choices=["check"])
    sources.add_argument("name", metavar="NAME", help="of conf/sources/NAME.yaml")
    sources.add_argument("--records", type=_positive, default=1_000, metavar="N")

    models = command("models", _models, "list, compare, promote or roll back segmentation models")
    models.add_argument("action", nargs="?", choices=["list", "compare", "promote", "rollback"], default="list")
    models.add_argument("version", nargs="?", type=int, help="version to promote")

    publish = command("publish", _publish, "publish gold to a DuckDB file")
    publish.add_argument("--to", choices=["duckdb"], default="duckdb")
    return parser


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a positive number")
    return number


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 < seconds < 86_400:
        raise argparse.ArgumentTypeError(f"{text} is not more than 0 and less than a day")
    return seconds


def _settings(options: argparse.Namespace):
    from jobs import settings

    return settings.load(options.conf)


def _lake(options: argparse.Namespace):
    """The lake of the chosen conf. Raises ConfError while nothing has been written there."""
    from jobs.lake import open_lake

    settings = _settings(options)
    if not settings.base.lake.root.is_dir():
        raise ConfError(
            f"there is no lake at {settings.base.lake.root.resolve()}; run `scrm run` first, or set SCRM_LAKE"
        )
    return open_lake(settings), settings


def _check(options: argparse.Namespace) -> int:
    from jobs.maintenance import machine
    from jobs.runner import preflight

    settings = _settings(options)
    preflight.check_rules(settings)
    return show.machine(machine.findings(settings))


def _simulate(options: argparse.Namespace) -> None:
    from jobs.simulate import simulate

    with show.progress() as bars:
        task = bars.add_task("simulate", total=None)

        def on_progress(text: str, *rest: object) -> None:
            bars.update(task, description=f"simulate: {text}")

        try:
            summary = simulate(
                Path(options.out),
                customers=options.customers,
                days=options.days,
                seed=options.seed,
                on_progress=on_progress,
            )
        except (ValueError, OSError) as error:
            raise ConfError(f"--out {options.out}: {error}") from None
    show.simulated(Path(options.out), summary)


def _run(options: argparse.Namespace) -> int:
    from jobs.runner.execution import Choice, execute

    settings = _settings(options)
    zone = ZoneInfo(settings.company.timezone)
    choice = Choice(
        tuple(options.jobs),
        tuple(options.stage),
        _date(options.start, zone, "--from"),
        _date(options.end, zone, "--to"),
        options.full,
    )
    if choice.start and choice.end and choice.start >= choice.end:
        raise ConfError(f"--from {options.start} is not before --to {options.end}")
    with show.running() as (on_job, on_step):
        report = execute(settings, choice, on_job=on_job, on_step=on_step)
    show.report(report, settings)
    return report.exit_code


def _stream(options: argparse.Namespace) -> int:
    from jobs.lake import opening
    from jobs.lake.tables import Lake
    from jobs.runner.streaming import Streaming

    settings = _settings(options)
    lake = Lake(settings.base.lake.root, lambda: spark)
    stream = Streaming(
        settings, lake, names=tuple(options.source), every=options.every, on_cycle=show.cycle, notice=show.notice
    )
    _stopped_by_signals(stream.stop)
    spark = opening.session(settings)
    _stopped_by_signals(stream.stop)  # the session has taken Ctrl-C for itself
    return stream.once() if options.once else stream.run()


def _stopped_by_signals(stop: Callable[[], None]) -> None:
    """Ctrl-C and SIGTERM stop cleanly; a second one at once."""

    def on_signal(number: int, frame: object) -> None:
        signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
        stop()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, on_signal)


def _date(text: str | None, zone: ZoneInfo, option: str) -> datetime | None:
    if text is None:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=zone).astimezone(UTC)
    except ValueError:
        raise ConfError(f"{option} {text} is no date; write it as 2025-03-31") from None


def _jobs(options: argparse.Namespace) -> None:
    from jobs.runner.registry import all_jobs, as_json

    if options.json:
        print(json.dumps(as_json(), indent=1))
    else:
        show.jobs(all_jobs())


def _tables(options: argparse.Namespace) -> None:
    from transformations.contracts import CONTRACTS

    show.tables(list(CONTRACTS.values()))


def _describe(options: argparse.Namespace) -> None:
    show.table(_contract(options.table))


def _contract(name: str):
    from transformations.contracts import contract

    try:
        return contract(name)
    except KeyError as error:
        raise ConfError(str(error.args[0])) from None


def _show(options: argparse.Namespace) -> None:
    table = _contract(options.table)
    lake, _ = _lake(options)
    if not lake.exists(table.name):
        raise ConfError(f"{table.name} has not been written yet in {lake.root}; run `scrm run` first")
    try:
        rows = lake.arrow(table.name, where=options.where, limit=options.limit)
    except Exception as error:
        if not options.where:
            raise
        raise ConfError(f"--where {options.where!r}: {str(error).splitlines()[0]}") from None
    show.rows(table, rows)


def _quarantine(options: argparse.Namespace) -> None:
    from jobs.quality import report

    lake, _ = _lake(options)
    show.quarantine(report.quarantined(lake, options.table))


def _replay(options: argparse.Namespace) -> int:
    from jobs.job import STAGES
    from jobs.quality import replay
    from jobs.runner.execution import Choice, execute

    lake, settings = _lake(options)
    tables = replay.tables(lake, options.table)
    before = replay.counts(lake, tables)
    stages = tuple(stage for stage in STAGES if stage != "land")
    with show.running() as (on_job, on_step):
        report = execute(settings, Choice(stages=stages, replay=tables), on_job=on_job, on_step=on_step, lake=lake)
    after = replay.counts(lake, tables)
    if report.exit_code or after != before:
        show.report(report, settings)
    show.replayed(before, after)
    return report.exit_code


def _source(options: argparse.Namespace) -> int:
    from jobs.cli import show_trial
    from jobs.job import Run
    from jobs.lake import opening
    from jobs.lake.tables import Lake
    from jobs.runner import preflight
    from jobs.runner.trial import trial

    settings = _settings(options)
    source = settings.source(options.name)
    preflight.check_settings(settings)
    now = datetime.now(UTC)
    lake = Lake(settings.base.lake.root, lambda: opening.session(settings, Path(os.devnull)))
    found = trial(lake, Run("", now, settings, now), source, options.records)
    show_trial.trial(found)
    return 0


def _models(options: argparse.Namespace) -> None:
    from jobs.models import versions as models

    lake, settings = _lake(options)
    show.dictionaries(models.act(lake, settings, options.action, options.version), f"Models: {options.action}")


def _publish(options: argparse.Namespace) -> int:
    options.jobs, options.stage, options.start, options.end, options.full = ["publish"], [], None, None, True
    return _run(options)


if __name__ == "__main__":
    sys.exit(main())
