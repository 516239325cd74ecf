"""Lands a topic's messages by Structured Streaming, each offset once.

The register decides what has landed, not the checkpoint: every query starts where ops.batches ends, with a checkpoint
made anew, and what another process registered meanwhile is left out of a micro-batch before it is written. foreachBatch
may hand over the same messages twice, and checkpoints get lost: neither then matters.

A batch is what one micro-batch holds of one partition. `message: record` (the default) says that a message is one
record, landed verbatim with its offset as line; `message: file`, that it is a small file which the format cuts (a JSON
array, CSV with its header): line is then offset * 1,000,000 + the record's position in it, the first is 1.
"""

from __future__ import annotations

import hashlib
import io
import json
import logging
import shutil
import socket
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from py4j.protocol import Py4JJavaError
from pyspark.errors import PySparkException
from pyspark.sql import functions as F
from pyspark.storagelevel import StorageLevel

from jobs import arrow
from jobs.bronze import batches
from jobs.errors import ConfError, ScrmError
from jobs.registry import Run
from jobs.source_settings import KafkaSettings, Source
from jobs.sources import formats
from jobs.sources.base import SplitOptions
from jobs.sources.text import opened
from transformations.contracts import contract

if TYPE_CHECKING:
    from pyspark.sql import DataFrame
    from pyspark.sql.streaming.query import StreamingQuery

    from jobs.tables import Lake

RECORDS_A_MESSAGE = 1_000_000
_SECONDS_TO_CONNECT = 3.0
_MESSAGE = (
    "cast(value as binary) as value", "cast(key as binary) as message_key", "partition", "offset", "headers",
    "timestamp as sent_at",
)  # fmt: skip


class BrokerAway(ScrmError):
    """No broker answers: trying again later may help."""


@dataclass(frozen=True)
class Position:
    """Where a source goes on reading its topic: partition -> offset.

    Attributes:
        starts: the next offset to read.
        ends: the offset after the last that is there.
        notices: what a partition's next batch says for a person.
    """

    starts: Mapping[int, int]
    ends: Mapping[int, int]
    notices: Mapping[int, str] = field(default_factory=dict)

    @property
    def is_at_end(self) -> bool:
        return all(self.starts[partition] >= end for partition, end in self.ends.items())


@dataclass(frozen=True)
class MicroBatch:
    """What a query has read at once.

    Attributes:
        rows: messages as Spark's Kafka source gives them.
        begun: where the query started.
        checkpoint, number: the query's folder, and the batch's number there.
    """

    rows: DataFrame
    begun: Position
    checkpoint: Path
    number: int


@dataclass(frozen=True)
class _Range:
    """What a micro-batch holds of a partition: offsets [first, end)."""

    partition: int
    first: int
    end: int
    bytes_count: int
    sent_at_ns: int | None

    def batch_id(self, source: Source) -> str:
        told = f"{source.name}\0{_kafka(source).topic}\0{self.partition}\0{self.first}\0{self.end - 1}"
        return hashlib.sha256(told.encode()).hexdigest()


def has_new(lake: Lake, run: Run, source: Source) -> bool:
    """Always true in a run, since only the broker can tell; in a stream, whether its query has read something."""
    if run.stream and run.stream.micro_batches is not None:
        return source.name in run.stream.micro_batches
    return True


def land(lake: Lake, run: Run, source: Source) -> None:
    """Lands the messages that are not registered: to the topic's end, or those that a stream's query has read."""
    batches.remove_unregistered(lake, source)
    if run.stream and run.stream.micro_batches is not None:
        land_micro_batch(lake, run, source, run.stream.micro_batches[source.name])
        return
    position = begin(lake, run, source)
    for notice in position.notices.values():
        run.note(f"{source.name}: {notice}")
    if position.is_at_end:
        return
    Query(lake, source, position, "run", lambda batch: land_micro_batch(lake, run, source, batch)).run_to_end()


# --- where to go on -------------------------------------------------------------------------------------------


def begin(lake: Lake, run: Run, source: Source) -> Position:
    """Where the register says that the source goes on.

    The caller holds the locks of what landing writes.
    Raises BrokerAway; ScrmError where the topic does not exist, or no longer has what comes next.
    """
    kafka = _kafka(source)
    check_broker(source)
    there = _offsets_there(lake, source)
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
                "it was made anew or cut off. Land it as a source of another name; what has landed of this one stays"
            )
        elif earliest > start:
            told = f"topic {kafka.topic}, partition {partition}: offsets {start} to {earliest - 1} expired before they landed"
            if kafka.fail_on_data_loss:
                raise ScrmError(
                    f"{source.file}: {told}. Nothing of it was landed now. Restore them to the topic, or go on without them: "
                    "set kafka.fail_on_data_loss to false for one run. Lengthen the topic's retention, or run more often"
                )
            start, notices[partition] = earliest, told
        starts[partition] = start
    position = Position(starts, {partition: end for partition, (_, end) in there.items()}, notices)
    if is_first and kafka.starting_offsets == "latest":
        _register_start(lake, run, source, position)
    return position


def next_offsets(lake: Lake, source: Source) -> dict[int, int]:
    """Partition of the source's topic -> the offset after the last that is registered."""
    found: dict[int, int] = {}
    folder = f"kafka/{_kafka(source).topic}/"
    for row in batches.registered(lake, source):
        if row["file"].startswith(folder) and row["end_offset"] is not None:
            partition = int(row["file"].removeprefix(folder))
            found[partition] = max(found.get(partition, 0), row["end_offset"])
    return found


def check_broker(source: Source) -> None:
    """Raises BrokerAway where none of the bootstrap servers takes a connection."""
    servers = _kafka(source).bootstrap_servers
    for server in servers.split(","):
        host, _, port = server.strip().rpartition("://")[2].rpartition(":")
        try:
            with socket.create_connection((host.strip("[]"), int(port)), timeout=_SECONDS_TO_CONNECT):
                return
        except ValueError:
            raise ConfError(
                f"{source.file}: key kafka.bootstrap_servers is {servers!r}: write host:port, several with commas"
            ) from None
        except OSError:
            continue
    raise BrokerAway(
        f"{source.file}: no Kafka broker answers at {servers}; start it (`make kafka` starts one on this machine), "
        "or mend kafka.bootstrap_servers"
    )


def _offsets_there(lake: Lake, source: Source) -> dict[int, tuple[int, int]]:
    """Partition -> (the earliest offset that is there, the offset after the last), by Kafka's own client."""
    kafka = _kafka(source)
    jvm: Any = lake.spark._jvm
    clients = jvm.org.apache.kafka.clients.admin
    properties = jvm.java.util.HashMap()
    for key, value in _options(kafka).items():
        if key.startswith("kafka."):
            properties.put(key.removeprefix("kafka."), value)
    try:
        admin = clients.AdminClient.create(properties)
    except TypeError:  # the package is unknown to the JVM
        raise _no_jars(source) from None
    except Py4JJavaError as error:
        raise explained(source, error) from None
    try:
        topics = jvm.java.util.ArrayList()
        topics.add(kafka.topic)
        described = admin.describeTopics(topics).allTopicNames().get().get(kafka.topic)
        partitions = sorted(int(of.partition()) for of in described.partitions())
        isolation = jvm.org.apache.kafka.common.IsolationLevel
        committed = isolation.READ_COMMITTED if _reads_committed(kafka) else isolation.READ_UNCOMMITTED
        found = []
        for spec in (clients.OffsetSpec.earliest(), clients.OffsetSpec.latest()):
            asked = jvm.java.util.HashMap()
            keys = {number: jvm.org.apache.kafka.common.TopicPartition(kafka.topic, number) for number in partitions}
            for key in keys.values():
                asked.put(key, spec)
            answer = admin.listOffsets(asked, clients.ListOffsetsOptions(committed)).all().get()
            found.append({number: int(answer.get(key).offset()) for number, key in keys.items()})
        return {number: (found[0][number], found[1][number]) for number in partitions}
    except Py4JJavaError as error:
        raise explained(source, error) from None
    finally:
        admin.close()


def _register_start(lake: Lake, run: Run, source: Source, position: Position) -> None:
    """Registers that a source begins at the topic's end, or the next run would begin at a later one."""
    name = f"bronze.{source.name}"
    lake.append(name, arrow.schema_of(contract(name)).empty_table())
    said = "older messages are not read (starting_offsets: latest)"
    rows = [_row(lake, run, source, _Range(p, end, end, 0, None), 0, said) for p, end in position.ends.items()]
    lake.upsert("ops.batches", rows)


# --- a query --------------------------------------------------------------------------------------------------


class Query:
    """A streaming query over a source's topic that hands each micro-batch on.

    Args:
        position: where it starts.
        name: of its checkpoint's folder; nothing else may use it at the same time.
        take: called with each micro-batch, in a thread of its own; what it raises ends the query.
    """

    def __init__(
        self, lake: Lake, source: Source, position: Position, name: str, take: Callable[[MicroBatch], None]
    ) -> None:
        self.source, self._lake, self._position, self._take = source, lake, position, take
        self.checkpoint = lake.root / "checkpoints" / source.name / name
        self._failure: BaseException | None = None
        self.query: StreamingQuery | None = None

    def start(self, **trigger: Any) -> StreamingQuery:
        """Starts the query; the trigger as Spark's `trigger` takes it."""
        shutil.rmtree(self.checkpoint, ignore_errors=True)
        logging.getLogger("py4j.clientserver").setLevel(logging.CRITICAL)  # what `take` raises is told by `failure`
        kafka = _kafka(self.source)
        starts = {str(partition): start for partition, start in self._position.starts.items()}
        options = _options(kafka) | {
            "subscribe": kafka.topic, "startingOffsets": json.dumps({kafka.topic: starts}),
            "maxOffsetsPerTrigger": str(kafka.max_offsets_per_trigger), "includeHeaders": "true",
            "failOnDataLoss": "true" if kafka.fail_on_data_loss else "false",
        }  # fmt: skip
        try:
            rows = self._lake.spark.readStream.format("kafka").options(**options).load()
            writer = rows.writeStream.foreachBatch(self._hand_over)
            writer = writer.option("checkpointLocation", str(self.checkpoint))
            self.query = writer.trigger(**trigger).start()
        except PySparkException as error:
            raise explained(self.source, error) from None
        return self.query

    def run_to_end(self) -> None:
        """Hands on what is in the topic now, and ends."""
        try:
            self.start(availableNow=True).awaitTermination()
        except PySparkException as error:
            raise self.failure(error) from None

    def failure(self, error: Exception | None = None) -> BaseException:
        """What ended the query, for a person."""
        if self._failure is not None:
            return self._failure
        return explained(self.source, error or (self.query and self.query.exception()) or RuntimeError("it ended"))

    def _hand_over(self, rows: DataFrame, number: int) -> None:
        try:
            self._take(MicroBatch(rows, self._position, self.checkpoint, number))
        except BaseException as error:  # the JVM would make a text of it
            self._failure = error
            raise


def explained(source: Source, error: Exception) -> ScrmError:
    """What a person can do about an error of Spark's or Kafka's client."""
    kafka, text = _kafka(source), str(error)
    if isinstance(error, ScrmError):
        return error
    if "Failed to find data source: kafka" in text or "DATA_SOURCE_NOT_FOUND" in text:
        return _no_jars(source)
    if "UnknownTopicOrPartitionException" in text or "does not host this topic-partition" in text:
        return ScrmError(
            f"{source.file}: topic {kafka.topic} does not exist at {kafka.bootstrap_servers}; make it, or mend kafka.topic"
        )
    if "KAFKA_DATA_LOSS" in text or "OffsetOutOfRange" in text:
        return ScrmError(
            f"{source.file}: topic {kafka.topic}: messages expired while they were being read. Run again: what is gone is "
            "then named. Lengthen the topic's retention, or run more often"
        )
    try:
        check_broker(source)
    except BrokerAway as away:
        return away
    said = next((line for line in text.splitlines() if "org.apache.kafka" in line), text.strip().split("\n")[0])
    return ScrmError(f"{source.file}: topic {kafka.topic} could not be read: {said.strip()[:300]}")


def _no_jars(source: Source) -> ConfError:
    return ConfError(
        f"{source.file}: the Spark session was started without Kafka's jars; start it with this conf, or add kafka to "
        "spark.jars in base.yaml"
    )


# --- a micro-batch --------------------------------------------------------------------------------------------


def land_micro_batch(lake: Lake, run: Run, source: Source, batch: MicroBatch) -> None:
    """Appends the micro-batch's messages that are not registered to bronze, then registers them."""
    landed = next_offsets(lake, source)
    rows = batch.rows.selectExpr(*_MESSAGE)
    if landed:
        known = F.create_map(*(F.lit(value) for pair in landed.items() for value in pair))
        rows = rows.where(F.col("offset") >= F.coalesce(F.try_element_at(known, F.col("partition")), F.lit(0)))
    rows = rows.persist(StorageLevel.MEMORY_AND_DISK)
    try:
        ranges = _ranges(batch, rows, landed)
        if ranges:
            counts = _append(lake, run, source, rows, ranges)
            lake.upsert(
                "ops.batches",
                [
                    _row(lake, run, source, of, counts.get(of.batch_id(source), 0), batch.begun.notices.get(of.partition)
                         if of.first == batch.begun.starts.get(of.partition) else None)
                    for of in ranges
                ],
            )  # fmt: skip
    finally:
        rows.unpersist()


def _ranges(batch: MicroBatch, rows: DataFrame, landed: Mapping[int, int]) -> list[_Range]:
    """The offsets that the micro-batch covers and that are not registered.

    Where the query planned to go is part of it: marks of transactions are offsets without a message.
    """
    found = rows.groupBy("partition").agg(
        F.min("offset").alias("first"), (F.max("offset") + 1).alias("end"),
        F.sum(F.coalesce(F.length("value"), F.lit(0))).alias("bytes"), F.min("sent_at").alias("sent_at"),
    )  # fmt: skip
    read = {row["partition"]: row for row in found.collect()}
    planned = planned_ends(batch)
    ranges = []
    for partition in sorted(read.keys() | planned.keys()):
        of = read.get(partition)
        first = max(landed.get(partition, 0), batch.begun.starts.get(partition, of["first"] if of else 0))
        end = max(planned.get(partition, 0), of["end"] if of else 0)
        if end > first:
            sent_at = int(of["sent_at"].timestamp() * 1e3) * 1_000_000 if of and of["sent_at"] else None
            ranges.append(_Range(partition, first, end, of["bytes"] if of else 0, sent_at))
    return ranges


def planned_ends(batch: MicroBatch) -> dict[int, int]:
    """Partition -> the offset that the query planned to read up to, as its checkpoint says; none where it does not."""
    try:
        lines = (batch.checkpoint / "offsets" / str(batch.number)).read_text(encoding="utf-8").splitlines()
        (partitions,) = json.loads(lines[-1]).values()
        return {int(partition): int(end) for partition, end in partitions.items()}
    except (OSError, ValueError, IndexError, AttributeError):
        return {}


def _append(lake: Lake, run: Run, source: Source, rows: DataFrame, ranges: list[_Range]) -> dict[str, int]:
    """Writes the messages to bronze; gives the number of records of each batch."""
    name = f"bronze.{source.name}"
    options = formats.split_options(source, run.settings.base.limits)
    ids = {of.partition: of.batch_id(source) for of in ranges}
    landed_at = run.started_at
    if sum(of.bytes_count for of in ranges) <= run.settings.base.limits.in_memory_bytes:
        found = pa.Table.from_batches(
            _records(source, options, ids, landed_at, rows.toArrow().to_batches()), arrow.schema_of(contract(name))
        )
        lake.append(name, found)
        return {of["values"]: of["counts"] for of in found["batch_id"].value_counts().to_pylist()}

    def cut(messages: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        yield from _records(source, options, ids, landed_at, messages)

    lake.append(name, rows.mapInArrow(cut, contract(name).ddl))
    listed = ", ".join(f"'{batch}'" for batch in ids.values())
    query = f"select batch_id, count(*) as n from t where batch_id in ({listed}) group by batch_id"
    return {row["batch_id"]: row["n"] for row in lake.sql(query, t=name).to_pylist()}


def _records(
    source: Source, options: SplitOptions, ids: Mapping[int, str], landed_at: datetime,
    messages: Iterable[pa.RecordBatch],
) -> Iterator[pa.RecordBatch]:  # fmt: skip
    """Messages as bronze records."""
    kafka = _kafka(source)
    types = {of.name: arrow.type_of(of.type) for of in contract(f"bronze.{source.name}").columns}
    for batch in messages:
        places: list[int] = []
        lines: list[int] = []
        contexts: list[str | None] = []
        raws: list[bytes | None] = []
        offsets = batch["offset"].to_pylist()
        for place, (value, offset) in enumerate(zip(batch["value"].to_pylist(), offsets, strict=True)):
            for line, context, raw in _cut(value, offset, kafka, formats.format_of(source).split, options):
                places.append(place)
                lines.append(line)
                contexts.append(context)
                raws.append(raw)
        partitions = [batch["partition"][place].as_py() for place in places]
        count = len(places)
        taken = batch.select(["message_key", "headers", "sent_at"]).take(pa.array(places, pa.int64()))
        columns = {
            "source": [source.name] * count, "batch_id": [ids[partition] for partition in partitions],
            "file": [_file(kafka, partition) for partition in partitions], "line": lines, "context": contexts,
            "raw": raws, "landed_at": [landed_at] * count,
        }  # fmt: skip
        arrays = {name: pa.array(values, types[name]) for name, values in columns.items()}
        arrays |= {name: taken[name].cast(types[name]) for name in taken.schema.names}
        yield pa.RecordBatch.from_arrays([arrays[name] for name in types], names=list(types))


def _cut(
    value: bytes | None, offset: int, kafka: KafkaSettings, split: Callable, options: SplitOptions
) -> Iterator[tuple[int, str | None, bytes | None]]:
    """(line, context, raw) of each record of a message. A tombstone has no value, and is one record all the same."""
    if kafka.message == "record":
        yield offset, None, None if value is None else opened(io.BytesIO(value), options.encoding).read()
        return
    first = offset * RECORDS_A_MESSAGE
    if value is None:
        yield first + 1, None, None
        return
    for number, record in enumerate(split(opened(io.BytesIO(value), options.encoding), options), start=1):
        if number >= RECORDS_A_MESSAGE:
            raise ScrmError(f"topic {kafka.topic}, offset {offset}: a message of {RECORDS_A_MESSAGE:,} records or more")
        yield first + number, record.context, record.raw


# --- names ----------------------------------------------------------------------------------------------------


def _kafka(source: Source) -> KafkaSettings:
    assert source.kafka is not None
    return source.kafka


def _options(kafka: KafkaSettings) -> dict[str, str]:
    """Options of the client. What a producer took back (an aborted transaction) was never said."""
    return {
        "kafka.bootstrap.servers": kafka.bootstrap_servers, "kafka.isolation.level": "read_committed",
        "kafka.allow.auto.create.topics": "false",
    } | kafka.options  # fmt: skip


def _reads_committed(kafka: KafkaSettings) -> bool:
    return _options(kafka)["kafka.isolation.level"] == "read_committed"


def _file(kafka: KafkaSettings, partition: int) -> str:
    return f"kafka/{kafka.topic}/{partition}"


def _row(
    lake: Lake, run: Run, source: Source, of: _Range, records_count: int, notice: str | None
) -> dict[str, Any]:  # fmt: skip
    """The row of ops.batches. Its file_version sorts by partition and offset."""
    kafka = _kafka(source)
    return {
        "batch_id": of.batch_id(source), "source": source.name, "file": _file(kafka, of.partition),
        "path": f"{kafka.bootstrap_servers}/{kafka.topic}/{of.partition}",
        "file_version": f"kafka/{kafka.topic}/{of.partition:05d}/{of.first:020d}", "bytes_count": of.bytes_count,
        "modified_at_ns": of.sent_at_ns, "records_count": records_count, "batch_state": "landed", "notice": notice,
        "first_offset": of.first, "end_offset": of.end, "bronze_version": lake.version(f"bronze.{source.name}"),
        "run_id": run.run_id, "landed_at": run.started_at,
    }  # fmt: skip
