"""Ideas that people raise, who supports them, and what becomes of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F


@dataclass(frozen=True)
class Rule:
    """When an idea counts as supported, and the tags that say what became of it, compared in lower case."""

    min_supporters: int = 1
    taken_up: Sequence[str] = ()
    launched: Sequence[str] = ()
    declined: Sequence[str] = ()


def ideas(
    posts: DataFrame,
    enrichments: DataFrame,
    interactions: DataFrame,
    taggings: DataFrame,
    own: DataFrame,
    people: DataFrame,
    rule: Rule,
) -> DataFrame:
    """The relevant posts of people with the intent idea.

    Supporters are accounts of others that reacted to the post or passed it on, or whose reply to it has a positive tone. The
    state is what a tag of the post says, by whomever it was set: launched before declined before taken_up; without one it is
    supported, or raised.

    Args:
        posts, enrichments, interactions, taggings: silver.posts, silver.post_enrichments, silver.interactions, silver.taggings.
        own: accounts of the company and of bots: channel, profile_id, is_company, is_bot.
        people: persons of accounts: channel, profile_id, person_id, role.
    Returns: one row per idea: the columns of gold.ideas.
    """
    own = F.broadcast(own.select("channel", "profile_id", "is_company", "is_bot"))
    key = ["channel", "post_id"]
    read = enrichments.select(*key, "topics", "products", "intent", "is_relevant", "tone")
    raised = (
        posts.select(*key, "profile_id", "tags", F.col("created_at").alias("raised_at"))
        .join(read.where("intent = 'idea' and is_relevant").drop("tone"), key)
        .join(own, ["channel", "profile_id"], "left_anti")
    )
    replies = (
        posts.where("parent_post_id is not null")
        .select("channel", "post_id", "profile_id", "parent_post_id", "created_at")
        .join(read.select(*key, "tone"), key, "left")
        .select("channel", F.col("parent_post_id").alias("post_id"), "profile_id", "created_at", "tone")
    )
    praising = replies.where("tone = 'positive'").select(*key, "profile_id")
    reacting = interactions.where("kind in ('reaction', 'share') and post_id is not null").select(
        *key, F.col("actor_profile_id").alias("profile_id")
    )
    supported = (
        praising.unionByName(reacting)
        .where("profile_id is not null")
        .join(own, ["channel", "profile_id"], "left_anti")
        .join(raised.select(*key, F.col("profile_id").alias("author")), key)
        .where("author is null or profile_id <> author")
        .groupBy(*key)
        .agg(F.countDistinct("profile_id").alias("supporters_count"))
    )
    told = (
        replies.join(own, ["channel", "profile_id"])
        .where("is_company and not is_bot")
        .groupBy(*key)
        .agg(F.min("created_at").alias("told_at"))
    )
    found = (
        raised.join(supported, key, "left")
        .join(told, key, "left")
        .join(_tagged(raised, taggings, rule), key, "left")
        .join(people.select("channel", "profile_id", "person_id", "role"), ["channel", "profile_id"], "left")
    )
    count = F.expr("coalesce(supporters_count, 0)")
    state = (
        F.when(F.col("is_launched") > 0, "launched")
        .when(F.col("is_declined") > 0, "declined")
        .when(F.col("is_taken_up") > 0, "taken_up")
        .when(count >= rule.min_supporters, "supported")
        .otherwise("raised")
    )
    return found.select(
        *key,
        "person_id",
        "role",
        "topics",
        "products",
        "raised_at",
        count.alias("supporters_count"),
        F.expr("if(told_at >= raised_at, told_at, null)").alias("told_at"),
        state.alias("state"),
    )


def _tagged(raised: DataFrame, taggings: DataFrame, rule: Rule) -> DataFrame:
    """Which states the tags of each idea name: channel, post_id, is_launched, is_declined, is_taken_up (0 or more)."""
    of_posts = raised.select("channel", "post_id", F.explode("tags").alias("tag"))
    others = taggings.where("object_kind = 'post'").select("channel", F.col("object_id").alias("post_id"), "tag")
    tags = of_posts.unionByName(others).withColumn("tag", F.lower(F.trim("tag")))
    return tags.groupBy("channel", "post_id").agg(
        *(
            F.sum(F.when(_is_one_of("tag", words), 1).otherwise(0)).alias(name)
            for name, words in (
                ("is_launched", rule.launched),
                ("is_declined", rule.declined),
                ("is_taken_up", rule.taken_up),
            )
        )
    )


def _is_one_of(column: str, words: Sequence[str]) -> Column:
    return F.col(column).isin([word.strip().lower() for word in words]) if words else F.lit(False)
