"""Waiting times: of questions for their first answer, of customers for the company's first response.

A post without a reply is open and not slow: it is censored at the end of the data, which is the last post of its channel
or the time of the run, whichever is earlier.
"""

from __future__ import annotations

from datetime import datetime

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

_POST = ("channel", "post_id")
_ASKED = ("channel", "service_type", "post_id", "profile_id", "created_at")


def answers(posts: DataFrame, own: DataFrame, as_of: datetime) -> DataFrame:
    """Time from a question to its first answer, by anybody, the asker included, and whether a peer answered.

    Programs neither ask nor answer.

    Args:
        posts: silver.posts. Posts from as_of on are ignored; answers older than their question cannot be measured and do not
            count.
        own: the company's and bots' accounts, accounts.OWN_TYPES; they are not peers.
        as_of: instant up to which open questions are observed (with time zone).
    Returns: one row per question: channel, service_type, post_id, profile_id, created_at, first_answer_at and
        first_answer_seconds (null while open), is_open, censored_at, is_answered_by_peer (by a customer other than
        the asker), is_answerer_known (asker and answerer of at least one answer are known), is_answered_by_company,
        is_accepted (an answer was accepted; null where nothing in the channel was ever accepted).
    """
    known = _authored(posts, own, as_of)
    asked = known.where("kind = 'question' and not is_bot").select(*_ASKED, "accepted_answer_id")
    replies = known.where("kind = 'answer' and not is_bot").select(
        "channel",
        F.col("parent_post_id").alias("post_id"),
        F.col("post_id").alias("reply_id"),
        F.col("profile_id").alias("answerer"),
        F.col("created_at").alias("replied_at"),
        F.coalesce("is_accepted_answer", F.lit(False)).alias("is_marked"),
        "is_own",
    )
    accepting = (
        known.where("is_accepted_answer or accepted_answer_id is not null")
        .select("channel", F.lit(True).alias("is_accepting"))
        .distinct()
    )
    judged = {
        "is_answered_by_peer": "answerer <> profile_id and not is_own",
        "is_answerer_known": "answerer is not null and profile_id is not null",
        "is_answered_by_company": "is_own",
        "is_any_accepted": "is_marked or reply_id = accepted_answer_id",
    }
    waits = _waits(asked, replies, known, "first_answer", as_of, judged, ("accepted_answer_id",))
    return waits.join(F.broadcast(accepting), "channel", "left").select(
        *_waited("first_answer"),
        *(name for name in judged if name != "is_any_accepted"),
        F.expr("if(is_accepting, is_any_accepted, null)").alias("is_accepted"),
    )


def first_response(posts: DataFrame, own: DataFrame, as_of: datetime, enrichments: DataFrame) -> DataFrame:
    """Time from a customer's post to the first human reply by the company.

    A post awaits a response when it is a question or a message, or its intent is a question or a complaint, and it
    opens a thread or answers the company. The company's reply to it, or to the thread that it opened, ends the wait.

    Args:
        posts: silver.posts.
        own: the company's and bots' accounts, accounts.OWN_TYPES. Channels without an account of the company are left out.
        as_of: instant up to which open posts are observed (with time zone).
        enrichments: silver.post_enrichments; of posts that it does not have only the kind decides.
    Returns: one row per post that awaited a response: channel, service_type, post_id, profile_id, created_at,
        first_response_at and first_response_seconds (null while open), is_open, censored_at, topics, brands (of the post).
    Source: Zendesk's first reply time; posts opened by the company are left out.
    """
    known = _authored(posts, own, as_of)
    authored = _where_the_company_is(known, own)
    read = enrichments.select(*_POST, "intent", "topics", "brands")
    parents = authored.where("is_company").select(
        "channel", F.col("post_id").alias("parent_post_id"), F.lit(True).alias("is_to_company")
    )
    asked = (
        authored.where("not is_company and not is_bot")
        .join(read, list(_POST), "left")
        .join(parents, ["channel", "parent_post_id"], "left")
        .where(
            "(kind in ('question', 'message') or (kind <> 'answer' and coalesce(intent, '') in ('question', 'complaint'))) "
            "and (parent_post_id is null or is_to_company)"
        )
    )
    by_company = authored.where("is_company and not is_bot")
    replies = by_company.select(
        "channel", F.col("parent_post_id").alias("post_id"), F.col("created_at").alias("replied_at")
    )
    replies = replies.unionByName(
        by_company.select("channel", F.col("root_post_id").alias("post_id"), F.col("created_at").alias("replied_at"))
    )
    waits = _waits(asked.select(*_ASKED), replies, known, "first_response", as_of, {})
    subjects = read.drop("intent")
    return waits.join(subjects, list(_POST), "left").select(*_waited("first_response"), "topics", "brands")


def heard(posts: DataFrame, own: DataFrame, as_of: datetime) -> DataFrame:
    """Posts by others on channels where the company has an account: those that could await a response.

    Args: as of `first_response`.
    Returns: one row per post: channel, service_type, created_at.
    """
    authored = _where_the_company_is(_authored(posts, own, as_of), own)
    return authored.where("not is_own").select("channel", "service_type", "created_at")


def _authored(posts: DataFrame, own: DataFrame, as_of: datetime) -> DataFrame:
    """Posts before as_of, with whether an account of the company or a program wrote them: is_company, is_bot, is_own."""
    flags = own.select(
        "channel",
        "profile_id",
        F.col("is_company").alias("by_company"),
        F.col("is_bot").alias("by_bot"),
        F.lit(True).alias("by_own"),
    )
    return (
        posts.where(F.col("created_at") < F.lit(as_of))
        .join(F.broadcast(flags), ["channel", "profile_id"], "left")
        .select(
            *_ASKED,
            *("kind", "parent_post_id", "root_post_id", "accepted_answer_id", "is_accepted_answer"),
            F.coalesce("by_company", F.lit(False)).alias("is_company"),
            F.coalesce("by_bot", F.lit(False)).alias("is_bot"),
            F.coalesce("by_own", F.lit(False)).alias("is_own"),
        )
    )


def _where_the_company_is(authored: DataFrame, own: DataFrame) -> DataFrame:
    """Posts of channels where the company has an account."""
    return authored.join(F.broadcast(own.where("is_company").select("channel").distinct()), "channel", "left_semi")


def _waits(
    asked: DataFrame,
    replies: DataFrame,
    known: DataFrame,
    name: str,
    as_of: datetime,
    judged: dict[str, str],
    more: tuple[str, ...] = (),
) -> DataFrame:
    """Each post with its first reply that is not older; judged: flags, whether it holds for any such reply, by name."""
    watched = known.groupBy("channel").agg(F.max("created_at").alias("last_post_at"))
    in_time = replies.where("post_id is not null").join(
        asked.select(*_POST, F.col("created_at").alias("asked_at"), "profile_id", *more), list(_POST)
    )
    first = (
        in_time.where("replied_at >= asked_at")
        .groupBy(*_POST)
        .agg(
            F.min("replied_at").alias(f"{name}_at"),
            *(F.expr(f"max(if({condition}, 1, 0))").alias(flag) for flag, condition in judged.items()),
        )
    )
    return (
        asked.join(F.broadcast(watched), "channel")
        .join(first, list(_POST), "left")
        .select(
            *_ASKED,
            f"{name}_at",
            F.expr(f"(unix_micros({name}_at) - unix_micros(created_at)) / 1000000.0D").alias(f"{name}_seconds"),
            F.col(f"{name}_at").isNull().alias("is_open"),
            F.least("last_post_at", F.lit(as_of)).alias("censored_at"),
            *(F.expr(f"coalesce({flag}, 0) = 1").alias(flag) for flag in judged),
        )
    )


def _waited(name: str) -> tuple[str, ...]:
    return (*_ASKED, f"{name}_at", f"{name}_seconds", "is_open", "censored_at")
