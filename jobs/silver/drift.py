"""Columns that come and go in a source's files: kept in bronze as they are, and said once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobs.job import Run
from jobs.lake import ops
from jobs.settings.sources import Source
from jobs.sources import expressions
from transformations.canonical.names import did_you_mean, natural
from transformations.contracts.ops_rows import BatchRow

if TYPE_CHECKING:
    from jobs.lake.tables import Lake

_DEEPER = (
    ". Where the records are a list further down in an object, write them out first, one a line: "
    "jq -c '.result.orders[]' FILE, with the keys that lead to the list"
)


def notice(
    lake: Lake, run: Run, source: Source, batches: list[BatchRow], columns: dict[str, list[str]], *, has_header: bool
) -> list[BatchRow]:
    """Notes which columns of these batches are new or gone against the batches before them.

    Args:
        batches: rows of ops.batches that are read now.
        columns: batch_id -> names of its records' columns; none where nothing could be read.
        has_header: the files name all of their columns; else one that no record of a file has is only unused there.
    Returns: rows of ops.batches that have to be written: those whose columns are not registered yet.
    """
    registered = ops.BATCHES.rows(lake, source=source.name, batch_state="landed")
    reading = {row["batch_id"] for row in batches}
    known: set[str] = set()
    for row in registered:
        if row["batch_id"] not in reading:
            known.update(row["columns"] or ())
    wanted = set(expressions.source_columns(source))
    may_lack = {name for text in expressions.of_source(source).values() for name in expressions.may_lack(text)}
    new: dict[str, str] = {}
    missing: dict[str, str] = {}
    changed = []
    for row in sorted((row for row in registered if row["batch_id"] in reading), key=_order):
        found = columns.get(row["batch_id"])
        if not found:
            continue
        gone = wanted - set(found) if has_header else set()
        if known:
            new |= {name: row["file"] for name in sorted(set(found) - known) if name not in new}
        missing |= {name: row["file"] for name in sorted(gone) if name not in missing}
        known.update(found)
        if row["columns"] != sorted(found):
            changed.append(row | {"columns": sorted(found), "notice": _said(row["notice"], gone)})
    if not has_header and changed and (never := sorted(wanted - known - may_lack)):
        listed = ", ".join(f"{name}{did_you_mean(name, known)}" for name in never)
        deeper = _DEEPER if source.format == "json" and not wanted & known else ""
        run.note(
            f"{source.name}: no record has the columns that {source.file.name} maps: {listed}; they count as null{deeper}"
        )
    if changed:
        if new:
            listed = ", ".join(f"{name} (first in {file})" for name, file in new.items())
            run.note(
                f"{source.name}: new columns, kept in bronze and not mapped: {listed}; map them in {source.file.name}"
            )
        if missing:
            listed = ", ".join(f"{name} (not in {file})" for name, file in missing.items())
            run.note(f"{source.name}: columns that {source.file.name} maps are gone: {listed}; they count as null")
    return changed


def _said(before: str | None, missing: set[str]) -> str | None:
    """What was said of the batch before, and which columns it lacks."""
    lacks = f"lacks columns that conf maps: {', '.join(sorted(missing))}" if missing else None
    return "; ".join(dict.fromkeys(text for text in (before, lacks) if text)) or None


def _order(row: BatchRow) -> str:
    return natural(row["file_version"])
