"""How far a run is: bars at a terminal, one line per finished stage elsewhere."""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from jobs.cli.console import console_of, notice

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from jobs.job import Job


def progress() -> Progress:
    """Bars on standard error; they disappear when the work is done."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console_of(stderr=True),
        transient=True,
    )


@contextlib.contextmanager
def waiting(text: str) -> Iterator[None]:
    """Shows at a terminal that something is at work."""
    with console_of(stderr=True).status(text):
        yield


class Display:
    """Takes what a run reports about its jobs."""

    def on_job(self, job: Job) -> None:
        """A job begins."""

    def on_step(self, text: str, done: int, total: int) -> None:
        """A job begins a step: what it does, steps done, and of how many."""

    def on_done(self, job: Job, result: object = None) -> None:
        """A job has ended."""


@contextlib.contextmanager
def running(count: int, *, with_ends: bool = False) -> Iterator[Display]:
    """The display of a run of so many jobs. Args: with_ends: `on_done` is called, so several jobs can be at work."""
    if not sys.stderr.isatty():
        stages = Stages()
        yield stages
        stages.end()
        return
    with progress() as bars:
        yield Bars(bars, count, with_ends=with_ends)


class Bars(Display):
    """One bar for all jobs, and one for each that is at work.

    A step is shown with the job that its thread has begun; where another thread has begun it, in a line of its own.
    """

    def __init__(self, bars: Progress, count: int, *, with_ends: bool = False) -> None:
        self._bars, self._with_ends = bars, with_ends
        self._lock = threading.RLock()
        self._all = bars.add_task("jobs", total=count)
        self._jobs: dict[str, TaskID] = {}
        self._of_thread: dict[int, tuple[str, TaskID]] = {}

    def on_job(self, job: Job) -> None:
        with self._lock:
            if not self._with_ends:
                self._end(*self._jobs)
            title = f"{job.stage} · {job.name}"
            self._jobs[job.name] = task = self._bars.add_task(title, total=None)
            self._of_thread[threading.get_ident()] = (title, task)

    def on_step(self, text: str, done: int, total: int) -> None:
        with self._lock:
            title, task = self._of_thread.get(threading.get_ident(), ("", None))
            if task not in self._bars.task_ids:
                title, task = "", self._bars.add_task("", total=total)
                self._of_thread[threading.get_ident()] = (title, task)
            self._bars.update(task, description=f"{title}: {text}" if title else text, completed=done, total=total)

    def on_done(self, job: Job, result: object = None) -> None:
        with self._lock:
            self._end(job.name)

    def _end(self, *names: str) -> None:
        """Takes bars of jobs away, and those of steps that may belong to them."""
        for name in names:
            if name in self._jobs:
                self._bars.remove_task(self._jobs.pop(name))
                self._bars.advance(self._all)
        for title, task in self._of_thread.values():
            if not title and task in self._bars.task_ids:
                self._bars.remove_task(task)


class Stages(Display):
    """A line on standard error when a stage has ended, so that a scheduler's log shows life."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._stage, self._jobs, self._begun = "", 0, 0.0

    def on_job(self, job: Job) -> None:
        with self._lock:
            if job.stage != self._stage:
                self.end()
                self._stage, self._jobs, self._begun = job.stage, 0, time.monotonic()
            self._jobs += 1

    def end(self) -> None:
        """The last stage has ended."""
        if self._stage:
            jobs = "1 job" if self._jobs == 1 else f"{self._jobs} jobs"
            notice(f"{self._stage}: {jobs} in {time.monotonic() - self._begun:.1f} s")
            self._stage = ""
