"""Serves gold to BI tools."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from jobs.registry import Run, job
from transformations.contracts import Table
from transformations.contracts.gold import TABLES
from transformations.instants import without_zones

if TYPE_CHECKING:
    from jobs.tables import Lake

PUBLISHED = tuple(table for table in TABLES if table.is_published)


@job(stage="publish", reads=tuple(table.name for table in PUBLISHED), writes=("published.scrm",))
def publish(lake: Lake, run: Run) -> None:
    """Publishes gold as one DuckDB file, put in place at once; small groups of people are left out."""
    from jobs.publish import duckdb_file, suppression

    least = run.settings.base.publish.min_group_size
    hidden = suppression.small_groups(lake.arrow("gold.communities"), lake.arrow("gold.segments"), least)

    def read(table: Table) -> tuple[pa.Table, int]:
        rows = without_zones(lake.arrow(table.name))
        return suppression.shown(table.name, rows, hidden, least), rows.num_rows

    path = lake.root / "published" / "scrm.duckdb"
    outcome = duckdb_file.write(path, PUBLISHED, read, run_id=run.run_id, published_at=run.started_at)
    if outcome.left_out:
        run.note(f"publish: {outcome.left_out} rows of groups with fewer than {least} persons are left out")
    if not outcome.is_new:
        run.note(f"publish: {path} holds the same already")
