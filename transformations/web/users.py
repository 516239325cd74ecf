"""Users of the web site: visitors, stitched by their logins."""

from __future__ import annotations

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

_OF_FIRST = (
    "landing_url",
    "referrer_url",
    "referrer_medium",
    "referrer_source",
    "traffic_medium",
    "traffic_source",
    "traffic_campaign",
)
_KEY = ("source", "web_user_id", "is_known")
_ORDER = ("started_at", "ended_at", "session_id")


def web_users(sessions: DataFrame) -> DataFrame:
    """Users with what they did in all of their sessions.

    Sessions of visitors who were ever logged in belong to the user who was so last, those before the login included; all
    sessions of one user are one row, whatever browsers they came from. Others belong to their visitor_id. Sessions with
    neither are left out: nobody knows whose they are. Where two sessions began together the first is the one that ended first.

    Args: sessions: silver.web_sessions.
    Returns: one row per user: the columns of silver.web_users except run_id.
    Source: Snowplow's data model for web (users, stitching by domain_userid), docs.snowplow.io.
    """
    user = F.coalesce("known_user_id", "user_id")
    named = (
        sessions.withColumn("web_user_id", F.coalesce(user, "visitor_id"))
        .withColumn("is_known", user.isNotNull())
        .where("web_user_id is not null")
    )
    of_user = Window.partitionBy(*_KEY)
    placed = named.withColumns(
        {
            "_first": F.row_number().over(of_user.orderBy(*_ORDER)),
            "_last": F.row_number().over(of_user.orderBy(*(F.col(name).desc() for name in _ORDER))),
        }
    )
    of_first = [F.max(F.when(F.col("_first") == 1, F.col(name))).alias(name) for name in _OF_FIRST]
    return (
        placed.groupBy(*_KEY)
        .agg(
            F.countDistinct("visitor_id").alias("visitors_count"),
            F.min("started_at").alias("first_visit_at"),
            F.max("ended_at").alias("last_visit_at"),
            F.count("*").alias("sessions_count"),
            F.sum("views_count").alias("views_count"),
            F.sum("engaged_seconds").alias("engaged_seconds"),
            F.bool_or("has_conversion").alias("has_conversion"),
            *of_first,
            F.max(F.when(F.col("_last") == 1, F.col("exit_url"))).alias("exit_url"),
        )
        .select(
            *_KEY,
            "visitors_count",
            "first_visit_at",
            "last_visit_at",
            "sessions_count",
            "views_count",
            "engaged_seconds",
            "has_conversion",
            *_OF_FIRST,
            "exit_url",
        )
    )
