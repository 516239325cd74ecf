"""How a run ends: with which code, and what else has run by then."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from jobs import settings as conf
from jobs.errors import ConfError, GateStopped, ScrmError
from jobs.job import JOBS, Job
from jobs.lake import ops, row_accounts
from jobs.runner import execution
from jobs.runner.execution import Choice, RunReport, execute
from jobs.runner.watching import Watcher

SHOP = "kind: erp\nformat: csv\npath: /in.csv\ntables: {customers: {columns: {customer_id: id}}}\n"


def a_job(name: str, error: Exception | None, reads: tuple[str, ...] = (), writes: tuple[str, ...] = ()) -> Job:
    def function(lake, run) -> None:
        if error:
            raise error

    return replace(
        JOBS["erp"], name=name, function=function, reads=reads, writes=writes, has_work=lambda lake, run: True
    )


class Noted(Watcher):
    """Names of the jobs that began and ended."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.ended: list[str] = []
        self.noticed: list[str] = []

    def on_notice(self, text: str) -> None:
        assert not self.begun
        self.noticed.append(text)

    def on_job(self, job: Job) -> None:
        self.begun.append(job.name)

    def on_done(self, job: Job) -> None:
        self.ended.append(job.name)


@pytest.fixture
def executed(quiet, write_conf, monkeypatch):
    """Runs these jobs."""

    def run(jobs: list[Job], **others) -> RunReport:
        monkeypatch.setattr(execution, "selected", lambda names, stages: jobs)
        monkeypatch.setattr(execution.preflight, "check", lambda *of: None)
        monkeypatch.setattr(execution, "_flow", lambda lake, run, job: (None, None, None))
        return execute(conf.load(write_conf({"shop": SHOP})), Choice(), lake=quiet, **others)

    return run


def test_what_to_know_of_the_engine_is_said_before_the_first_job(executed, monkeypatch):
    monkeypatch.setattr(execution.preflight, "warnings", lambda settings: ["others are here"])
    watcher = Noted()
    report = executed([a_job("one", None)], watcher=watcher)
    assert report.notes == ["others are here"]
    assert (watcher.noticed, watcher.begun) == (["others are here"], ["one"])


@pytest.mark.parametrize(
    ("errors", "exit_code", "message"),
    [
        ((ScrmError("disk full"), GateStopped("a rule is broken")), 1, "one: disk full\na rule is broken"),
        ((GateStopped("a rule is broken"), GateStopped("another")), 3, "a rule is broken\nanother"),
        ((None, GateStopped("a rule is broken")), 3, "a rule is broken"),
        ((ConfError("no such zone"), None), 2, "one: no such zone"),  # a scheduler does not try it again
        ((ConfError("no such zone"), GateStopped("a rule is broken")), 2, "one: no such zone\na rule is broken"),
        ((ConfError("no such zone"), ScrmError("disk full")), 1, "one: no such zone\ntwo: disk full"),
        ((None, None), 0, ""),
    ],
)
def test_of_jobs_that_end_side_by_side_every_message_is_told(executed, errors, exit_code, message):
    jobs = [a_job(name, error) for name, error in zip(("one", "two"), errors)]
    watcher = Noted()
    report = executed(jobs, watcher=watcher)
    assert (report.exit_code, report.message) == (exit_code, message)
    assert sorted(watcher.begun) == sorted(watcher.ended) == ["one", "two"]


@pytest.mark.parametrize("error", [ValueError("no such column"), GateStopped("a rule is broken")])
def test_jobs_that_do_not_read_what_a_failed_one_writes_still_run(executed, error):
    jobs = [
        a_job("erp", error, writes=("silver.orders",)),
        a_job("gate", None, reads=("silver.orders", "silver.posts")),
        a_job("social", None, writes=("silver.posts",)),
        replace(a_job("later", None), stage="enrich"),
    ]
    report = executed(jobs)
    states = {job.job: job.state for job in report.jobs}
    assert states.pop("erp") in ("failed", "stopped")
    assert states == {"social": "done", "gate": "not run", "later": "not run"}
    assert report.exit_code == (1 if isinstance(error, ValueError) else 3)


def test_row_accounts_that_do_not_add_up_end_the_run_before_anything_is_computed_from_them(quiet, executed):
    row = {"batch_id": "b1", "source": "shop", "file": "day1.csv", "table_name": "silver.orders", "emitted": 3}
    terms = dict.fromkeys(row_accounts.ROW_TERMS, 0)
    ops.ROW_ACCOUNTS.upsert(quiet, [row | terms | {"quarantined": 1}])
    jobs = [a_job("erp", None), replace(a_job("later", None), stage="enrich")]
    for _ in range(2):  # a scheduler's second try finds nothing new, and ends with the same code
        report = executed(jobs)
        assert report.exit_code == 1
        assert "day1.csv in silver.orders: emitted 3 is not accepted 0" in report.message
        assert [job.state for job in report.jobs] == ["done", "not run"]
    ops.ROW_ACCOUNTS.upsert(quiet, [row | terms | {"quarantined": 3}])
    assert executed(jobs).exit_code == 0


def test_as_of_is_what_was_asked_for_and_event_dates_do_not_change_it(executed, quiet, write_conf):
    seen = []
    job = replace(a_job("value", None), reads_as_of=True, function=lambda lake, run: seen.append(run.as_of))
    day = datetime(2025, 3, 1, tzinfo=UTC)
    executed([job])
    for choice in (Choice(as_of=day), Choice(start=day, end=day + timedelta(days=1))):
        execute(conf.load(write_conf({"shop": SHOP})), choice, lake=quiet)
    assert seen[1] == day
    assert seen[0] == seen[2] > day


def test_what_could_not_be_done_ends_the_run_with_1_after_everything_else(executed):
    def function(lake, run) -> None:
        run.fault("shop: day1.csv cannot be read")

    jobs = [replace(a_job("land", None), function=function), replace(a_job("later", None), stage="enrich")]
    report = executed(jobs)
    assert [job.state for job in report.jobs] == ["done", "done"]
    assert (report.exit_code, report.message) == (1, "shop: day1.csv cannot be read")


def kept(lake, report: RunReport) -> dict:
    return json.loads((lake.root / "runs" / f"{report.run_id}.json").read_text())


def test_a_damaged_register_ends_with_one_message_and_a_report(quiet, executed):
    ops.RUNS.upsert(quiet, [])
    ops.BATCHES.upsert(quiet, [])
    (quiet.path("ops.batches") / "_delta_log" / "00000000000000000000.json").write_text("{garbage")
    quiet._handles._open.clear()
    report = executed([a_job("erp", None)])
    assert report.exit_code == 1
    assert report.message.startswith("ops.batches is damaged (")
    assert [job.state for job in report.jobs] == ["not run"]
    assert kept(quiet, report)["message"].startswith("ops.batches is damaged (")


def test_an_error_outside_a_job_ends_with_one_message_and_its_trace_in_a_file(quiet, executed, monkeypatch):
    def broken(*_):
        raise RuntimeError("first line\nsecond line")

    monkeypatch.setattr(execution, "_run_stage", broken)
    report = executed([a_job("erp", None)])
    log = quiet.root / "runs" / f"{report.run_id}.log"
    assert (report.exit_code, report.message) == (1, f"RuntimeError: first line (the whole trace: {log})")
    assert "second line" in log.read_text()
    assert kept(quiet, report)["exit_code"] == 1


def test_a_report_that_cannot_be_kept_is_told_and_the_run_ends_with_1(quiet, executed):
    (quiet.root / "runs").write_text("a file where the folder should be")
    report = executed([a_job("erp", None)])
    assert report.exit_code == 1
    assert report.message.startswith("the run's report: ")
    assert str(quiet.root / "runs") in report.message


def test_a_stopped_run_keeps_its_code_where_its_report_cannot_be_kept(quiet, executed):
    (quiet.root / "runs").write_text("a file where the folder should be")
    report = executed([a_job("erp", GateStopped("a rule is broken"))])
    assert report.exit_code == 3
    assert report.message.startswith("a rule is broken\nthe run's report: ")


def test_a_panic_of_a_library_fails_its_job_alone(executed):
    panic = type("PanicException", (BaseException,), {})
    report = executed([a_job("one", panic("index out of bounds\nmore")), a_job("two", None)])
    assert report.exit_code == 1
    assert report.message.startswith("one: RuntimeError: a library has failed: index out of bounds (the whole trace: ")
    assert {job.job: job.state for job in report.jobs} == {"one": "failed", "two": "done"}
