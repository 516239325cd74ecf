"""How far persons take part: interaction, collaboration, commitment."""

from __future__ import annotations

from functools import reduce

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

_COUNTED = ("two_way_turns_count", "accepted_answers_count", "ideas_count", "co_edits_count")


def participation_degrees(
    posts: DataFrame,
    interactions: DataFrame,
    ideas: DataFrame,
    own: DataFrame,
    people: DataFrame,
    memberships: DataFrame,
    timezone: str,
) -> DataFrame:
    """Degrees of each person with an account that has acted, and the parts that they are made of.

    Args:
        posts, interactions: silver.posts, silver.interactions. ideas: gold.ideas.
        own: accounts of the company and of bots: channel, profile_id, is_company, is_bot; they are left out.
        people: persons of accounts: channel, profile_id, person_id.
        memberships: gold.community_members. timezone: of the months.
    Returns: one row per person: the columns of gold.participation_degrees.
    """
    own = F.broadcast(own.select("channel", "profile_id", "is_company", "is_bot"))
    others = people.select("channel", "profile_id", "person_id").join(own, ["channel", "profile_id"], "left_anti")
    parts = [
        _two_way(posts, own, others),
        _accepted(posts, others),
        ideas.where("person_id is not null").groupBy("person_id").agg(F.count("*").alias("ideas_count")),
        interactions.where("kind = 'co_edit'")
        .select("channel", F.col("actor_profile_id").alias("profile_id"))
        .join(others, ["channel", "profile_id"])
        .groupBy("person_id")
        .agg(F.count("*").alias("co_edits_count")),
    ]
    months = memberships.where("community_id is not null and period like '____-__'")
    community = memberships.where("period = 'all'").select("person_id", "community_id")
    of_members = months.groupBy("person_id").agg(F.count("*").alias("member_months_count"))
    joined = reduce(
        lambda rows, part: rows.join(part, "person_id", "left"),
        [*parts, of_members, community],
        _months(posts, interactions, others, timezone),
    )
    counts = {name: F.expr(f"coalesce({name}, 0)") for name in (*_COUNTED, "member_months_count")}
    return joined.withColumns(counts).select(
        "person_id",
        "community_id",
        F.col("two_way_turns_count").alias("interaction"),
        F.expr("accepted_answers_count + ideas_count + co_edits_count").alias("collaboration"),
        F.expr("cast(active_months_count as double) / possible_months_count").alias("commitment"),
        *_COUNTED,
        "active_months_count",
        "possible_months_count",
        "member_months_count",
    )


def _two_way(posts: DataFrame, own: DataFrame, others: DataFrame) -> DataFrame:
    """Posts of persons that reply to the company, or that the company replied to."""
    key = ["channel", "post_id"]
    company = posts.join(own.where("is_company and not is_bot"), ["channel", "profile_id"], "left_semi")
    spoken = company.select(*key, F.lit(1).alias("is_to_company"))
    answered = company.where("parent_post_id is not null").select("channel", F.col("parent_post_id").alias("post_id"))
    turns = posts.select(*key, "profile_id", "parent_post_id").join(others, ["channel", "profile_id"])
    return (
        turns.join(spoken.withColumnRenamed("post_id", "parent_post_id"), ["channel", "parent_post_id"], "left")
        .join(answered.distinct().withColumn("is_answered", F.lit(1)), key, "left")
        .where("is_to_company = 1 or is_answered = 1")
        .groupBy("person_id")
        .agg(F.count("*").alias("two_way_turns_count"))
    )


def _accepted(posts: DataFrame, others: DataFrame) -> DataFrame:
    """Answers of persons that were accepted, as the question or the answer says."""
    named = (
        posts.where("accepted_answer_id is not null")
        .select("channel", F.col("accepted_answer_id").alias("post_id"))
        .distinct()
        .withColumn("is_named", F.lit(1))
    )
    return (
        posts.select("channel", "post_id", "profile_id", "is_accepted_answer")
        .join(named, ["channel", "post_id"], "left")
        .where("is_accepted_answer or is_named = 1")
        .join(others, ["channel", "profile_id"])
        .groupBy("person_id")
        .agg(F.count("*").alias("accepted_answers_count"))
    )


def _months(posts: DataFrame, interactions: DataFrame, others: DataFrame, timezone: str) -> DataFrame:
    """Months in which each person acted, and in which they could have: person_id, active_months_count, possible_months_count."""
    acts = posts.select("channel", "profile_id", "created_at").unionByName(
        interactions.select("channel", F.col("actor_profile_id").alias("profile_id"), "created_at")
    )
    local = F.from_utc_timestamp("created_at", timezone)
    dated = acts.join(others, ["channel", "profile_id"]).select(
        "person_id", (F.year(local) * 12 + F.month(local)).alias("month")
    )
    last = dated.agg(F.max("month").alias("last_month"))
    found = dated.groupBy("person_id").agg(
        F.countDistinct("month").alias("active_months_count"), F.min("month").alias("first_month")
    )
    return found.crossJoin(F.broadcast(last)).select(
        "person_id",
        "active_months_count",
        F.expr("cast(last_month - first_month + 1 as bigint)").alias("possible_months_count"),
    )
