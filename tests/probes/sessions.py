"""Sessions for probes: both engines with the settings that the lake relies on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jobs.engine.spark import MEANING, Options, spark_session

_kept: list[Any] = []


def spark(log: Path) -> Any:
    """Spark, interpreting expressions: compiling hundreds of them takes minutes."""
    session = spark_session(Options("local[2]", "2g", 1, "-XX:TieredStopAtLevel=1", (), ("core",)), log)
    return interpreting(session)


def interpreting(session: Any) -> Any:
    """A session beside this one that interprets expressions."""
    own = session.newSession()
    own.conf.set("spark.sql.codegen.factoryMode", "NO_CODEGEN")
    own.conf.set("spark.sql.codegen.wholeStage", "false")
    return own


def embedded() -> Any:
    """The embedded engine in this process."""
    from pysail.spark import SparkConnectServer
    from pyspark.sql.connect.session import SparkSession

    server = SparkConnectServer("127.0.0.1", 0)
    server.start(background=True)
    _kept.append(server)
    session = SparkSession.builder.remote(f"sc://127.0.0.1:{server.listening_address[1]}").create()
    for key, value in MEANING.items():
        session.conf.set(key, value)
    return session
