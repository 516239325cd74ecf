"""Where a source continues reading its topic: ops.batches, compared with the offsets of the broker."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from jobs.bronze import batches
from jobs.bronze.kafka.client import check_broker, offsets_there, settings_of
from jobs.errors import ScrmError
from jobs.job import Run
from jobs.lake import arrow, ops
from jobs.settings.sources import KafkaSettings, Source
from transformations.contracts import contract
from transformations.contracts.ops_rows import BatchRow

if TYPE_CHECKING:
    from jobs.lake.tables import Lake


@dataclass(frozen=True)
class Position:
    """Where a source continues reading its topic: partition -> offset.

    Attributes:
        starts: the next offset to read.
        ends: the offset after the last available one.
        notices: remarks for the next batch of a partition.
    """

    starts: Mapping[int, int]
    ends: Mapping[int, int]
    notices: Mapping[int, str] = field(default_factory=dict)

    @property
    def is_at_end(self) -> bool:
        return all(self.starts[partition] >= end for partition, end in self.ends.items())


@dataclass(frozen=True)
class Range:
    """The part of a micro-batch from one partition: offsets [first, end)."""

    partition: int
    first: int
    end: int
    bytes_count: int
    sent_at_ns: int | None

    def batch_id(self, source: Source) -> str:
        lost = f"{source.name}\0{settings_of(source).topic}\0{self.partition}\0{self.first}\0{self.end - 1}"
        return hashlib.sha256(lost.encode()).hexdigest()


def begin(lake: Lake, run: Run, source: Source) -> Position:
    """Where the source continues according to the register.

    The caller holds the locks of the tables that landing writes.
    Raises BrokerAway; ScrmError where the topic does not exist, or its next messages have expired.
    """
    kafka = settings_of(source)
    check_broker(source)
    there = offsets_there(lake, source)
    landed = next_offsets(lake, source)
    is_first = not landed
    starts, notices = {}, {}
    for partition, (earliest, end) in there.items():
        start = landed.get(partition)
        if start is None:
            start = end if is_first and kafka.starting_offsets == "latest" else earliest
        elif end < start:
            raise ScrmError(
                f"{source.file}: topic {kafka.topic}, partition {partition}, ends at offset {end}, and {start} have landed: "
                "it was recreated or truncated. Land it as a source of another name; what has landed from this one is kept"
            )
        elif earliest > start:
            lost = f"topic {kafka.topic}, partition {partition}: offsets {start} to {earliest - 1} expired before they landed"
            if kafka.fail_on_data_loss:
                raise ScrmError(
                    f"{source.file}: {lost}. Nothing was landed. Restore them to the topic, or continue without them: set "
                    "kafka.fail_on_data_loss to false for one run. Extend the topic's retention, or run more often"
                )
            start, notices[partition] = earliest, lost
        starts[partition] = start
    position = Position(starts, {partition: end for partition, (_, end) in there.items()}, notices)
    if is_first and kafka.starting_offsets == "latest":
        _register_start(lake, run, source, position)
    return position


def next_offsets(lake: Lake, source: Source) -> dict[int, int]:
    """Partition of the source's topic -> the offset after the last that is registered."""
    found: dict[int, int] = {}
    folder = f"kafka/{settings_of(source).topic}/"
    for row in batches.registered(lake, source):
        if row["file"].startswith(folder) and row["end_offset"] is not None:
            partition = int(row["file"].removeprefix(folder))
            found[partition] = max(found.get(partition, 0), row["end_offset"])
    return found


def _register_start(lake: Lake, run: Run, source: Source, position: Position) -> None:
    """Registers that a source begins at the topic's end; otherwise the next run would begin at a later one."""
    name = f"bronze.{source.name}"
    lake.append(name, arrow.schema_of(contract(name)).empty_table())
    said = "older messages are not read (starting_offsets: latest)"
    rows = [row_of(lake, run, source, Range(p, end, end, 0, None), 0, said) for p, end in position.ends.items()]
    ops.BATCHES.upsert(lake, rows)


def row_of(lake: Lake, run: Run, source: Source, of: Range, records_count: int, notice: str | None) -> BatchRow:
    """The row of ops.batches. Its file_version sorts by partition and offset."""
    kafka = settings_of(source)
    return {
        "batch_id": of.batch_id(source),
        "source": source.name,
        "file": file_of(kafka, of.partition),
        "path": f"{kafka.bootstrap_servers}/{kafka.topic}/{of.partition}",
        "file_version": f"kafka/{kafka.topic}/{of.partition:05d}/{of.first:020d}",
        "bytes_count": of.bytes_count,
        "modified_at_ns": of.sent_at_ns,
        "records_count": records_count,
        "batch_state": "landed",
        "notice": notice,
        "first_offset": of.first,
        "end_offset": of.end,
        "bronze_version": lake.version(f"bronze.{source.name}"),
        "run_id": run.run_id,
        "landed_at": run.started_at,
    }


def file_of(kafka: KafkaSettings, partition: int) -> str:
    return f"kafka/{kafka.topic}/{partition}"
