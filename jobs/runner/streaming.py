"""Sources as they come: topics by a streaming query each, watched folders by looking into them every few seconds.

Whatever comes is landed and taken through silver and enrichment by `jobs.runner.execution`, as in a run. All of that happens in
one thread: a query hands its micro-batch over and waits until it is done, so that a slow lake slows reading down.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime

from jobs.bronze.kafka.client import BrokerAway, check_broker
from jobs.bronze.kafka.position import begin
from jobs.bronze.kafka.query import MicroBatch, Query
from jobs.bronze.land import has_new
from jobs.engine.sessions import forget_frames
from jobs.errors import ConfError, ScrmError
from jobs.job import Run, Stage, Stream
from jobs.lake import locks, ops
from jobs.lake.tables import Lake
from jobs.runner import execution
from jobs.runner.registry import all_jobs
from jobs.settings import Settings
from jobs.settings.sources import Source
from jobs.sources import files

STAGES: tuple[Stage, ...] = ("land", "silver", "enrich")
_FIRST_WAIT, _LONGEST_WAIT = 1.0, 60.0
_FAILURES_TO_GIVE_UP = 3
_SECONDS_TO_STOP = 10.0


@dataclass(frozen=True)
class Cycle:
    """What one cycle brought.

    Attributes:
        at: when it ended.
        sources: those that something was landed of.
        landed: records; accepted, quarantined: what they became in silver (a record may give several rows).
        seconds: how long the cycle took.
        latency: seconds from the oldest message or file until its rows were in silver; None where nothing tells.
    """

    at: datetime
    sources: tuple[str, ...]
    landed: int
    accepted: int
    quarantined: int
    seconds: float
    latency: float | None


class _Stopping(Exception):
    """The stream ends: a micro-batch that waits is not landed, and the next start reads it again."""


class _CycleFailed(ScrmError):
    """Its query has to end: what follows in the topic must not land before it."""


@dataclass
class _Offered:
    """A micro-batch that its query waits for."""

    source: str
    batch: MicroBatch
    is_taken: bool = False
    done: threading.Event = field(default_factory=threading.Event)
    error: BaseException | None = None


class _Topic:
    """A source's query: started, looked after, and started again with growing waits when it fails."""

    def __init__(self, stream: Streaming, source: Source) -> None:
        self.source, self._stream = source, stream
        self._query: Query | None = None
        self._is_away = False
        self._failures = 0
        self._wait = _FIRST_WAIT
        self._next_try = 0.0

    def tend(self) -> None:
        """Starts the query, or again where it has ended. Raises ScrmError when it fails again and again."""
        now = time.monotonic()
        if self._query is not None and self._query.query is not None:
            if self._query.query.isActive:
                self._look_for_broker()
                return
            failure = self._query.failure()
            self._query = None
            self._failed(failure, now)
        elif now >= self._next_try:
            try:
                self._query = self._stream.started_query(self.source)
            except ScrmError as error:
                self._failed(error, now)
            else:
                self._is_back()

    def succeeded(self) -> None:
        self._failures, self._wait = 0, _FIRST_WAIT

    def stop(self) -> None:
        """Ends the query, and waits for that. Without its broker a client may hang for minutes: it ends with the process."""
        if self._query is not None and self._query.query is not None:
            stopping = threading.Thread(target=self._query.query.stop, daemon=True)
            stopping.start()
            stopping.join(_SECONDS_TO_STOP)

    def _look_for_broker(self) -> None:
        """The client itself tries again, for minutes and in silence: say what it waits for."""
        try:
            check_broker(self.source)
        except BrokerAway as error:
            self._is_gone(error)
        else:
            self._is_back()

    def _failed(self, error: BaseException, now: float) -> None:
        self._next_try = now + self._wait
        self._wait = min(2 * self._wait, _LONGEST_WAIT)
        if isinstance(error, _CycleFailed):
            return  # told and counted where it failed
        if isinstance(error, BrokerAway):
            self._is_gone(error)
            return
        self._failures += 1
        if isinstance(error, ConfError) or self._failures >= _FAILURES_TO_GIVE_UP:
            raise error if isinstance(error, ScrmError) else ScrmError(f"{self.source.name}: {error}")
        self._stream.notice(f"{self.source.name}: {error}; trying again")

    def _is_gone(self, error: BrokerAway) -> None:
        if not self._is_away:
            self._is_away = True
            self._stream.notice(f"{error}. Waiting for it; what is sent meanwhile is read then")

    def _is_back(self) -> None:
        if self._is_away:
            self._is_away = False
            self._wait = _FIRST_WAIT
            self._stream.notice(f"{self.source.name}: the Kafka broker answers again")


class Streaming:
    """Lands sources and takes them to silver until it is stopped.

    Args:
        names: sources; all topics and files where none is named.
        every: seconds between two looks into folders and two micro-batches of a topic.
        on_cycle: takes each cycle that had something new. notice: takes one line for a person.
    """

    def __init__(
        self,
        settings: Settings,
        lake: Lake,
        *,
        names: tuple[str, ...] = (),
        every: float = 10.0,
        on_cycle: Callable[[Cycle], None] = lambda cycle: None,
        notice: Callable[[str], None] = lambda line: None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.settings, self.lake, self.every = settings, lake, every
        self.on_cycle, self.notice, self.clock = on_cycle, notice, clock
        self.sources = _chosen(settings, names)
        self._inbox: queue.SimpleQueue[_Offered | None] = queue.SimpleQueue()
        self._topics = {source.name: _Topic(self, source) for source in self.sources if source.kafka}
        self._is_stopping = False
        self._is_behind = True
        self._failures = 0
        self._exit_code = 0

    def stop(self) -> None:
        """Asks the stream to end after the cycle at work. May be called from a signal handler or another thread."""
        self._is_stopping = True
        self._inbox.put(None)

    def once(self) -> int:
        """One cycle over everything that is there now, topics to their ends; gives the exit code."""
        self._check_folders()
        with self._alone():
            self._cycle(None)
        return self._exit_code

    def run(self) -> int:
        """Runs until it is stopped; gives the exit code. Raises ConfError, and ScrmError when a topic keeps failing."""
        self._check_folders()
        with self._alone():
            try:
                is_told = False
                while not self._is_stopping:
                    if self._is_behind or self._has_new_files():
                        self._cycle({})
                    for topic in self._topics.values():
                        if not self._is_stopping:
                            topic.tend()
                    if not is_told and not self._is_stopping:
                        self.notice(f"Streaming {', '.join(source.name for source in self.sources)}; Ctrl-C stops it")
                        is_told = True
                    self._work_off(self._wait_for_micro_batches())
            finally:
                self._is_stopping = True
                for topic in self._topics.values():
                    topic.stop()
        return self._exit_code

    def started_query(self, source: Source) -> Query:
        """A query from where the register ends, that hands its micro-batches over to this thread."""
        with self.lake.locked(_written_by_landing()):
            run = self._run({})
            position = begin(self.lake, run, source)
        for notice in position.notices.values():
            self.notice(f"{source.name}: {notice}")
        query = Query(self.lake, source, position, "stream", lambda batch: self._offer(_Offered(source.name, batch)))
        query.start(processingTime=f"{max(1, round(self.every * 1000))} milliseconds")
        return query

    # --- micro-batches ----------------------------------------------------------------------------------------

    def _offer(self, offered: _Offered) -> None:
        """Called by a query's thread: waits until the micro-batch is done."""
        self._inbox.put(offered)
        while not offered.done.wait(timeout=0.2):
            if self._is_stopping and not offered.is_taken:
                raise _Stopping
        if offered.error is not None:
            raise offered.error

    def _wait_for_micro_batches(self) -> list[_Offered]:
        """Those that queries offer within the time until folders are looked into again, one of each source."""
        offered: list[_Offered] = []
        try:
            while True:
                timeout = 0.0 if offered else self.every
                found = self._inbox.get(timeout=timeout) if timeout else self._inbox.get_nowait()
                if found is None:
                    return []
                offered.append(found)
        except queue.Empty:
            return offered

    def _work_off(self, offered: list[_Offered]) -> None:
        if not offered:
            return
        problem: BaseException | None = None
        for one in offered:
            one.is_taken = True
        try:
            problem = self._cycle({one.source: one.batch for one in offered})
        except BaseException as error:
            problem = error
            raise
        finally:
            for one in offered:
                if problem is None:
                    self._topics[one.source].succeeded()
                one.error = problem
                one.done.set()

    # --- cycles -----------------------------------------------------------------------------------------------

    def _cycle(self, micro_batches: dict[str, MicroBatch] | None) -> _CycleFailed | None:
        """Lands and processes; gives what failed. A failure is tried again, a stop by the gate ends the stream."""
        begun = time.monotonic()
        stream = self._stream(micro_batches)
        report = execution.execute(
            self.settings, execution.Choice(stages=STAGES, stream=stream), clock=self.clock, lake=self.lake
        )
        forget_frames()
        self._tell(report.run_id, time.monotonic() - begun)
        for note in report.notes:
            self.notice(note)
        self._is_behind = report.exit_code != 0
        if report.exit_code == 0:
            self._failures = 0
            return None
        self._failures += 1
        if report.exit_code != 1 or micro_batches is None or self._failures >= _FAILURES_TO_GIVE_UP:
            self._exit_code = report.exit_code
            self.notice(report.message)
            self.stop()
        else:
            self.notice(f"{report.message}; trying again")
        return _CycleFailed(report.message) if report.exit_code == 1 else None

    def _tell(self, run_id: str, seconds: float) -> None:
        """Reports the cycle where it had something new."""
        landed = [row for row in ops.BATCHES.rows(self.lake, f"run_id = '{run_id}'") if row["batch_state"] == "landed"]
        if not sum(row["records_count"] for row in landed):
            return
        of_cycle = {row["batch_id"] for row in landed}
        listed = ", ".join(f"'{batch}'" for batch in of_cycle)
        accounts = ops.ROW_ACCOUNTS.rows(self.lake, f"batch_id in ({listed})")
        now = self.clock()
        came = [row["modified_at_ns"] for row in landed if row["modified_at_ns"] and row["records_count"]]
        self.on_cycle(
            Cycle(
                now,
                tuple(sorted({row["source"] for row in landed})),
                sum(row["records_count"] for row in landed),
                sum(row["accepted"] or 0 for row in accounts),
                sum((row["quarantined"] or 0) + (row["unparsable"] or 0) for row in accounts),
                round(seconds, 1),
                round(max(0.0, now.timestamp() - min(came) / 1e9), 1) if came else None,
            )
        )

    def _stream(self, micro_batches: dict[str, MicroBatch] | None) -> Stream:
        return Stream(tuple(source.name for source in self.sources), micro_batches)

    def _run(self, micro_batches: dict[str, MicroBatch]) -> Run:
        now = self.clock()
        return Run(f"{now:%Y%m%dT%H%M%S}-stream", now, self.settings, now, stream=self._stream(micro_batches))

    # --- folders ----------------------------------------------------------------------------------------------

    def _has_new_files(self) -> bool:
        return has_new(self.lake, self._run({}))

    def _check_folders(self) -> None:
        """A folder to watch may be empty, but has to be there."""
        for source in self.sources:
            for folder in files.folders(source):
                if not folder.is_dir():
                    raise ConfError(
                        f"{source.file}: key path: the folder {folder} does not exist; create it, or fix the path"
                    )

    def _alone(self) -> ExitStack:
        """Two streams of one source would get in each other's way."""
        stack = ExitStack()
        for source in self.sources:
            message = f"the source {source.name} is streamed by another process already; stop that first"
            stack.enter_context(locks.held_or_refused(self.lake.root / ".locks", f"stream.{source.name}", message))
        return stack


def _chosen(settings: Settings, names: tuple[str, ...]) -> tuple[Source, ...]:
    found = [settings.source(name) for name in names] or [s for s in settings.sources if s.kafka or s.path]
    for source in found:
        if not source.kafka and not source.path:
            raise ConfError(f"{source.file}: neither a topic nor files: `scrm run` fetches what is new there")
    if not found:
        raise ConfError(f"{settings.folder / 'sources'}: no source is a topic or files; there is nothing to stream")
    return tuple(found)


def _written_by_landing() -> tuple[str, ...]:
    return next(job.writes for job in all_jobs() if job.stage == "land")
