"""Delta tables that are open: a table is opened once, and brought up to date when its log has grown."""

from __future__ import annotations

import threading
from pathlib import Path

import deltalake

from jobs.errors import ScrmError


class Handles:
    """The open tables of a lake, for all threads of the process."""

    def __init__(self) -> None:
        self._open: dict[Path, deltalake.DeltaTable] = {}
        self._lock = threading.Lock()

    def newest(self, path: Path, name: str) -> deltalake.DeltaTable:
        """The table at its newest version, whoever wrote it. Raises ScrmError where there is none.

        Args: name: the table, for a person.
        """
        with self._lock:
            held = self._open.get(path)
            if held is None or not _commit(path, held.version()).exists():  # made from scratch since
                self._open[path] = held = _opened(path, name)
            elif _commit(path, held.version() + 1).exists():
                held.update_incremental()
            return held


def _commit(path: Path, version: int) -> Path:
    return path / "_delta_log" / f"{version:020d}.json"


def _opened(path: Path, name: str) -> deltalake.DeltaTable:
    try:
        return deltalake.DeltaTable(str(path))
    except deltalake.exceptions.TableNotFoundError:
        raise ScrmError(f"{path} is no Delta table; run the job that writes {name} first") from None
