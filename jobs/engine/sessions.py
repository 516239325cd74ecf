"""Which engine computes: the one place that chooses between Apache Spark and the embedded engine.

Everything else asks here, or is written so that both give the same.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from jobs.engine import embedded, spark
from jobs.errors import ConfError
from transformations.canonical.times import checkpointed, is_lazy

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame, SparkSession

_cancelled = threading.Event()
_MAPPED_HERE_BYTES = 4 << 20
"""Bytes of rows up to which a worker's start costs more than what it would take off this process."""
_HELD = "_scrm_rows"
"""Attribute of a frame with the few rows that it was made of."""
_served: list[str] = []
"""The engine of this process, once it runs."""


def session(options: spark.Options | embedded.Options, log: Path) -> SparkSession:
    """The session of this process. Args: log: file for what the engine itself says.

    Raises ConfError where the other engine serves this process: PySpark's functions build columns for one of them.
    """
    named = "embedded" if isinstance(options, embedded.Options) else "spark"
    if _served and _served[0] != named:
        raise ConfError(
            f"engine: {named} is asked for where engine: {_served[0]} runs; a process has one: start another"
        )
    made = (
        embedded.spark_session(options, log)
        if isinstance(options, embedded.Options)
        else spark.spark_session(options, log)
    )
    _served[:] = [named]
    return made


def is_embedded(of: SparkSession) -> bool:
    """Whether the embedded engine serves a session."""
    return is_lazy(of)


def isolated(of: SparkSession, settings: dict[str, str]) -> SparkSession:
    """Another session beside this one: its views and settings meet no other's. Args: settings: Spark's, for it alone."""
    if is_embedded(of):
        return embedded.another()
    own = of.newSession()
    for key, value in settings.items():
        own.conf.set(key, value)
    return own


def has_ended(of: SparkSession) -> bool:
    """Whether a session was forgotten by its server, as one is that was idle for long."""
    return is_embedded(of) and not embedded.is_alive(of)


def frame(of: SparkSession, rows: pa.Table | Sequence[tuple], types: str | None = None) -> DataFrame:
    """Rows that Python holds as a DataFrame. Args: rows: Arrow, or few tuples. types: DDL of its columns; Arrow has its own."""
    import pyarrow as pa

    made = embedded.frame(of, rows, types) if is_embedded(of) else spark.frame(of, rows, types)
    if isinstance(rows, pa.Table) and rows.nbytes <= _MAPPED_HERE_BYTES:
        made.__dict__[_HELD] = rows
    return made


def mapped(
    rows: DataFrame, function: Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]], types: str
) -> DataFrame:
    """What a Python function makes of rows, as by mapInArrow. Args: types: DDL of what it gives.

    Few rows that `frame` was given are mapped here and now: half a second less than by a worker of Spark's.
    """
    import pyarrow as pa

    held = rows.__dict__.get(_HELD)
    if held is None:
        return rows.mapInArrow(function, types)
    made = list(function(iter(held.to_batches())))
    return frame(rows.sparkSession, pa.Table.from_batches(made) if made else [], types)


def scanned(rows: DataFrame) -> DataFrame:
    """Rows as they are read from files, which any filter may follow."""
    return embedded.scanned(rows) if is_embedded(rows.sparkSession) else rows


def materialised(rows: DataFrame) -> DataFrame:
    """The same rows, computed once. Give them back by `release`."""
    if is_embedded(rows.sparkSession):
        return checkpointed(rows)
    from pyspark.storagelevel import StorageLevel

    # portable: Spark's half of what all others call
    return rows.persist(StorageLevel.MEMORY_AND_DISK)


def release(rows: DataFrame) -> None:
    """Gives back the memory of `materialised` rows."""
    if not is_embedded(rows.sparkSession):  # the embedded engine's are files, which go when no plan names them
        rows.unpersist()


def forget_frames() -> None:
    """Frees what the rows of all frames of this process take on the disk: between cycles of a stream none is read any more."""
    embedded.forget_frames()


def tasks_at_once(of: SparkSession) -> int:
    """How many tasks of a job run side by side."""
    if is_embedded(of):
        return os.cpu_count() or 1
    return of.sparkContext.defaultParallelism


def cancel_jobs() -> None:
    """Ends what is being computed for this process, so that who waits for it goes on with an error."""
    _cancelled.set()
    spark.cancel_jobs()
    embedded.cancel_jobs()


def is_cancelled() -> bool:
    """Whether this process ends what it computes: an error is then no reason to try something else."""
    return _cancelled.is_set()
