"""Rows that are computed once and read several times: in memory as Arrow below a size, materialised by Spark above it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pyarrow as pa

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession
    from pyspark.sql.types import StructType


class Computed:
    """Rows computed once.

    What follows reads them by SQL that Spark and DuckDB understand alike, as Arrow, or as a DataFrame for what only Spark
    can do. No plan runs twice.
    """

    def __init__(self, spark: SparkSession, rows: DataFrame, *, is_small: bool) -> None:
        """Computes the rows. Args: is_small: they fit into the driver's memory."""
        self._spark = spark
        self.schema: StructType = rows.schema
        self.arrow: pa.Table | None = None
        self._frame: DataFrame | None = None
        if is_small:
            self.arrow = rows.toArrow()
        else:
            from pyspark.storagelevel import StorageLevel

            self._frame = rows.persist(StorageLevel.MEMORY_AND_DISK)

    @property
    def columns(self) -> list[str]:
        return self.schema.names

    def frame(self, columns: Sequence[str] | None = None) -> DataFrame:
        """The rows as a DataFrame, all columns by default."""
        if self.arrow is None:
            assert self._frame is not None
            return self._frame.select(*columns) if columns is not None else self._frame
        return self.framed(self.arrow if columns is None else self.arrow.select(list(columns)))

    def framed(self, rows: pa.Table) -> DataFrame:
        """Some of the rows and columns, given as Arrow, as a DataFrame."""
        from pyspark.sql.types import StructType

        return frame_of(self._spark, rows, StructType([self.schema[name] for name in rows.column_names]))

    def where(self, condition: str, columns: Sequence[str]) -> pa.Table | DataFrame:
        """Some rows: Arrow where they are in memory, else a DataFrame. Args: condition: SQL over boolean or text columns."""
        if self.arrow is None:
            return self.frame().where(condition).select(*columns)
        with _duckdb(self.arrow) as connection:
            chosen = connection.sql(f"select {condition} as chosen from rows").to_arrow_table()["chosen"]
        return self.arrow.select(list(columns)).filter(chosen)

    def sql(self, query: str) -> list[dict[str, Any]]:
        """The answer to SQL over `rows`: counts and a few values, never the rows themselves."""
        if self.arrow is None:
            view = f"rows_{id(self)}"
            self.frame().createOrReplaceTempView(view)
            try:
                return [row.asDict() for row in self._spark.sql(query.replace("from rows", f"from {view}")).collect()]
            finally:
                self._spark.catalog.dropTempView(view)
        with _duckdb(self.arrow) as connection:
            found = connection.sql(query).to_arrow_table()
        return found.cast(pa.schema([_whole(field) for field in found.schema])).to_pylist()

    def release(self) -> None:
        """Gives the memory back."""
        self.arrow = None
        if self._frame is not None:
            self._frame.unpersist()


def frame_of(spark: SparkSession, rows: pa.Table, schema: StructType | str) -> DataFrame:
    """Arrow rows as a DataFrame of one partition: neither windows nor joins over it need a shuffle."""
    if not rows.num_rows:
        return spark.createDataFrame([], schema)
    return spark.createDataFrame(rows, schema).coalesce(1)


def _whole(field: pa.Field) -> pa.Field:
    """DuckDB's counts and sums of whole numbers come as decimals without places."""
    is_count = pa.types.is_decimal(field.type) and field.type.scale == 0
    return field.with_type(pa.int64()) if is_count else field


@contextmanager
def _duckdb(rows: pa.Table) -> Iterator[Any]:
    import duckdb

    with duckdb.connect(config={"threads": 1}) as connection:
        connection.register("rows", rows)
        yield connection
