"""What people contribute: ideas, and how far they take part."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobs.job import Run, job
from jobs.lake.accounts import own_on_engine

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from jobs.lake.tables import Lake

_CONF = ("base.limits", "company.bot_profiles", "company.company_profiles", "company.handles")


@job(
    stage="gold",
    group="improve",
    reads=(
        "silver.posts",
        "silver.post_enrichments",
        "silver.interactions",
        "silver.taggings",
        "silver.profiles",
        "silver.persons",
        "silver.person_links",
    ),
    writes=("gold.ideas",),
    conf=(*_CONF, "company.ideas"),
)
def ideas(lake: Lake, run: Run) -> None:
    """Follows ideas from the post that raised them to what became of them."""
    from transformations.social import ideas as raised

    if not lake.count("silver.post_enrichments"):
        lake.write("gold.ideas", lake.arrow("gold.ideas").slice(0, 0))
        return
    found = raised.ideas(
        lake.read("silver.posts"),
        lake.read("silver.post_enrichments"),
        lake.read("silver.interactions"),
        lake.read("silver.taggings"),
        own_on_engine(lake, run.settings.company),
        _people(lake),
        raised.Rule(**run.settings.company.ideas.model_dump()),
    )
    lake.write("gold.ideas", found, is_small=lake.are_few(run.settings.base.limits.in_memory_rows, "silver.posts"))


@job(
    stage="gold",
    group="interact",
    reads=(
        "silver.posts",
        "silver.interactions",
        "silver.profiles",
        "silver.persons",
        "silver.person_links",
        "gold.community_members",
        "gold.ideas",
    ),
    writes=("gold.participation_degrees",),
    conf=(*_CONF, "company.timezone"),
)
def participation_degrees(lake: Lake, run: Run) -> None:
    """Adds up how far each person takes part: interaction, collaboration, commitment."""
    from transformations.social import participation

    if not lake.count("silver.posts") and not lake.count("silver.interactions"):
        lake.write("gold.participation_degrees", lake.arrow("gold.participation_degrees").slice(0, 0))
        return
    found = participation.participation_degrees(
        lake.read("silver.posts"),
        lake.read("silver.interactions"),
        lake.read("gold.ideas"),
        own_on_engine(lake, run.settings.company),
        _people(lake),
        lake.read("gold.community_members"),
        run.settings.company.timezone,
    )
    is_small = lake.are_few(run.settings.base.limits.in_memory_rows, "silver.posts", "silver.interactions")
    lake.write("gold.participation_degrees", found, is_small=is_small)


def _people(lake: Lake) -> DataFrame:
    """Persons of accounts: channel, profile_id, person_id, role."""
    links = lake.read("silver.person_links").where("record_kind = 'profile' and valid_to is null")
    return links.selectExpr("record_place as channel", "linked_record_id as profile_id", "person_id").join(
        lake.read("silver.persons", ("person_id", "role")), "person_id", "left"
    )
