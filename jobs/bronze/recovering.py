"""What to do where bronze and its register disagree: bronze is the only copy, so nothing is removed from it.

Batches that are in bronze and not in `ops.batches` (an interrupted landing, or a lost register) are registered again from
bronze. Where a bronze table is gone, its batches are forgotten: what the source still has is landed again.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pyarrow.compute as pc

from jobs.bronze import batches
from jobs.job import Run
from jobs.lake import ops
from jobs.lake.arrow import dictionaries
from jobs.settings.sources import Source
from jobs.sources import files
from jobs.sources.messages import RECORDS_A_MESSAGE
from transformations.contracts.ops_rows import BatchRow

if TYPE_CHECKING:
    from jobs.lake.tables import Lake

_SHOWN = 3


def is_needed(lake: Lake, source: Source) -> bool:
    """Whether bronze and the register disagree. Starts no JVM."""
    return bool(_is_gone(lake, source) or _unregistered(lake, source))


def recover(lake: Lake, run: Run, source: Source) -> None:
    """Makes the register agree with bronze, and notes what is missing."""
    if _is_gone(lake, source):
        _forget(lake, run, source)
        return
    found = _unregistered(lake, source)
    if found:
        _register(lake, run, source, found)


def _landed(lake: Lake, source: Source) -> list[BatchRow]:
    return [row for row in batches.registered(lake, source) if row["batch_state"] == "landed"]


def _is_gone(lake: Lake, source: Source) -> bool:
    """Whether records were landed, and their table is not there."""
    return not lake.exists(f"bronze.{source.name}") and any(row["records_count"] for row in _landed(lake, source))


def _forget(lake: Lake, run: Run, source: Source) -> None:
    """Unregisters what a lost bronze table held, so that it lands again where the source still has it."""
    lost = _landed(lake, source)
    for name in ("ops.batches", "ops.polls"):
        lake.delete(name, f"source = '{source.name}'")
    at_hand = {batch for batch, *_ in _files(source)}
    gone = [row["file_version"] for row in lost if row["batch_id"] not in at_hand]
    text = f"{source.name}: bronze.{source.name} is gone; what the source still has is landed again"
    if source.path and gone:
        shown = ", ".join(gone[:_SHOWN]) + (" …" if len(gone) > _SHOWN else "")
        text += (
            f", but {len(gone):,} of {len(lost):,} files are no longer there ({shown}): their rows stay in silver until all is "
            "made from scratch (--full); put the files back, or restore the table, before that"
        )
    run.note(text)


def _unregistered(lake: Lake, source: Source) -> list[dict[str, Any]]:
    """Batches in bronze that are not registered: batch_id, file, n (records), landed_at, first and last line."""
    name = f"bronze.{source.name}"
    if not lake.exists(name):
        return []
    landed = _landed(lake, source)
    if landed and lake.version(name) == max(row["bronze_version"] for row in landed):
        return []
    found = lake.sql(
        "select batch_id, file, count(*) as n, min(landed_at) as landed_at, min(line) as first, max(line) as last from t "
        "group by batch_id, file",
        t=name,
    )
    known = {row["batch_id"] for row in landed}
    rows = [row for row in dictionaries(found) if row["batch_id"] not in known]
    return sorted(rows, key=lambda row: (row["landed_at"], row["file"], row["first"]))


def _sizes(lake: Lake, source: Source, found: Iterable[dict[str, Any]]) -> dict[str, int]:
    """Bytes of the records of each of these batches."""
    listed = ", ".join(f"'{row['batch_id']}'" for row in found)
    sizes: dict[str, int] = {}
    for batch in lake.stream(f"bronze.{source.name}", ("batch_id", "raw"), where=f"batch_id in ({listed})"):
        for name, size in zip(batch["batch_id"].to_pylist(), pc.binary_length(batch["raw"]).to_pylist(), strict=True):
            sizes[name] = sizes.get(name, 0) + (size or 0)
    return sizes


def _register(lake: Lake, run: Run, source: Source, found: list[dict[str, Any]]) -> None:
    sizes = _sizes(lake, source, found)
    at_hand = {batch: (path, bytes_, modified) for batch, path, bytes_, modified in _files(source)}
    versions: dict[str, int] = {}
    for known in _landed(lake, source):
        versions[known["file"]] = versions.get(known["file"], 0) + 1
    rows: list[BatchRow] = []
    for batch in found:
        number = versions[batch["file"]] = versions.get(batch["file"], 0) + 1
        unknown = ("", sizes[batch["batch_id"]], _nanoseconds(batch["landed_at"]))
        path, bytes_count, modified = at_hand.get(batch["batch_id"], unknown)
        row: BatchRow = {
            "batch_id": batch["batch_id"],
            "source": source.name,
            "file": batch["file"],
            "path": path,
            "file_version": _version(source, batch, number),
            "bytes_count": bytes_count,
            "modified_at_ns": modified,
            "records_count": batch["n"],
            "batch_state": "landed",
            "notice": "registered again from bronze",
            "bronze_version": lake.version(f"bronze.{source.name}"),
            "run_id": run.run_id,
            "landed_at": batch["landed_at"],
        }
        if source.kafka:
            row |= {"first_offset": _offset(source, batch["first"]), "end_offset": _offset(source, batch["last"]) + 1}
        rows.append(row)
    ops.BATCHES.upsert(lake, rows)
    records = sum(row["records_count"] for row in rows)
    run.note(
        f"{source.name}: {len(rows):,} batches ({records:,} records) in bronze.{source.name} were not in ops.batches; they are "
        "registered again"
    )


def _version(source: Source, batch: dict[str, Any], number: int) -> str:
    """The batch's file_version, as its landing would have given it."""
    if source.kafka:
        folder, _, partition = batch["file"].rpartition("/")
        return f"{folder}/{int(partition):05d}/{_offset(source, batch['first']):020d}"
    if source.jdbc:
        return f"{batch['file']}@{number:08d}"
    if source.feed:
        return f"{batch['landed_at']:%Y-%m-%dT%H:%M:%S.%fZ} {batch['file']}"
    return batches.numbered(batch["file"], number)


def _offset(source: Source, line: int) -> int:
    """Offset of the message that a record came in."""
    assert source.kafka is not None
    return line if source.kafka.message == "record" else line // RECORDS_A_MESSAGE


def _files(source: Source) -> Iterable[tuple[str, str, int, int]]:
    """Of the source's files: batch, path, size and time of the last change."""
    for found in files.find(source, may_be_empty=True) if source.path else ():
        yield files.batch_id(source.name, found.path), str(found.path), found.bytes_count, found.modified_at_ns


def _nanoseconds(at: datetime) -> int:
    return int(at.timestamp() * 1e6) * 1_000
