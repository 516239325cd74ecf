"""What all ways of landing share: which contents are new, and their register."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jobs.job import Run
from jobs.lake import contents, ops, row_accounts
from jobs.settings.sources import Source
from jobs.sources import dumps
from transformations.contracts.ops_rows import BatchRow

if TYPE_CHECKING:
    from jobs.lake.tables import Lake


@dataclass(frozen=True)
class Arrival:
    """Content of a file or address.

    Attributes:
        batch_id: sha256 of source and bytes; where the same content comes back, also of the number of times.
        file: its name.
        path: its path when it was landed.
        bytes_count, modified_at_ns: size, and time of its last change.
    """

    batch_id: str
    file: str
    path: str
    bytes_count: int
    modified_at_ns: int


def registered(lake: Lake, source: Source) -> list[BatchRow]:
    """The source's rows of ops.batches."""
    return ops.BATCHES.rows(lake, source=source.name)


def numbered(file: str, number: int) -> str:
    """The version of a file: its name, with @0002, @0003 … for later contents; versions sort in order of arrival.

    >>> numbered("orders.csv", 1), numbered("orders.csv", 2)
    ('orders.csv', 'orders.csv@0002')
    """
    return file + (f"@{number:04}" if number > 1 else "")


def new(
    arrivals: Iterable[Arrival],
    known: Iterable[BatchRow],
    source: Source,
    run: Run,
    version: Callable[[str, int], str] = numbered,
) -> list[BatchRow]:
    """Rows of ops.batches for content that differs from the last content of its name: landed or repeated.

    Known bytes under a new name are repeated. Where a name goes back to bytes that it had before, they are landed again:
    the newest content counts.

    Args:
        known: the source's registered batches.
        version: (file, number of earlier contents of the name) -> file_version; sorts in order of arrival.
    """
    landed = {row["batch_id"]: row for row in known if row["batch_state"] == "landed"}
    now = contents.current(known)
    versions: dict[str, int] = {}
    for of_name in landed.values():
        versions[of_name["file"]] = versions.get(of_name["file"], 0) + 1
    found: list[BatchRow] = []
    for arrival in arrivals:
        latest, returns = now.get(arrival.file), _returns(arrival.batch_id, landed)
        if latest and latest["batch_id"] in (arrival.batch_id, *returns):
            continue  # touched, moved or polled again, but not changed
        row: BatchRow = {
            "batch_id": arrival.batch_id,
            "source": source.name,
            "file": arrival.file,
            "path": arrival.path,
            "bytes_count": arrival.bytes_count,
            "modified_at_ns": arrival.modified_at_ns,
            "run_id": run.run_id,
            "landed_at": run.started_at,
        }
        first = landed.get(arrival.batch_id)
        if first and not latest and not _is_dump_again(arrival, first, source):
            row |= {
                "batch_state": "repeated",
                "file_version": first["file_version"],
                "notice": f"the same bytes as {first['file']}: not landed again",
            }
            if "records_count" in first:
                row["records_count"] = first["records_count"]
        else:
            if first:
                row |= {"batch_id": returns[-1], "notice": f"the same bytes as {first['file_version']}, again"}
            number = versions[arrival.file] = versions.get(arrival.file, 0) + 1
            row |= {"batch_state": "landed", "file_version": version(arrival.file, number)}
            landed[row["batch_id"]] = row
        now[arrival.file] = row
        found.append(row)
    return found


def _returns(batch_id: str, landed: Mapping[str, BatchRow]) -> list[str]:
    """Batch ids of content for each time that it has come back, and last the one for the next time."""
    ids: list[str] = []
    while not ids or ids[-1] in landed:
        ids.append(hashlib.sha256(f"{batch_id}#{len(ids) + 2}".encode()).hexdigest())
    return ids


def _is_dump_again(arrival: Arrival, first: BatchRow, source: Source) -> bool:
    """Whether known bytes are another full dump of their series: it says that nothing had changed at its time."""
    return source.deletes == "missing_in_full_dump" and dumps.series(arrival.file) == dumps.series(first["file"])


def register(lake: Lake, source: Source, rows: list[BatchRow]) -> None:
    """Registers new batches whose records are in bronze, and accounts for those that are repeated."""
    name = f"bronze.{source.name}"
    counts = _counts(lake, name) if any("records_count" not in row for row in rows) else {}
    version = lake.version(name)
    for row in rows:
        if "records_count" not in row:  # landed now, or repeated within this landing
            row["records_count"] = counts.get(row["batch_id"], 0)
        row["bronze_version"] = version
    ops.BATCHES.upsert(lake, rows)
    row_accounts.open_repeated(lake, source, [row for row in rows if row["batch_state"] == "repeated"])


def remove(lake: Lake, source: Source, batch_ids: Iterable[str]) -> None:
    """Removes from bronze what was landed a moment ago and is not registered: the next run lands it."""
    listed = ", ".join(f"'{batch}'" for batch in sorted(batch_ids))
    lake.delete(f"bronze.{source.name}", f"batch_id in ({listed})")


def _counts(lake: Lake, name: str) -> dict[str, int]:
    if not lake.exists(name):
        return {}
    found = lake.sql("select batch_id, count(*) as n from t group by batch_id", t=name)
    return {row["batch_id"]: row["n"] for row in found.to_pylist()}
