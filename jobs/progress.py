"""How far each job has come: what makes a run incremental, and what says that nothing is new. Starts no JVM."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jobs.quality import catalogue
from jobs.registry import Job, Run
from jobs.settings import ReferenceSettings
from transformations.contracts import CONTRACTS

if TYPE_CHECKING:
    from jobs.tables import Lake

_ROOT = Path(__file__).resolve().parent.parent


@cache
def code_hash() -> str:
    """Hash of the packages that compute: other code may give other results, so it means a full run."""
    digest = hashlib.sha256()
    for package in ("jobs", "transformations", "expectations"):
        for path in sorted((_ROOT / package).rglob("*.py")):
            if "simulate" not in path.parts:
                digest.update(path.relative_to(_ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def rows(lake: Lake, job: str) -> list[dict[str, Any]]:
    return lake.rows("ops.progress", where=f"job = '{job}'")


def record(lake: Lake, done: list[dict[str, Any]]) -> None:
    lake.upsert("ops.progress", [{"run_id": lake.run_id, "done_batch_id": "", **row} for row in done])


def fingerprint(job: Job, run: Run) -> str:
    """Hash of code, conf and, where the job counts to it, as_of."""
    settings = run.settings
    quality = settings.base.quality.model_copy(update={"references": _placeless(settings.base.quality.references)})
    base = settings.base.model_copy(update={"quality": quality})
    company = settings.company.model_copy(update={"references": _placeless(settings.company.references)})
    conf = base.model_dump_json(exclude={"lake", "spark"}) + company.model_dump_json()
    late = str(settings.late_days)
    as_of = run.as_of.isoformat() if job.reads_as_of else ""
    files = catalogue.files_mark(settings, {*job.writes, *(job.reads if job.name == "silver_gate" else ())})
    return hashlib.sha256(f"{code_hash()}{conf}{late}{as_of}{files}".encode()).hexdigest()[:16]


def _placeless(references: tuple[ReferenceSettings, ...]) -> tuple[ReferenceSettings, ...]:
    """References without the folders of their files: where a file lies decides nothing, what it holds is marked beside."""
    return tuple(
        one if one.reference in CONTRACTS else one.model_copy(update={"reference": Path(one.reference).name})
        for one in references
    )


def inputs(lake: Lake, job: Job) -> dict[str, int]:
    """Version of each table that the job reads, -1 where it does not exist yet."""
    return {name: lake.version(name) for name in job.reads if not name.endswith(".*")}


def is_stale(lake: Lake, run: Run, job: Job) -> bool:
    """Whether a job that works on whole tables has something to do."""
    if run.full or any(not lake.exists(name) for name in job.writes if name.split(".")[0] in ("silver", "gold")):
        return True
    if any(name.startswith("published.") and not lake.published(name).is_file() for name in job.writes):
        return True
    newest: dict[str, dict[str, Any]] = {}
    for row in sorted(rows(lake, job.name), key=lambda row: row["computed_at"]):
        newest[row["input"]] = row
    wanted = fingerprint(job, run)
    seen = {name: (row["to_version"], row["fingerprint"]) for name, row in newest.items()}
    return any(seen.get(name) != (version, wanted) for name, version in (inputs(lake, job) or {"-": -1}).items())


def done(lake: Lake, run: Run, job: Job, versions: dict[str, int]) -> None:
    """Records that a job has worked on these versions of its inputs."""
    mark = fingerprint(job, run)
    versions = {name: lake.version(name) if name in job.writes else version for name, version in versions.items()}
    record(
        lake,
        [
            {"job": job.name, "input": name, "to_version": version, "fingerprint": mark}
            for name, version in (versions or {"-": -1}).items()
        ],
    )
