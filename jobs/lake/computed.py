"""Rows that are computed once and read several times: in memory as Arrow below a size, materialised by the engine above it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from jobs.engine import sessions

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession


ONE_TASK_ROWS = 20_000
"""Rows up to which one task is quicker than several."""


class Computed:
    """Rows computed once.

    What follows reads them by SQL that Spark and DuckDB understand alike, as Arrow, or as a DataFrame for what only Spark
    can do. No plan runs twice.
    """

    def __init__(self, spark: Callable[[], SparkSession], types: Mapping[str, str], rows: pa.Table | DataFrame) -> None:
        """Takes rows that are there already.

        Args: spark: gives the session, if one is needed. types: Spark's, as simple strings, by column.
        """
        self._spark = spark
        self._types = dict(types)
        self.arrow = rows if isinstance(rows, pa.Table) else None
        self._frame = None if isinstance(rows, pa.Table) else rows
        self._duckdb: Any = None
        self._whole: DataFrame | None = None
        self._view: str | None = None

    @classmethod
    def of(cls, rows: DataFrame, *, is_small: bool) -> Computed:
        """Computes rows. Args: is_small: they fit into the driver's memory."""
        session = rows.sparkSession
        computed = rows.toArrow() if is_small else sessions.materialised(rows)
        return cls(lambda: session, dict(rows.dtypes), computed)

    @property
    def columns(self) -> list[str]:
        return list(self._types)

    def frame(self, columns: Sequence[str] | None = None) -> DataFrame:
        """The rows as a DataFrame, all columns by default."""
        if self.arrow is None:
            assert self._frame is not None
            return self._frame.select(*columns) if columns is not None else self._frame
        if columns is not None:
            return self.framed(self.arrow.select(list(columns)))
        if self._whole is None:  # each hand-over of the rows to Spark copies them
            self._whole = self.framed(self.arrow)
        return self._whole

    def framed(self, rows: pa.Table) -> DataFrame:
        """Some of the rows and columns, given as Arrow, as a DataFrame."""
        types = ", ".join(f"`{name}` {self._types[name]}" for name in rows.column_names)
        return frame_of(self._spark(), rows, types)

    def part(self, condition: str) -> Computed:
        """Some of the rows, as rows computed once; to be released before these. Args: condition: as for `where`."""
        return Computed(self._spark, self._types, self.where(condition, self.columns))

    def alike(self, rows: DataFrame) -> pa.Table | DataFrame:
        """Rows made from these, as these are held: few are written without Spark, whose every commit costs a second or two."""
        return rows.toArrow() if self.arrow is not None else rows

    def where(self, condition: str, columns: Sequence[str]) -> pa.Table | DataFrame:
        """Some rows: Arrow where they are in memory, else a DataFrame. Args: condition: SQL over boolean or text columns."""
        if self.arrow is None:
            return self.frame().where(condition).select(*columns)
        chosen = self._in_memory(f"select {condition} as chosen from rows")["chosen"]
        return self.arrow.select(list(columns)).filter(chosen)

    def sql(self, query: str) -> list[dict[str, Any]]:
        """The answer to SQL over `rows`: counts and a few values, never the rows themselves."""
        if self.arrow is None:
            if self._view is None:
                self._view = f"rows_{id(self)}"
                self.frame().createOrReplaceTempView(self._view)
            asked = self._spark().sql(query.replace("from rows", f"from {self._view}"))
            return [row.asDict() for row in asked.collect()]
        found = self._in_memory(query)
        return found.cast(pa.schema([_whole(field) for field in found.schema])).to_pylist()

    def _in_memory(self, query: str) -> pa.Table:
        if self._duckdb is None:
            import duckdb

            self._duckdb = duckdb.connect(config={"threads": 1})
            self._duckdb.register("rows", self.arrow)
        return self._duckdb.sql(query).to_arrow_table()

    def release(self) -> None:
        """Gives the memory back."""
        if self._duckdb is not None:
            self._duckdb.close()
            self._duckdb = None
        self.arrow = self._whole = None
        if self._view is not None:  # not before: with a view of a frame Spark drops what the frame persists
            self._spark().catalog.dropTempView(self._view)
            self._view = None
        if self._frame is not None:
            sessions.release(self._frame)  # of a part: does nothing


def frame_of(spark: SparkSession, rows: pa.Table, types: str) -> DataFrame:
    """Arrow rows as a DataFrame; few of them as one partition, so that neither windows nor joins need a shuffle."""
    frame = sessions.frame(spark, rows, types)
    return frame.coalesce(1) if rows.num_rows <= ONE_TASK_ROWS else frame


def _whole(field: pa.Field) -> pa.Field:
    """DuckDB's counts and sums of whole numbers come as decimals without places."""
    is_count = pa.types.is_decimal(field.type) and field.type.scale == 0
    return field.with_type(pa.int64()) if is_count else field
