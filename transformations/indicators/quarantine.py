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
_SUMS = {"refused": "count(*)", "age_days": "sum(age_days)"}


def quarantine_indicators(refused: pa.Table, as_of: datetime) -> pa.Table:
    """Volume and mean age of the quarantine at present.

    Args:
        refused: one row per refused record or row: place (the table or source that it was meant for), quarantined_at.
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
            "age_days": pa.array(ages, pa.float64()),
        }
    )
    return indicator_rows(Family({name: parts() for name, parts in PARTS.items()}, _SUMS, one=("place",)), rows=rows)
