"""An archive of the classes that Spark loads: a session that maps it starts in about half the time.

Made once at set-up (training.py) by Java's own class data sharing. Java itself checks that the archive fits: with another
Java, another jar or another path, classes are loaded as without it.
"""

from __future__ import annotations

from pathlib import Path

from jobs.engine import jars, java

# Java writes its notices to standard output by default, where the answers of commands belong.
NOTICES = "-Xlog:disable -Xlog:all=warning:stderr"


def path(of: java.Java) -> Path:
    """Where the archive lies: with the jars, a file for each Java and Spark."""
    import pyspark

    return jars.folder().parent / f"classes-java{of.version}-spark{pyspark.__version__}.jsa"


def options(of: java.Java) -> str:
    """What a JVM has to be started with to use the archive; empty while there is none."""
    archive = path(of)
    return f"-XX:SharedArchiveFile={archive} {NOTICES}" if archive.is_file() else ""
