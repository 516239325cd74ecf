"""Runs jobs in order: what is stale, under the locks of what it writes.

After a job that fails or that the gate stops, the jobs of its stage that do not read what it writes still run; later stages
do not.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import cast
from zoneinfo import ZoneInfo

from jobs.engine import imports, side_by_side
from jobs.engine.sessions import cancel_jobs
from jobs.errors import ConfError, GateStopped, ScrmError, panics
from jobs.job import JOBS, STAGES, Job, Run, Stream
from jobs.lake import failures, open_lake, ops, row_accounts
from jobs.lake.arrow import dictionaries
from jobs.lake.tables import Lake
from jobs.lake.whole_files import write_whole
from jobs.quality import table_checks
from jobs.runner import preflight, staleness
from jobs.runner.registry import all_jobs, graph, selected
from jobs.runner.watching import Watcher
from jobs.settings import Settings
from jobs.settings.sections import Sections
from jobs.sources import on_engine

_NOBODY = Watcher()
_MISTAKES_SHOWN = 3
_READ_BY_EVERY_RUN = ("ops.progress", "ops.batches")
_EVENTS = (
    ("silver.orders", "ordered_at"),
    ("silver.posts", "created_at"),
    ("silver.interactions", "created_at"),
    ("silver.tickets", "opened_at"),
    ("silver.web_events", "occurred_at"),
)


@dataclass
class JobResult:
    """What became of a job.

    Attributes:
        state: done, up to date, failed, stopped or not run.
        rows_in, rows_out: rows of the tables that it reads, and of those that it alone of its stage writes; of silver's loads
            those of this run.
        exit_code: that of a run in which only this job did not end well.
    """

    job: str
    stage: str
    state: str
    seconds: float = 0.0
    rows_in: int | None = None
    rows_out: int | None = None
    quarantined: int | None = None
    message: str = ""
    exit_code: int = 0


@dataclass
class RunReport:
    run_id: str
    started_at: str
    as_of: str
    lake: str
    exit_code: int = 0
    seconds: float = 0.0
    jobs: list[JobResult] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    message: str = ""


@dataclass(frozen=True)
class Choice:
    """What the user asked to run.

    Attributes:
        as_of: instant up to which recency, age and censoring are counted; None: as conf says.
        start, end: event dates [start, end) whose periods are recomputed.
        replay: quarantine tables whose rows are tried again.
    """

    jobs: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    as_of: datetime | None = None
    start: datetime | None = None
    end: datetime | None = None
    full: bool = False
    replay: tuple[str, ...] | None = None
    stream: Stream | None = None


def execute(
    settings: Settings,
    choice: Choice = Choice(),
    *,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    watcher: Watcher = _NOBODY,
    lake: Lake | None = None,
) -> RunReport:
    """Runs the chosen jobs. Raises ConfError before anything is written; other failures are in the report."""
    imports.one_at_a_time()
    settings = on_engine.of_settings(settings)
    chosen = selected(choice.jobs, choice.stages)
    started_at = clock()
    run_id = f"{started_at:%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:6]}"
    lake = lake or open_lake(settings)
    lake.run_id = run_id
    notes: list[str] = []
    faults: list[str] = []
    run = Run(
        run_id,
        started_at,
        settings,
        started_at,
        choice.start,
        choice.end,
        choice.full,
        notes.append,
        watcher.on_step,
        choice.replay,
        choice.stream,
        faults.append,
    )
    report = RunReport(run_id, started_at.isoformat(timespec="seconds"), "", str(lake.root), notes=notes)
    for text in preflight.warnings(settings):
        watcher.on_notice(text)
        notes.append(text)
    begun = time.monotonic()
    clock_of_run = _AsOf(lake, run, choice.as_of)
    results: dict[str, JobResult] = {}
    try:
        with panics():
            preflight.check(lake, run, chosen)
        for stage in STAGES:
            members = {job.name: job for job in chosen if job.stage == stage}
            if members and not report.exit_code:
                of_stage = _run_stage(lake, clock_of_run, members, notes, watcher)
                results |= of_stage
                report.exit_code, report.message = _ended(of_stage)
                if stage == "silver" and not report.exit_code and (mistakes := _mistakes(lake)):
                    report.exit_code, report.message = 1, _unbalanced(mistakes)
    except ConfError:
        raise
    except Exception as error:  # a damaged register, a full disk: the run ends with its report all the same
        report.exit_code, report.message = ScrmError.exit_code, failures.told(lake.root, run_id, error)
    if faults:
        report.exit_code = report.exit_code or ScrmError.exit_code
        report.message = "\n".join(filter(None, (report.message, *faults)))
    report.jobs = [results.get(job.name) or JobResult(job.name, job.stage, "not run") for job in chosen]
    run = clock_of_run.run
    report.as_of = run.as_of.isoformat(timespec="seconds")
    report.seconds = round(time.monotonic() - begun, 2)
    _keep(lake, report, run)
    return report


def _ended(results: dict[str, JobResult]) -> tuple[int, str]:
    """How a stage ended. 1 comes first: what failed may do better another time, so a scheduler tries it again."""
    ended = [result for result in results.values() if result.exit_code]
    return min((result.exit_code for result in ended), default=0), "\n".join(result.message for result in ended)


def _mistakes(lake: Lake) -> list[str]:
    """Row accounts that do not add up, while no other run is between writing a table and accounting for it."""
    loaded = {name for job in all_jobs() if job.stage == "silver" and job.has_work for name in job.writes}
    with lake.locked(name for name in loaded if name.startswith("silver.")):
        return row_accounts.mistakes(lake)


def _unbalanced(mistakes: list[str]) -> str:
    return (
        f"row accounts do not add up ({len(mistakes):,}): {'; '.join(mistakes[:_MISTAKES_SHOWN])}; nothing downstream of "
        "silver ran. `scrm run --full` loads silver from bronze again; if they still differ, the rows that were counted are "
        "not those that were written: report it with this message"
    )


class _AsOf:
    """The run, with as_of from the moment on that a job needs it: it may count to what earlier jobs have written."""

    def __init__(self, lake: Lake, run: Run, chosen: datetime | None) -> None:
        self.run = replace(run, as_of=chosen) if chosen else run
        self._lake, self._is_known = lake, chosen is not None

    def run_for(self, job: Job) -> Run:
        if not self._is_known and (job.reads_as_of or not job.has_work):
            self.run, self._is_known = replace(self.run, as_of=as_of(self._lake, self.run)), True
        return self.run


def _run_stage(
    lake: Lake, clock_of_run: _AsOf, members: dict[str, Job], notes: list[str], watcher: Watcher
) -> dict[str, JobResult]:
    """Runs the jobs of a stage, as many at once as conf says. Their notes come in the order of the jobs."""
    limits = clock_of_run.run.settings.base.limits
    workers = min(limits.jobs_at_once, len(members))
    is_long = _landed(lake) > limits.interpreted_records
    notes_of: dict[str, list[str]] = {name: [] for name in members}

    def start(name: str) -> Callable[[], JobResult]:
        job = members[name]
        of_job = replace(clock_of_run.run_for(job), note=notes_of[name].append)
        own = lake.isolated(generates_code=is_long) if is_long or workers > 1 else lake

        def work() -> JobResult:
            watcher.on_job(job)
            result = _run_job(own, of_job, job, lambda table: watcher.on_wait(job, table))
            watcher.on_done(job)
            return result

        return work

    def goes_on(result: JobResult) -> bool:
        return not result.exit_code

    results = side_by_side.run(graph(members), start, goes_on, workers, on_interrupt=cancel_jobs)
    for of_job in notes_of.values():
        notes += of_job
    return {name: results[name] for name in members if name in results}


def _landed(lake: Lake) -> int:
    """Records that the lake has landed so far."""
    if not lake.exists("ops.batches"):
        return 0
    return lake.sql("select coalesce(sum(records_count), 0) as n from t", t="ops.batches").to_pylist()[0]["n"]


def as_of(lake: Lake, run: Run) -> datetime:
    """By conf the start of today in the company's time zone, or the last event and a day."""
    zone = ZoneInfo(run.settings.company.timezone)
    if run.settings.as_of_mode == "data":
        last = [
            row["last"]
            for name, column in _EVENTS
            if lake.exists(name)
            for row in dictionaries(lake.sql(f"select max({column}) as last from t where deleted_at is null", t=name))
            if row["last"] is not None
        ]
        if last:
            return max(last).astimezone(UTC) + timedelta(days=1)
    today = run.started_at.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    return today.astimezone(UTC)


def _run_job(lake: Lake, run: Run, job: Job, on_wait: Callable[[str], None]) -> JobResult:
    result = JobResult(job.name, job.stage, "done")
    begun = time.monotonic()
    try:
        with panics(), lake.locked(job.writes, on_wait):
            if job.has_work is not None:
                if job.has_work(lake, run):
                    job.function(lake, run)
                else:
                    result.state = "up to date"
            else:
                is_stale = staleness.is_stale(lake, run, job)
                versions = staleness.inputs(lake, job)
                if is_stale:
                    sections = cast(Settings, Sections(run.settings, job.conf, job.name))
                    job.function(lake, replace(run, settings=sections))
                judged = table_checks.judge_tables(lake, run, job.writes)
                if is_stale:
                    staleness.done(lake, run, job, versions)
                elif not judged:
                    result.state = "up to date"
        if result.state == "done":
            result.rows_in, result.rows_out, result.quarantined = _flow(lake, run, job)
    except GateStopped as stopped:
        result.state, result.message, result.exit_code = "stopped", str(stopped), stopped.exit_code
    except ScrmError as error:
        result.state, result.message, result.exit_code = "failed", f"{job.name}: {error}", error.exit_code
    except Exception as error:  # a job may fail in any way: the run must end with its report all the same
        result.state, result.exit_code = "failed", ScrmError.exit_code
        result.message = f"{job.name}: {failures.told(lake.root, f'{run.run_id}.{job.name}', error)}"
    result.seconds = round(time.monotonic() - begun, 2)
    return result


def _flow(lake: Lake, run: Run, job: Job) -> tuple[int | None, int | None, int | None]:
    """Rows in, out and quarantined by this run's job."""
    if job.stage == "land":
        rows = ops.BATCHES.rows(lake, run_id=run.run_id)
        return None, sum(row["records_count"] for row in rows if row["batch_state"] == "landed"), None
    if job.has_work and any(name.startswith("silver.") for name in job.writes):
        accounts = ops.ROW_ACCOUNTS.rows(lake, run_id=run.run_id)
        of_job = [row for row in accounts if row["table_name"] in job.writes]
        emitted, accepted = sum(row["emitted"] or 0 for row in of_job), sum(row["accepted"] or 0 for row in of_job)
        return emitted, accepted, sum(row["quarantined"] or 0 for row in of_job)
    of_others = {
        name for one in JOBS.values() if one.stage == job.stage and one.name != job.name for name in one.writes
    }
    own = tuple(name for name in job.writes if name not in of_others)  # what others write meanwhile counts for none
    return _rows(lake, job.reads), _rows(lake, own), None


def _rows(lake: Lake, names: tuple[str, ...]) -> int | None:
    counts = [
        lake.sql("select count(*) as n from t", t=name).to_pylist()[0]["n"]
        for name in names
        if name.split(".")[0] in ("silver", "gold") and lake.exists(name)
    ]
    return sum(counts) if counts else None


def _keep(lake: Lake, report: RunReport, run: Run) -> None:
    """Keeps the report in the folder of runs and in ops.runs. Where that fails, the report that is shown says so."""
    try:
        for name in _READ_BY_EVERY_RUN:
            lake.compact(name)
    except Exception as error:  # it would only have made reading faster
        _not_kept(lake, report, error)
    document = json.dumps(asdict(report), indent=1)
    try:
        write_whole(lake.root / "runs" / f"{report.run_id}.json", document)
        ops.RUNS.upsert(
            lake,
            [
                {
                    "run_id": report.run_id,
                    "started_at": run.started_at,
                    "seconds": report.seconds,
                    "exit_code": report.exit_code,
                    "as_of_date": run.as_of.date(),
                    "report": json.dumps(asdict(report)),
                }
            ],
        )
    except Exception as error:
        _not_kept(lake, report, error)


def _not_kept(lake: Lake, report: RunReport, error: Exception) -> None:
    line = failures.told(lake.root, report.run_id, error)
    report.exit_code = report.exit_code or ScrmError.exit_code
    report.message = failures.beside(report.message, "the run's report", line)
