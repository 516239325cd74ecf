"""Publishes gold for BI tools."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import pyarrow as pa

from jobs.errors import GateStopped
from jobs.job import Run, job
from transformations.canonical.instants import without_zones
from transformations.contracts import Table
from transformations.contracts.gold import TABLES

if TYPE_CHECKING:
    from pathlib import Path

    from jobs.lake.tables import Lake
    from jobs.publish import duckdb_file

PUBLISHED = tuple(table for table in TABLES if table.is_published)


@job(
    stage="publish",
    reads=tuple(table.name for table in PUBLISHED),
    writes=("published.scrm",),
    conf=("base.publish", "base.quality", "company.timezone"),
)
def publish(lake: Lake, run: Run) -> None:
    """Publishes gold as one DuckDB file, replaced atomically; small groups of people are left out."""
    if "duckdb" not in run.settings.base.publish.targets:
        run.note("publish: nothing is published (publish.targets in base.yaml is empty)")
        return
    from jobs.publish import duckdb_file
    from jobs.quality import history, published

    least = run.settings.base.publish.min_group_size
    path = lake.root / "published" / "scrm.duckdb"
    shown = rows_shown(lake, least)
    outcome = duckdb_file.write(
        path,
        PUBLISHED,
        shown,
        run_id=run.run_id,
        published_at=run.started_at,
        examples=run.settings.base.quality.examples,
    )
    published.keep(lake, history.today(run.settings, run.started_at), outcome.compared)
    _note_differences(path, run, outcome)
    if outcome.altered:
        run.note(
            f"publish: {path} was changed after it had been published ({', '.join(outcome.altered)}); it is replaced"
        )
    if outcome.left_out:
        run.note(
            f"publish: {outcome.left_out:,} rows are left out, so that nothing is told of groups with fewer than {least} persons "
            "(publish.min_group_size)"
        )
    if not outcome.is_new and not outcome.is_refused:
        run.note(f"publish: {path} already has the same content")


def _note_differences(path: Path, run: Run, outcome: duckdb_file.Outcome) -> None:
    """Notes each table that differs from the lake. Raises GateStopped where its rule has severity stop."""
    from jobs.quality import published

    judged = published.judged(outcome.compared, run.settings)
    broken = [one for one in judged if not outcome.compared[one.table].is_same]
    if not broken:
        return
    differences = [
        f"published {one.table} differs from the lake: {one.applicable - one.passing:,} of {one.applicable:,} rows "
        f"({'; '.join(one.examples)})"
        for one in broken
    ]
    result = "was not replaced" if outcome.is_refused else "was replaced nevertheless"
    message = f"{'; '.join(differences)}; {path} {result}"
    if any(one.stops for one in broken):
        raise GateStopped(f"publish: {message}")
    run.note(f"publish: {message}")


def rows_shown(lake: Lake, least: int) -> Callable[[Table], tuple[pa.Table, int]]:
    """A function that returns the rows of a gold table to publish, and the number of its rows in the lake."""
    from jobs.publish import groups, subjects, suppression

    hidden = groups.small_groups(
        lake.arrow("gold.communities"),
        lake.arrow("gold.community_members", ["period", "community_id"]),
        lake.arrow("gold.segments"),
        lake.arrow("gold.segment_migration"),
        least,
    )
    few = subjects.subjects(
        lake.arrow("gold.community_profitability"),
        lake.arrow("gold.customer_profitability", subjects.PERSONS, where="period <> 'all'"),
        lake.arrow("gold.segment_members", ["person_id", "segment_id"], where=subjects.OF_THE_MODEL),
        lake.arrow("gold.objectives"),
        without_zones(lake.arrow("gold.indicator_values", where="known_to is null")),
        hidden,
        least,
    )
    hidden = replace(hidden, subjects=few)

    def read(table: Table) -> tuple[pa.Table, int]:
        rows = without_zones(lake.arrow(table.name))
        return suppression.shown(table.name, rows, hidden, least), rows.num_rows

    return read
