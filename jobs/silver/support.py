"""Support tickets and what happened to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobs.registry import Run, job
from jobs.silver import work
from jobs.silver.load import load

if TYPE_CHECKING:
    from jobs.tables import Lake

TABLES = ("silver.tickets", "silver.ticket_events")
work.owns("support", TABLES)


@job(
    stage="silver",
    group="gather",
    reads=("bronze.*", "ops.batches"),
    writes=(*TABLES, "quarantine.tickets", "quarantine.ticket_events"),
)
def support(lake: Lake, run: Run) -> None:
    """Support tickets and what happened to them."""
    load(lake, run, "support", TABLES)
