"""Standard error: what native code of this process writes there goes to a log, what Python writes to the terminal."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

_terminal: list[int] = []


def goes_to(log: Path) -> None:
    """From now on native code writes to a file; `sys.stderr` and `terminal()` are still what they were."""
    if os.environ.get("SCRM_SPARK_STDERR") or _terminal:
        return
    log.parent.mkdir(parents=True, exist_ok=True)
    sys.stderr.flush()
    kept = os.dup(2)
    _terminal.append(kept)
    if _writes_to(sys.stderr, 2):
        sys.stderr = os.fdopen(kept, "w", buffering=1, errors="backslashreplace", closefd=False)
    with log.open("ab") as stream:
        os.dup2(stream.fileno(), 2)


def terminal() -> int:
    """The descriptor that a message for a person goes to."""
    return _terminal[-1] if _terminal else 2


def _writes_to(stream: object, descriptor: int) -> bool:
    try:
        return stream.fileno() == descriptor  # type: ignore[attr-defined]
    except (AttributeError, OSError, io.UnsupportedOperation):
        return False
