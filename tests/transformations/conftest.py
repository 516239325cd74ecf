"""Rows of tables as frames of the engine."""

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
