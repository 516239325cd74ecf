"""Profiles, posts, their metrics and interactions of every channel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobs.registry import Run, job
from jobs.silver import work
from jobs.silver.load import load

if TYPE_CHECKING:
    from jobs.tables import Lake

TABLES = ("silver.profiles", "silver.posts", "silver.post_metrics", "silver.interactions")
work.owns("social", TABLES)


@job(
    stage="silver",
    group="gather",
    reads=("bronze.*", "ops.batches"),
    writes=(
        *TABLES,
        "quarantine.profiles",
        "quarantine.posts",
        "quarantine.post_metrics",
        "quarantine.interactions",
    ),
)
def social(lake: Lake, run: Run) -> None:
    """Profiles, posts, their metrics and interactions of every channel."""
    load(lake, run, "social", TABLES)
