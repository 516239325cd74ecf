"""Which content each file of a source has now, by the register of what was landed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from transformations.canonical.names import natural
from transformations.contracts.ops_rows import BatchRow


def current(known: Iterable[BatchRow]) -> dict[str, BatchRow]:
    """File -> its last registered batch."""
    return {row["file"]: row for row in sorted(known, key=_registered)}


def _registered(row: BatchRow) -> tuple[datetime, int, str]:
    return row["landed_at"], row["bronze_version"], natural(row["file_version"])
