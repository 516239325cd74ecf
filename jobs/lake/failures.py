"""Errors that nobody foresaw, as one line, with their trace in a file of the lake; and the way out of a damaged table."""

from __future__ import annotations

import re
import shutil
import tempfile
import traceback
from collections.abc import Mapping
from pathlib import Path

from jobs.engine import jvm
from jobs.errors import FREE_SPACE, ScrmError, explained

_UNREADABLE = re.compile(
    r"FAILED_READ_FILE|Failed to fetch metadata|(?i:not a parquet file|invalid parquet|corrupt)|Requested range was invalid"
    r"|delta kernel error|Kernel error|No such file|not found|does not exist|DELTA_(?:TRUNCATED|VERSIONS_NOT_CONTIG|LOG)"
)
_NO_ANSWER = re.compile(
    r"Connection (?:refused|reset)|Broken pipe|Answer from Java side is empty|Py4JNetworkError|JAVA_GATEWAY_EXITED"
)
"""What a process says of a JVM that has gone."""
_LITTLE = 64 * 2**20
"""Free bytes below which a disk counts as full: what asked for more has taken its file away again."""
_OURS = re.compile(r"\w+\.\w+ is damaged \(.*")
_ONLY_COPY = "bronze is the only copy of what was landed: restore that folder from a backup"
_MADE_AGAIN = "move that folder away and run `scrm run --full`: it is made again from bronze"
_HISTORY = "restore that folder from a backup, or move it away: it begins again with the next run, without its history"
_WAYS_OUT = {
    "bronze": _ONLY_COPY,
    "silver": _MADE_AGAIN,
    "quarantine": _MADE_AGAIN,
    "gold": "move that folder away and run `scrm run`: it is made again",
    "ops": _HISTORY,
}
_WAYS_OUT_OF_OPS = {
    "ops.progress": "move that folder away and run `scrm run`: what has been done is done again, with the same result",
    "ops.row_accounts": _MADE_AGAIN,
    "ops.batches": "restore that folder from a backup, or move it away: the next run says what can be found again in bronze",
}


def told(root: Path, place: str, error: BaseException) -> str:
    """The error in a line. Args: place: name of the file for its trace, in the folder of runs: run and job."""
    if isinstance(error, ScrmError):
        return str(error)
    if ours := _OURS.search(str(error)):  # a library has wrapped an error of ours while it read from the lake
        return ours[0]
    line = _of_lost_jvm(root, error) or explained(error)
    if table := _named(root, str(error)):
        line += f"; {damaged(root, table)}"
    return line + _kept(root / "runs" / f"{place}.log", error)


def beside(message: str, what: str, line: str) -> str:
    """A message with a line on what failed as well, unless the message says the same already."""
    return message if line in message else "\n".join(filter(None, (message, f"{what}: {line}")))


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


def is_damage(text: str) -> bool:
    """Whether an error says that files of a table are missing or unreadable."""
    return bool(_UNREADABLE.search(text))


def damaged(root: Path, name: str) -> str:
    """Which table cannot be read, where it is, and what to do."""
    layer, _, short_name = name.partition(".")
    way_out = _WAYS_OUT_OF_OPS.get(name) or _WAYS_OUT.get(layer, _MADE_AGAIN)
    return f"{name} is damaged ({root / layer / short_name}): {way_out}"


def _of_lost_jvm(root: Path, error: BaseException) -> str | None:
    """What has become of Spark, where an error only says that its JVM does not answer."""
    if not _NO_ANSWER.search(f"{type(error).__name__}: {error}") or not (how := jvm.end_of_itself()):
        return None
    line = f"Spark's JVM has ended by itself ({how})"
    for place in (root, Path(tempfile.gettempdir())):
        if place.exists() and (free := shutil.disk_usage(place).free) < _LITTLE:
            return f"{line}: {free / 2**20:.0f} MiB are free on the disk of {place}; {FREE_SPACE}"
    return (
        f"{line}, which is most often for want of memory or of space on a disk: see {root / 'runs' / 'spark.log'}, "
        "spark.driver_memory of base.yaml, and what else runs on this machine; then run again"
    )


def _named(root: Path, text: str) -> str | None:
    """The table whose files an error says cannot be read."""
    found = re.search(re.escape(root.as_posix().lstrip("/")) + r"/(\w+)/([^/\s]+)/", text)
    return f"{found[1]}.{found[2]}" if found and found[1] in _WAYS_OUT and is_damage(text) else None


def _kept(log: Path, error: BaseException) -> str:
    """Where the error's trace is, if it can be kept at all."""
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_text("".join(traceback.format_exception(error)), encoding="utf-8")
    except OSError as unkept:
        return f" (its trace cannot be kept: {unkept.strerror})"
    return f" (the whole trace: {log})"


def _exit_code(error: Exception) -> int:
    return error.exit_code if isinstance(error, ScrmError) else ScrmError.exit_code
