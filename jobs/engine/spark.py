"""The only builder of a SparkSession."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from jobs.engine import class_archive, jars, java, jvm, stderr
from jobs.errors import ConfError

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame, SparkSession

MEANING = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "false",  # one bad value in a mapping is to flag its row, not end the run
    "spark.sql.timestampType": "TIMESTAMP_LTZ",
    "spark.sql.caseSensitive": "true",
}
"""Settings on which it depends what SQL means, on either engine."""

# The lake relies on these: users cannot change them.
FIXED = {
    "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
    "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
    **MEANING,
}

# Options and session of this process: getting the session again does not look for Java again.
_made: list[Any] = []
_NOISY = ("SQLQueryContextLogger", "DataFrameQueryContextLogger", "py4j")
"""Loggers that print a whole Java trace for an error that is raised as well."""
_one_at_a_time = threading.RLock()  # jobs of a stage may ask at once, and a start redirects standard error


@dataclass(frozen=True)
class Options:
    """Options of a session. jars: groups of jars.txt."""

    master: str
    driver_memory: str
    shuffle_partitions: int
    driver_java_options: str
    conf: tuple[tuple[str, str], ...]
    jars: tuple[str, ...]


def spark_session(options: Options, log: Path, *, uses_archive: bool = True) -> SparkSession:
    """The session of this process, created by the first call (6 to 9 s); later calls with the same options are free.

    Args: log: file for the JVM's log output.

    Raises ConfError where Java or a jar is missing, with the way to get it.
    """
    with _one_at_a_time:
        if not (_made and _made[0] == options and _runs(_made[1])):
            _made[:] = [options, _started(options, log, uses_archive=uses_archive)]
        return _made[1]


def frame(session: SparkSession, rows: pa.Table | Sequence[tuple], types: str | None = None) -> DataFrame:
    """Rows as a DataFrame that the JVM holds. Args: types: DDL of the columns; Arrow has its own.

    PySpark's own way with tuples, and with no rows, starts a Python process for each task whenever the rows are read: a
    second, where these take a tenth.
    """
    import pyarrow as pa
    from pyspark.sql.pandas.types import to_arrow_schema
    from pyspark.sql.types import StructType

    given: Any = rows
    if not isinstance(rows, pa.Table):
        schema = to_arrow_schema(cast(StructType, StructType.fromDDL(str(types))))
        given = pa.Table.from_pylist([dict(zip(schema.names, row, strict=True)) for row in rows], schema)
    if not given.num_rows:
        given = given.schema.empty_table()  # PySpark fails at columns of times that have no chunk at all
    return session.createDataFrame(given, types) if types else session.createDataFrame(given)


EXTRA_JARS = "SCRM_EXTRA_JARS"
"""Environment variable with files of more jars, separated by commas; GraphFrames, say."""


def _extra_jars() -> list[str]:
    """Raises ConfError where one of them does not exist."""
    named = [path.strip() for path in os.environ.get(EXTRA_JARS, "").split(",") if path.strip()]
    for path in named:
        if not os.path.isfile(path):
            raise ConfError(
                f"{EXTRA_JARS} names {path}, which does not exist; expected files of jars, separated by commas"
            )
    return named


def _started(options: Options, log: Path, *, uses_archive: bool) -> SparkSession:
    from pyspark.sql import SparkSession

    try:
        found = java.find_java()
        paths = jars.paths(options.jars)
    except (java.JavaMissing, jars.JarError) as error:
        raise ConfError(str(error)) from None
    os.environ["JAVA_HOME"] = str(found.home)
    os.environ["PYSPARK_PYTHON"] = os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    archive = class_archive.options(found) if uses_archive else ""
    builder = (
        SparkSession.builder.appName("scrm-iris")
        .master(options.master)
        .config("spark.jars", ",".join([*map(str, paths), *_extra_jars()]))
        .config("spark.driver.memory", options.driver_memory)
        .config("spark.driver.extraJavaOptions", f"{options.driver_java_options} {archive}".strip())
        .config("spark.sql.shuffle.partitions", str(options.shuffle_partitions))
    )
    for key, value in {**dict(options.conf), **FIXED}.items():
        builder = builder.config(key, value)
    with stderr.to_file(log), jvm.watched(), _own_signals():
        session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    for logger in _NOISY:
        logging.getLogger(logger).setLevel(logging.CRITICAL + 1)
    return session


@contextlib.contextmanager
def _own_signals() -> Iterator[None]:
    """Spark takes Ctrl-C for itself; whoever has a handler of their own keeps it."""
    from pyspark.core import context

    handler = signal.getsignal(signal.SIGINT)
    if callable(handler) and handler is not signal.default_int_handler:
        vars(context)["signal"] = SimpleNamespace(SIGINT=signal.SIGINT, signal=lambda number, handler: None)
    try:
        yield
    finally:
        vars(context)["signal"] = signal


def cancel_jobs() -> None:
    """Ends what Spark is computing for this process."""
    if _made and _runs(_made[1]):
        _made[1].sparkContext.cancelAllJobs()


def _runs(session: SparkSession) -> bool:
    """Whether the session has not been stopped and is still Spark's active one."""
    from pyspark.sql import SparkSession

    return SparkSession._instantiatedSession is session and session.sparkContext._jsc is not None
