"""Opens the lake that conf names."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from jobs.lake.tables import Lake
from jobs.settings import Settings, load

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


def open_lake(conf: Settings | Path | str | None = None, run_id: str = "") -> Lake:
    """The lake of a conf folder or of settings; Spark starts when it is first needed.

    Args: conf: a folder, or what `jobs.settings.load` gave; SCRM_CONF or the shipped conf by default.
    """
    settings = conf if isinstance(conf, Settings) else load(conf)
    return Lake(settings.base.lake.root, lambda: session(settings), run_id)


def session(settings: Settings, log: Path | None = None) -> SparkSession:
    """The Spark session of these settings, made on the first call.

    Args: log: what the JVM's notices are written to; runs/spark.log of the lake by default.
    """
    from jobs.engine.spark import Options, spark_session

    spark = settings.base.spark
    options = Options(
        spark.master,
        spark.driver_memory,
        spark.shuffle_partitions,
        spark.driver_java_options,
        tuple(spark.conf.items()),
        settings.jar_groups,
    )
    return spark_session(options, log or settings.base.lake.root / "runs" / "spark.log")
