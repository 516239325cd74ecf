"""A day of a real shop from files to published indicators, task by task in Airflow; then the same day again."""

from __future__ import annotations

import json
import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from jobs.job import STAGES
from jobs.lake.tables import Lake

DAYS = ("2010-12-22", "2010-12-23")
EQUATIONS = {
    "landed": ("parsed", "unparsable", "repeated"),
    "emitted": ("accepted", "superseded", "duplicate", "quarantined", "not_applicable"),
}


def test_a_day_runs_to_its_end_and_again_without_a_change(in_airflow, shared_data: Path, tmp_path: Path):
    files = tmp_path / "data" / "online_retail"
    files.mkdir(parents=True)
    for day in DAYS:
        shutil.copyfile(shared_data / "online_retail" / f"{day}.csv", files / f"{day}.csv")
    lake = Lake(tmp_path / "lake", lambda: pytest.fail("no Spark is needed to look"))
    midnight = {"logical_date": "2010-12-24T00:00:00+00:00"}
    there = {
        "SCRM_CONF": "conf/examples/online_retail",
        "SCRM_DATA": str(tmp_path / "data"),
        "SCRM_LAKE": str(lake.root),
    }

    # Each task is a process: one of them starts a JVM, and then all run without one, in seconds instead of minutes.
    landed = in_airflow(midnight | {"only": "land"}, **there, SCRM_ENGINE="spark")["runs"][0]
    assert landed["tasks"]["land"] == {"state": "success", "tries": 1}
    there["SCRM_ENGINE"] = "embedded"
    first = in_airflow(midnight, **there)["runs"][0]
    assert first["tasks"] == {stage: {"state": "success", "tries": 1} for stage in STAGES}

    accounts = lake.rows("ops.row_accounts")
    terms = {(row["table_name"], row["file"]): row for row in accounts}
    assert {table for table, _ in terms} > {"bronze.invoices", "silver.orders", "silver.order_lines"}
    for row in accounts:
        whole = "landed" if row["landed"] is not None else "emitted"
        assert row[whole] == sum(row[term] for term in EQUATIONS[whole]), row
    # Counted in the files with a CSV reader: 291 and 963 lines, 22 and 38 invoices, 6134.57 and 11796.31 pounds.
    assert [terms["bronze.invoices", f"{day}.csv"]["landed"] for day in DAYS] == [291, 963]
    assert [terms["silver.order_lines", f"{day}.csv"]["emitted"] for day in DAYS] == [291, 963]
    assert lake.sql("select count(*) as n from t", t="silver.orders").to_pylist() == [{"n": 60}]
    assert published_totals(lake) == {date(2010, 12, 22): Decimal("6134.57"), date(2010, 12, 23): Decimal("11796.31")}

    before, file_before = versions(lake), (lake.root / "published" / "scrm.duckdb").read_bytes()
    assert {"silver.order_lines", "silver.persons", "gold.customer_value", "gold.indicator_values"} <= set(before)
    again = in_airflow(midnight, **there)["runs"][0]
    assert again["state"] == "success"
    assert versions(lake) == before  # no commit at all, so no other content
    assert (lake.root / "published" / "scrm.duckdb").read_bytes() == file_before
    assert {job["state"] for report in reports(lake)[len(STAGES) + 1 :] for job in report["jobs"]} == {"up to date"}


def versions(lake: Lake) -> dict[str, int]:
    """Version of each table of bronze, silver and gold and of what was refused."""
    return {
        name: lake.version(name) for layer in ("bronze", "silver", "gold", "quarantine") for name in lake.names(layer)
    }


def published_totals(lake: Lake) -> dict[date, Decimal]:
    """What all invoice lines of a day come to, as a reader of the published file sees it."""
    query = """select period_start, numerator from gold.current_indicator_values
               where indicator_id = 'all_lines_total' and grain = 'day' and dimension = 'all'"""
    with duckdb.connect(str(lake.root / "published" / "scrm.duckdb"), read_only=True) as published:
        return dict(published.execute(query).fetchall())


def reports(lake: Lake) -> list[dict]:
    """What each call of scrm said, in order."""
    found = [json.loads(file.read_text(encoding="utf-8")) for file in (lake.root / "runs").glob("*.json")]
    return sorted(found, key=lambda report: report["run_id"])
