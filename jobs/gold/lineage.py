"""Lineage of the tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from jobs.job import JOBS, Run, job
from jobs.lake.arrow import schema_of
from transformations.contracts import contract

if TYPE_CHECKING:
    from jobs.lake.tables import Lake


@job(stage="gold", group="improve", writes=("gold.lineage",), reads_registry=True)
def lineage(lake: Lake, run: Run) -> None:
    """Lists the tables that each job reads and writes, from the registry."""
    rows = [
        {
            "job": found.name,
            "direction": direction,
            "table_name": table,
            "stage": found.stage,
            "job_group": found.group or None,
        }
        for found in JOBS.values()
        for direction, tables in (("reads", found.reads), ("writes", found.writes))
        for table in tables
    ]
    lake.write("gold.lineage", pa.Table.from_pylist(rows, schema=schema_of(contract("gold.lineage"))))
