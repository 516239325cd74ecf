"""The increment's tables from literal measurements, and what makes a measurement worthless."""

import pytest

from bench import increment, ours
from bench.errors import WrongResult
from bench.increment import DAY, FIRST, HELP, NOTHING
from bench.processes import Ran
from jobs.job import STAGES


def a_run(seconds: float, rows: int, state: str = "done", has_jvm: bool = True) -> ours.Run:
    stages = {ours.AROUND: 1.0} | dict.fromkeys(STAGES, 0.0) | {"silver": seconds - 1.0}
    return ours.Run(seconds, stages, rows, {state: 3}, 2_000, has_jvm)


def repeat(first=60.0, day=10.0, nothing=3.0, has_jvm=False):
    return {
        FIRST: a_run(first, 28_000),
        DAY: a_run(day, 900),
        NOTHING: a_run(nothing, 0, "up to date", has_jvm),
        HELP: Ran(0, 0.25, 30, False),
    }


def reported(repeats, printed) -> tuple[bool, list[list[str]]]:
    shown: list[object] = []
    is_good = increment.report(repeats, shown.append)
    return is_good, printed(*shown)


def test_a_report_gives_seconds_stages_and_the_days_ratio(printed):
    is_good, lines = reported([repeat(), repeat(first=80.0, day=20.0), repeat()], printed)
    assert is_good
    assert lines[:5] == [
        ["run", "records landed", "s, best", "s, median", "peak MiB", "JVM"],
        ["first run", "28,000", "60.00", "60.00", "2,000", "yes"],
        ["one more day", "900", "10.00", "10.00", "2,000", "yes"],
        ["nothing new", "0", "3.00", "3.00", "2,000", "no"],
        ["scrm --help", "0.25", "0.25", "30", "no"],
    ]
    assert ["silver", "59.00", "9.00", "2.00"] in lines
    assert ["one more day", "own first run", "10.00", "60.00", "6.00", "4.00 to 6.00", "≥ 5"] in lines


@pytest.mark.parametrize("slow", [{"day": 13.0}, {"nothing": 5.1}, {"has_jvm": True}])
def test_missed_goals_are_said(slow, printed):
    is_good, lines = reported([repeat(**slow)], printed)
    assert not is_good
    assert any("missed" in cell for line in lines for cell in line)


@pytest.fixture
def accounts(lake):
    """A lake whose row accounts add up."""
    row = {"batch_id": "b1", "source": "erp", "file": "day.csv", "table_name": "bronze.erp"}
    lake.upsert("ops.row_accounts", [row | {"landed": 3, "parsed": 3, "unparsable": 0, "repeated": 0}])
    return lake


def test_runs_that_did_what_they_are_measured_for_pass(accounts):
    increment._check(repeat(), accounts.root, 900)


@pytest.mark.parametrize(
    ("change", "left_out", "message"),
    [
        ({DAY: a_run(10.0, 0)}, 900, "landed 0 records"),
        ({}, 0, "the day has 0 lines"),
        ({NOTHING: a_run(3.0, 0, "done")}, 900, "nothing was new, yet 0 records landed and jobs ended as {'done': 3}"),
        ({NOTHING: a_run(3.0, 2, "up to date")}, 900, "nothing was new, yet 2 records landed"),
    ],
)
def test_runs_that_did_not_are_wrong(accounts, change, left_out, message):
    with pytest.raises(WrongResult, match=message):
        increment._check(repeat() | change, accounts.root, left_out)


def test_rows_that_do_not_add_up_are_wrong(accounts):
    row = {"batch_id": "b2", "source": "erp", "file": "next.csv", "table_name": "bronze.erp"}
    accounts.upsert("ops.row_accounts", [row | {"landed": 3, "parsed": 2, "unparsable": 0, "repeated": 0}])
    with pytest.raises(WrongResult, match=r"next\.csv in bronze\.erp: landed 3 is not"):
        increment._check(repeat(), accounts.root, 900)
