"""The registry: every job in the order of a run. The DAGs' tasks, the lineage table and the docs derive from it."""

from __future__ import annotations

import importlib
import pkgutil
from graphlib import TopologicalSorter

from jobs.errors import ConfError
from jobs.job import JOBS, STAGES, Job


def all_jobs() -> list[Job]:
    """All jobs in the order of a run: by stage, then by what they read and write, then by name."""
    for package in ("bronze", "silver", "enrich", "persons", "network", "models", "gold", "publish"):
        module = importlib.import_module(f"jobs.{package}")
        for found in pkgutil.iter_modules(module.__path__):
            importlib.import_module(f"jobs.{package}.{found.name}")
    ordered: list[Job] = []
    for stage in STAGES:
        members = {job.name: job for job in JOBS.values() if job.stage == stage}
        ordered += [members[name] for name in TopologicalSorter(graph(members)).static_order()]
    return ordered


def graph(members: dict[str, Job]) -> dict[str, list[str]]:
    """For each job of a stage those that come before it: they write what it reads.

    What a job writes is judged right after it: who reads how rules are kept comes after all that do not rest on it.
    """
    before_it = {
        name: {other.name for other in members.values() if other.name != name and set(other.writes) & set(job.reads)}
        for name, job in members.items()
    }
    for judge in sorted(name for name, job in members.items() if "ops.rule_counts" in job.reads):
        rest = {judge}
        while more := {name for name, before in before_it.items() if before & rest} - rest:
            rest |= more
        before_it[judge] |= set(members) - rest
    return {name: sorted(before_it[name]) for name in sorted(before_it)}


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
