"""Who knows what: from answers, edits and the tags that people give each other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from pyspark.sql import Window
from pyspark.sql import functions as F

from transformations.identity.touchpoints import of_persons

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

TABLES: Mapping[str, tuple[str, ...]] = {
    "silver.posts": (
        "channel",
        "post_id",
        "profile_id",
        "kind",
        "parent_post_id",
        "accepted_answer_id",
        "is_accepted_answer",
        "created_at",
    ),
    "silver.post_enrichments": ("channel", "post_id", "topics"),
    "silver.taggings": ("channel", "tagger_profile_id", "object_kind", "object_id", "tag", "created_at"),
}
POINTS = {"answers": 1, "accepted_answers": 3, "edits": 1, "taggers": 2}
"""What each piece of evidence counts; an accepted answer counts as an answer too."""


def expertise(tables: Mapping[str, DataFrame], links: DataFrame, bots: DataFrame) -> DataFrame:
    """Evidence of what persons know, by topic.

    The topics of an answer are its own and those of the question. Tags are topics as they were entered, in lower case; whoever
    tags a person several times with the same counts once, and oneself not at all.

    Args: tables: TABLES. links: silver.person_links. bots: channel, profile_id.
    Returns: one row per person and topic: person_id, topic, answers_count, accepted_answers_count, edits_count, taggers_count,
        expertise_score (POINTS), expert_rank (1 for the best of the topic, ties by person_id), evidence (`3 answers` …),
        last_evidence_at.
    """
    profiles = of_persons(links, "profile", "channel", "profile_id").join(bots, ["channel", "profile_id"], "left_anti")
    rows = _written(tables, profiles).unionByName(_tagged(tables["silver.taggings"], profiles))
    counted = rows.groupBy("person_id", "topic").agg(
        *(F.sum(name).cast("bigint").alias(f"{name}_count") for name in POINTS), F.max("at").alias("last_evidence_at")
    )
    score = sum((F.col(f"{name}_count") * points for name, points in POINTS.items()), F.lit(0))
    scored = counted.withColumn("expertise_score", score.cast("bigint"))
    order = Window.partitionBy("topic").orderBy(F.col("expertise_score").desc(), F.col("person_id"))
    listed = F.concat_ws(",", *(_evidence(f"{name}_count", name.replace("_", " ")) for name in POINTS))
    return scored.select(
        "person_id",
        "topic",
        *(f"{name}_count" for name in POINTS),
        "expertise_score",
        F.row_number().over(order).cast("int").alias("expert_rank"),
        F.split(listed, ",").alias("evidence"),
        "last_evidence_at",
    )


def _evidence(count: str, words: str) -> Column:
    return F.when(F.col(count) > 0, F.concat_ws(" ", F.col(count).cast("string"), F.lit(words)))


def _written(tables: Mapping[str, DataFrame], profiles: DataFrame) -> DataFrame:
    """One row per answer or edit and topic."""
    posts, topics = tables["silver.posts"], tables["silver.post_enrichments"].where("topics is not null")
    written = posts.where("kind in ('answer', 'wiki_edit')").join(profiles, ["channel", "profile_id"])
    questions = posts.where("accepted_answer_id is not null").select(
        "channel", F.col("post_id").alias("parent_post_id"), F.col("accepted_answer_id").alias("accepted_id")
    )
    known = written.join(questions, ["channel", "parent_post_id"], "left").select(
        "channel",
        "post_id",
        "parent_post_id",
        "person_id",
        "created_at",
        F.expr("kind = 'answer'").alias("is_answer"),
        F.expr("coalesce(is_accepted_answer, false) or coalesce(accepted_id = post_id, false)").alias("is_accepted"),
    )
    of_question = topics.select("channel", F.col("post_id").alias("parent_post_id"), "topics")
    both = known.join(topics, ["channel", "post_id"]).unionByName(
        known.where("is_answer").join(of_question, ["channel", "parent_post_id"])
    )
    each = both.select(
        "channel", "post_id", "person_id", "created_at", "is_answer", "is_accepted", F.explode("topics").alias("topic")
    ).distinct()
    return each.select(
        "person_id",
        F.lower("topic").alias("topic"),
        F.expr("if(is_answer, 1, 0)").alias("answers"),
        F.expr("if(is_answer and is_accepted, 1, 0)").alias("accepted_answers"),
        F.expr("if(is_answer, 0, 1)").alias("edits"),
        F.expr("if(is_answer is null, 1, 0)").alias("taggers"),
        F.col("created_at").alias("at"),
    )


def _tagged(taggings: DataFrame, profiles: DataFrame) -> DataFrame:
    """One row per tagger, person and tag."""
    of = profiles.select("channel", F.col("profile_id").alias("object_id"), "person_id")
    by = profiles.select(
        "channel", F.col("profile_id").alias("tagger_profile_id"), F.col("person_id").alias("tagger_id")
    )
    given = taggings.where("object_kind = 'person' and tagger_profile_id is not null and length(trim(tag)) > 0")
    named = given.join(of, ["channel", "object_id"]).join(by, ["channel", "tagger_profile_id"])
    once = (
        named.where("person_id <> tagger_id")
        .groupBy("person_id", "tagger_id", F.lower(F.trim("tag")).alias("topic"))
        .agg(F.max("created_at").alias("at"))
    )
    nothing = F.expr("if(topic is null, 1, 0)")
    return once.select(
        "person_id",
        "topic",
        nothing.alias("answers"),
        nothing.alias("accepted_answers"),
        nothing.alias("edits"),
        F.expr("if(topic is null, 0, 1)").alias("taggers"),
        "at",
    )
