"""One writer a table: locks on files beside the lake, held by a process or thread until released."""

from __future__ import annotations

import fcntl
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from jobs.errors import ConfError


@contextmanager
def held(folder: Path, names: Iterable[str]) -> Iterator[None]:
    """Holds the locks of these names; waits for other holders. Taken in sorted order, so that two never wait crosswise."""
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        for name in sorted(set(names)):
            handle = stack.enter_context((folder / f"{name}.lock").open("w"))
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


@contextmanager
def held_or_refused(folder: Path, name: str, message: str) -> Iterator[None]:
    """Holds a lock, or raises ConfError with the message where another process holds it."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{name}.lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ConfError(message) from None
        yield
