"""Interactions between persons, from interactions between their accounts: added up on the engine, a row per pair and day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as F

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

ACT_COLUMNS = ("channel", "kind", "actor_profile_id", "target_profile_id", "post_id", "created_at")
LINK_COLUMNS = ("record_kind", "record_place", "linked_record_id", "person_id")
POST_COLUMNS = ("channel", "post_id", "profile_id")
"""Types of `own`, as SQL."""

_UPON_A_POST = ("reaction", "share")
"""Kinds whose post_id is the post that was acted upon; for other kinds it is the acting post."""


def person_accounts(links: DataFrame, own: DataFrame) -> DataFrame:
    """The persons behind accounts; bots are left out.

    Args: links (LINK_COLUMNS of silver.person_links). own (`own_accounts`): channel, profile_id, is_company, is_bot.
    Returns: channel, profile_id, person_id, is_company.
    """
    accounts = links.where(F.col("record_kind") == "profile").select(
        F.col("record_place").alias("channel"), F.col("linked_record_id").alias("profile_id"), "person_id"
    )
    return (
        accounts.join(own, on=["channel", "profile_id"], how="left")
        .where(~F.coalesce("is_bot", F.lit(False)))
        .select("channel", "profile_id", "person_id", F.coalesce("is_company", F.lit(False)).alias("is_company"))
    )


def addressed(interactions: DataFrame, posts: DataFrame) -> DataFrame:
    """Interactions with the target account filled in where a platform names only the post that was liked or shared.

    Args: interactions (ACT_COLUMNS of silver.interactions). posts (POST_COLUMNS of silver.posts).
    Returns: ACT_COLUMNS; target_profile_id is null where the post is not known.
    """
    authors = posts.select("channel", "post_id", F.col("profile_id").alias("author_id"))
    author = F.when(F.col("kind").isin(*_UPON_A_POST), F.col("author_id"))
    return interactions.join(authors, on=["channel", "post_id"], how="left").select(
        *(name for name in ACT_COLUMNS if name != "target_profile_id"),
        F.coalesce("target_profile_id", author).alias("target_profile_id"),
    )


def person_edges(interactions: DataFrame, posts: DataFrame, accounts: DataFrame, timezone: str) -> DataFrame:
    """Interactions between persons, added up by pair, channel, kind and day.

    Args:
        interactions (ACT_COLUMNS of silver.interactions), posts (POST_COLUMNS of silver.posts).
        accounts: `person_accounts`.
        timezone: of the company, in which days are counted.
    Returns: rows of gold.network_edges. Source and target may be the same person.
    """
    acts = addressed(interactions, posts)
    for end, person, is_company in (
        ("actor_profile_id", "source_person_id", "is_from_company"),
        ("target_profile_id", "target_person_id", "is_to_company"),
    ):
        named = accounts.select(
            "channel",
            F.col("profile_id").alias(end),
            F.col("person_id").alias(person),
            F.col("is_company").alias(is_company),
        )
        acts = acts.join(named, on=["channel", end], how="inner")
    day = F.to_date(F.from_utc_timestamp("created_at", timezone)).alias("acted_on")
    return acts.groupBy(
        "source_person_id", "target_person_id", "channel", "kind", day, "is_from_company", "is_to_company"
    ).agg(F.count(F.lit(1)).alias("interactions_count"))
