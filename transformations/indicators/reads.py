"""Indicators of reads by named readers."""

from __future__ import annotations

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from transformations.indicators.parts import Family, Parts, indicator_rows

READS = pa.schema(
    [("day", pa.date32())]
    + [(name, pa.string()) for name in ("channel", "content_id", "reader_profile_id")]
    + [(name, pa.int64()) for name in ("reads", "told", "shared")]
)
"""Schema of the collected result of `monthly_reads`."""


def monthly_reads(content_reads: DataFrame, timezone: str) -> DataFrame:
    """Reads per month, content and reader: the columns of READS; day is the first of the month.

    Args: silver.content_reads; timezone: of the months.
    """
    month = F.expr(f"cast(date_trunc('MONTH', from_utc_timestamp(read_at, '{timezone}')) as date)").alias("day")
    return content_reads.groupBy(month, "channel", "content_id", "reader_profile_id").agg(
        F.count("*").alias("reads"),
        F.count("is_shared").alias("told"),
        F.expr("count_if(coalesce(is_shared, false))").alias("shared"),
    )


def reads() -> Parts:
    """Reads."""
    return Parts("reads", "reads", persons="readers")


def readers() -> Parts:
    """Distinct readers."""
    return Parts("readers", "reads", persons="readers")


def reads_per_issue() -> Parts:
    """Reads / distinct contents."""
    return Parts("reads", "reads", denominator="contents", persons="readers")


def read_shares() -> Parts:
    """Reads passed on; null where no source says whether."""
    return Parts(
        "if(told = 0, null, shared)",
        "reads",
        measured="told",
        in_scope="reads",
        persons="readers",
        unmeasured="'no source says whether a read was passed on'",
    )


PARTS = {its.__name__: its for its in (reads, readers, reads_per_issue, read_shares)}
_SUMS = {
    "reads": "sum(its.reads)",
    "told": "sum(its.told)",
    "shared": "sum(its.shared)",
    "readers": "count(distinct its.channel || chr(0) || reader_profile_id)",
    "contents": "count(distinct its.channel || chr(0) || content_id)",
}


def read_indicators(reads_of_months: pa.Table) -> pa.Table:
    """Reads, readers, and what they pass on.

    Args: reads_of_months: the columns of READS.
    Returns: the columns of parts.ROWS.
    """
    family = Family({name: parts() for name, parts in PARTS.items()}, _SUMS, one=("channel",))
    return indicator_rows(family, rows=reads_of_months)
