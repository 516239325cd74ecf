"""First records of a source, as Arrow, to try it on. Nothing is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import pyarrow as pa

from jobs.sources import files


@dataclass(frozen=True)
class Sample:
    """A source's first records.

    Attributes:
        records: columns of bronze; batch_id is the file.
        origin: what they were read from, for display.
        facts: what these records look up in others (jobs.sources.linking).
        notes: remarks for the reader.
    """

    records: pa.Table
    origin: str
    facts: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def first(batches: Iterable[pa.RecordBatch], limit: int, schema: pa.Schema = files.BRONZE_SCHEMA) -> pa.Table:
    """The first rows; reads no more batches than needed."""
    taken: list[pa.RecordBatch] = []
    left = limit
    for batch in batches:
        taken.append(batch.slice(0, left))
        left -= taken[-1].num_rows
        if left <= 0:
            break
    return pa.Table.from_batches(taken, schema)
