"""Indicators by their group."""

from collections.abc import Callable
from datetime import UTC, datetime

import pyarrow as pa
import pytest


@pytest.fixture(scope="session")
def at() -> Callable[..., datetime]:
    """at(2, 9): 9 o'clock of 2 March 2026, UTC; a Monday."""
    return lambda day, hour=12, month=3: datetime(2026, month, day, hour, tzinfo=UTC)


@pytest.fixture(scope="session")
def by_group() -> Callable[[pa.Table], dict[tuple, dict]]:
    """Rows of indicators by indicator, grain, day of the month in which the period begins, dimension and its value."""

    def of(rows: pa.Table) -> dict[tuple, dict]:
        found = {}
        for row in rows.to_pylist():
            day = None if row["grain"] == "all" else row["period_start"].isoformat()[5:]
            key = (row["indicator_id"], row["grain"], day, row["dimension"], row["dimension_value"])
            assert key not in found
            found[key] = row
        return found

    return of


@pytest.fixture(scope="session")
def totals(by_group) -> Callable[[pa.Table], dict[str, float | None]]:
    """Values of the grain all and the dimension all."""
    return lambda rows: {key[0]: row["value"] for key, row in by_group(rows).items() if key[1] == key[3] == "all"}
