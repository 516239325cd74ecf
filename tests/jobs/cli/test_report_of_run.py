"""What a run prints at the end."""

from __future__ import annotations

import pytest

from jobs.cli import report_of_run
from jobs.errors import ScrmError
from jobs.runner import summary
from jobs.runner.execution import JobResult, RunReport
from jobs.runner.summary import Summary


@pytest.fixture
def printed(capsys, monkeypatch, settings):
    """Prints the report of a run and gives its lines, and those of standard error; blanks are joined."""

    def call(report: RunReport, found: Summary | None = None) -> tuple[list[str], list[str]]:
        monkeypatch.setenv("COLUMNS", "140")
        monkeypatch.setattr(summary, "summary", lambda run, settings: found or Summary())
        report_of_run.show(report, settings())
        shown = capsys.readouterr()
        lines = ([" ".join(line.split()) for line in text.splitlines()] for text in shown)
        out, err = ([line for line in part if line] for part in lines)
        return out, err

    return call


def report(*jobs: JobResult, **rest) -> RunReport:
    return RunReport(
        "r1", "2026-01-15T12:00:00", "2026-01-15T00:00:00+00:00", "/lake", jobs=list(jobs), seconds=3.21, **rest
    )


def test_a_run_with_nothing_to_do_is_one_line(printed):
    out, err = printed(report(JobResult("land", "land", "up to date"), JobResult("erp", "silver", "up to date")))
    assert (out, err) == (["Nothing new: everything is up to date (3.2 s). Lake: /lake"], [])


def test_jobs_accounts_and_where_to_look_next(printed):
    rows = [
        {"table": "orders", "emitted": 2_464, "accepted": 2_456, "superseded": 0, "duplicate": 2, "quarantined": 6},
        {"table": "costs", "emitted": 10, "accepted": 10, "superseded": 0, "duplicate": 0, "quarantined": 0},
    ]
    found = Summary(
        rows=rows,
        equations=["All 12 landed records of 1 files are accounted for, file by file:"],
        properties=[{"property": "existence", "passing": "99.95%", "rules": 69, "broken": 25, "worst": "a [b] c"}],
        indicators=[{"indicator": "Revenue", "value": "175,837.86", "unit": "EUR", "over": "5,035"}],
        next_steps=[("scrm quality", "which rules"), ("scrm quarantine", "which rows")],
    )
    out, err = printed(report(JobResult("erp", "silver", "done", 1.25, 8_230, 8_196, 24), notes=["a note [x]"]), found)
    assert "silver erp done 8,230 8,196 24 1.2" in out
    assert "table emitted accepted duplicate quarantined" in out  # superseded is 0 everywhere
    assert "orders 2,464 2,456 2 6" in out
    assert "existence 99.95% 69 25 a [b] c" in out
    assert "Revenue 175,837.86 EUR 5,035" in out
    assert "note: a note [x]" in out
    assert out[-4:] == [
        "Done in 3.2 s, as of 2026-01-15. Lake: /lake",
        "Where to look next:",
        "scrm quality which rules",
        "scrm quarantine which rows",
    ]
    assert err == []


def test_a_failure_says_what_failed_and_not_where_to_look_next(printed):
    failed = report(
        JobResult("erp", "silver", "failed", 1.0),
        JobResult("web", "silver", "not run"),
        exit_code=1,
        message="erp: [disk] full",
    )
    out, err = printed(failed, Summary(next_steps=[("scrm quality", "which rules")]))
    assert "silver erp failed 1.0" in out
    assert "silver web not run 0.0" in out
    assert out[-1] == "Ended in 3.2 s, as of 2026-01-15. Lake: /lake"
    assert err == ["error: erp: [disk] full"]


@pytest.mark.parametrize(("exit_code", "ends_with"), [(0, 1), (3, 3)])
def test_what_the_run_has_to_say_is_not_lost_where_the_rest_cannot_be_read(
    exit_code, ends_with, monkeypatch, tmp_path, settings, capsys
):
    def damaged(*_):
        raise ScrmError("ops.row_accounts is damaged")

    monkeypatch.setattr(summary, "summary", damaged)
    message = "a rule is broken" if exit_code else ""
    run = RunReport(
        "r1",
        "2026-01-15",
        "2026-01-15",
        str(tmp_path),
        exit_code,
        jobs=[JobResult("erp", "silver", "done")],
        message=message,
    )
    assert report_of_run.show(run, settings()) == ends_with
    told = capsys.readouterr().err
    assert "the closing report: ops.row_accounts is damaged" in told
    assert message in told


def test_what_failed_twice_is_said_once(monkeypatch, tmp_path, settings, capsys):
    def damaged(*_):
        raise ScrmError("silver.orders is damaged")

    monkeypatch.setattr(summary, "summary", damaged)
    jobs = [JobResult("erp", "silver", "failed")]
    run = RunReport(
        "r1", "2026-01-15", "2026-01-15", str(tmp_path), 1, jobs=jobs, message="erp: silver.orders is damaged"
    )
    assert report_of_run.show(run, settings()) == 1
    assert capsys.readouterr().err.strip() == "error: erp: silver.orders is damaged"
