"""Full dumps: which files are dumps of the same things, and in which order."""

from __future__ import annotations

import re
from typing import Any


def series(file: str) -> str:
    """Files whose names differ only in digits are dumps of the same things: customers_2025-01-01.csv, 2025/users.xml."""
    return re.sub(r"\d+", "0", file)


def in_order(batches: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """The dumps of each series, the oldest first, of rows of ops.batches. Digits in names count as numbers."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in sorted(batches, key=lambda row: natural(row["file_version"])):
        found.setdefault(series(row["file"]), []).append(row)
    return found


def newest(batches: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The newest dump of each series."""
    return [dumps[-1] for dumps in in_order(batches).values()]


def natural(name: str) -> list[tuple[int, str]]:
    """Sorts names with the digits in them as numbers."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", name)]
