"""An archive of the classes that Spark loads: with it, a session starts in about half the time.

Created once at set-up (training.py) by Java's own class data sharing. Java itself checks that the archive matches: with
another Java, another jar or another path, classes are loaded as without it.
"""

from __future__ import annotations

from pathlib import Path

from jobs.engine import jars, java

# By default Java logs to standard output, which is for the results of commands.
NOTICES = "-Xlog:disable -Xlog:all=warning:stderr"


def path(of: java.Java) -> Path:
    """Path of the archive: beside the jars, one file per version of Java and Spark."""
    import pyspark

    return jars.folder().parent / f"classes-java{of.version}-spark{pyspark.__version__}.jsa"


def options(of: java.Java) -> str:
    """JVM options for using the archive; empty while it does not exist."""
    archive = path(of)
    return f"-XX:SharedArchiveFile={archive} {NOTICES}" if archive.is_file() else ""
