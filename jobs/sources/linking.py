"""Platforms whose files spread one thing over several records: records that belong together are read together.

A record that only completes another one (the author of a post, its tags) produces no row; the record that it completes
produces complete ones. What many records refer to by id (names of tags and places) is looked up.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from math import ceil
from typing import TYPE_CHECKING, Any, Literal, Protocol, cast

import pyarrow as pa

from jobs.lake import ops
from jobs.settings.sources import Source
from jobs.sources import formats
from jobs.sources.base import DEFAULTS, ParseError, Platform, SplitOptions
from transformations.canonical.names import natural
from transformations.contracts.ops_rows import BatchRow

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from jobs.lake.tables import Lake

Part = tuple[bytes, str]
"""Bytes and context of a record that completes another one."""
Rows = Iterable[tuple[str, dict[str, Any]]]
_BUCKETS = 64
"""Parts that records are read in: a part is held in memory as a whole."""


class Linked(Platform, Protocol):
    """A platform whose records complete each other: a format with these names in addition to those of a platform."""

    fact_contexts: tuple[str, ...]
    """Contexts of the records that others look up."""

    def is_linked(self, context: str | None) -> bool:
        """Whether records of this context complete others, are completed by them, or are looked up."""
        ...

    def thing(self, raw: bytes, context: str | None) -> tuple[str, bool] | None:
        """The thing that a record is about, and whether it only completes the thing's own record.

        None where the record is independent of others, or cannot be read.
        """
        ...

    def facts(self, raw: bytes, context: str | None) -> Iterator[tuple[str, str]]:
        """What others look up in a record; empty where it cannot be read."""
        ...

    def parse(
        self,
        raw: bytes,
        context: str | None,
        options: SplitOptions = DEFAULTS,
        parts: Sequence[Part] = (),
        facts: Mapping[str, str] | None = None,
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        """Like a platform's, with the records that complete this one, in the order of their files and lines."""
        ...


def linked_of(source: Source) -> Linked | None:
    """The source's format where its records complete each other, else None."""
    found = formats.platform_of(source)
    return cast(Linked, found) if hasattr(found, "fact_contexts") else None


def needs_all(lake: Lake, source: Source, batches: Iterable[BatchRow]) -> bool:
    """Whether these batches, rows of ops.batches, can change rows of earlier ones of the source. Starts no JVM."""
    linked = linked_of(source)
    among = ", ".join(f"'{row['batch_id']}'" for row in batches)
    if linked is None or not among:
        return False
    found = lake.sql(f"select distinct context from t where batch_id in ({among})", t=f"bronze.{source.name}")
    return any(linked.is_linked(row["context"]) for row in found.to_pylist())


def facts(lake: Lake, source: Source) -> dict[str, str]:
    """What records of the source look up, from all its landed files; newer ones win. Starts no JVM."""
    linked = linked_of(source)
    if linked is None:
        return {}
    landed = ops.BATCHES.rows(lake, source=source.name, batch_state="landed")
    versions = {row["batch_id"]: natural(row["file_version"]) for row in landed}
    contexts = ", ".join(f"'{context}'" for context in linked.fact_contexts)
    wanted = ("batch_id", "line", "context", "raw")
    rows = lake.arrow(f"bronze.{source.name}", wanted, where=f"context in ({contexts})").to_pylist()
    known = [row for row in rows if row["batch_id"] in versions]
    return facts_among(linked, sorted(known, key=lambda row: (versions[row["batch_id"]], row["line"])))


def facts_among(linked: Linked, records: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """What others look up in these records (raw and context), the later ones win."""
    found: dict[str, str] = {}
    for record in records:
        found.update(linked.facts(record["raw"], record["context"]))
    return found


def sample(
    linked: Linked, files: Sequence[Callable[[], Iterable[pa.RecordBatch]]], limit: int, looked_at: int
) -> tuple[list[pa.RecordBatch], dict[str, str]]:
    """Complete records of some things, and what they look up. The content of a file is recognised by its first record.

    Args:
        files: the records of each file.
        limit: number of records that complete no other; taken evenly from the beginning of each file.
        looked_at: records of a file that are searched for what belongs to these.
    """
    own: list[pa.RecordBatch] = []
    facts: dict[str, str] = {}
    of_kind: dict[str, list[Callable[[], Iterable[pa.RecordBatch]]]] = {"own": [], "parts": [], "facts": []}
    for of_file in files:
        of_kind[_kind(linked, of_file())].append(of_file)
    share = ceil(limit / max(1, len(of_kind["own"])))
    for of_file in of_kind["own"]:
        own += _up_to(of_file(), share)
    for of_file in of_kind["facts"]:
        for batch in _up_to(of_file(), looked_at):
            facts.update(facts_among(linked, batch.to_pylist()))
    things = {about[0] for batch in own for about in _about(linked, batch) if about}
    parts = []
    for of_file in of_kind["parts"]:
        for batch in _up_to(of_file(), looked_at):
            belong = [about is not None and about[0] in things for about in _about(linked, batch)]
            parts.append(batch.filter(pa.array(belong, pa.bool_())))
    return [batch for batch in (*own, *parts) if batch.num_rows], facts


def _kind(linked: Linked, records: Iterable[pa.RecordBatch]) -> Literal["own", "parts", "facts"]:
    """Content of a file, by its first record."""
    for batch in records:
        if batch["context"][0].as_py() in linked.fact_contexts:
            return "facts"
        about = next(_about(linked, batch.slice(0, 1)))
        return "parts" if about and about[1] else "own"
    return "own"


def _about(linked: Linked, batch: pa.RecordBatch) -> Iterator[tuple[str, bool] | None]:
    return map(linked.thing, batch["raw"].to_pylist(), batch["context"].to_pylist())


def _up_to(batches: Iterable[pa.RecordBatch], limit: int) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        yield batch.slice(0, limit)
        limit -= batch.num_rows
        if limit <= 0:
            return


def together(
    records: DataFrame, linked: Linked, read: Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]], ddl: str
) -> DataFrame:
    """What `read` makes of bronze records with `_thing` and `_is_part`: it gets all of one thing next to each other, in order.

    The order is made in Python: engines do not promise theirs to Python functions. Args: ddl: of what `read` gives.
    """
    from pyspark.sql import functions as F

    columns = [f"{field.name} {field.dataType.simpleString()}" for field in records.schema.fields]

    def mark(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            pairs = zip(batch["raw"].to_pylist(), batch["context"].to_pylist(), strict=True)
            found = [linked.thing(raw, context) or (None, False) for raw, context in pairs]
            things = pa.array([thing for thing, _ in found], pa.string())
            are_parts = pa.array([is_part for _, is_part in found], pa.bool_())
            names = [*batch.schema.names, "_thing", "_is_part"]
            yield pa.RecordBatch.from_arrays([*batch.columns, things, are_parts], names=names)

    marked = records.mapInArrow(mark, ", ".join([*columns, "_thing string", "_is_part boolean"]))
    apart = F.coalesce("_thing", F.concat_ws("#", "batch_id", F.col("line").cast("string")))
    bucket = F.pmod(F.xxhash64(apart), F.lit(_BUCKETS))

    def of_bucket(rows: pa.Table) -> pa.Table:
        in_order = rows.sort_by([(name, "ascending") for name in ("_thing", "_file_order", "line", "batch_id")])
        return pa.Table.from_batches(list(read(in_order.to_batches())))

    return marked.withColumn("_bucket", bucket).groupBy("_bucket").applyInArrow(of_bucket, ddl)


def whole_groups(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The same rows in batches that never split a thing."""
    held: pa.Table | None = None
    for batch in batches:
        table = pa.Table.from_batches([batch])
        rows = table if held is None else pa.concat_tables([held, table])
        things = rows["_thing"].to_pylist()
        end = len(things)
        while end and things[end - 1] is not None and things[end - 1] == things[-1]:
            end -= 1
        yield from rows.slice(0, end).combine_chunks().to_batches()
        held = rows.slice(end)
    if held is not None:
        yield from held.combine_chunks().to_batches()


def readers(
    batch: pa.RecordBatch, linked: Linked, options: SplitOptions, facts: Mapping[str, str]
) -> Iterator[Callable[[], Rows]]:
    """For each record of a batch of whole groups, a function that returns its rows or raises ParseError."""
    columns = (batch[name].to_pylist() for name in ("raw", "context", "_thing", "_is_part"))
    records = list(zip(*columns, strict=True))
    parts: dict[str, list[Part]] = defaultdict(list)
    for raw, context, thing, is_part in records:
        if is_part:
            parts[thing].append((raw, context))
    own = {thing for _, _, thing, is_part in records if not is_part}
    for raw, context, thing, is_part in records:
        if not is_part:
            yield partial(linked.parse, raw, context, options, parts.get(thing, ()), facts)
        elif thing in own:
            yield tuple  # its rows are those of the record that it completes
        else:
            yield partial(_alone, thing)


def _alone(thing: str) -> Rows:
    raise ParseError(f"incomplete: the record that this one completes ({thing}) is missing")
