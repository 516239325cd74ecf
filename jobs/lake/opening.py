"""Opens the lake that conf names."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from jobs.errors import ConfError
from jobs.lake.tables import Lake
from jobs.settings import Settings, load

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_OTHER = "set engine: spark (SCRM_ENGINE=spark, or --engine spark)"


def open_lake(conf: Settings | Path | str | None = None, run_id: str = "") -> Lake:
    """The lake of a conf folder or of settings; the engine starts when it is first needed.

    Args: conf: a folder, or what `jobs.settings.load` gave; SCRM_CONF or the shipped conf by default.
    """
    settings = conf if isinstance(conf, Settings) else load(conf)
    return Lake(settings.base.lake.root, lambda: session(settings), run_id)


def session(settings: Settings, log: Path | None = None) -> SparkSession:
    """The session of these settings' engine, made on the first call.

    Args: log: what the engine's notices are written to; runs/spark.log or runs/embedded.log of the lake by default.
    """
    from jobs.engine import embedded, sessions, spark

    check_engine(settings)
    base = settings.base
    options: spark.Options | embedded.Options
    if base.engine == "embedded":
        options = embedded.Options(base.embedded.memory)
    else:
        options = spark.Options(
            base.spark.master,
            base.spark.driver_memory,
            base.spark.shuffle_partitions,
            base.spark.driver_java_options,
            tuple(base.spark.conf.items()),
            settings.jar_groups,
        )
    return sessions.session(options, log or base.lake.root / "runs" / f"{base.engine}.log")


def check_engine(settings: Settings) -> None:
    """Raises ConfError for what the embedded engine does not serve, and where its packages are missing. Starts nothing."""
    if settings.base.engine != "embedded":
        return
    for source in settings.sources:
        for key in ("kafka", "jdbc"):
            if getattr(source, key):
                raise ConfError(f"{source.file}: key {key}: the embedded engine does not read from there; {_OTHER}")
    master = settings.base.spark.master
    if not re.fullmatch(r"local(\[[^]]*\])?", master):
        raise ConfError(
            f"base.yaml: key spark.master is {master!r}: the embedded engine computes on this machine; {_OTHER}"
        )
    for group in settings.base.spark.jars:
        if group != "core":
            raise ConfError(
                f"base.yaml: key spark.jars names {group}: the embedded engine uses no jars; leave it out, or {_OTHER}"
            )
    from jobs.engine import embedded

    embedded.check_installed()
