"""How long people wait: questions for their first answer, customers for the company's first response.

What the data cannot show is open, not slow: what has no reply yet was watched until the end of the data, which is the
last post of its channel or the time of the run, whichever is earlier.
"""

from __future__ import annotations

from datetime import datetime

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

_ASKING_KINDS = ("question", "message")
_ASKING_INTENTS = ("question", "complaint")


def answers(posts: DataFrame, as_of: datetime, accounts: DataFrame | None = None) -> DataFrame:
    """Time from a question to its first answer, whoever gives it, the asker included, and whether a peer answered.

    Args:
        posts: silver.posts. Posts from as_of on are not known yet; answers older than their question cannot be
            measured and do not count.
        as_of: instant up to which open questions are watched (aware).
        accounts: the company's and bots' accounts: channel, profile_id; they are no peers.
    Returns: one row a question: channel, service_type, post_id, profile_id, created_at, first_answer_at and
        first_answer_seconds (null while open), is_open, is_answered_by_peer (by a customer other than the asker),
        is_answerer_known (of one answer at least it can be told who gave it to whom), censored_at.
    """
    known = posts.where(F.col("created_at") < F.lit(as_of))
    is_question = F.col("kind") == "question"
    threads = known.where("kind in ('question', 'answer')").select(
        "channel",
        F.when(is_question, F.col("post_id")).otherwise(F.col("parent_post_id")).alias("post_id"),
        F.when(is_question, F.struct("created_at", "service_type", "profile_id")).alias("asked"),
        F.when(~is_question, F.struct(F.col("created_at").alias("replied_at"), "profile_id")).alias("reply"),
        "profile_id",
    )
    if accounts is None:
        threads = threads.withColumn("is_own", F.lit(None).cast("boolean"))
    else:
        own = accounts.select("channel", "profile_id", F.lit(True).alias("is_own"))
        threads = threads.join(F.broadcast(own), ["channel", "profile_id"], "left")
    threads = threads.withColumn("reply", F.when(F.col("reply").isNotNull(), F.struct("reply.*", "is_own")))
    waits = _waits(threads, known, as_of, "first_answer")
    asker = F.col("profile_id")

    def tells(reply: Column) -> Column:
        return asker.isNotNull() & reply["profile_id"].isNotNull()

    def is_peer(reply: Column) -> Column:
        return tells(reply) & (reply["profile_id"] != asker) & reply["is_own"].isNull()

    return waits.select(
        *_COLUMNS, "first_answer_at", "first_answer_seconds", "is_open",
        F.exists("replies", is_peer).alias("is_answered_by_peer"),
        F.exists("replies", tells).alias("is_answerer_known"),
        "censored_at",
    )  # fmt: skip


def first_response(
    posts: DataFrame, accounts: DataFrame, as_of: datetime, enrichments: DataFrame | None = None
) -> DataFrame:
    """Time from a customer's post to the first human reply by the company.

    A post awaits a response when it is a question or a message, or its intent is a question or a complaint, and it opens
    a thread or answers the company. The company's reply to it, or to the thread that it opened, ends the wait.

    Args:
        posts: silver.posts.
        accounts: the company's and bots' accounts: channel, profile_id, is_company, is_bot. A channel without an
            account of the company has nobody to wait for.
        as_of: instant up to which open posts are watched (aware).
        enrichments: silver.post_enrichments for the intent; without it the kind alone decides.
    Returns: one row a post that awaited a response: channel, service_type, post_id, profile_id, created_at,
        first_response_at and first_response_seconds (null while open), is_open, censored_at.
    Source: Zendesk's first reply time; posts opened by the company are left out.
    """
    known = posts.where(F.col("created_at") < F.lit(as_of))
    served = accounts.where("is_company").select("channel").distinct()
    whose = (
        known.join(F.broadcast(served), "channel", "left_semi")
        .join(F.broadcast(accounts), ["channel", "profile_id"], "left")
        .select(
            "channel", "service_type", "post_id", "profile_id", "created_at", "kind", "parent_post_id", "root_post_id",
            F.coalesce("is_company", F.lit(False)).alias("is_company"),
            F.coalesce("is_bot", F.lit(False)).alias("is_bot"),
        )
    )  # fmt: skip
    asks = F.col("kind").isin(*_ASKING_KINDS)
    asking = whose.where("not is_company and not is_bot")
    if enrichments is not None:
        asking = asking.join(enrichments.select("channel", "post_id", "intent"), ["channel", "post_id"], "left")
        asks |= F.coalesce(F.col("intent").isin(*_ASKING_INTENTS), F.lit(False)) & (F.col("kind") != "answer")
    of_company = whose.where("is_company").select("channel", F.col("post_id").alias("parent_post_id"))
    asked = asking.where(asks & F.col("parent_post_id").isNull()).unionByName(
        asking.where(asks & F.col("parent_post_id").isNotNull()).join(
            of_company, ["channel", "parent_post_id"], "left_semi"
        )
    )
    replies = (
        whose.where("is_company and not is_bot")
        .select("channel", "created_at", F.col("post_id").alias("reply_id"),
                F.explode(F.array_distinct(F.array("parent_post_id", "root_post_id"))).alias("post_id"))
        .where("post_id <> reply_id")
    )  # fmt: skip
    threads = asked.select(
        "channel", "post_id", F.struct("created_at", "service_type", "profile_id").alias("asked"),
        F.lit(None).cast("struct<replied_at: timestamp>").alias("reply"),
    ).unionByName(
        replies.select(
            "channel", "post_id",
            F.lit(None).cast("struct<created_at: timestamp, service_type: string, profile_id: string>").alias("asked"),
            F.struct(F.col("created_at").alias("replied_at")).alias("reply"),
        )
    )  # fmt: skip
    waits = _waits(threads, known, as_of, "first_response")
    return waits.select(*_COLUMNS, "first_response_at", "first_response_seconds", "is_open", "censored_at")


_COLUMNS = ("channel", "service_type", "post_id", "profile_id", "created_at")


def _waits(threads: DataFrame, known: DataFrame, as_of: datetime, name: str) -> DataFrame:
    """Brings what was asked and its replies together, without a join: both carry the id of what was asked.

    Args: threads: channel, post_id, and either asked or reply.
    Returns: _COLUMNS, replies (those not older than what was asked), {name}_at, {name}_seconds, is_open, censored_at.
    """
    last = known.groupBy("channel").agg(F.max("created_at").alias("last_post_at"))
    at, created_at = F.col(f"{name}_at"), F.col("created_at")
    return (
        threads.groupBy("channel", "post_id")
        .agg(F.max("asked").alias("asked"), F.collect_list("reply").alias("replies"))
        .where("asked is not null")
        .select("channel", "post_id", "asked.*", "replies")
        .withColumn("replies", F.filter("replies", lambda reply: reply["replied_at"] >= created_at))
        .withColumn(f"{name}_at", F.array_min(F.transform("replies", lambda reply: reply["replied_at"])))
        .join(F.broadcast(last), "channel")
        .select(
            *_COLUMNS, "replies", f"{name}_at",
            ((F.unix_micros(at) - F.unix_micros(created_at)) / 1e6).alias(f"{name}_seconds"),
            at.isNull().alias("is_open"),
            F.least(F.lit(as_of), "last_post_at").alias("censored_at"),
        )
    )  # fmt: skip
