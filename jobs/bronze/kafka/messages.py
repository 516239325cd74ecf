"""Messages of a topic as bronze records.

`message: record` (the default): a message is one record, landed verbatim with its offset as line.
`message: file`: it is a small file that the format splits (a JSON array, CSV with its header); line is then
offset * 1,000,000 + the position of the record in it, starting at 1.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime

import pyarrow as pa

from jobs.bronze.kafka.client import settings_of
from jobs.bronze.kafka.position import file_of
from jobs.errors import ScrmError
from jobs.lake import arrow
from jobs.settings.sources import KafkaSettings, Source
from jobs.sources import formats
from jobs.sources.base import SplitOptions
from jobs.sources.messages import RECORDS_A_MESSAGE
from jobs.sources.splitting.text import opened
from transformations.contracts import contract

COLUMNS = (
    "cast(value as binary) as value",
    "cast(key as binary) as message_key",
    "partition",
    "offset",
    "headers",
    "timestamp as sent_at",
)
"""Columns of Spark's Kafka source that `records_of` reads."""


def records_of(
    source: Source,
    options: SplitOptions,
    ids: Mapping[int, str],
    landed_at: datetime,
    messages: Iterable[pa.RecordBatch],
) -> Iterator[pa.RecordBatch]:
    """Messages as bronze records."""
    kafka = settings_of(source)
    types = {of.name: arrow.type_of(of.type) for of in contract(f"bronze.{source.name}").columns}
    for batch in messages:
        places: list[int] = []
        lines: list[int] = []
        contexts: list[str | None] = []
        raws: list[bytes | None] = []
        offsets = batch["offset"].to_pylist()
        for place, (value, offset) in enumerate(zip(batch["value"].to_pylist(), offsets, strict=True)):
            for line, context, raw in cut(value, offset, kafka, formats.format_of(source).split, options):
                places.append(place)
                lines.append(line)
                contexts.append(context)
                raws.append(raw)
        partitions = [batch["partition"][place].as_py() for place in places]
        count = len(places)
        taken = batch.select(["message_key", "headers", "sent_at"]).take(pa.array(places, pa.int64()))
        columns = {
            "source": [source.name] * count,
            "batch_id": [ids[partition] for partition in partitions],
            "file": [file_of(kafka, partition) for partition in partitions],
            "line": lines,
            "context": contexts,
            "raw": raws,
            "landed_at": [landed_at] * count,
        }
        arrays = {name: pa.array(values, types[name]) for name, values in columns.items()}
        arrays |= {name: taken[name].cast(types[name]) for name in taken.schema.names}
        yield pa.RecordBatch.from_arrays([arrays[name] for name in types], names=list(types))


def cut(
    value: bytes | None, offset: int, kafka: KafkaSettings, split: Callable, options: SplitOptions
) -> Iterator[tuple[int, str | None, bytes | None]]:
    """(line, context, raw) of each record of a message. A tombstone has no value, and is one record nevertheless."""
    if kafka.message == "record":
        yield offset, None, None if value is None else opened(io.BytesIO(value), options.encoding).read()
        return
    first = offset * RECORDS_A_MESSAGE
    if value is None:
        yield first + 1, None, None
        return
    for number, record in enumerate(split(opened(io.BytesIO(value), options.encoding), options), start=1):
        if number >= RECORDS_A_MESSAGE:
            raise ScrmError(
                f"topic {kafka.topic}, offset {offset}: {RECORDS_A_MESSAGE:,} records or more; send smaller messages"
            )
        yield first + number, record.context, record.raw
