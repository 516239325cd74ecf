from datetime import UTC, datetime
from pathlib import Path

import pytest

from jobs.gold.data_dictionary import data_dictionary
from jobs.gold.indicator_catalogue import indicator_catalogue
from jobs.gold.lineage import lineage
from jobs.job import Run
from jobs.lake.tables import Lake
from jobs.runner.registry import all_jobs
from jobs.settings import Settings
from jobs.settings.base import Base, LakeSettings
from jobs.settings.company import Company
from transformations.contracts import CONTRACTS
from transformations.indicators.definitions import INDICATORS

NOW = datetime(2025, 3, 1, tzinfo=UTC)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """A lake that starts no JVM: these tables need none."""

    def no_spark():
        raise AssertionError("a small table started Spark")

    return Lake(tmp_path / "lake", no_spark, "run-1")


@pytest.fixture
def run(tmp_path: Path) -> Run:
    settings = Settings(
        folder=tmp_path, base=Base(lake=LakeSettings(root=tmp_path)), company=Company(name="Acme"), sources=()
    )
    return Run("r1", NOW, settings, NOW)


@pytest.mark.parametrize("job", [indicator_catalogue, data_dictionary, lineage])
def test_written_once(lake: Lake, run: Run, job) -> None:
    job(lake, run)
    name = f"gold.{job.__name__}"
    version = lake.version(name)
    job(lake, run)
    assert lake.version(name) == version
    assert lake.rows(name)


def test_catalogue_holds_every_indicator(lake: Lake, run: Run) -> None:
    indicator_catalogue(lake, run)
    rows = {row["indicator_id"]: row for row in lake.rows("gold.indicator_catalogue")}
    assert set(rows) == {its.indicator_id for its in INDICATORS}
    assert rows["linked_customer_ratio"]["grains"] == ["all"]


def test_dictionary_holds_every_column(lake: Lake, run: Run) -> None:
    data_dictionary(lake, run)
    rows = {(row["table_name"], row["column_name"]): row for row in lake.rows("gold.data_dictionary")}
    assert len(rows) == sum(len(table.columns) for table in CONTRACTS.values())
    row = rows["silver.orders", "order_id"]
    assert (row["is_key"], row["is_required"], row["column_type"]) == (True, True, "string")
    assert all(row["description"] and row["table_description"] for row in rows.values())


def test_lineage_holds_what_the_registry_says(lake: Lake, run: Run) -> None:
    jobs = all_jobs()
    lineage(lake, run)
    rows = {(row["job"], row["direction"], row["table_name"]) for row in lake.rows("gold.lineage")}
    assert ("customer_value", "reads", "silver.orders") in rows
    assert ("customer_value", "writes", "gold.customer_value") in rows
    assert len(rows) == sum(len(job.reads) + len(job.writes) for job in jobs)
