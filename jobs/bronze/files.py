"""Lands a source's new files."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from jobs.bronze import batches
from jobs.bronze.samples import Sample, first
from jobs.engine import sessions
from jobs.job import Run
from jobs.lake import contents
from jobs.settings.sources import Source
from jobs.sources import files, linking
from jobs.sources.base import SplitOptions
from jobs.sources.options import split_options
from transformations.contracts import contract
from transformations.contracts.ops_rows import BatchRow

if TYPE_CHECKING:
    from jobs.lake.tables import Lake

_LOOKED_AT = 100_000


def has_new(lake: Lake, run: Run, source: Source) -> bool:
    """Whether a file is not registered yet, has to be cut into records again, or cannot be read, which every run says.

    Starts no JVM.
    """
    faults = files.unreadable(source)
    if new_batches(lake, source, run, faults) or (faults and run.stream is None):
        return True
    return bool(_cut_otherwise(lake, source, run))


def land(lake: Lake, run: Run, source: Source) -> None:
    """Lands the files that are not registered yet, and again those that conf now cuts into records in another way.

    A file that cannot be read does not stop the others.
    """
    if again := _cut_otherwise(lake, source, run):
        _land_again(lake, run, source, again)
    faults = files.unreadable(source)
    new = new_batches(lake, source, run, faults)
    if new:
        _land(lake, run, source, new)
    for fault in faults:
        (run.note if run.stream else run.fault)(f"{source.name}: {fault}. The other files are loaded")
    for line in files.no_files(source):
        run.note(f"{source.name}: {line}")


def sample(lake: Lake, run: Run, source: Source, limit: int) -> Sample:
    """The first records of the files, in the order of their names; where records complete each other, of every file."""
    found = files.find(source)
    options = split_options(source, run.settings.base.limits)

    def records(*chosen: files.Found) -> Iterator[pa.RecordBatch]:
        named = [(str(each.path), each.file, each.file) for each in chosen]
        return files.records(source, options, named, run.started_at)

    origin = f"{len(found):,} files"
    linked = linking.linked_of(source)
    if linked is None:
        return Sample(first(records(*found), limit), origin)
    taken, facts = linking.sample(linked, [partial(records, each) for each in found], limit, _LOOKED_AT)
    note = (
        f"Records of {source.format} complete each other: the first of each file are tried, with what belongs to them "
        f"among the first {_LOOKED_AT:,} records of the others. Later ones are missing here, but not in a run."
    )
    return Sample(pa.Table.from_batches(taken, files.BRONZE_SCHEMA), origin, facts, (note,))


def new_batches(lake: Lake, source: Source, run: Run, faults: list[str] | None = None) -> list[BatchRow]:
    """Rows of ops.batches for files not registered yet, landed or repeated.

    Args: faults: gets a line for each file that cannot be read.
    """
    known = batches.registered(lake, source)
    return batches.new(_arrivals(source, known, run, [] if faults is None else faults), known, source, run)


def _split_by(source: Source, options: SplitOptions) -> dict[str, object] | None:
    """What of conf decides how the source's files are cut into records; None for formats that find records by themselves."""
    if source.format not in ("csv", "excel"):
        return None
    names = ("encoding", "delimiter", "escape", "header", "sheet", "range", "columns")
    return {name: getattr(options, name) for name in names}


def _cut_otherwise(lake: Lake, source: Source, run: Run) -> list[BatchRow]:
    """Landed batches whose files still lie there unchanged, and that conf now cuts into records in another way.

    Which columns are mapped decides only where nothing could be read so far: they may have been looked for in vain.
    """
    now = _split_by(source, split_options(source, run.settings.base.limits))
    if now is None or run.stream is not None:
        return []
    found = []
    plain = json.loads(json.dumps(_split_by(source, SplitOptions())))
    for row in contents.current(batches.registered(lake, source)).values():
        split_by = row.get("split_by")
        before = json.loads(split_by) if split_by else plain
        looked_for = {"columns"} if row["columns"] or not split_by else set()
        is_same = all(
            before[name] == value for name, value in json.loads(json.dumps(now)).items() if name not in looked_for
        )
        path = Path(row["path"])
        if row["batch_state"] == "landed" and not is_same and path.is_file() and not _is_changed(row):
            found.append(row.copy())
    return found


def _land_again(lake: Lake, run: Run, source: Source, rows: list[BatchRow]) -> None:
    """Replaces the records of these batches, at once, by what conf now makes of the same bytes."""
    name, options = f"bronze.{source.name}", split_options(source, run.settings.base.limits)
    chosen = [(row["path"], row["file"], row["batch_id"]) for row in rows]
    scope = "batch_id in (" + ", ".join(f"'{row['batch_id']}'" for row in rows) + ")"
    if sum(row["bytes_count"] for row in rows) <= run.settings.base.limits.in_memory_bytes:
        records = files.records(source, options, chosen, run.started_at)
        lake.write(name, pa.Table.from_batches(records, files.BRONZE_SCHEMA), scope=scope)
    else:
        lake.write(name, _distributed(lake, source, options, chosen, run.started_at), scope=scope)
    for row in rows:
        row.pop("records_count", None)
        row |= {"split_by": json.dumps(_split_by(source, options)), "columns": None}
    batches.register(lake, source, rows)
    run.note(f"{source.name}: files cut into records again, as {source.file.name} now says: {len(rows):,}")


def _arrivals(source: Source, known: list[BatchRow], run: Run, faults: list[str]) -> Iterator[batches.Arrival]:
    """The source's files; one whose path, size and time are known is not read again.

    A watched folder may be empty, and a file that was changed a moment ago may still be incomplete: it is left for later.
    """
    is_watched = run.stream is not None
    now = run.started_at.timestamp() * 1e9
    settled = now - run.settings.base.limits.settle_seconds * 1e9
    seen = {(row["path"], row["bytes_count"], row["modified_at_ns"]) for row in contents.current(known).values()}
    for found in files.find(source, may_be_empty=is_watched):
        if is_watched and settled < found.modified_at_ns <= now:
            continue
        if (str(found.path), found.bytes_count, found.modified_at_ns) not in seen:
            try:
                batch_id = files.batch_id(source.name, found.path)
            except FileNotFoundError:  # moved away meanwhile
                continue
            except OSError as error:
                faults.append(f"{found.path} cannot be read: {error.strerror}; allow it, or move it away")
                continue
            yield batches.Arrival(batch_id, found.file, str(found.path), found.bytes_count, found.modified_at_ns)


def _land(lake: Lake, run: Run, source: Source, new: list[BatchRow]) -> None:
    name = f"bronze.{source.name}"
    options = split_options(source, run.settings.base.limits)
    landed = [row for row in new if row["batch_state"] == "landed"]
    if landed:
        chosen = [(row["path"], row["file"], row["batch_id"]) for row in landed]
        if sum(row["bytes_count"] for row in landed) <= run.settings.base.limits.in_memory_bytes:
            records = files.records(source, options, chosen, run.started_at)
            lake.append_arrow(name, pa.RecordBatchReader.from_batches(files.BRONZE_SCHEMA, records))
        else:
            lake.append(name, _distributed(lake, source, options, chosen, run.started_at))
        new = _without_changed(lake, run, source, new)
    if new:
        split_by = _split_by(source, options)
        for row in new:
            row["split_by"] = json.dumps(split_by) if split_by else None
        batches.register(lake, source, new)


def _without_changed(lake: Lake, run: Run, source: Source, new: list[BatchRow]) -> list[BatchRow]:
    """Reverts the landing of files that were written to while they were read: the next run reads them."""
    changed = {row["batch_id"]: row["file"] for row in new if row["batch_state"] == "landed" and _is_changed(row)}
    if not changed:
        return new
    batches.remove(lake, source, changed)
    run.note(f"{source.name}: changed while they were read, left for the next run: {', '.join(changed.values())}")
    return [row for row in new if row["batch_id"] not in changed]


def _is_changed(row: BatchRow) -> bool:
    try:
        stat = Path(row["path"]).stat()
    except FileNotFoundError:
        return False  # moved away after it had been read completely
    return (stat.st_size, stat.st_mtime_ns) != (row["bytes_count"], row["modified_at_ns"])


def _distributed(
    lake: Lake, source: Source, options: SplitOptions, chosen: list[tuple[str, str, str]], landed_at: datetime
):
    """Bronze rows split by Spark's workers, which need access to the files."""
    bronze = contract(f"bronze.{source.name}")
    ddl = ", ".join(f"`{column}` {bronze.field(column).type}" for column in files.BRONZE_SCHEMA.names)
    tasks = min(len(chosen), 2 * sessions.tasks_at_once(lake.spark))
    paths = sessions.frame(lake.spark, chosen, "path string, file string, batch_id string").repartition(tasks)

    def split(listed: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in listed:
            rows = [(row["path"], row["file"], row["batch_id"]) for row in batch.to_pylist()]
            yield from files.records(source, options, rows, landed_at)

    # portable: each file stands alone, wherever it is read
    return paths.mapInArrow(split, ddl)
