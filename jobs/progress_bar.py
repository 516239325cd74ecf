"""Progress of long work, on a terminal only."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from rich.progress import Progress

Item = TypeVar("Item")
_current: list[Progress] = []


@contextlib.contextmanager
def shown(progress: Progress) -> Iterator[None]:
    """Within it, `each` draws its bars in this display."""
    _current.append(progress)
    try:
        with progress:
            yield
    finally:
        _current.remove(progress)


def each(items: Sequence[Item], title: str, name: Callable[[Item], str] = str) -> Iterator[Item]:
    """The items, one after the other, with a bar that names the one at work. Silent outside of `shown`."""
    if not _current:
        yield from items
        return
    progress = _current[-1]
    task = progress.add_task(title, total=len(items))
    try:
        for item in items:
            progress.update(task, description=f"{title}: {name(item)}")
            yield item
            progress.advance(task)
    finally:
        progress.remove_task(task)
