"""Page views from events of the web tracker."""

from __future__ import annotations

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from transformations.web.events import ORDER, PING, VIEWS, clock_seconds, heartbeat, in_order

_OF_VIEW = ("session_id", "visitor_id", "user_id", "app_id", "page_url", "page_title", "referrer_url")


def page_views(events: DataFrame, *, heartbeat_seconds: int, min_visit_seconds: int) -> DataFrame:
    """Views of pages and screens by people.

    A view is the first page_view or screen_view of its view_id; pings without one are ignored. It ends with its last
    ping in the same session, else when it began. Engaged time is min_visit_seconds for the first ping and
    heartbeat_seconds for each further heartbeat with one. The scroll depth is the furthest scroll position plus the
    height of the window, as a share of the page's greatest height.

    Args: events: from `in_sessions`.
    Returns: one row per view: the columns of silver.page_views except run_id.
    Source: Snowplow's data model for web (view, engaged time, scroll depth), docs.snowplow.io.
    """
    is_view, is_ping = F.col("event_name").isin(*VIEWS), F.col("event_name") == PING
    is_measured = (is_view | is_ping) & (F.col("page_pixels") > 0)
    in_session = (
        events.where("view_id is not null")
        .groupBy("source", "view_id", F.col("session_id").alias("_session"))
        .agg(
            F.min(F.when(is_view, in_order(*_OF_VIEW))).alias("begin"),
            F.max(F.when(is_ping, F.col("occurred_at"))).alias("last_ping_at"),
            F.size(F.collect_set(F.when(is_ping, heartbeat(heartbeat_seconds)))).alias("beats"),
            F.max(F.when(is_measured, F.greatest(F.coalesce("scrolled_pixels", F.lit(0)), F.lit(0)))).alias("scrolled"),
            F.max(F.when(is_measured, F.col("window_pixels"))).alias("window"),
            F.max(F.when(is_measured, F.col("page_pixels"))).alias("page"),
        )
        .where("begin is not null")
    )
    first = Window.partitionBy("source", "view_id").orderBy(*(f"begin.{name}" for name in ORDER))
    views = in_session.withColumn("_place", F.row_number().over(first)).where("_place = 1").select("*", "begin.*")
    pixels = F.least(F.col("scrolled") + F.col("window"), F.col("page")).cast("bigint")
    page = F.col("page").cast("bigint")
    # In whole numbers: engines round doubles differently.
    hundredths = F.call_function("div", 200 * pixels + page, 2 * page)
    return (
        views.withColumn("started_at", F.col("occurred_at"))
        .withColumn("ended_at", F.greatest("started_at", "last_ping_at"))
        .select(
            "source",
            "view_id",
            *_OF_VIEW,
            "started_at",
            "ended_at",
            F.row_number()
            .over(Window.partitionBy("source", "session_id").orderBy(*ORDER))
            .cast("bigint")
            .alias("view_number"),
            F.when(F.col("beats") > 0, (F.col("beats") - 1) * heartbeat_seconds + min_visit_seconds)
            .otherwise(0)
            .cast("double")
            .alias("engaged_seconds"),
            clock_seconds("started_at", "ended_at").alias("absolute_seconds"),
            F.when(F.col("window").isNotNull(), hundredths.cast("double") / 100).alias("scroll_depth_ratio"),
        )
    )
