"""Social customers, and where and when persons are best reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobs.job import Run, job
from jobs.lake.accounts import own_on_engine
from transformations.identity import touchpoints
from transformations.social import social_customers as social

if TYPE_CHECKING:
    from jobs.lake.tables import Lake


@job(
    stage="persons",
    group="interact",
    reads=("silver.profiles", "silver.person_links", *dict.fromkeys((*touchpoints.TABLES, *social.TABLES))),
    writes=("gold.social_customers", "gold.contact_preferences"),
    conf=(
        "base.limits",
        "base.social_customers",
        "company.bot_profiles",
        "company.company_profiles",
        "company.handles",
        "company.timezone",
    ),
    reads_as_of=True,
)
def social_customers(lake: Lake, run: Run) -> None:
    """Scores how fit customers are for engagement on social software, and finds each person's preferred channel and time."""
    settings, company = run.settings.base.social_customers, run.settings.company
    links = lake.read("silver.person_links", touchpoints.LINK_COLUMNS)
    touched = touchpoints.touchpoints(
        {name: lake.read(name, columns) for name, columns in touchpoints.TABLES.items()}, links
    )
    most = run.settings.base.limits.in_memory_rows
    is_small = lake.are_few(most, "silver.person_links")  # one row per person is written
    with lake.materialised(touched, is_small=lake.are_few(most, *touchpoints.TABLES)) as acts:
        found = social.social_customers(
            {name: lake.read(name, columns) for name, columns in social.TABLES.items()},
            links,
            own_on_engine(lake, company).where("is_bot").select("channel", "profile_id"),
            acts,
            as_of=run.as_of,
            window_days=settings.window_days,
            least_score=settings.min_score,
        )
        lake.write("gold.social_customers", found, is_small=is_small)
        preferred = social.contact_preferences(acts, company.timezone, run.as_of, settings.window_days)
        lake.write("gold.contact_preferences", preferred, is_small=is_small)
