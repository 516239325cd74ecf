"""Serves gold to BI tools."""

from __future__ import annotations

from collections.abc import Callable
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
    from jobs.publish import duckdb_file
    from jobs.quality import history, published

    least = run.settings.base.publish.min_group_size
    path = lake.root / "published" / "scrm.duckdb"
    shown = rows_shown(lake, least)
    outcome = duckdb_file.write(path, PUBLISHED, shown, run_id=run.run_id, published_at=run.started_at)
    same = {
        name: duckdb_file.Comparison(rows, rows) for name, rows in outcome.rows.items()
    }  # `write` has compared them
    published.keep(lake, history.today(run.settings, run.started_at), same)
    if outcome.altered:
        run.note(f"publish: {path} did not hold what was published ({', '.join(outcome.altered)}); it is written anew")
    if outcome.left_out:
        run.note(f"publish: {outcome.left_out} rows of groups with fewer than {least} persons are left out")
    if not outcome.is_new:
        run.note(f"publish: {path} holds the same already")


def rows_shown(lake: Lake, least: int) -> Callable[[Table], tuple[pa.Table, int]]:
    """Gives the rows of a gold table that are published, and how many the lake holds in all."""
    from jobs.publish import suppression

    hidden = suppression.small_groups(lake.arrow("gold.communities"), lake.arrow("gold.segments"), least)

    def read(table: Table) -> tuple[pa.Table, int]:
        rows = without_zones(lake.arrow(table.name))
        return suppression.shown(table.name, rows, hidden, least), rows.num_rows

    return read
