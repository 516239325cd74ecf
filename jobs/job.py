"""Jobs: their stage, the tables that they read and write, their function, and the run that they are part of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

if TYPE_CHECKING:
    from jobs.lake.tables import Lake
    from jobs.settings import Settings
    from jobs.settings.sources import Source

Item = TypeVar("Item")
Stage = Literal["land", "silver", "enrich", "persons", "network", "models", "gold", "publish"]
STAGES: tuple[Stage, ...] = ("land", "silver", "enrich", "persons", "network", "models", "gold", "publish")
Group = Literal["", "gather", "inquire", "interact", "investigate", "improve"]


@dataclass(frozen=True)
class Stream:
    """What `scrm stream` passes to a run.

    Attributes:
        sources: names of the sources that are landed.
        micro_batches: source -> its micro-batch, already read, for the module that lands it; None where sources are read
            to their ends.
    """

    sources: tuple[str, ...]
    micro_batches: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Run:
    """The run that a job is part of.

    Attributes:
        run_id: identifies the run in every table.
        as_of: instant (UTC, with time zone) up to which recency, age and censoring are counted.
        settings: conf.
        started_at: time of the clock, read once for the whole run (UTC, with time zone).
        start, end: event dates [start, end) whose periods are recomputed, chosen by --from and --to, or None. They decide
            neither what is landed nor which periods exist.
        full: recompute all from bronze.
        note: adds one line to the closing report.
        step: reports progress of long work: what is being done, how many steps are done, and of how many.
        replay: quarantine tables whose batches are processed again, or None.
        stream: what `scrm stream` has read, or None.
        fault: adds one line about what could not be done and a person has to fix: the run goes on, and ends with 1.
    """

    run_id: str
    as_of: datetime
    settings: Settings
    started_at: datetime
    start: datetime | None = None
    end: datetime | None = None
    full: bool = False
    note: Callable[[str], None] = lambda line: None
    step: Callable[[str, int, int], None] = lambda text, done, total: None
    replay: tuple[str, ...] | None = None
    stream: Stream | None = None
    fault: Callable[[str], None] = lambda line: None

    def each(self, items: Sequence[Item], title: str, name: Callable[[Item], str] = str) -> Iterator[Item]:
        """The items, one after the other, with progress reported for each."""
        for place, item in enumerate(items):
            self.step(f"{title} {name(item)}", place, len(items))
            yield item

    def landed_sources(self) -> tuple[Source, ...]:
        """The sources that this run lands."""
        return tuple(
            source for source in self.settings.sources if not self.stream or source.name in self.stream.sources
        )


@dataclass(frozen=True)
class Job:
    name: str
    stage: Stage
    group: Group
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    function: Callable[[Lake, Run], None]
    description: str
    conf: tuple[str, ...]
    reads_as_of: bool
    reads_registry: bool
    files: Callable[[Settings], Iterable[Path]] = lambda settings: ()
    modules: tuple[str, ...] = ()
    marks: Callable[[Settings], Iterable[str]] = lambda settings: ()
    also_reads: Callable[[Lake], Iterable[str]] = lambda lake: ()
    has_work: Callable[[Lake, Run], bool] | None = None
    reads_window: bool = False


JOBS: dict[str, Job] = {}


def job(
    *,
    stage: Stage,
    reads: tuple[str, ...] = (),
    writes: tuple[str, ...],
    group: Group = "",
    conf: tuple[str, ...] = (),
    reads_as_of: bool = False,
    reads_window: bool = False,
    reads_registry: bool = False,
    files: Callable[[Settings], Iterable[Path]] = lambda settings: (),
    modules: tuple[str, ...] = (),
    marks: Callable[[Settings], Iterable[str]] = lambda settings: (),
    also_reads: Callable[[Lake], Iterable[str]] = lambda lake: (),
    has_work: Callable[[Lake, Run], bool] | None = None,
) -> Callable[[Callable[[Lake, Run], None]], Callable[[Lake, Run], None]]:
    """Registers a function as a job; its name and the first line of its docstring describe it.

    Args:
        reads, writes: tables, `layer.name`; `bronze.*` for those of all sources.
        conf: sections of conf that it reads (base.network, company.timezone); it gets no others, and a change in one of
            them makes it run again. A job that processes batch by batch gets all of conf.
        reads_as_of: its result depends on run.as_of, so a new as_of makes it run again.
        reads_window: it recomputes the periods between run.start and run.end alone, so what a run with such a window left
            is recomputed by the next one without it.
        reads_registry: its result depends on the registered jobs.
        files: files that conf names and the job reads: changed content makes it run again.
        modules: of ours that it finds by their names: changed code in them makes it run again, as in those that it imports.
        marks: what else decides its result: versions of libraries, a secret.
        also_reads: tables that only the lake names.
        has_work: whether there is something to do, for a job that processes batch by batch and keeps its own progress
            and fingerprints.
    """

    def register(function: Callable[[Lake, Run], None]) -> Callable[[Lake, Run], None]:
        name = function.__name__
        if name in JOBS and JOBS[name].function.__module__ != function.__module__:
            raise ValueError(f"two jobs have the name {name}: {JOBS[name].function.__module__}, {function.__module__}")
        description = (function.__doc__ or "").strip().split("\n")[0]
        JOBS[name] = Job(
            name,
            stage,
            group,
            reads,
            writes,
            function,
            description,
            conf,
            reads_as_of,
            reads_registry,
            files,
            modules,
            marks,
            also_reads,
            has_work,
            reads_window,
        )
        return function

    return register
