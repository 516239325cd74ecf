"""Interactions between persons and what persons talk about, added up on the engine for all that works in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobs.job import Run, job
from jobs.lake.accounts import own_on_engine
from transformations.network import person_activity, person_edges

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from jobs.lake.tables import Lake

_OWN = ("company.bot_profiles", "company.company_profiles", "company.handles", "company.timezone")


@job(
    stage="network",
    group="investigate",
    reads=("silver.interactions", "silver.person_links", "silver.profiles", "silver.posts"),
    writes=("gold.network_edges",),
    conf=(*_OWN, "base.limits"),
)
def network_edges(lake: Lake, run: Run) -> None:
    """Adds up the interactions between persons by pair, channel, kind and day; bots are left out."""
    edges = person_edges.person_edges(
        lake.read("silver.interactions", person_edges.ACT_COLUMNS),
        lake.read("silver.posts", person_edges.POST_COLUMNS),
        _accounts(lake, run),
        run.settings.company.timezone,
    )
    lake.write(
        "gold.network_edges",
        edges,
        is_small=lake.are_few(run.settings.base.limits.in_memory_rows, "silver.interactions"),
    )


@job(
    stage="network",
    group="investigate",
    reads=(
        "silver.posts",
        "silver.post_enrichments",
        "silver.person_links",
        "silver.profiles",
        "silver.orders",
        "silver.order_lines",
        "silver.products",
    ),
    writes=("gold.person_activity",),
    conf=(*_OWN, "base.limits"),
)
def person_activities(lake: Lake, run: Run) -> None:
    """Adds up what persons talk about, how they sound and what they buy, by day."""
    timezone = run.settings.company.timezone
    said = person_activity.said(
        lake.read("silver.posts", ("channel", "post_id", "profile_id", "created_at")),
        lake.read("silver.post_enrichments", ("channel", "post_id", "topics", "tone")),
        _accounts(lake, run),
        timezone,
    )
    bought = person_activity.bought(
        lake.read("silver.orders", ("source", "order_id", "customer_id", "ordered_at", "is_return", "is_voided")),
        lake.read("silver.order_lines", ("source", "order_id", "product_id")),
        lake.read("silver.products", ("source", "product_id", "category")),
        lake.read("silver.person_links", person_edges.LINK_COLUMNS),
        timezone,
    )
    is_small = lake.are_few(run.settings.base.limits.in_memory_rows, "silver.posts", "silver.order_lines")
    lake.write("gold.person_activity", said.unionByName(bought), is_small=is_small)


def _accounts(lake: Lake, run: Run) -> DataFrame:
    links = lake.read("silver.person_links", person_edges.LINK_COLUMNS)
    return person_edges.person_accounts(links, own_on_engine(lake, run.settings.company))
