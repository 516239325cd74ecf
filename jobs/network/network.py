"""The network of persons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobs.errors import ScrmError
from jobs.job import Run, job
from transformations.identity.accounts import ACCOUNT_COLUMNS, own_accounts
from transformations.network.person_edges import addressed, months, person_edges
from transformations.text.topics import topics_said

if TYPE_CHECKING:
    from jobs.lake.tables import Lake

_ACT = ("channel", "kind", "actor_profile_id", "target_profile_id", "post_id", "created_at")


@job(
    stage="network",
    group="investigate",
    reads=("silver.interactions", "silver.person_links", "silver.profiles", "silver.posts", "silver.post_enrichments"),
    writes=("gold.network_measures", "gold.communities", "gold.community_members", "gold.influencers"),
    conf=("base.network", "company.bot_profiles", "company.company_profiles", "company.handles", "company.timezone"),
)
def network(lake: Lake, run: Run) -> None:
    """Computes network measures, communities and influencers of persons, month by month.

    Accounts of the company and bots are left out.
    Raises: ScrmError where there are more interactions than network.max_edges_in_memory.
    """
    from jobs.network.periods import by_period  # brings SciPy

    settings, company = run.settings.base.network, run.settings.company
    _check_size(lake, settings.max_edges_in_memory)
    links = lake.arrow("silver.person_links")
    left_out = own_accounts(
        lake.arrow("silver.profiles", ACCOUNT_COLUMNS),
        company_profiles=company.company_profiles,
        bot_profiles=company.bot_profiles,
        handles=company.handles,
    )
    posts = lake.arrow("silver.posts", ("channel", "post_id", "profile_id", "created_at"))
    acts = addressed(lake.arrow("silver.interactions", _ACT), posts)
    edges = person_edges(acts, links, left_out, company.timezone)
    posts = posts.append_column("month", months(posts["created_at"], company.timezone))
    enrichments = lake.arrow("silver.post_enrichments", ("channel", "post_id", "topics"))
    mentioned = topics_said(posts.drop_columns(["created_at"]), enrichments, links)
    tables = by_period(
        edges,
        mentioned,
        seed=settings.seed,
        betweenness_samples=settings.betweenness_samples,
        min_community_size=settings.min_community_size,
    )
    lake.write("gold.network_measures", tables.measures)
    lake.write("gold.communities", tables.communities)
    lake.write("gold.community_members", tables.members)
    lake.write("gold.influencers", tables.influencers)


def _check_size(lake: Lake, limit: int) -> None:
    if not lake.exists("silver.interactions"):
        return
    counted = lake.sql("select count(*) as rows from t", t="silver.interactions")
    if (rows := counted["rows"][0].as_py()) > limit:
        raise ScrmError(
            f"silver.interactions has {rows:,} rows, more than network.max_edges_in_memory ({limit:,}); raise it in "
            "base.yaml where memory allows. Larger graphs need Spark's GraphFrames (the jar "
            "io.graphframes:graphframes-spark4_2.13), which this job does not use yet"
        )
