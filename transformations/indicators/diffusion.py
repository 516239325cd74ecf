"""Indicators of what posts set off, and of who leads the changes of conversations."""

from __future__ import annotations

from datetime import date
from typing import Any

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from transformations.indicators.parts import Family, Parts, indicator_rows

CASCADES = pa.schema(
    [("day", pa.date32()), ("channel", pa.string())] + [(name, pa.int64()) for name in ("cascades", "steps", "widest")]
)
"""Schema of the collected result of `daily_cascades`."""
CHANGE_COLUMNS = ("topic", "period", "leading_authority_class")
_LEADING = ("A", "B")


def daily_cascades(cascades: DataFrame, timezone: str) -> DataFrame:
    """Cascades per day of the post that they began with and channel: the columns of CASCADES.

    Args: gold.cascades; timezone: of the days.
    """
    day = F.to_date(F.from_utc_timestamp("started_at", timezone)).alias("day")
    return cascades.groupBy(day, "channel").agg(
        F.count("*").alias("cascades"), F.sum("depth").alias("steps"), F.sum("width").alias("widest")
    )


def cascade_depth() -> Parts:
    """Steps from the first post to the farthest act / cascades."""
    return Parts("steps", "cascades", denominator="cascades")


def cascade_width() -> Parts:
    """Most acts at one depth / cascades."""
    return Parts("widest", "cascades", denominator="cascades")


def authority_changes() -> Parts:
    """Rises and falls of topics that class A or B led."""
    return Parts(
        "if(changes > 0 and known = 0, null, led)",
        "changes",
        measured="known",
        in_scope="changes",
        unmeasured="'of no change is it known which class led it: no person has an authority class'",
    )


PARTS = {its.__name__: its for its in (cascade_depth, cascade_width, authority_changes)}
_OF_CASCADES = {name: f"sum(its.{name})" for name in ("cascades", "steps", "widest")}
_OF_CHANGES = {
    "changes": "count(topic)",
    "known": "count(leading_authority_class)",
    "led": f"count(*) filter (leading_authority_class in {_LEADING})",
}


def diffusion_indicators(cascades: pa.Table, changes: pa.Table, *, follows_topics: bool) -> pa.Table:
    """How far and how broadly posts spread, and how often class A or B leads a change of a conversation.

    Args:
        cascades: the columns of CASCADES. changes: CHANGE_COLUMNS of gold.conversation_changes.
        follows_topics: somebody has written on a topic, so that no change at all is none and not an unknown number.
    Returns: the columns of parts.ROWS.
    """
    dated: list[dict[str, Any]] = [row | {"day": _monday(row["period"])} for row in changes.to_pylist()]
    if follows_topics:
        dated.append({"day": None, "topic": None, "leading_authority_class": None})
    columns = [("day", pa.date32()), ("topic", pa.string()), ("leading_authority_class", pa.string())]
    spread = Family(
        {name: PARTS[name]() for name in ("cascade_depth", "cascade_width")}, _OF_CASCADES, one=("channel",)
    )
    led = Family({"authority_changes": authority_changes()}, _OF_CHANGES, one=("topic",))
    return pa.concat_tables(
        [
            indicator_rows(spread, rows=cascades),
            indicator_rows(led, rows=pa.Table.from_pylist(dated, pa.schema(columns))),
        ]
    )


def _monday(week: str) -> date:
    """First day of an ISO week.

    >>> _monday("2025-W05")
    datetime.date(2025, 1, 27)
    """
    year, number = week.split("-W")
    return date.fromisocalendar(int(year), int(number), 1)
