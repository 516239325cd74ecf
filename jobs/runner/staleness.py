"""Whether a job that works on whole tables has something to do. Starts no JVM."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from jobs.job import JOBS, Job, Run
from jobs.lake import progress
from jobs.lake.fingerprints import code_hash
from jobs.settings.sections import dumped

if TYPE_CHECKING:
    from jobs.lake.tables import Lake


_LAKE = "jobs.lake.tables"
"""The lake is handed to jobs, which import it for types alone."""


def fingerprint(job: Job, run: Run) -> str:
    """Hash of all but data that decides the job's result.

    The code that it imports and the lake's, the sections of conf that it reads, files and marks and, where it reads them,
    as_of and the window of periods.
    """
    registry = [(one.name, one.stage, one.group, one.reads, one.writes) for one in JOBS.values()]
    parts = [
        code_hash(job.function.__module__, *job.modules),
        code_hash(_LAKE, without=("transformations",)),
        dumped(run.settings, job.conf),
        run.as_of.isoformat() if job.reads_as_of else "",
        f"{run.start} {run.end}" if job.reads_window else "",
        repr(sorted(registry)) if job.reads_registry else "",
    ]
    parts += job.marks(run.settings)
    parts += [hashlib.sha256(path.read_bytes()).hexdigest() for path in job.files(run.settings) if path.is_file()]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def inputs(lake: Lake, job: Job) -> dict[str, int]:
    """Version of each table that the job reads, -1 where it does not exist yet."""
    names = dict.fromkeys((*job.reads, *job.also_reads(lake)))
    return {name: lake.version(name) for name in names if not name.endswith(".*")}


def is_stale(lake: Lake, run: Run, job: Job) -> bool:
    """Whether an input, the code or conf has changed since the job ran, or what it writes is missing."""
    if run.full or any(not lake.exists(name) for name in job.writes if name.split(".")[0] in ("silver", "gold")):
        return True
    if any(name.startswith("published.") and not lake.published(name).is_file() for name in job.writes):
        return True
    seen = {row["input"]: (row["to_version"], row["fingerprint"]) for row in progress.rows(lake, job.name)}
    wanted = fingerprint(job, run)
    return any(seen.get(name) != (version, wanted) for name, version in (inputs(lake, job) or {"-": -1}).items())


def done(lake: Lake, run: Run, job: Job, versions: dict[str, int]) -> None:
    """Records that a job has worked on these versions of its inputs."""
    mark = fingerprint(job, run)
    versions = inputs(lake, job) | versions  # it may have found further tables to read
    versions = {name: lake.version(name) if name in job.writes else version for name, version in versions.items()}
    progress.record(
        lake,
        [
            {"job": job.name, "input": name, "to_version": version, "fingerprint": mark}
            for name, version in (versions or {"-": -1}).items()
        ],
    )
