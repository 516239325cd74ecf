"""Flows between roles, and the authority of sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobs.job import Run, job
from jobs.lake.accounts import own_accounts_of
from transformations.network import person_edges

if TYPE_CHECKING:
    from jobs.lake.tables import Lake


@job(
    stage="network",
    group="interact",
    reads=("gold.network_edges", "silver.persons"),
    writes=("gold.relationship_flows",),
    conf=("base.network",),
)
def relationship_flows(lake: Lake, run: Run) -> None:
    """Adds up interactions between roles by channel, month and all time, with their reciprocity."""
    from jobs.network.network import is_left_out
    from transformations.network import flows
    from transformations.network.windows import periods

    settings = run.settings.base.network
    if is_left_out(lake, run, "gold.relationship_flows"):
        return
    edges = lake.arrow("gold.network_edges")
    listed = periods(edges["acted_on"], ["month"], settings.window_days)
    lake.write(
        "gold.relationship_flows",
        flows.relationship_flows(edges, lake.arrow("silver.persons", ("person_id", "role")), listed),
    )


@job(
    stage="network",
    group="investigate",
    reads=("silver.posts", "silver.interactions", "silver.profiles"),
    writes=("gold.source_authority",),
    conf=("base.network", "company.bot_profiles", "company.company_profiles", "company.handles"),
)
def source_authority(lake: Lake, run: Run) -> None:
    """Classes accounts and sites by what their posts set off among others."""
    from jobs.network.rows import SMALLEST_POPULATION
    from transformations.network import sources

    settings, company = run.settings.base.network, run.settings.company
    own = own_accounts_of(lake, company)
    posts = lake.read("silver.posts", ("channel", "post_id", "profile_id", "url"))
    interactions = lake.read("silver.interactions", person_edges.ACT_COLUMNS)
    acts = person_edges.addressed(interactions, posts)
    found = sources.source_authority(
        sources.posts_of_sources(posts).toArrow(),
        sources.acts_upon_sources(acts, posts).toArrow(),
        own,
        weights=settings.weights,
        min_posts=settings.min_source_posts,
        minimum_population=SMALLEST_POPULATION,
    )
    lake.write("gold.source_authority", found)
