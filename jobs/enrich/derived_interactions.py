"""Interactions that follow from posts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobs.job import Run, job
from transformations.contracts import contract
from transformations.social import interactions

if TYPE_CHECKING:
    from jobs.lake.tables import Lake

MOST_IN_MEMORY = 100_000
"""Posts up to which this process reads them itself: queries and a MERGE cost more than the reading."""


@job(
    stage="enrich",
    group="interact",
    reads=("silver.posts", "silver.profiles", "silver.interactions"),
    writes=("silver.interactions",),
)
def derived_interactions(lake: Lake, run: Run) -> None:
    """Tells from posts who replied to, answered, accepted and mentioned whom, where no platform says it."""
    scope = contract("silver.interactions").derived_rows
    if lake.arrow("silver.posts", ("post_id",)).num_rows <= MOST_IN_MEMORY:
        derived = interactions.derived_in_memory(
            lake.arrow("silver.posts", interactions.POST_COLUMNS),
            lake.arrow("silver.profiles", ("channel", "profile_id", "handle")),
            lake.arrow("silver.interactions", interactions.GIVEN_COLUMNS),
        )
        lake.write("silver.interactions", derived, scope=scope)
    else:
        tables = (lake.read(f"silver.{name}") for name in ("posts", "profiles", "interactions"))
        lake.write("silver.interactions", interactions.derived_interactions(*tables), scope=scope)
