"""An error of any library becomes one line that says what happened."""

from __future__ import annotations

import pytest

from jobs.errors import ScrmError, explained, is_full

TASK = (
    "An error occurred while calling o151.save.\n"
    ": org.apache.spark.SparkException: [TASK_WRITE_FAILED] Task failed while writing rows to file:/lake/silver/orders."
    " SQLSTATE: 58030\n"
    "\tat org.apache.spark.sql.errors.QueryExecutionErrors$.taskFailedWhileWritingRowsError(QueryExecutionErrors.scala:814)\n"
    "Caused by: org.apache.hadoop.fs.FSError: java.io.IOException: No space left on device\n"
    "\tat org.apache.hadoop.fs.RawLocalFileSystem$LocalFSFileOutputStream.write(RawLocalFileSystem.java:545)\n"
    "\t... 40 more\n"
    "Caused by: java.io.IOException: No space left on device\n"
    "\tat java.base/java.io.FileOutputStream.writeBytes(Native Method)\n"
)
ROUTINE = (
    "[UNRESOLVED_ROUTINE] Cannot resolve routine `foo` on search path [`system`.`builtin`]. SQLSTATE: 42883; line 1 pos 7;\n"
    "'Project ['foo(1)]\n+- OneRowRelation\n"
)
WORKER = (
    "\n  An exception was thrown from the Python worker. Please see the stack trace below.\n"
    "Traceback (most recent call last):\n"
    '  File "/x.py", line 18, in f\n'
    '    raise ValueError("bad thing")\n'
    "ValueError: bad thing\n"
)
LOG = (
    "An error occurred while calling o137.load.\n"
    ": org.apache.spark.SparkException: [FAILED_READ_FILE.NO_HINT] Encountered error while reading file"
    " file:///lake/silver/orders/_delta_log/00000000000000000000.json.  SQLSTATE: KD001\n"
    "\tat org.apache.spark.sql.catalyst.json.JacksonParser.parse(JacksonParser.scala:677)\n"
    "Caused by: com.fasterxml.jackson.core.JsonParseException: Unrecognized token 'garbage'\n"
    "\t... 28 more\n"
)


class Py4JJavaError(Exception):
    pass


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            TASK,
            "Py4JJavaError: IOException: No space left on device (in /lake/silver/orders); free some space and run again: "
            "what is unfinished is completed then",
        ),
        (
            ROUTINE,
            "Py4JJavaError: [UNRESOLVED_ROUTINE] Cannot resolve routine `foo` on search path [`system`.`builtin`];"
            " line 1 pos 7",
        ),
        (WORKER, "Py4JJavaError: ValueError: bad thing"),
        (
            LOG,
            "Py4JJavaError: JsonParseException: Unrecognized token 'garbage'"
            " (in /lake/silver/orders/_delta_log/00000000000000000000.json)",
        ),
        ("", "Py4JJavaError: no message"),
        ("x" * 20_000, f"Py4JJavaError: {'x' * 399}…"),
    ],
)
def test_a_java_or_worker_trace_becomes_its_last_cause(text, line):
    assert explained(Py4JJavaError(text)) == line


def test_an_error_of_ours_stays_as_it_is():
    assert explained(ScrmError("a\nb")) == "a\nb"


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (OSError(28, "No space left on device"), True),
        (OSError(122, "Disk quota exceeded"), True),
        (RuntimeError("Generic LocalFileSystem error: Unable to copy data to file: (os error 28)"), True),
        (OSError(13, "Permission denied"), False),
        (RuntimeError("os error 280"), False),
    ],
)
def test_a_full_disk_is_known_from_any_library(error, expected):
    assert is_full(error) is expected
