"""Refused rows and unreadable records are kept alike, whether the driver or Spark joins and writes them."""

import json
from pathlib import Path

import pytest
from places import Place, from_files
from pyspark.sql import DataFrame

from jobs.lake.tables import Lake

SOURCE = """
kind: erp
format: json
{place}
tables:
  orders:
    columns: {{order_id: order, customer_id: customer, ordered_at: at, status: status}}
"""
NAMES = ("quarantine.shop", "quarantine.orders")
LIMITS = {
    "few rows": "",
    "many rows in memory": "limits: {in_memory_rows: 9}\n",
    "many rows in Spark": "limits: {in_memory_bytes: 0, in_memory_rows: 0}\n",
}


def landed(folder: Path, name: str, *records: dict | str) -> None:
    folder.mkdir(exist_ok=True)
    lines = [record if isinstance(record, str) else json.dumps(record, ensure_ascii=False) for record in records]
    (folder / f"{name}.json").write_text("\n".join(lines) + "\n")


def kept(place: Place) -> dict[str, list[dict]]:
    """Rows of quarantine but for what every run has of its own: the batch, the run and the time."""
    own = {"batch_id", "run_id", "quarantined_at"}
    found = {name: place.lake.rows(name) for name in NAMES}
    return {
        name: sorted(({k: v for k, v in row.items() if k not in own} for row in rows), key=lambda row: row["record_id"])
        for name, rows in found.items()
    }


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> dict[str, type]:
    """Table -> what its rows were last written as."""
    types: dict[str, type] = {}
    write = Lake.write

    def noted(lake: Lake, name: str, rows, **choice):
        types[name] = DataFrame if isinstance(rows, DataFrame) else type(rows)
        return write(lake, name, rows, **choice)

    monkeypatch.setattr(Lake, "write", noted)
    return types


def test_many_refused_rows_are_kept_by_spark_as_few_are_by_the_driver(place, tmp_path, written):
    day = {"order": "1", "customer": "c1", "at": "2025-03-01T09:00:00", "status": "paid"}
    files = tmp_path / "files"
    landed(
        files,
        "day1",
        day,
        {**day, "order": None},
        {**day, "at": "soon, übermorgen"},
        '{"order": ',
        "no: record: at all",
    )
    landed(files, "day2", {**day, "order": "2"}, {**day, "order": "3", "at": "never"}, "[")
    found = {}
    for name, base in LIMITS.items():
        of = place(name.replace(" ", "_"), base, shop=from_files(files, SOURCE))
        of.good_run(stages=("land", "silver"))
        found[name] = kept(of)
        assert {table: written[table] is DataFrame for table in NAMES} == dict.fromkeys(NAMES, name != "few rows")
    versions = of.versions()
    of.good_run(stages=("land", "silver"), full=True)  # what is there already is neither added nor rewritten
    assert {table: of.versions()[table] for table in NAMES} == {table: versions[table] for table in NAMES}
    first = found["few rows"]
    assert [len(first[table]) for table in NAMES] == [3, 3]
    assert all(row["reasons"] and row["raw"] for rows in first.values() for row in rows)
    assert found == dict.fromkeys(LIMITS, first)
