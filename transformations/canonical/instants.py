"""Instants in Arrow tables: their days, and removing their time zone."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc


def days(instants: pa.ChunkedArray, timezone: str) -> pa.ChunkedArray:
    """Day of each instant in a time zone.

    >>> from datetime import datetime, timezone
    >>> late = pa.chunked_array([[datetime(2025, 1, 31, 23, 30, tzinfo=timezone.utc)]])
    >>> days(late, "Europe/Berlin").to_pylist()
    [datetime.date(2025, 2, 1)]
    """
    local = pc.local_timestamp(instants.cast(pa.timestamp("us", tz=timezone)))
    return pc.floor_temporal(local, unit="day").cast(pa.date32())


def without_zones(rows: pa.Table) -> pa.Table:
    """The rows with UTC timestamps as timestamps without a time zone.

    DuckDB needs an extension for time zones that its wheel does not contain, and not every BI client supports them.
    """
    naive = pa.timestamp("us")
    return rows.cast(pa.schema([f.with_type(naive) if pa.types.is_timestamp(f.type) else f for f in rows.schema]))
