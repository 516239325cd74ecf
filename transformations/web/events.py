"""Which events of the web tracker make up views and sessions."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

VIEWS = ("page_view", "screen_view")
PING = "page_ping"
"""Sent by the tracker repeatedly while the visitor is active on a page."""

ORDER = ("occurred_at", "device_created_at", "event_id")
"""Order of the events of a session."""


def in_order(*columns: str) -> Column:
    """These columns of an event behind its place in `ORDER`, for the first or last of several: a missing time comes first."""
    at_device = F.coalesce("device_created_at", F.lit("0001-01-01").cast("timestamp")).alias("device_created_at")
    return F.struct(*(at_device if name == "device_created_at" else name for name in ORDER), *columns)


def in_sessions(events: DataFrame, *, max_session_days: int, days_late_allowed: int) -> DataFrame:
    """Events of people that count towards views and sessions, each with its session's visitor.

    Events without a session and of bots are left out, and so are those that reached the collector more than
    days_late_allowed after they happened or more than max_session_days after the session's first event: a longer session
    is a bot or a window left open.

    Args: events (silver.web_events).
    Returns: the events' columns; visitor_id is the first one of the session.
    """
    came = F.coalesce("collected_at", "occurred_at")
    of_session = Window.partitionBy("source", "session_id")
    timely = events.where("session_id is not null and not coalesce(is_bot, false)").where(
        came <= F.col("occurred_at") + _days(days_late_allowed)
    )
    within = timely.withColumn("_first", F.min(came).over(of_session)).where(
        came <= F.col("_first") + _days(max_session_days)
    )
    whole = of_session.orderBy(*ORDER).rowsBetween(Window.unboundedPreceding, Window.unboundedFollowing)
    visitor = F.first("visitor_id", ignorenulls=True).over(whole)
    return within.withColumn("visitor_id", visitor).drop("_first")


def heartbeat(seconds: int) -> Column:
    """Number of the heartbeat interval of an event by the device's clock: two pings within one count once."""
    return F.floor(_whole_seconds(F.coalesce("device_created_at", "occurred_at")) / seconds)


def clock_seconds(begin: str, end: str) -> Column:
    """Seconds from one time to another, both truncated to whole seconds first."""
    return (_whole_seconds(F.col(end)) - _whole_seconds(F.col(begin))).cast("double")


def _whole_seconds(time: Column) -> Column:
    return F.floor(F.unix_micros(time) / 1_000_000)


def _days(number: int) -> Column:
    return F.expr(f"interval {number} days")
