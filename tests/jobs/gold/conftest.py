"""A run and a check of jobs whose tables do not come from data."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from jobs.job import Run
from jobs.lake.tables import Lake
from jobs.settings import Settings

NOW = datetime(2025, 3, 1, tzinfo=UTC)


@pytest.fixture
def run(settings: Callable[..., Settings]) -> Run:
    return Run("r1", NOW, settings(), NOW)


@pytest.fixture
def rows_once(quiet: Lake, run: Run) -> Callable[..., list[dict]]:
    """Runs a job that has nothing to read: rows_once(job) -> its rows. Asserts that a second run writes nothing."""

    def rows(job: Callable[[Lake, Run], None]) -> list[dict]:
        name = f"gold.{job.__name__}"
        job(quiet, run)
        version = quiet.version(name)
        job(quiet, run)
        assert quiet.version(name) == version
        return quiet.rows(name)

    return rows
