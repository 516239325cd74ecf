"""What persons did and when, over every channel: the one list that roles, social customers and experience are made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from pyspark.sql import functions as F

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

TABLES: Mapping[str, tuple[str, ...]] = {
    "silver.posts": ("channel", "post_id", "profile_id", "created_at"),
    "silver.interactions": ("channel", "interaction_id", "actor_profile_id", "kind", "created_at"),
    "silver.tickets": ("channel", "ticket_id", "opened_at"),
    "silver.web_sessions": ("source", "session_id", "user_id", "started_at"),
    "silver.orders": ("source", "order_id", "customer_id", "ordered_at", "channel", "is_return", "is_voided"),
    "silver.survey_responses": ("source", "response_id", "customer_id", "answered_at"),
    "silver.campaign_touches": ("source", "campaign_id", "touch_id", "customer_id", "kind", "created_at"),
}
LINK_COLUMNS = ("record_kind", "record_place", "linked_record_id", "person_id", "valid_to")
POST, ACT, TICKET, VISIT, ORDER, SURVEY, CAMPAIGN = "post", "act", "ticket", "visit", "order", "survey", "campaign"
KINDS = (POST, ACT, TICKET, VISIT, ORDER, SURVEY, CAMPAIGN)
_ACTS = ("follow", "reaction", "share", "tag", "co_edit")
"""Kinds of interactions that are no posts: replies, mentions and answers stand among these."""


def of_persons(links: DataFrame, kind: str, place: str, record: str) -> DataFrame:
    """The person of each record of a kind: person_id and the two columns that name the record. Only current links count."""
    return links.where((F.col("record_kind") == kind) & F.col("valid_to").isNull()).select(
        "person_id", F.col("record_place").alias(place), F.col("linked_record_id").alias(record)
    )


def touchpoints(tables: Mapping[str, DataFrame], links: DataFrame) -> DataFrame:
    """Each act of a person that a source tells of.

    Visits are those of users who are logged in as a customer of one person alone; of campaigns what was opened or clicked;
    orders are those that are no returns and not voided.

    Args: tables: TABLES. links: LINK_COLUMNS of silver.person_links.
    Returns: person_id, touchpoint (one of KINDS), channel (of an order null where it has none), place (source or channel),
        record_id (of a campaign `campaign_id:touch_id`), occurred_at (never null).
    """
    posts = tables["silver.posts"].join(
        of_persons(links, "profile", "channel", "profile_id"), ["channel", "profile_id"]
    )
    actors = of_persons(links, "profile", "channel", "actor_profile_id")
    acts = tables["silver.interactions"].where(F.col("kind").isin(*_ACTS)).join(actors, ["channel", "actor_profile_id"])
    tickets = tables["silver.tickets"].join(
        of_persons(links, "ticket", "channel", "ticket_id"), ["channel", "ticket_id"]
    )
    customers = of_persons(links, "customer", "source", "customer_id")
    users = (
        customers.groupBy(F.col("customer_id").alias("user_id"))
        .agg(F.min("person_id").alias("person_id"), F.countDistinct("person_id").alias("persons"))
        .where("persons = 1")
    )
    visits = tables["silver.web_sessions"].join(users, ["user_id"])
    orders = tables["silver.orders"].where("not coalesce(is_return, false) and not coalesce(is_voided, false)")
    touched = tables["silver.campaign_touches"].where("kind in ('opened', 'clicked')")
    on = ["source", "customer_id"]
    responses = tables["silver.survey_responses"].groupBy("source", "response_id", "customer_id")
    answered = responses.agg(F.min("answered_at").alias("answered_at"))
    channel, source = F.col("channel"), F.col("source")
    touch = F.concat_ws(":", "campaign_id", "touch_id")
    parts = (
        _rows(posts, POST, channel, channel, "post_id", "created_at"),
        _rows(acts, ACT, channel, channel, "interaction_id", "created_at"),
        _rows(tickets, TICKET, channel, channel, "ticket_id", "opened_at"),
        _rows(visits, VISIT, F.lit("web"), source, "session_id", "started_at"),
        _rows(orders.join(customers, on), ORDER, channel, source, "order_id", "ordered_at"),
        _rows(answered.join(customers, on), SURVEY, F.lit("survey"), source, "response_id", "answered_at"),
        _rows(touched.join(customers, on), CAMPAIGN, F.lit("campaign"), source, touch, "created_at"),
    )
    found = parts[0]
    for part in parts[1:]:
        found = found.unionByName(part)
    return found.where(F.col("occurred_at").isNotNull())


def _rows(rows: DataFrame, kind: str, channel: Column, place: Column, record: str | Column, at: str) -> DataFrame:
    return rows.select(
        "person_id",
        F.lit(kind).alias("touchpoint"),
        channel.alias("channel"),
        place.alias("place"),
        (F.col(record) if isinstance(record, str) else record).alias("record_id"),
        F.col(at).alias("occurred_at"),
    )
