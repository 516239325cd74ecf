"""Publishes how well each promise is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from jobs.arrow import schema_of
from jobs.quality import report
from jobs.registry import Run, job
from transformations.contracts import contract

if TYPE_CHECKING:
    from jobs.tables import Lake


@job(stage="gold", group="improve", reads=("ops.rule_counts",), writes=("gold.data_quality",))
def data_quality(lake: Lake, run: Run) -> None:
    """Passing and applicable cases of every rule, with state and examples."""
    rows = [
        {"table_name": o.table, "property": o.property, "rule": o.code, "period": "all", "severity": o.severity,
         "passing": o.passing, "applicable": o.applicable, "ratio": o.ratio, "threshold": o.threshold,
         "state": o.state, "message": o.message, "examples": list(o.examples)}
        for o in report.outcomes(lake, run.settings)
    ]  # fmt: skip
    lake.write("gold.data_quality", pa.Table.from_pylist(rows, schema=schema_of(contract("gold.data_quality"))))
