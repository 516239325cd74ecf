"""Every job: its stage, what it reads and writes, and the function that runs it.

The order of a run, the DAGs' tasks, the lineage table and the docs all derive from here.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING, Literal

from jobs.errors import ConfError

if TYPE_CHECKING:
    from jobs.bronze.kafka_query import MicroBatch
    from jobs.settings import Settings
    from jobs.source_settings import Source
    from jobs.tables import Lake

Stage = Literal["land", "silver", "enrich", "persons", "network", "models", "gold", "publish"]
STAGES: tuple[Stage, ...] = ("land", "silver", "enrich", "persons", "network", "models", "gold", "publish")
Group = Literal["", "gather", "inquire", "interact", "investigate", "improve"]


@dataclass(frozen=True)
class Stream:
    """What `scrm stream` tells a run.

    Attributes:
        sources: names of the sources that are landed.
        micro_batches: source -> what its query has just read of its topic; None where topics are read to their ends.
    """

    sources: tuple[str, ...]
    micro_batches: Mapping[str, MicroBatch] | None = None


@dataclass(frozen=True)
class Run:
    """What a job is told about the run it belongs to.

    Attributes:
        run_id: names the run in every table.
        as_of: instant (UTC, aware) to which recency, age and censoring count.
        settings: conf.
        started_at: the clock, read once for the whole run (UTC, aware).
        start, end: event dates [start, end) chosen by --from and --to, or None.
        full: recompute all from bronze.
        note: takes one line for the closing report.
        replay: quarantine tables whose batches are worked off again, or None.
        stream: what `scrm stream` has read, or None.
    """

    run_id: str
    as_of: datetime
    settings: Settings
    started_at: datetime
    start: datetime | None = None
    end: datetime | None = None
    full: bool = False
    note: Callable[[str], None] = lambda line: None
    replay: tuple[str, ...] | None = None
    stream: Stream | None = None

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
    reads_as_of: bool

    @property
    def is_batch_wise(self) -> bool:
        """The job works batch by batch and keeps its own progress (landing and silver)."""
        return self.stage in ("land", "silver")


_JOBS: dict[str, Job] = {}


def job(
    *, stage: Stage, reads: tuple[str, ...] = (), writes: tuple[str, ...], group: Group = "", reads_as_of: bool = False
) -> Callable[[Callable[[Lake, Run], None]], Callable[[Lake, Run], None]]:
    """Registers a function as a job; its name and the first line of its docstring describe it.

    Args:
        reads, writes: tables, `layer.name`; `bronze.*` for those of all sources.
        reads_as_of: its result depends on run.as_of, so a new as_of means new work.
    """

    def register(function: Callable[[Lake, Run], None]) -> Callable[[Lake, Run], None]:
        name = function.__name__
        if name in _JOBS and _JOBS[name].function.__module__ != function.__module__:
            raise ValueError(f"two jobs are called {name}: {_JOBS[name].function.__module__}, {function.__module__}")
        description = (function.__doc__ or "").strip().split("\n")[0]
        _JOBS[name] = Job(name, stage, group, reads, writes, function, description, reads_as_of)
        return function

    return register


def all_jobs() -> list[Job]:
    """All jobs in the order of a run: by stage, then by what they read and write, then by name."""
    for package in ("bronze", "silver", "enrich", "persons", "network", "models", "gold", "publish"):
        module = importlib.import_module(f"jobs.{package}")
        for found in pkgutil.iter_modules(module.__path__):
            importlib.import_module(f"jobs.{package}.{found.name}")
    ordered: list[Job] = []
    for stage in STAGES:
        members = {job.name: job for job in _JOBS.values() if job.stage == stage}
        ordered += [members[name] for name in TopologicalSorter(_graph(members)).static_order()]
    return ordered


def _graph(members: dict[str, Job]) -> dict[str, list[str]]:
    """For each job of a stage those that come before it: they write what it reads.

    What a job writes is judged right after it: who reads how rules are kept comes after all that do not rest on it.
    """
    graph = {
        name: {other.name for other in members.values() if other.name != name and set(other.writes) & set(job.reads)}
        for name, job in members.items()
    }
    for judge in sorted(name for name, job in members.items() if "ops.rule_counts" in job.reads):
        rest = {judge}
        while more := {name for name, before in graph.items() if before & rest} - rest:
            rest |= more
        graph[judge] |= set(members) - rest
    return {name: sorted(graph[name]) for name in sorted(graph)}


def selected(names: tuple[str, ...] = (), stages: tuple[str, ...] = ()) -> list[Job]:
    """The jobs of those names and stages, in order; all of them when none is named. Raises ConfError."""
    jobs = all_jobs()
    unknown = sorted(set(names) - {job.name for job in jobs})
    if unknown:
        raise ConfError(f"no job {', '.join(unknown)}; jobs are {', '.join(job.name for job in jobs)}")
    wrong = sorted(set(stages) - set(STAGES))
    if wrong:
        raise ConfError(f"no stage {', '.join(wrong)}; stages are {', '.join(STAGES)}")
    if not names and not stages:
        return jobs
    return [job for job in jobs if job.name in names or job.stage in stages]


def as_json() -> dict[str, object]:
    """The registry for schedulers: stages in order, each with its jobs. Written to dags/jobs.json."""
    jobs = all_jobs()
    return {
        "stages": [
            {
                "stage": stage,
                "jobs": [
                    {
                        "job": job.name,
                        "description": job.description,
                        "reads": list(job.reads),
                        "writes": list(job.writes),
                    }
                    for job in jobs
                    if job.stage == stage
                ],
            }
            for stage in STAGES
        ]
    }
