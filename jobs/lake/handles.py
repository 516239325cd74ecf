"""Delta tables: which folders are one, and those that are open.

A table is opened once, and brought up to date when its log has grown.
"""

from __future__ import annotations

import re
import threading
from pathlib import Path

import deltalake

from jobs.errors import ScrmError, explained
from jobs.lake import failures

_COMMIT = re.compile(r"\d{20}\.(?:json$|checkpoint\.)")


class Handles:
    """The open tables of a lake, for all threads of the process."""

    def __init__(self) -> None:
        self._open: dict[Path, deltalake.DeltaTable] = {}
        self._lock = threading.Lock()

    def newest(self, path: Path, name: str) -> deltalake.DeltaTable:
        """The table at its newest version, whoever wrote it. Raises ScrmError where there is none or it is damaged.

        Args: name: the table, for a person.
        """
        with self._lock:
            held = self._open.get(path)
            if held is None or not _commit(path, held.version()).exists():  # made from scratch since
                self._open[path] = held = _opened(path, name)
            elif _commit(path, held.version() + 1).exists():
                try:
                    held.update_incremental()
                except deltalake.exceptions.DeltaError as error:
                    raise _damaged(path, name, error) from error
            return held


def is_table(path: Path) -> bool:
    """Whether a folder holds a table: a log with a commit.

    What a full disk leaves of a first write, a log without a commit or with an empty one, is none.
    """
    first = _commit(path, 0)
    try:
        if first.stat().st_size:
            return True
    except FileNotFoundError:
        pass
    except NotADirectoryError:
        return False
    later = (file for file in (path / "_delta_log").glob("*") if _COMMIT.match(file.name) and file != first)
    return any(file.stat().st_size for file in later)


def clear_remains(path: Path) -> None:
    """Takes away the empty commit that an interrupted first write may have left: the next one would stumble over it."""
    if not is_table(path):
        _commit(path, 0).unlink(missing_ok=True)


def _commit(path: Path, version: int) -> Path:
    return path / "_delta_log" / f"{version:020d}.json"


def _opened(path: Path, name: str) -> deltalake.DeltaTable:
    try:
        return deltalake.DeltaTable(str(path))
    except deltalake.exceptions.TableNotFoundError:
        raise ScrmError(f"{path} is no Delta table; run the job that writes {name} first") from None
    except deltalake.exceptions.DeltaError as error:
        raise _damaged(path, name, error) from error


def _damaged(path: Path, name: str, error: Exception) -> ScrmError:
    return ScrmError(f"{failures.damaged(path.parent.parent, name)}. {explained(error)}")
