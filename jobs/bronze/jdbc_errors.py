"""What a database or its driver says where it cannot be read: one line, with what to do, and never the password."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager

from py4j.protocol import Py4JJavaError
from pyspark.errors import PySparkException

from jobs.errors import ConfError, ScrmError
from jobs.settings.sources import Source

_ADVICE = (  # messages of the drivers, and what to do
    (
        (
            "connection attempt failed",
            "connection.{0,99}refused",
            "unknown ?host",
            "communications link failure",
            "timed out",
        ),
        "Start the database or wait for it, or fix host and port in jdbc.url",
    ),
    (
        (
            "authentication failed",
            "access denied",
            "login failed",
            "invalid (user|username|authorization)",
            "role .* does not exist",
        ),
        "Fix the environment variables that user_variable and password_variable name",
    ),
    (
        ('database ".*" does not exist', "unknown database", "cannot open database"),
        "Fix the database's name in jdbc.url",
    ),
    (
        (
            "(relation|table|view|object) .*(does not|doesn.t) exist",
            "no such table",
            "invalid object name",
            "table or view",
        ),
        "Create the table or grant the user access, or fix jdbc.query",
    ),
    (("unable to parse url",), "Fix jdbc.url"),
    (("permission denied", "denied"), "Grant the user access, or fix jdbc.query"),
)
_NO_DRIVER = ("No suitable driver", "ClassNotFoundException", "Failed to find data source")


@contextmanager
def explained(source: Source) -> Iterator[None]:
    """The message of the database or its driver in one line, and never the password."""
    try:
        yield
    except (Py4JJavaError, PySparkException) as error:
        jdbc = source.jdbc
        assert jdbc is not None
        text = str(error)
        if any(words in text for words in _NO_DRIVER):
            raise ConfError(
                f"{source.file}: key jdbc.url: no driver for {jdbc.address} in this session; add its group of "
                f"jobs/engine/jars.txt{f' ({jdbc.driver_jars})' if jdbc.driver_jars else ''} to spark.jars in base.yaml"
            ) from None
        said = re.search(r"\b\w*SQL\w*Exception: (.+)", text)
        reason = (said[1] if said else text.strip().splitlines()[0]).replace(jdbc.url, jdbc.address)
        reason = reason.replace(os.environ[jdbc.password_variable], "***")
        advice = next((f". {what}" for words, what in _ADVICE if re.search("|".join(words), text, re.IGNORECASE)), "")
        raise ScrmError(f"{source.file}: key jdbc: {jdbc.address} could not be read: {reason}{advice}") from None
