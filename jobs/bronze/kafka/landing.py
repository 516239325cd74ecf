"""Lands a topic's messages by Structured Streaming, each offset once.

The register decides what has landed, not the checkpoint: every query starts where ops.batches ends, with a new
checkpoint, and what another process registered meanwhile is removed from a micro-batch before it is written. So it does
not matter when foreachBatch passes the same messages twice, or a checkpoint is lost.

A batch is the part of one micro-batch that comes from one partition.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

import pyarrow as pa
from pyspark.errors import PySparkException
from pyspark.sql import functions as F
from pyspark.storagelevel import StorageLevel

from jobs.bronze.kafka.client import explained, settings_of
from jobs.bronze.kafka.messages import COLUMNS, records_of
from jobs.bronze.kafka.position import Range, begin, file_of, next_offsets, row_of
from jobs.bronze.kafka.query import MicroBatch, Query, first_messages, planned_ends
from jobs.bronze.samples import Sample, first
from jobs.job import Run
from jobs.lake import arrow, ops
from jobs.settings.sources import Source
from jobs.sources.options import split_options
from transformations.contracts import contract

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from jobs.lake.tables import Lake


def has_new(lake: Lake, run: Run, source: Source) -> bool:
    """Always true in a run, since only the broker knows; in a stream, whether its query has read something."""
    if run.stream and run.stream.micro_batches is not None:
        return source.name in run.stream.micro_batches
    return True


def land(lake: Lake, run: Run, source: Source) -> None:
    """Lands the messages that are not registered: to the topic's end, or those that a stream's query has read."""
    if run.stream and run.stream.micro_batches is not None:
        land_micro_batch(lake, run, source, run.stream.micro_batches[source.name])
        return
    position = begin(lake, run, source)
    for notice in position.notices.values():
        run.note(f"{source.name}: {notice}")
    if position.is_at_end:
        return
    Query(lake, source, position, "run", lambda batch: land_micro_batch(lake, run, source, batch)).run_to_end()


def sample(lake: Lake, run: Run, source: Source, limit: int) -> Sample:
    """The first messages of the topic, from its earliest offset on."""
    kafka = settings_of(source)
    schema = arrow.schema_of(contract(f"bronze.{source.name}"))
    try:
        messages = first_messages(lake, source, limit).selectExpr(*COLUMNS).orderBy("partition", "offset").toArrow()
    except PySparkException as error:
        raise explained(source, error) from None
    options = split_options(source, run.settings.base.limits)
    ids = {partition: file_of(kafka, partition) for partition in messages["partition"].unique().to_pylist()}
    records = first(records_of(source, options, ids, run.started_at, messages.to_batches()), limit, schema)
    return Sample(records, f"topic {kafka.topic} at {kafka.bootstrap_servers}")


def land_micro_batch(lake: Lake, run: Run, source: Source, batch: MicroBatch) -> None:
    """Appends the micro-batch's messages that are not registered to bronze, then registers them."""
    landed = next_offsets(lake, source)
    rows = batch.rows.selectExpr(*COLUMNS)
    if landed:
        known = F.create_map(*(F.lit(value) for pair in landed.items() for value in pair))
        rows = rows.where(F.col("offset") >= F.coalesce(F.try_element_at(known, F.col("partition")), F.lit(0)))
    # portable: messages are read by Spark alone
    rows = rows.persist(StorageLevel.MEMORY_AND_DISK)
    try:
        ranges = _ranges(batch, rows, landed)
        if ranges:
            counts = _append(lake, run, source, rows, ranges)
            ops.BATCHES.upsert(
                lake,
                [
                    row_of(
                        lake,
                        run,
                        source,
                        of,
                        counts.get(of.batch_id(source), 0),
                        batch.begun.notices.get(of.partition)
                        if of.first == batch.begun.starts.get(of.partition)
                        else None,
                    )
                    for of in ranges
                ],
            )
    finally:
        rows.unpersist()


def _ranges(batch: MicroBatch, rows: DataFrame, landed: Mapping[int, int]) -> list[Range]:
    """The offsets that the micro-batch covers and that are not registered.

    The planned end of the query is included: transaction markers are offsets without a message.
    """
    found = rows.groupBy("partition").agg(
        F.min("offset").alias("first"),
        (F.max("offset") + 1).alias("end"),
        F.sum(F.coalesce(F.length("value"), F.lit(0))).alias("bytes"),
        F.min("sent_at").alias("sent_at"),
    )
    read = {row["partition"]: row for row in found.collect()}
    planned = planned_ends(batch)
    ranges = []
    for partition in sorted(read.keys() | planned.keys()):
        of = read.get(partition)
        first = max(landed.get(partition, 0), batch.begun.starts.get(partition, of["first"] if of else 0))
        end = max(planned.get(partition, 0), of["end"] if of else 0)
        if end > first:
            sent_at = int(of["sent_at"].timestamp() * 1e3) * 1_000_000 if of and of["sent_at"] else None
            ranges.append(Range(partition, first, end, of["bytes"] if of else 0, sent_at))
    return ranges


def _append(lake: Lake, run: Run, source: Source, rows: DataFrame, ranges: list[Range]) -> dict[str, int]:
    """Writes the messages to bronze; returns the number of records of each batch."""
    name = f"bronze.{source.name}"
    options = split_options(source, run.settings.base.limits)
    ids = {of.partition: of.batch_id(source) for of in ranges}
    landed_at = run.started_at
    if sum(of.bytes_count for of in ranges) <= run.settings.base.limits.in_memory_bytes:
        found = pa.Table.from_batches(
            records_of(source, options, ids, landed_at, rows.toArrow().to_batches()), arrow.schema_of(contract(name))
        )
        lake.append(name, found)
        return {of["values"]: of["counts"] for of in found["batch_id"].value_counts().to_pylist()}

    def cut(messages: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        yield from records_of(source, options, ids, landed_at, messages)

    lake.append(name, rows.mapInArrow(cut, contract(name).ddl))
    listed = ", ".join(f"'{batch}'" for batch in ids.values())
    query = f"select batch_id, count(*) as n from t where batch_id in ({listed}) group by batch_id"
    return {row["batch_id"]: row["n"] for row in lake.sql(query, t=name).to_pylist()}
