"""A streaming query on a source's topic, and its micro-batches."""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyspark.errors import PySparkException

from jobs.bronze.kafka.client import check_broker, explained, offsets_there, options_of, settings_of
from jobs.bronze.kafka.position import Position
from jobs.settings.sources import Source

if TYPE_CHECKING:
    from pyspark.sql import DataFrame
    from pyspark.sql.streaming.query import StreamingQuery

    from jobs.lake.tables import Lake


@dataclass(frozen=True)
class MicroBatch:
    """One micro-batch of a query.

    Attributes:
        rows: messages from Spark's Kafka source.
        begun: where the query started.
        checkpoint, number: the query's folder, and the batch's number there.
    """

    rows: DataFrame
    begun: Position
    checkpoint: Path
    number: int


def first_messages(lake: Lake, source: Source, limit: int) -> DataFrame:
    """Messages from the earliest offsets on, not more than these. No consumer group is joined, no offset committed."""
    kafka = settings_of(source)
    check_broker(source)
    there = offsets_there(lake, source)
    bounds = {
        name: json.dumps({kafka.topic: {str(partition): of[place] for partition, of in there.items()}})
        for place, name in enumerate(("startingOffsets", "endingOffsets"))
    }
    options = (
        options_of(kafka) | bounds | {"subscribe": kafka.topic, "includeHeaders": "true", "failOnDataLoss": "false"}
    )
    try:
        return lake.spark.read.format("kafka").options(**options).load().limit(limit)
    except PySparkException as error:
        raise explained(source, error) from None


class Query:
    """A streaming query on a source's topic that passes on each micro-batch.

    Args:
        position: where it starts.
        name: name of its checkpoint's folder; nothing else may use it at the same time.
        take: called with each micro-batch, in a thread of its own; an exception ends the query.
    """

    def __init__(
        self, lake: Lake, source: Source, position: Position, name: str, take: Callable[[MicroBatch], None]
    ) -> None:
        self.source, self._lake, self._position, self._take = source, lake, position, take
        self.checkpoint = lake.root / "checkpoints" / source.name / name
        self._failure: BaseException | None = None
        self.query: StreamingQuery | None = None

    def start(self, **trigger: Any) -> StreamingQuery:
        """Starts the query; the trigger is in the form of Spark's `trigger`."""
        shutil.rmtree(self.checkpoint, ignore_errors=True)
        logging.getLogger("py4j.clientserver").setLevel(
            logging.CRITICAL
        )  # exceptions of `take` are reported by `failure`
        kafka = settings_of(self.source)
        starts = {str(partition): start for partition, start in self._position.starts.items()}
        options = options_of(kafka) | {
            "subscribe": kafka.topic,
            "startingOffsets": json.dumps({kafka.topic: starts}),
            "maxOffsetsPerTrigger": str(kafka.max_offsets_per_trigger),
            "includeHeaders": "true",
            "failOnDataLoss": "true" if kafka.fail_on_data_loss else "false",
        }
        try:
            rows = self._lake.spark.readStream.format("kafka").options(**options).load()
            writer = rows.writeStream.foreachBatch(self._hand_over)
            writer = writer.option("checkpointLocation", str(self.checkpoint))
            self.query = writer.trigger(**trigger).start()
        except PySparkException as error:
            raise explained(self.source, error) from None
        return self.query

    def run_to_end(self) -> None:
        """Passes on what is in the topic now, and ends."""
        try:
            self.start(availableNow=True).awaitTermination()
        except PySparkException as error:
            raise self.failure(error) from None

    def failure(self, error: Exception | None = None) -> BaseException:
        """Why the query ended, for display."""
        if self._failure is not None:
            return self._failure
        return explained(self.source, error or (self.query and self.query.exception()) or RuntimeError("it ended"))

    def _hand_over(self, rows: DataFrame, number: int) -> None:
        try:
            self._take(MicroBatch(rows, self._position, self.checkpoint, number))
        except BaseException as error:  # the JVM would turn it into text
            self._failure = error
            raise


def planned_ends(batch: MicroBatch) -> dict[int, int]:
    """Partition -> the planned end offset of the query, from its checkpoint; empty where it has none."""
    try:
        lines = (batch.checkpoint / "offsets" / str(batch.number)).read_text(encoding="utf-8").splitlines()
        (partitions,) = json.loads(lines[-1]).values()
        return {int(partition): int(end) for partition, end in partitions.items()}
    except (OSError, ValueError, IndexError, AttributeError):
        return {}
