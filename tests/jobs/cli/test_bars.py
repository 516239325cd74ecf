"""What a run shows while it works: each job at work at a terminal, a line per stage elsewhere."""

from __future__ import annotations

import io
import re
import threading

import pytest
from rich.console import Console

from jobs.cli import bars
from jobs.cli.bars import Bars, Stages
from jobs.job import Job


def job(name: str, stage: str = "silver") -> Job:
    return Job(name, stage, "", (), (), lambda lake, run: None, "", (), False, False)


class InThread:
    """A thread that calls what it is given, one after the other, and stays alive."""

    def __call__(self, function, *arguments) -> None:
        def work() -> None:
            while True:
                self.waits.acquire()
                self.what()
                self.is_done.release()

        if not hasattr(self, "waits"):
            self.waits, self.is_done = threading.Semaphore(0), threading.Semaphore(0)
            threading.Thread(target=work, daemon=True).start()
        self.what = lambda: function(*arguments)
        self.waits.release()
        assert self.is_done.acquire(timeout=10)


@pytest.fixture
def shown(monkeypatch):
    """Bars that draw nothing, and a function that says what they would show."""
    monkeypatch.setattr(bars, "console_of", lambda **_: Console(file=io.StringIO(), force_terminal=True))
    progress = bars.progress()

    def now() -> list[tuple[str, float, float | None]]:
        return [(task.description, task.completed, task.total) for task in progress.tasks]

    return Bars(progress, 5), now


def test_one_job_after_the_other(shown):
    display, now = shown
    display.on_job(job("erp"))
    display.on_step("read a", 0, 2)
    assert now() == [("jobs", 0, 5), ("silver · erp: read a", 0, 2)]
    display.on_step("write b", 1, 2)
    display.on_job(job("social"))
    assert now() == [("jobs", 1, 5), ("silver · social", 0, None)]


def test_jobs_that_begin_in_their_threads_show_their_steps(shown):
    display, now = shown
    one, other = InThread(), InThread()
    one(display.on_job, job("erp"))
    other(display.on_job, job("web"))
    one(display.on_step, "read a", 1, 3)
    other(display.on_step, "write b", 0, 2)
    assert now() == [("jobs", 0, 5), ("silver · erp: read a", 1, 3), ("silver · web: write b", 0, 2)]
    one(display.on_done, job("erp"))
    assert now() == [("jobs", 1, 5), ("silver · web: write b", 0, 2)]
    one(display.on_job, job("social"))
    other(display.on_done, job("web"))
    other(display.on_done, job("web"))  # said twice, counted once
    assert now() == [("jobs", 2, 5), ("silver · social", 0, None)]


def test_steps_of_a_thread_that_began_no_job_are_lines_of_their_own(shown):
    display, now = shown
    one, other = InThread(), InThread()
    display.on_job(job("erp"))
    one(display.on_step, "read a", 0, 3)
    one(display.on_step, "read b", 1, 3)
    other(display.on_step, "write c", 0, 1)
    assert now() == [("jobs", 0, 5), ("silver · erp", 0, None), ("read b", 1, 3), ("write c", 0, 1)]
    display.on_job(job("web"))  # nobody says whose the steps were: they are taken away with the job
    assert now() == [("jobs", 1, 5), ("silver · web", 0, None)]
    other(display.on_step, "write d", 0, 1)
    assert now()[2:] == [("write d", 0, 1)]
    display.on_done(job("web"))
    assert now() == [("jobs", 2, 5)]


def test_elsewhere_a_line_when_a_stage_has_ended(capsys):
    with bars.running(4) as display:
        assert isinstance(display, Stages)
        display.on_job(job("land", "land"))
        display.on_step("land shop", 0, 1)
        assert capsys.readouterr().err == ""
        display.on_job(job("erp"))
        display.on_job(job("web"))
        display.on_done(job("erp"))
        assert re.fullmatch(r"land: 1 job in \d+\.\d s\n", capsys.readouterr().err)
    assert re.fullmatch(r"silver: 2 jobs in \d+\.\d s\n", capsys.readouterr().err)


def test_a_run_of_no_job_says_nothing(capsys):
    with bars.running(0):
        pass
    assert capsys.readouterr() == ("", "")
