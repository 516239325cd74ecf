"""Replies of the company, each joined to the post that it answers; and who of the staff acted."""

from __future__ import annotations

from datetime import datetime

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

OWN = pa.schema(
    [("channel", pa.string()), ("profile_id", pa.string()), ("is_company", pa.bool_()), ("is_bot", pa.bool_())]
)
"""Accounts of the company and of bots, as identity.accounts.own_accounts gives them."""
STAFF_TYPES = "channel string, account string, staff_id string, department string"
"""Accounts of the staff, and agents of tickets, as identity.staff.staff_accounts gives them."""


def company_replies(
    posts: DataFrame, own: DataFrame, staff: DataFrame, enrichments: DataFrame, timezone: str, as_of: datetime
) -> DataFrame:
    """Each reply of the company to a post of somebody else.

    Replies to the company's own posts and to those of bots, replies by bots, and replies that claim to be older than the post
    are left out. A post that is answered twice has two replies, each with its own time.

    Args:
        posts: silver.posts. own: accounts.OWN_TYPES. staff: STAFF_TYPES. enrichments: silver.post_enrichments. timezone: of
            the days.
            as_of: instant (with time zone) before which posts and replies count.
    Returns: one row per reply: channel, service_type, staff (staff_id of who wrote it; null where not known), topics and
        brands (of the post that is answered), day (of that post), seconds (double).
    Source: as Zendesk's reply time, for every reply and not the first alone.
    """
    own = own.select("channel", "profile_id", "is_company", "is_bot")
    known = posts.where(F.col("created_at") < F.lit(as_of))
    authored = known.select("channel", "post_id", "profile_id", "parent_post_id", "service_type", "created_at").join(
        F.broadcast(own), ["channel", "profile_id"], "left"
    )
    answering = authored.where("is_company and not coalesce(is_bot, false) and parent_post_id is not null").select(
        "channel", F.col("parent_post_id").alias("post_id"), "profile_id", F.col("created_at").alias("replied_at")
    )
    answered = authored.where("is_company is null or not (is_company or coalesce(is_bot, false))").select(
        "channel", "post_id", "service_type", "created_at"
    )
    names = staff.select("channel", F.col("account").alias("profile_id"), F.col("staff_id").alias("staff"))
    found = (
        answering.join(answered, ["channel", "post_id"])
        .where("replied_at >= created_at")
        .join(F.broadcast(names), ["channel", "profile_id"], "left")
        .join(enrichments.select("channel", "post_id", "topics", "brands"), ["channel", "post_id"], "left")
    )
    return found.select(
        "channel",
        "service_type",
        "staff",
        "topics",
        "brands",
        F.to_date(F.from_utc_timestamp("created_at", timezone)).alias("day"),
        F.expr("(unix_micros(replied_at) - unix_micros(created_at)) / 1000000.0D").alias("seconds"),
    )


def staff_acts(posts: DataFrame, ticket_events: DataFrame, staff: DataFrame, timezone: str) -> DataFrame:
    """Acts of the staff: posts, and what agents do to tickets.

    Args: silver.posts, silver.ticket_events; staff: STAFF_TYPES; timezone: of the months.
    Returns: one row per month and member of staff who acted: day (the first of the month), staff_id, acts.
    """
    written = posts.where("profile_id is not null").select(
        "channel", F.col("profile_id").alias("account"), "created_at"
    )
    handled = ticket_events.where("actor_id is not null and coalesce(actor, 'agent') = 'agent'").select(
        "channel", F.col("actor_id").alias("account"), "created_at"
    )
    accounts = staff.select("channel", "account", "staff_id")
    month = F.to_date(F.date_trunc("MONTH", F.from_utc_timestamp("created_at", timezone))).alias("day")
    return (
        written.unionByName(handled)
        .join(F.broadcast(accounts), ["channel", "account"])
        .groupBy(month, "staff_id")
        .agg(F.count("*").alias("acts"))
    )
