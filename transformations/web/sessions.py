"""Sessions from events of the web tracker."""

from __future__ import annotations

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from transformations.web.events import PING, VIEWS, clock_seconds, heartbeat, in_order

_BEATS_OF_ENGAGED = 2
_OF_FIRST = (
    "event_name",
    "page_url",
    "user_id",
    "network_user_id",
    "session_number",
    "app_id",
    "referrer_url",
    "referrer_medium",
    "referrer_source",
    "traffic_medium",
    "traffic_source",
    "traffic_term",
    "traffic_content",
    "traffic_campaign",
    "country",
    "language",
    "device_kind",
    "browser",
    "operating_system",
)


def web_sessions(events: DataFrame, *, heartbeat_seconds: int, min_visit_seconds: int) -> DataFrame:
    """Sessions with at least one view or ping of a page.

    Traffic source, country and device are those of the first view or ping; the exit page is that of the last view. A
    session that begins with a ping began min_visit_seconds before it. Every event counts towards beginning, end and
    events_count; views_count is the number of views that any event belongs to. Engaged time is summed over the pages.
    known_user_id is the user last logged in with the same visitor_id, in this session or another. IDs count within their
    source: two sites may give the same.

    Args: events: from `in_sessions`.
    Returns: one row per session: the columns of silver.web_sessions except run_id.
    Source: Snowplow's data model for web (session, engaged time), docs.snowplow.io.
    """
    is_view, is_ping = F.col("event_name").isin(*VIEWS), F.col("event_name") == PING
    has_page = F.col("view_id").isNotNull()
    beat = F.struct("view_id", heartbeat(heartbeat_seconds))
    sessions = (
        events.groupBy("source", "session_id")
        .agg(
            F.first("visitor_id").alias("visitor_id"),
            F.min(F.when((is_view | is_ping) & has_page, in_order(*_OF_FIRST))).alias("first"),
            F.max(F.when(is_view & has_page, in_order("page_url"))).alias("last"),
            F.min("occurred_at").alias("first_at"),
            F.max("occurred_at").alias("ended_at"),
            F.count("*").alias("events_count"),
            F.size(F.collect_set("view_id")).cast("bigint").alias("views_count"),
            F.size(F.collect_set(F.when(is_ping & has_page, beat))).alias("beats"),
            F.size(F.collect_set(F.when(is_ping, F.col("view_id")))).alias("pinged"),
            F.coalesce(F.bool_or("is_conversion"), F.lit(False)).alias("has_conversion"),
        )
        .where("first is not null")
    )
    began_before = F.expr(f"interval {min_visit_seconds} seconds")
    starts_with_ping = F.col("first.event_name") == PING
    engaged = (F.col("beats") - F.col("pinged")) * heartbeat_seconds + F.col("pinged") * min_visit_seconds
    with_users = (
        sessions.withColumn(
            "started_at", F.when(starts_with_ping, F.col("first_at") - began_before).otherwise(F.col("first_at"))
        )
        .withColumn("engaged_seconds", engaged.cast("double"))
        .join(_known_users(events), ["source", "visitor_id"], "left")
    )
    is_engaged = (
        (F.col("views_count") >= 2)
        | (F.col("engaged_seconds") >= _BEATS_OF_ENGAGED * heartbeat_seconds)
        | F.col("has_conversion")
    )
    return with_users.select(
        "source",
        "session_id",
        "visitor_id",
        "known_user_id",
        "started_at",
        "ended_at",
        F.col("first.page_url").alias("landing_url"),
        F.coalesce("last.page_url", "first.page_url").alias("exit_url"),
        *(f"first.{name}" for name in _OF_FIRST if name not in ("event_name", "page_url")),
        "views_count",
        "events_count",
        "engaged_seconds",
        clock_seconds("started_at", "ended_at").alias("absolute_seconds"),
        is_engaged.alias("is_engaged"),
        "has_conversion",
    )


def _known_users(events: DataFrame) -> DataFrame:
    """The last user of each visitor."""
    came = F.coalesce("collected_at", "occurred_at")
    # portable: no part of an order is null
    return (
        events.where("visitor_id is not null and user_id is not null")
        .groupBy("source", "visitor_id")
        .agg(F.max(F.struct(came.alias("came"), in_order("user_id").alias("of"))).alias("last"))
        .select("source", "visitor_id", F.col("last.of.user_id").alias("known_user_id"))
    )
