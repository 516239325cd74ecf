"""What a run tells of its jobs while it is at work."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jobs.job import Job


class Watcher:
    """Is told what becomes of jobs, and keeps it to itself. Of one job all comes from the thread that it runs in."""

    def on_notice(self, text: str) -> None:
        """What a person should know before the work begins."""

    def on_job(self, job: Job) -> None:
        """A job begins."""

    def on_step(self, text: str, done: int, total: int) -> None:
        """A job begins a step: what it does, steps done, and of how many."""

    def on_wait(self, job: Job, table: str) -> None:
        """A job waits for another run, which writes the table."""

    def on_done(self, job: Job) -> None:
        """A job has ended."""
