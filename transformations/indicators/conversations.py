"""Indicators of conversations: in which direction they go."""

from __future__ import annotations

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from transformations.indicators.parts import Family, Parts, indicator_rows
from transformations.indicators.sales import NO_CHANNEL

TALKS = pa.schema(
    [("day", pa.date32())]
    + [(name, pa.string()) for name in ("channel", "service_type", "person", "direction")]
    + [("conversations", pa.int64())]
)
"""Schema of the collected result of `daily_talks`."""


def daily_talks(conversations: DataFrame, timezone: str) -> DataFrame:
    """Conversations per day, direction and the person who began them: the columns of TALKS.

    Args: silver.conversations; timezone: of the days.
    """
    counted = conversations.where("direction is not null").select(
        F.to_date(F.from_utc_timestamp("started_at", timezone)).alias("day"),
        "channel",
        # what has no service is a service of its own, so that services add up
        F.coalesce("service_type", F.lit(NO_CHANNEL)).alias("service_type"),
        F.expr("if(began_by_role <=> 'company', null, began_by_profile_id)").alias("person"),
        "direction",
    )
    return counted.groupBy("day", "channel", "service_type", "person", "direction").agg(
        F.count("*").alias("conversations")
    )


def _share(of: str, among: str) -> Parts:
    return Parts(of, among, denominator=among, persons="persons")


def two_way_ratio() -> Parts:
    """Two-way conversations / all with a direction."""
    return _share("two_way", "conversations")


def unanswered_ratio() -> Parts:
    """Unanswered conversations / those that concern the company and a person."""
    return _share("unanswered", "two_way + unanswered")


def customer_to_customer_ratio() -> Parts:
    """Conversations of people among themselves / all with a direction."""
    return _share("among_themselves", "conversations")


def broadcast_ratio() -> Parts:
    """Conversations in which only the company speaks / all with a direction."""
    return _share("broadcasts", "conversations")


PARTS = {its.__name__: its for its in (two_way_ratio, unanswered_ratio, customer_to_customer_ratio, broadcast_ratio)}
_SUMS = {
    "conversations": "sum(its.conversations)",
    **{
        name: f"coalesce(sum(its.conversations) filter ({condition}), 0)"
        for name, condition in (
            ("two_way", "direction in ('two_way', 'two_way_with_consumer')"),
            ("unanswered", "direction = 'unanswered'"),
            ("among_themselves", "direction = 'customer_to_customer'"),
            ("broadcasts", "direction = 'broadcast'"),
        )
    },
    "persons": "count(distinct its.channel || chr(0) || person)",
}


def conversation_indicators(talks: pa.Table) -> pa.Table:
    """In which direction conversations go.

    Args: talks: the columns of TALKS.
    Returns: the columns of parts.ROWS.
    """
    family = Family({name: parts() for name, parts in PARTS.items()}, _SUMS, one=("channel", "service_type"))
    return indicator_rows(family, rows=talks)
