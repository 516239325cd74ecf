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
    """Takes what a run reports about its jobs; several may be at work at once, each in its own thread.

    A job has ended when `on_done` says so or when its thread begins another one.
    """

    def on_job(self, job: Job) -> None:
        """A job begins."""

    def on_step(self, text: str, done: int, total: int) -> None:
        """A job of this thread begins a step: what it does, steps done, and of how many."""

    def on_done(self, job: Job, result: object = None) -> None:
        """A job has ended."""


@contextlib.contextmanager
def running(count: int) -> Iterator[Display]:
    """The display of a run of so many jobs."""
    if not sys.stderr.isatty():
        stages = Stages()
        yield stages
        stages.end()
        return
    with progress() as bars:
        yield Bars(bars, count)


class Bars(Display):
    """One bar for all jobs, and one for each that is at work, with its steps."""

    def __init__(self, bars: Progress, count: int) -> None:
        self._bars, self._lock = bars, threading.Lock()
        self._all = bars.add_task("jobs", total=count)
        self._tasks: dict[str, TaskID] = {}
        self._of_thread: dict[int, str] = {}

    def on_job(self, job: Job) -> None:
        with self._lock:
            self._end(self._of_thread.get(threading.get_ident()))
            self._of_thread[threading.get_ident()] = job.name
            self._tasks[job.name] = self._bars.add_task(f"{job.stage} · {job.name}", total=None)

    def on_step(self, text: str, done: int, total: int) -> None:
        with self._lock:
            name = self._of_thread.get(threading.get_ident()) or next(reversed(self._tasks), None)
            if name in self._tasks:
                what = self._bars.tasks[self._bars.task_ids.index(self._tasks[name])].description.split(": ")[0]
                self._bars.update(self._tasks[name], description=f"{what}: {text}", completed=done, total=total)

    def on_done(self, job: Job, result: object = None) -> None:
        with self._lock:
            self._end(job.name)

    def _end(self, name: str | None) -> None:
        if name in self._tasks:
            self._bars.remove_task(self._tasks.pop(name))
            self._bars.advance(self._all)


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
