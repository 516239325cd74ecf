"""Taggings that follow from posts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobs.registry import Run, job
from transformations.contracts import contract
from transformations.social import taggings

if TYPE_CHECKING:
    from jobs.tables import Lake


@job(
    stage="enrich",
    group="interact",
    reads=("silver.posts", "silver.taggings"),
    writes=("silver.taggings",),
    reads_as_of=True,  # its table is judged by age
)
def derived_taggings(lake: Lake, run: Run) -> None:
    """Tells from posts' tags who tagged what, beside the tags that platforms give by themselves."""
    derived = taggings.derived_taggings(
        lake.arrow("silver.posts", taggings.POST_COLUMNS, where="tags is not null"),
        lake.arrow("silver.taggings", taggings.GIVEN_COLUMNS),
    )
    lake.write("silver.taggings", derived, scope=contract("silver.taggings").derived_rows)
