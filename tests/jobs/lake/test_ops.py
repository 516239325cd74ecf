"""Ops tables by the types of their rows."""

import shutil
from datetime import UTC, datetime

from jobs.lake import ops
from transformations.contracts.ops_rows import ROWS, BatchRow


def test_there_is_one_for_each_type_of_row():
    tables = [table for table in vars(ops).values() if isinstance(table, ops.OpsTable)]
    assert [table.name for table in tables] == list(ROWS)


def test_rows_come_back_as_they_were_written(lake):
    at = datetime(2025, 1, 1, tzinfo=UTC)
    first: BatchRow = {"batch_id": "1", "file": "a.csv", "source": "erp", "batch_state": "landed", "landed_at": at}
    second: BatchRow = {"batch_id": "2", "file": "b.csv", "source": "shop", "batch_state": "repeated", "columns": ["x"]}
    assert ops.BATCHES.rows(lake) == []
    ops.BATCHES.upsert(lake, [first, second])
    ops.BATCHES.upsert(lake, [{**first, "records_count": 7}])
    (erp,) = ops.BATCHES.rows(lake, "source = 'erp'")
    assert {name: erp[name] for name in first} == first
    assert (erp["records_count"], erp["notice"], erp["run_id"]) == (7, None, lake.run_id)
    assert {row["batch_id"]: row["columns"] for row in ops.BATCHES.rows(lake)} == {"1": None, "2": ["x"]}


def test_a_table_is_read_once_a_version_whoever_asks(quiet, monkeypatch):
    ops.BATCHES.upsert(quiet, [{"batch_id": "1", "file": "a.csv", "source": "erp", "batch_state": "landed"}])
    (row,) = ops.BATCHES.rows(quiet, source="erp", batch_state="landed")
    row["batch_state"] = "changed by its reader alone"
    reads = []
    read = type(quiet).stream
    monkeypatch.setattr(type(quiet), "stream", lambda *given, **more: (reads.append(given[1]), read(*given, **more))[1])
    assert [row["batch_state"] for row in ops.BATCHES.rows(quiet.isolated())] == ["landed"]
    assert (ops.BATCHES.rows(quiet, source="shop"), reads) == ([], [])
    ops.BATCHES.upsert(quiet, [{"batch_id": "2", "file": "b.csv", "source": "shop", "batch_state": "landed"}])
    reads.clear()
    assert [row["batch_id"] for row in ops.BATCHES.rows(quiet, source="shop")] == ["2"]
    assert reads == ["ops.batches"]
    shutil.rmtree(quiet.path("ops.batches"))
    ops.BATCHES.upsert(quiet, [{"batch_id": "3", "file": "c.csv", "source": "shop", "batch_state": "landed"}])
    ops.BATCHES.upsert(quiet, [{"batch_id": "4", "file": "d.csv", "source": "web", "batch_state": "landed"}])
    assert {row["batch_id"] for row in ops.BATCHES.rows(quiet)} == {"3", "4"}
