"""The registry: every job in the order of a run. The DAGs' tasks, the lineage table and the docs derive from it."""

from __future__ import annotations

import importlib
import re
from graphlib import TopologicalSorter
from pathlib import Path

from jobs.errors import ConfError
from jobs.job import JOBS, STAGES, Job
from transformations.canonical.names import did_you_mean

_JOBS = Path(__file__).resolve().parent.parent
_DECLARES = re.compile(r"^from jobs\.job import .*\bjob\b", re.MULTILINE)
"""What a module that declares jobs imports."""


def all_jobs() -> list[Job]:
    """All jobs in the order of a run: by stage, then by what they read and write, then by name."""
    for package in ("bronze", "silver", "enrich", "persons", "network", "models", "gold", "publish"):
        for file in sorted((_JOBS / package).glob("*.py")):
            if _DECLARES.search(file.read_text(encoding="utf-8")):  # others may be slow to import
                importlib.import_module(f"jobs.{package}.{file.stem}")
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
        known = [job.name for job in jobs]
        named = ", ".join(f"{name}{did_you_mean(name, known)}" for name in unknown)
        raise ConfError(f"no job {named}; `scrm jobs` lists them")
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
