"""Who moves from which segment to which when a model is replaced."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pyarrow as pa

MIGRATION = pa.schema(
    [(name, pa.string()) for name in ("from_version", "from_segment_id", "to_version", "to_segment_id")]
    + [("members_count", pa.int64()), ("share_ratio", pa.float64())]
)


def migration(before: Sequence[str], after: Sequence[str], from_version: str, to_version: str) -> pa.Table:
    """Moves of the same persons between the segments of two model versions: rows of gold.segment_migration.

    Args: before, after: the segment of each person by either version.
    Returns: MIGRATION; members_count adds up to the size of a segment over its rows, share_ratio to 1.
    """
    cells = Counter(zip(before, after, strict=True))
    sizes = Counter(before)
    rows = [
        {
            "from_version": from_version,
            "from_segment_id": one,
            "to_version": to_version,
            "to_segment_id": other,
            "members_count": count,
            "share_ratio": count / sizes[one],
        }
        for (one, other), count in sorted(cells.items())
    ]
    return pa.Table.from_pylist(rows, MIGRATION)
