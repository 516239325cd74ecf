"""One writer a table: locks on files beside the lake, held until released or until the process ends, however it ends."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from jobs.errors import ConfError

_ours: Counter[Path] = Counter()
"""Locks that this process holds."""
_counting = threading.Lock()


@contextmanager
def held(folder: Path, names: Iterable[str], on_wait: Callable[[str], None] = lambda name: None) -> Iterator[None]:
    """Holds the locks of these names; waits for other holders. Taken in sorted order, so that two never wait crosswise.

    Args: on_wait: called with the name of a lock that another process holds, before it is waited for.
    Raises: RuntimeError where this thread holds one of them already and would wait for itself.
    """
    with ExitStack() as stack:
        for name in sorted(set(names)):
            lock = _lock(folder, name)
            try:
                lock.acquire(blocking=False)
            except Timeout:
                if not _ours[folder / name]:
                    on_wait(name)
                lock.acquire()
            stack.callback(lock.release)
            stack.enter_context(_counted(folder / name))
        yield


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
