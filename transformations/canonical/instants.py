"""Instants in Arrow tables: their days, and leaving their zone off."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc


def days(instants: pa.ChunkedArray, timezone: str) -> pa.ChunkedArray:
    """Day of each instant in a time zone."""
    local = pc.local_timestamp(instants.cast(pa.timestamp("us", tz=timezone)))
    return pc.floor_temporal(local, unit="day").cast(pa.date32())


def without_zones(rows: pa.Table) -> pa.Table:
    """The rows with their UTC times as times without a zone.

    DuckDB knows time zones by an extension that its wheel does not hold, and not every BI client knows them.
    """
    naive = pa.timestamp("us")
    return rows.cast(pa.schema([f.with_type(naive) if pa.types.is_timestamp(f.type) else f for f in rows.schema]))
