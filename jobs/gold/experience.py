"""Who knows what, and the journeys of persons over all channels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobs.job import Run, job
from jobs.lake.accounts import own_on_engine
from transformations.identity import touchpoints
from transformations.social import experience
from transformations.social import expertise as knowledge

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

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
    _write(lake, run, "gold.expertise", found, of=("silver.posts", "silver.taggings"))


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
    found = experience.experience_maps(
        touched,
        {name: lake.read(name, columns) for name, columns in experience.TABLES.items()},
        gap_days=run.settings.base.experience.gap_days,
    )
    _write(lake, run, "gold.experience_maps", found, of=tuple(touchpoints.TABLES))


def _write(lake: Lake, run: Run, name: str, rows: DataFrame, *, of: tuple[str, ...]) -> None:
    """Few rows are written without Spark, whose every commit costs a second or two. Args: of: tables they are made of."""
    is_small = sum(lake.count(table) for table in of) <= run.settings.base.limits.in_memory_rows
    lake.write(name, rows.toArrow() if is_small else rows)
