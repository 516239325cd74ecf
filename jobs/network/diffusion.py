"""What posts set off, and how conversations rise and fall."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobs.errors import ScrmError
from jobs.job import Run, job
from jobs.lake.accounts import own_accounts_of

if TYPE_CHECKING:
    import pyarrow as pa

    from jobs.lake.tables import Lake


@job(
    stage="network",
    group="investigate",
    reads=("silver.posts", "silver.interactions", "silver.person_links", "silver.profiles"),
    writes=("gold.cascades",),
    conf=("base.network", "company.bot_profiles", "company.company_profiles", "company.handles"),
)
def cascades(lake: Lake, run: Run) -> None:
    """Follows what each post set off: depth, width, speed, originators, structural virality.

    Raises: ScrmError where there are more posts and shares than network.max_edges_in_memory.
    """
    from transformations.network import cascades as trees  # brings pandas

    posts = lake.arrow("silver.posts", trees.POST_COLUMNS)
    shares = lake.arrow("silver.interactions", trees.SHARE_COLUMNS, where="kind = 'share'")
    limit = run.settings.base.network.max_edges_in_memory
    if (acts := posts.num_rows + shares.num_rows) > limit:
        raise ScrmError(
            f"cascades: {acts:,} posts and shares, more than network.max_edges_in_memory ({limit:,}); raise it in base.yaml "
            "where memory allows"
        )
    lake.write("gold.cascades", trees.cascades(posts, shares, _people(lake, run)))


def _people(lake: Lake, run: Run) -> pa.Table:
    """channel, profile_id, person_id of accounts that are no bots."""
    import pyarrow.compute as pc

    company = run.settings.company
    own = own_accounts_of(lake, company)
    accounts = lake.arrow(
        "silver.person_links", ("record_place", "linked_record_id", "person_id"), where="record_kind = 'profile'"
    ).rename_columns(["channel", "profile_id", "person_id"])
    bots = own.filter(pc.equal(own["is_bot"], True)).select(["channel", "profile_id"])
    return accounts.join(bots, ["channel", "profile_id"], join_type="left anti")


@job(
    stage="network",
    group="investigate",
    reads=("gold.person_activity", "gold.influencers"),
    writes=("gold.conversation_changes",),
)
def conversation_changes(lake: Lake, run: Run) -> None:
    """Finds the weeks in which a topic's posts rose or fell to a new level, and who led."""
    from transformations.network import led  # brings pandas

    classes = lake.arrow("gold.influencers", ("person_id", "authority_class"), where="period = 'all'")
    activity = lake.arrow("gold.person_activity", where="kind = 'topic'")
    lake.write("gold.conversation_changes", led.conversation_changes(activity, classes))
