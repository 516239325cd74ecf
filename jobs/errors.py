"""Errors that end a command with one message and an exit code, without a stack trace; and other libraries' errors in one line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

_FULL = re.compile(r"no space left on device|os error 28\b|disk quota exceeded|os error 122\b", re.IGNORECASE)
_CAUSE = re.compile(r"^Caused by: (?:[\w$]+\.)*(?P<cause>[\w$]+(?:: .*)?)$", re.MULTILINE)
_OF_WORKER = re.compile(r"^(?:\w+\.)*(?P<cause>\w*(?:Error|Exception|Interrupt)(?:: .*)?)$", re.MULTILINE)
_OF_TASK = re.compile(r"^.*most recent failure: Lost task .*?\(executor [^)]*\)\s*:\s*|^.*\(TID \d+\) \([^)]*\):\s*")
_STATE = re.compile(r"\.?\s+SQLSTATE: \w{5}\b")
_JAVA = re.compile(r"\b(?:[a-z_][\w$]*\.){2,}(?=[A-Z])")
_FILE = re.compile(r"\bfile:/{0,2}(?P<path>/[^\s'\"]+?)[.,;]?(?=\s|$)")
_LONGEST = 400


class ScrmError(Exception):
    """An error that a person can fix. The message says what was found, where, and what to do."""

    exit_code = 1


class ConfError(ScrmError):
    """Wrong usage or conf: nothing has run (exit code 2)."""

    exit_code = 2


class GateStopped(ScrmError):
    """A rule with severity stop is broken: nothing downstream runs (exit code 3)."""

    exit_code = 3


@contextmanager
def panics() -> Iterator[None]:
    """A panic of a library in Rust within is an error like others; as it comes, it is no Exception.

    Raises: RuntimeError with its message.
    """
    try:
        yield
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise RuntimeError(
            f"a library has failed: {str(error).splitlines()[0] if str(error) else 'no reason given'}"
        ) from error


def explained(error: BaseException) -> str:
    """What an error says, in one line: its kind and message, or the cause that a JVM or one of Spark's workers names last.

    >>> explained(OSError(28, "No space left on device", "lake/company.json"))
    'lake/company.json: No space left on device; free some space and run again: what is unfinished is completed then'
    >>> explained(KeyError("x"))
    "KeyError: 'x'"
    """
    if isinstance(error, ScrmError):
        return str(error)
    if isinstance(error, OSError) and error.strerror:
        line = ": ".join(str(part) for part in (error.filename, error.strerror) if part)
    else:
        line = f"{type(error).__name__}: {_said(str(error))}"
    return f"{line}; {FREE_SPACE}" if is_full(error) else line


FREE_SPACE = "free some space and run again: what is unfinished is completed then"


def is_full(error: BaseException) -> bool:
    """Whether an error, of whatever library, says that no more can be written to the disk."""
    return bool(_FULL.search(str(error)))


def _said(text: str) -> str:
    """The line of an error's text that says most."""
    lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    if not lines:
        return "no message"
    if "Python worker" in text and (of_worker := _OF_WORKER.findall(text)):
        line = of_worker[-1]
    elif causes := _CAUSE.findall(text):
        line = causes[-1]
    elif lines[0].startswith("An error occurred while calling") and len(lines) > 1:  # py4j: what Java says comes next
        line = lines[1].removeprefix(": ")
    else:
        line = lines[0]
    line = _JAVA.sub("", _OF_TASK.sub("", _STATE.sub("", line))).strip().rstrip(";")
    line = line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
    named = _FILE.search(text)
    return f"{line} (in {named['path']})" if named and named["path"] not in line else line
