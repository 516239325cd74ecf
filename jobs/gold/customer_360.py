"""The person in one row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobs.registry import Run, job
from transformations.customer import customer_360 as kernel

if TYPE_CHECKING:
    from jobs.tables import Lake

_TABLES = {
    "persons": "silver.persons",
    "person_links": "silver.person_links",
    "customers": "silver.customers",
    "orders": "silver.orders",
    "posts": "silver.posts",
    "post_enrichments": "silver.post_enrichments",
    "tickets": "silver.tickets",
    "customer_value": "gold.customer_value",
    "segment_members": "gold.segment_members",
    "community_members": "gold.community_members",
    "network_measures": "gold.network_measures",
    "influencers": "gold.influencers",
}


@job(stage="gold", group="inquire", reads=tuple(_TABLES.values()), writes=("gold.customer_360",))
def customer_360(lake: Lake, run: Run) -> None:
    """Everything known of a person in one row: ERP, social, support, value, segment, community, consent."""
    tables = kernel.Sources(**{part: lake.read(name) for part, name in _TABLES.items()})
    lake.write("gold.customer_360", kernel.customer_360(tables).toArrow())  # a row a person: no MERGE in Spark needed
