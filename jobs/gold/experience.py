"""Who knows what, and the journeys of persons over all channels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobs.job import Run, job
from jobs.lake.accounts import own_on_engine
from transformations.identity import touchpoints
from transformations.social import experience
from transformations.social import expertise as knowledge

if TYPE_CHECKING:
    from jobs.lake.tables import Lake


@job(
    stage="gold",
    group="investigate",
    reads=("silver.profiles", "silver.person_links", *knowledge.TABLES),
    writes=("gold.expertise",),
    conf=("base.limits", "company.bot_profiles", "company.company_profiles", "company.handles"),
)
def expertise(lake: Lake, run: Run) -> None:
    """Finds who knows what from answers, edits and the tags that people give each other."""
    found = knowledge.expertise(
        {name: lake.read(name, columns) for name, columns in knowledge.TABLES.items()},
        lake.read("silver.person_links", touchpoints.LINK_COLUMNS),
        own_on_engine(lake, run.settings.company).where("is_bot").select("channel", "profile_id"),
    )
    is_small = lake.are_few(run.settings.base.limits.in_memory_rows, "silver.posts", "silver.taggings")
    lake.write("gold.expertise", found, is_small=is_small)


@job(
    stage="gold",
    group="investigate",
    reads=("silver.person_links", *dict.fromkeys((*touchpoints.TABLES, *experience.TABLES))),
    writes=("gold.experience_maps",),
    conf=("base.limits", "base.experience"),
)
def experience_maps(lake: Lake, run: Run) -> None:
    """Puts what each person did on every channel in order, as journeys with goal, emotion and outcome of each step."""
    touched = touchpoints.touchpoints(
        {name: lake.read(name, columns) for name, columns in touchpoints.TABLES.items()},
        lake.read("silver.person_links", touchpoints.LINK_COLUMNS),
    )
    is_small = lake.are_few(run.settings.base.limits.in_memory_rows, *touchpoints.TABLES)
    with lake.materialised(touched, is_small=is_small) as acts:
        found = experience.experience_maps(
            acts,
            {name: lake.read(name, columns) for name, columns in experience.TABLES.items()},
            gap_days=run.settings.base.experience.gap_days,
        )
        lake.write("gold.experience_maps", found, is_small=is_small)
