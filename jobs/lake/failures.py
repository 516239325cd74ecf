"""Errors that nobody foresaw, as one line, with their trace in a file of the lake."""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from pathlib import Path

from jobs.errors import ScrmError


def told(root: Path, place: str, error: Exception) -> str:
    """The error in a line. Args: place: name of the file for its trace, in the folder of runs: run and job."""
    if isinstance(error, ScrmError):
        return str(error)
    log = root / "runs" / f"{place}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_text("".join(traceback.format_exception(error)), encoding="utf-8")
    return f"{type(error).__name__}: {_first_line(error)} (the whole trace: {log})"


def raise_for(root: Path, place: str, failed: Mapping[str, Exception]) -> None:
    """Raises what the sources of a job that failed have to say; nothing where none did.

    The exit code of the error is the smallest of theirs: 1 where one may do better another time.
    """
    if not failed:
        return
    if len(failed) == 1 and isinstance(next(iter(failed.values())), ScrmError):
        raise next(iter(failed.values()))
    told_of = [f"{name}: {told(root, f'{place}.{name}', error)}" for name, error in failed.items()]
    first = min(failed.values(), key=_exit_code)
    kind = type(first) if isinstance(first, ScrmError) else ScrmError
    raise kind("; ".join(told_of)) from first


def _exit_code(error: Exception) -> int:
    return error.exit_code if isinstance(error, ScrmError) else ScrmError.exit_code


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or ["no message"])[0][:300]
