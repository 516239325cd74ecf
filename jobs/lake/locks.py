"""One writer a table: locks on files beside the lake, held until released or until the process ends, however it ends."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from jobs.errors import ConfError

_ours: Counter[Path] = Counter()
"""Locks that this process holds."""
_counting = threading.Lock()
_FIRST_TOLD, _TOLD_AGAIN = 1.0, 60.0
_LOG = logging.getLogger("scrm")


@contextmanager
def held(folder: Path, names: Iterable[str], on_wait: Callable[[str], None] | None = None) -> Iterator[None]:
    """Holds the locks of these names; waits for other holders. Taken in sorted order, so that two never wait crosswise.

    Whoever waits for another process is told so again every minute, without `on_wait` after a second already.

    Args: on_wait: called with the name of a lock that another process holds, before it is waited for.
    Raises: RuntimeError where this thread holds one of them already and would wait for itself.
    """
    with ExitStack() as stack:
        for name in sorted(set(names)):
            lock = _lock(folder, name)
            try:
                lock.acquire(blocking=False)
            except Timeout:
                is_ours = bool(_ours[folder / name])
                if on_wait and not is_ours:
                    on_wait(name)
                first = _TOLD_AGAIN if on_wait or is_ours else _FIRST_TOLD
                lock.acquire(cancel_check=_Waiting(folder, name, first).look)
            stack.callback(lock.release)
            stack.enter_context(_counted(folder / name))
        yield


class _Waiting:
    """Says how long a lock is waited for: on standard error, unless the program that uses the lake sets up logging."""

    def __init__(self, folder: Path, name: str, first: float) -> None:
        self._folder, self._name, self._next = folder, name, first
        self._begun = time.monotonic()

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
def _counted(place: Path) -> Iterator[None]:
    with _counting:
        _ours[place] += 1
    try:
        yield
    finally:
        with _counting:
            _ours[place] -= 1


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
