"""How far a run is: bars at a terminal, one line per finished stage elsewhere."""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from jobs.cli.console import console_of, notice
from jobs.runner.watching import Watcher

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


class Display(Watcher):
    """Says on standard error what a person should know at once, and what a job waits for."""

    def on_notice(self, text: str) -> None:
        notice(text)

    def on_wait(self, job: Job, table: str) -> None:
        notice(waits(job, table))


def waits(job: Job, table: str) -> str:
    return f"{job.name} waits for another run that writes {table}; it goes on when that has ended"


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
    """One bar for all jobs, and one for each that is at work.

    A job has ended when `on_done` says so or when the thread that began it begins another. A step belongs to the job that
    its thread began; of a thread that began none it is a line of its own.
    """

    def __init__(self, bars: Progress, count: int) -> None:
        self._bars, self._lock = bars, threading.Lock()
        self._all = bars.add_task("jobs", total=count)
        self._jobs: dict[str, tuple[str, TaskID]] = {}
        self._of_thread: dict[int, str] = {}
        self._of_nobody: dict[int, TaskID] = {}

    def on_job(self, job: Job) -> None:
        with self._lock:
            self._end(self._of_thread.get(threading.get_ident(), ""))
            self._of_thread[threading.get_ident()] = job.name
            title = f"{job.stage} · {job.name}"
            self._jobs[job.name] = (title, self._bars.add_task(title, total=None))

    def on_notice(self, text: str) -> None:
        self._bars.console.print(text, markup=False, soft_wrap=True)

    def on_wait(self, job: Job, table: str) -> None:
        self._bars.console.print(waits(job, table), markup=False)

    def on_step(self, text: str, done: int, total: int) -> None:
        with self._lock:
            thread = threading.get_ident()
            if (name := self._of_thread.get(thread)) in self._jobs:
                title, task = self._jobs[name]
                text = f"{title}: {text}"
            else:
                if thread not in self._of_nobody:
                    self._of_nobody[thread] = self._bars.add_task(text)
                task = self._of_nobody[thread]
            self._bars.update(task, description=text, completed=done, total=total)

    def on_done(self, job: Job) -> None:
        with self._lock:
            self._end(job.name)

    def _end(self, name: str) -> None:
        """Takes away the bar of a job, and lines that may belong to it."""
        if name in self._jobs:
            self._bars.remove_task(self._jobs.pop(name)[1])
            self._bars.advance(self._all)
        while self._of_nobody:
            self._bars.remove_task(self._of_nobody.popitem()[1])


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
