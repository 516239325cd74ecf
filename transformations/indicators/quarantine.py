"""Indicators about the quarantine: how much is in it, and for how long."""

from __future__ import annotations

from datetime import datetime

import pyarrow as pa

from transformations.indicators.parts import Family, Parts, indicator_rows

SECONDS_A_DAY = 86_400


def quarantined_rows() -> Parts:
    """Records that could not be read and rows that were refused."""
    return Parts("refused", "refused")


def quarantine_age_days() -> Parts:
    """Days since they were refused / rows refused."""
    return Parts("age_days", "refused", denominator="refused")


PARTS = {"quarantined_rows": quarantined_rows, "quarantine_age_days": quarantine_age_days}
_SUMS = {"refused": "sum(its.refused)", "age_days": "sum(its.refused * its.age_days)"}


def quarantine_indicators(refused: pa.Table, as_of: datetime) -> pa.Table:
    """Volume and mean age of the quarantine at present.

    Args:
        refused: place (the table or source that records or rows were meant for), quarantined_at, and refused, how many of
            them were refused then.
        as_of: time up to which age is counted; rows refused later have age 0.
    Returns: the columns of parts.ROWS.
    """
    ages = [
        max((as_of - at).total_seconds(), 0.0) / SECONDS_A_DAY if at else None
        for at in refused["quarantined_at"].to_pylist()
    ]
    rows = pa.table(
        {
            "day": pa.nulls(refused.num_rows, pa.date32()),
            "place": refused["place"].cast(pa.string()),
            "refused": refused["refused"].cast(pa.int64()),
            "age_days": pa.array(ages, pa.float64()),
        }
    )
    return indicator_rows(Family({name: parts() for name, parts in PARTS.items()}, _SUMS, one=("place",)), rows=rows)
