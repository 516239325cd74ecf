"""Full dumps: which files belong to one series of dumps, and in which order."""

from __future__ import annotations

import re
from collections.abc import Iterable

from transformations.canonical.names import natural
from transformations.contracts.ops_rows import BatchRow


def series(file: str) -> str:
    """Series of a file: files whose names differ only in digits belong to one series of dumps.

    >>> series("customers_2025-01-01.csv") == series("customers_2025-02-01.csv")
    True
    """
    return re.sub(r"\d+", "0", file)


def in_order(batches: Iterable[BatchRow]) -> dict[str, list[BatchRow]]:
    """The dumps of each series, the oldest first, from rows of ops.batches. Digits in names are compared as numbers."""
    found: dict[str, list[BatchRow]] = {}
    for row in sorted(batches, key=lambda row: (natural(row["file_version"]), row["batch_id"])):
        found.setdefault(series(row["file"]), []).append(row)
    return found


def newest(batches: Iterable[BatchRow]) -> list[BatchRow]:
    """The newest dump of each series."""
    return [dumps[-1] for dumps in in_order(batches).values()]
