"""Trusted reference tables that other data are held against."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobs.registry import Run, job
from jobs.silver import work
from jobs.silver.load import load

if TYPE_CHECKING:
    from jobs.tables import Lake

TABLES = ("silver.ledger_totals",)
work.owns("reference", TABLES)


@job(
    stage="silver",
    group="gather",
    reads=("bronze.*", "ops.batches"),
    writes=(*TABLES, "quarantine.ledger_totals"),
)
def reference(lake: Lake, run: Run) -> None:
    """Trusted reference tables that other data are held against."""
    load(lake, run, "reference", TABLES)
