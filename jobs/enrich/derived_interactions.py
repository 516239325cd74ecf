"""Interactions derived from posts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobs.job import Run, job
from transformations.contracts import contract
from transformations.social import interactions

if TYPE_CHECKING:
    from jobs.lake.tables import Lake

MOST_IN_MEMORY = 100_000
"""Number of posts up to which they are processed in memory: Spark queries and a MERGE cost more."""


@job(
    stage="enrich",
    group="interact",
    reads=("silver.posts", "silver.profiles", "silver.interactions"),
    writes=("silver.interactions",),
)
def derived_interactions(lake: Lake, run: Run) -> None:
    """Derives replies, answers, accepted answers and mentions from posts, where the platform does not report them."""
    scope = contract("silver.interactions").derived_rows
    if lake.count("silver.posts") <= MOST_IN_MEMORY:
        derived = interactions.derived_in_memory(
            lake.arrow("silver.posts", interactions.POST_COLUMNS),
            lake.arrow("silver.profiles", interactions.PROFILE_COLUMNS),
            lake.arrow("silver.interactions", interactions.GIVEN_COLUMNS),
        )
        lake.write("silver.interactions", derived, scope=scope)
    else:
        tables = (lake.read(f"silver.{name}") for name in ("posts", "profiles", "interactions"))
        lake.write("silver.interactions", interactions.derived_interactions(*tables), scope=scope)
