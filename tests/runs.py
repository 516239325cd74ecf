"""Runs of a conf folder, on a lake that the test holds."""

from __future__ import annotations

from datetime import UTC, datetime

from jobs.lake.tables import Lake
from jobs.runner.execution import Choice, RunReport, execute
from jobs.settings import Settings
from jobs.silver.families import FAMILIES

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)


def run(settings: Settings, lake: Lake, now: datetime = NOW, **choice) -> RunReport:
    """Runs what Choice says of jobs and stages; without them what lands and loads.

    A load judges each of its rows. Silver as a whole is judged by the job silver_gate: a test that is about it says
    stages=("land", "silver").
    """
    if not choice.keys() & {"jobs", "stages"}:
        choice["jobs"] = ("land", *FAMILIES)
    return execute(settings, Choice(**choice), clock=lambda: now, lake=lake)


def good_run(settings: Settings, lake: Lake, now: datetime = NOW, **choice) -> RunReport:
    """The same, and it has to end well."""
    report = run(settings, lake, now, **choice)
    assert (report.exit_code, report.message) == (0, "")
    return report
