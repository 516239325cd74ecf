"""Things that a platform's records hold and no table has a place for: counted by kind, so that a run can say so.

A format calls `count` where it leaves something out; whoever reads records listens with `counting`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_listening: ContextVar[Counter[str] | None] = ContextVar("unmapped", default=None)


def count(kind: str, number: int = 1) -> None:
    """Counts things of a kind (in plain words, plural) that are left out."""
    counts = _listening.get()
    if counts is not None and number > 0:
        counts[kind] += number


@contextmanager
def counting() -> Iterator[Counter[str]]:
    """What is left out within.

    >>> with counting() as found:
    ...     count("polls", 2)
    >>> as_text(found)
    'polls=2'
    """
    token = _listening.set(Counter())
    try:
        found = _listening.get()
        assert found is not None
        yield found
    finally:
        _listening.reset(token)


def as_text(counts: Counter[str]) -> str | None:
    """Counts as a text, None where there are none."""
    return "|".join(f"{kind}={number}" for kind, number in sorted(counts.items())) or None


def total(texts: Iterable[tuple[str, int]]) -> Counter[str]:
    """Sum of counts as texts, each with the number of records that have it.

    >>> total([("likes=2|polls=1", 3), ("polls=1", 1)])
    Counter({'likes': 6, 'polls': 4})
    """
    found: Counter[str] = Counter()
    for text, times in texts:
        for pair in text.split("|"):
            kind, _, number = pair.rpartition("=")
            found[kind] += int(number) * times
    return found
