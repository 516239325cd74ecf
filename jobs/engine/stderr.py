"""Standard error: what a JVM or native code of this process writes there goes to a log, what Python writes to the terminal."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_terminal: list[int] = []


@contextmanager
def to_file(log: Path) -> Iterator[None]:
    """A JVM started within logs to a file: on the terminal its output would hide the result."""
    if os.environ.get("SCRM_SPARK_STDERR"):
        yield
        return
    kept = _redirected(log)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        _terminal.remove(kept)
        os.close(kept)


def goes_to(log: Path) -> None:
    """From now on native code writes to a file; `sys.stderr` and `terminal()` are still what they were."""
    if os.environ.get("SCRM_SPARK_STDERR") or _terminal:
        return
    is_shared = _writes_to(sys.stderr, 2)
    kept = _redirected(log)
    if is_shared:
        sys.stderr = os.fdopen(kept, "w", buffering=1, errors="backslashreplace", closefd=False)


def terminal() -> int:
    """The descriptor that a message for a person goes to."""
    return _terminal[-1] if _terminal else 2


def _redirected(log: Path) -> int:
    """Lets descriptor 2 lead to the end of a file. Returns: another one of what it was."""
    log.parent.mkdir(parents=True, exist_ok=True)
    sys.stderr.flush()
    with log.open("ab") as stream:
        kept = os.dup(2)
        _terminal.append(kept)
        os.dup2(stream.fileno(), 2)
    return kept


def _writes_to(stream: object, descriptor: int) -> bool:
    try:
        return stream.fileno() == descriptor  # type: ignore[attr-defined]
    except (AttributeError, OSError, io.UnsupportedOperation):
        return False
