"""Rows of tables as frames of the engine, for whom persons are and what they did."""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa
import pytest
from pyspark.sql import DataFrame

from jobs.engine import sessions
from jobs.lake import arrow
from transformations.contracts import contract

SHARED = {"source": "erp", "channel": "forum"}


@pytest.fixture(scope="session")
def frame(spark) -> Callable[..., DataFrame]:
    """frame("silver.orders", {...}, ...): rows of a table; what they leave out is null, but source and channel."""

    def of(name: str, *rows: dict) -> DataFrame:
        schema = arrow.schema_of(contract(name))
        full = [{key: value for key, value in (SHARED | row).items() if key in schema.names} for row in rows]
        return sessions.frame(spark, pa.Table.from_pylist(full, schema), contract(name).ddl)

    return of


@pytest.fixture(scope="session")
def frames(spark) -> Callable[..., dict]:
    """frames({table: [row, …]}, names): the named tables as frames of these columns; what rows leave out is null."""

    def of(rows: dict[str, list[dict]], names: dict[str, tuple[str, ...]]) -> dict:
        made = {}
        for name, columns in names.items():
            schema = arrow.schema_of(contract(name))
            shared = {"source": "erp", "channel": "x"}
            full = [
                {key: value for key, value in (shared | row).items() if key in schema.names}
                for row in rows.get(name, [])
            ]
            types = ", ".join(f"`{column}` {contract(name).field(column).type}" for column in columns)
            table = pa.Table.from_pylist(full, schema).select(list(columns))
            made[name] = sessions.frame(spark, table, types).coalesce(1)
        return made

    return of


@pytest.fixture(scope="session")
def link() -> Callable[..., dict]:
    """link("profile", "ada", "Ada"): the record ada of channel x, or of the source erp, belongs to Ada."""

    def of(kind: str, record: str, person: str, place: str | None = None) -> dict:
        return {
            "record_kind": kind,
            "record_place": place or ("erp" if kind == "customer" else "x"),
            "linked_record_id": record,
            "person_id": person,
        }

    return of
