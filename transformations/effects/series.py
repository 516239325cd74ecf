"""Daily series of indicators."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from transformations.indicators.definitions import CATALOGUE

VALUE_COLUMNS = ("indicator_id", "period_start", "value")
"""What a series is made of: current rows of gold.indicator_values by day, of the dimension all."""


@dataclass(frozen=True)
class Series:
    """Values of successive days, NaN where nothing was measured.

    Attributes:
        first: day of the first value.
    """

    first: date
    values: NDArray[np.float64]

    def between(self, first: date, end: date) -> NDArray[np.float64]:
        """Values of the days [first, end), which are within the series."""
        start = (first - self.first).days
        return self.values[start : start + (end - first).days]

    @property
    def end(self) -> date:
        """The day after the last."""
        return self.first + timedelta(days=len(self.values))


def daily(values: pa.Table, indicator_id: str, until: date) -> Series | None:
    """The series of an indicator from its first day with a value to its last with a row before `until`.

    A day without a row counts 0 for sums and distinct counts, and is not measured for ratios and medians; after the last row
    nobody knows whether nothing happened or nothing has landed.

    Args: values: VALUE_COLUMNS.
    Returns: None where no day has a value.
    """
    rows = {
        row["period_start"]: row["value"]
        for row in values.select(VALUE_COLUMNS).to_pylist()
        if row["indicator_id"] == indicator_id and row["period_start"] < until
    }
    measured = [day for day, value in rows.items() if value is not None]
    if not measured:
        return None
    first = min(measured)
    nothing = 0.0 if CATALOGUE[indicator_id].aggregation in ("sum", "distinct") else None
    days = [first + timedelta(days=place) for place in range((max(rows) - first).days + 1)]
    return Series(first, np.array([rows.get(day, nothing) for day in days], dtype=np.float64))
