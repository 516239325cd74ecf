"""One writer a table: locks on files beside the lake, held until released or until the process ends, however it ends."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from jobs.errors import ConfError

_FIRST_TOLD, _TOLD_AGAIN = 1.0, 60.0
_LOG = logging.getLogger("scrm")


@contextmanager
def held(folder: Path, names: Iterable[str]) -> Iterator[None]:
    """Holds the locks of these names; waits for other holders. Taken in sorted order, so that two never wait crosswise.

    Whoever waits is told so after a second, and then every minute.

    Raises: RuntimeError where this thread holds one of them already and would wait for itself.
    """
    with ExitStack() as stack:
        for name in sorted(set(names)):
            stack.enter_context(_lock(folder, name).acquire(cancel_check=_Waiting(folder, name).look))
        yield


class _Waiting:
    """Says that a lock is waited for: on standard error, unless the program that uses the lake sets up logging."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder, self._name = folder, name
        self._begun = time.monotonic()
        self._next = _FIRST_TOLD

    def look(self) -> bool:
        """Called again and again while another holds the lock. Returns False: go on waiting."""
        waited = time.monotonic() - self._begun
        if waited >= self._next:
            _LOG.warning(
                "waiting for the lock of %s, which another run or thread holds: %.0f s so far (%s)",
                self._name,
                waited,
                self._folder / f"{self._name}.lock",
            )
            self._next = waited + _TOLD_AGAIN
        return False


@contextmanager
def held_or_refused(folder: Path, name: str, message: str) -> Iterator[None]:
    """Holds a lock, or raises ConfError with the message where another process or thread holds it."""
    try:
        lock = _lock(folder, name).acquire(blocking=False)
    except Timeout:
        raise ConfError(message) from None
    with lock:
        yield


def _lock(folder: Path, name: str) -> FileLock:
    """A lock of its own for each call: threads of one process exclude each other too.

    A file system without locks is an error: the marker files that would replace them outlive a killed process.
    """
    return FileLock(folder / f"{name}.lock", thread_local=False, fallback_to_soft=False)
