"""Taggings derived from posts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobs.job import Run, job
from transformations.contracts import contract
from transformations.social import taggings

if TYPE_CHECKING:
    from jobs.lake.tables import Lake


@job(stage="enrich", group="interact", reads=("silver.posts", "silver.taggings"), writes=("silver.taggings",))
def derived_taggings(lake: Lake, run: Run) -> None:
    """Derives taggings from the tags of posts, in addition to those that platforms report."""
    derived = taggings.derived_taggings(
        lake.arrow("silver.posts", taggings.POST_COLUMNS, where="tags is not null"),
        lake.arrow("silver.taggings", taggings.GIVEN_COLUMNS),
    )
    lake.write("silver.taggings", derived, scope=contract("silver.taggings").derived_rows)
