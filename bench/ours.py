"""Our runs: `scrm run` in a fresh process, with what its report says of the stages."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import places, processes
from bench.errors import WrongResult
from jobs.job import STAGES
from jobs.lake.tables import Lake

AROUND = "around the jobs"
"""Start of the interpreter, imports, conf, what is said at the end."""


@dataclass(frozen=True)
class Run:
    """One `scrm run`.

    Attributes:
        stages: seconds of the jobs by stage, in order; jobs side by side count each. AROUND is the rest of the wall clock.
        rows: records landed by it.
        states: how many jobs ended in which state.
    """

    seconds: float
    stages: dict[str, float]
    rows: int
    states: dict[str, int]
    peak_mib: int | None
    has_jvm: bool | None


def run(arguments: Sequence[str | Path], environment: Mapping[str, str], lake: Path, log: Path) -> Run:
    """Runs `scrm run` over a lake. Raises WrongResult where it does not end with 0."""
    known = {name: value for name, value in os.environ.items() if name not in ("SCRM_CONF", "SCRM_PROFILE")}
    ran = processes.run([places.scrm(), "run", *arguments], known | dict(environment) | {"SCRM_LAKE": str(lake)}, log)
    if ran.exit_code:
        raise WrongResult(f"scrm run ended with {ran.exit_code}; the end of {log}:\n{processes.tail(log)}")
    report = json.loads(max((lake / "runs").glob("*.json")).read_text(encoding="utf-8"))
    return Run(
        ran.seconds,
        stages(report, ran.seconds),
        sum(job["rows_out"] or 0 for job in report["jobs"] if job["stage"] == "land"),
        dict(Counter(job["state"] for job in report["jobs"])),
        ran.peak_mib,
        ran.has_jvm,
    )


def stages(report: Mapping[str, Any], wall_seconds: float) -> dict[str, float]:
    """Seconds by stage of a run's report, and what the process took around its jobs."""
    found = {AROUND: wall_seconds - report["seconds"]} | dict.fromkeys(STAGES, 0.0)
    for job in report["jobs"]:
        found[job["stage"]] += job["seconds"]
    return found


def open_lake(root: Path) -> Lake:
    """A lake to read from, without a JVM."""

    def no_spark():
        raise RuntimeError("a measurement reads lakes without Spark")

    return Lake(root, no_spark)
