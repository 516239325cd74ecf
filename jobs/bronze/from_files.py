"""Lands a source's new files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

import pyarrow as pa

from jobs.registry import Run
from jobs.settings import Source
from jobs.silver import accounts
from jobs.sources import files, formats
from jobs.sources.base import SplitOptions

if TYPE_CHECKING:
    from jobs.tables import Lake


def has_new(lake: Lake, run: Run, source: Source) -> bool:
    """Whether a file is not registered yet. Starts no JVM."""
    return bool(new_batches(lake, source, run))


def land(lake: Lake, run: Run, source: Source) -> None:
    """Lands the files that are not registered yet."""
    _remove_unregistered(lake, source)
    new = new_batches(lake, source, run)
    if new:
        _land(lake, run, source, new)


def new_batches(lake: Lake, source: Source, run: Run) -> list[dict]:
    """Rows of ops.batches for files not registered yet, landed or repeated."""
    registered = lake.rows("ops.batches", where=f"source = '{source.name}'")
    seen = {(row["path"], row["bytes_count"], row["modified_at_ns"]) for row in registered}
    names = {(row["batch_id"], row["file"]) for row in registered}
    landed = {row["batch_id"]: row for row in registered if row["batch_state"] == "landed"}
    versions: dict[str, int] = {}
    for row in landed.values():
        versions[row["file"]] = versions.get(row["file"], 0) + 1
    new: list[dict] = []
    for found in files.find(source):
        if (str(found.path), found.bytes_count, found.modified_at_ns) in seen:
            continue
        batch = files.batch_id(source.name, found.path)
        if (batch, found.file) in names:
            continue  # touched or moved, not changed
        row = {
            "batch_id": batch, "source": source.name, "file": found.file, "path": str(found.path),
            "bytes_count": found.bytes_count, "modified_at_ns": found.modified_at_ns, "run_id": run.run_id,
            "landed_at": run.started_at,
        }  # fmt: skip
        if batch in landed:
            first = landed[batch]
            row |= {"batch_state": "repeated", "file_version": first["file_version"],
                    "records_count": first.get("records_count"),
                    "notice": f"the same bytes as {first['file']}: not landed again"}  # fmt: skip
        else:
            number = versions[found.file] = versions.get(found.file, 0) + 1
            row |= {
                "batch_state": "landed",
                "file_version": found.file + (f"@{number}" if number > 1 else ""),
            }
            landed[batch] = row
        new.append(row)
    return new


def _land(lake: Lake, run: Run, source: Source, new: list[dict]) -> None:
    name = f"bronze.{source.name}"
    options = formats.split_options(source, run.settings.base.limits)
    landed = [row for row in new if row["batch_state"] == "landed"]
    if landed:
        chosen = [(row["path"], row["file"], row["batch_id"]) for row in landed]
        if sum(row["bytes_count"] for row in landed) <= run.settings.base.limits.in_memory_bytes:
            batches = files.records(source, options, chosen, run.started_at)
            lake.append_arrow(name, pa.RecordBatchReader.from_batches(files.BRONZE_SCHEMA, batches))
        else:
            lake.append(name, _distributed(lake, source, options, chosen, run.started_at))
    counts = _counts(lake, name) if landed else {}
    version = lake.version(name)
    for row in new:
        row["records_count"] = counts.get(row["batch_id"], row.get("records_count"))
        row["bronze_version"] = version
    for row in new:
        if row["records_count"] is None:  # repeated within this landing
            row["records_count"] = counts[row["batch_id"]]
    lake.upsert("ops.batches", new)
    accounts.open_repeated(lake, source, [row for row in new if row["batch_state"] == "repeated"])


def _distributed(
    lake: Lake, source: Source, options: SplitOptions, chosen: list[tuple[str, str, str]], landed_at: datetime
):
    """Bronze rows split by Spark's workers, which must see the files."""
    from transformations.contracts import contract

    spark = lake.spark
    tasks = min(len(chosen), 2 * spark.sparkContext.defaultParallelism)
    paths = spark.createDataFrame(chosen, "path string, file string, batch_id string").repartition(tasks)

    def split(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            rows = [(row["path"], row["file"], row["batch_id"]) for row in batch.to_pylist()]
            yield from files.records(source, options, rows, landed_at)

    return paths.mapInArrow(split, contract(f"bronze.{source.name}").ddl)


def _counts(lake: Lake, name: str) -> dict[str, int]:
    found = lake.sql("select batch_id, count(*) as n from t group by batch_id", t=name)
    return {row["batch_id"]: row["n"] for row in found.to_pylist()}


def _remove_unregistered(lake: Lake, source: Source) -> None:
    """Removes what a landing wrote before it died: its batches are in bronze and not in the register."""
    name = f"bronze.{source.name}"
    if not lake.exists(name):
        return
    registered = lake.rows("ops.batches", where=f"source = '{source.name}' and batch_state = 'landed'")
    if lake.version(name) == max((row["bronze_version"] for row in registered), default=-1):
        return
    orphans = sorted(set(_counts(lake, name)) - {row["batch_id"] for row in registered})
    if orphans:
        lake.delete(name, "batch_id in (" + ", ".join(f"'{batch}'" for batch in orphans) + ")")
