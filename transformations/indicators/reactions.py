"""Indicators of what platforms report of posts: impressions, reach, reactions."""

from __future__ import annotations

import pyarrow as pa
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from transformations.indicators.parts import Family, Parts, indicator_rows

_METRICS = ("impressions", "reach", "clicks")
_COUNTED = {
    "observed": "1",
    **{f"{name}_known": f"if({name} is null, 0, 1)" for name in _METRICS},
    "engaged_with": "if(impressions > 0, 1, 0)",
    "passed_on": "if(reach is not null and shares is not null, 1, 0)",
}
_ADDED = {
    **{name: f"coalesce({name}, 0)" for name in _METRICS},
    "shown": "if(impressions > 0, impressions, 0)",
    "engagements": "if(impressions > 0, coalesce(reactions, 0) + coalesce(clicks, 0) + coalesce(comments, 0) + "
    "coalesce(shares, 0), 0)",
    "reached": "if(shares is not null, coalesce(reach, 0), 0)",
    "shares": "if(reach is not null, coalesce(shares, 0), 0)",
}
METRICS = pa.schema(
    [("day", pa.date32()), ("channel", pa.string()), ("service_type", pa.string())]
    + [(name, pa.int64()) for name in (*_COUNTED, *_ADDED)]
)
"""Schema of the collected result of `daily_metrics`."""


def daily_metrics(post_metrics: DataFrame, posts: DataFrame, timezone: str) -> DataFrame:
    """Metrics of posts added up per day of the post, channel and service, each post's latest observation.

    Args: silver.post_metrics, silver.posts; timezone: of the days.
    Returns: the columns of METRICS. Observations of posts that are not held are left out: their day is not known.
    """
    latest = Window.partitionBy("channel", "post_id").orderBy(F.col("observed_at").desc())
    last = post_metrics.withColumn("place", F.row_number().over(latest)).where("place = 1")
    placed = last.select(
        "channel", "post_id", "impressions", "reach", "clicks", "reactions", "comments", "shares"
    ).join(posts.select("channel", "post_id", "service_type", "created_at"), ["channel", "post_id"])
    day = F.to_date(F.from_utc_timestamp("created_at", timezone)).alias("day")
    return placed.groupBy(day, "channel", "service_type").agg(
        *(F.expr(f"sum(cast({sql} as bigint))").alias(name) for name, sql in (_COUNTED | _ADDED).items())
    )


def _total(metric: str) -> Parts:
    return Parts(
        f"if({metric}_known = 0, null, {metric})",
        f"{metric}_known",
        measured=f"{metric}_known",
        in_scope="observed",
        unmeasured=f"'no platform reports {metric}'",
    )


def impressions() -> Parts:
    """Impressions of posts."""
    return _total("impressions")


def reach() -> Parts:
    """Reach of posts, added up."""
    return _total("reach")


def post_clicks() -> Parts:
    """Clicks on posts."""
    return _total("clicks")


def engagement_ratio() -> Parts:
    """Reactions, clicks, comments and shares / impressions."""
    return Parts(
        "if(engaged_with = 0, null, engagements)",
        "engaged_with",
        denominator="shown",
        measured="engaged_with",
        in_scope="observed",
        unmeasured="'no platform reports impressions'",
    )


def virality() -> Parts:
    """Shares / reach."""
    return Parts(
        "if(passed_on = 0, null, shares)",
        "passed_on",
        denominator="reached",
        measured="passed_on",
        in_scope="observed",
        unmeasured="'no platform reports both shares and reach'",
    )


PARTS = {its.__name__: its for its in (impressions, reach, post_clicks, engagement_ratio, virality)}


def reaction_indicators(metrics: pa.Table) -> pa.Table:
    """Impressions, reach, clicks, engagement and virality.

    Args: metrics: the columns of METRICS.
    Returns: the columns of parts.ROWS.
    """
    family = Family(
        {name: parts() for name, parts in PARTS.items()},
        {name: f"sum(its.{name})" for name in (*_COUNTED, *_ADDED)},
        one=("channel", "service_type"),
    )
    return indicator_rows(family, rows=metrics)
