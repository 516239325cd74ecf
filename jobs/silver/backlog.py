"""Which batches a silver job has still to process."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from jobs.job import Run
from jobs.lake import contents, ops, progress
from jobs.lake.fingerprints import code_hash
from jobs.quality import replay
from jobs.settings import Settings
from jobs.settings.sources import Source
from jobs.sources import dumps, formats, linking
from transformations.canonical.names import natural
from transformations.contracts import contract
from transformations.contracts.ops_rows import BatchRow

if TYPE_CHECKING:
    from jobs.lake.tables import Lake

# What silver rows are loaded with but not made by: how they are judged, accounted for and reported.
_DECIDES_NO_ROW = (
    "jobs.quality",
    "jobs.lake.progress",
    "expectations.data_docs",
    "expectations.gate",
    "expectations.suites",
)
_OWNERS: dict[str, str] = {}


def owns(job: str, tables: tuple[str, ...]) -> None:
    """Says which job loads these silver tables."""
    _OWNERS.update({name.split(".")[1]: job for name in tables})


def loadable() -> tuple[str, ...]:
    """Silver tables (without layer) that a source can fill."""
    return tuple(sorted(_OWNERS))


@dataclass(frozen=True)
class Pending:
    """What a job has to do.

    Attributes:
        batches: those to process, by source, as rows of ops.batches.
        is_full: they are all there are, and the tables are made from scratch.
        gone: sources that the job has processed and that fill none of its tables any more.
        others: batches of sources that are loaded apart from these: what they gave to tables stays as it is.
        is_apart: whether other sources are loaded on their own.
    """

    batches: dict[str, list[BatchRow]]
    is_full: bool
    fingerprints: dict[str, str]
    gone: tuple[str, ...] = ()
    others: frozenset[str] = frozenset()
    is_apart: bool = False

    def __bool__(self) -> bool:
        return bool(self.batches or self.gone)

    def sources(self, settings: Settings) -> list[Source]:
        return [source for source in settings.sources if self.batches.get(source.name)]

    @property
    def rows_made(self) -> str:
        """SQL that chooses the rows that are made from scratch."""
        listed = ", ".join(f"'{batch}'" for batch in sorted(self.others))
        return f"batch_id not in ({listed})" if listed else "true"


def apart(pending: Pending, settings: Settings, tables: tuple[str, ...]) -> list[Pending]:
    """The same work in parts that do not need each other: of each source, or from scratch, of sources that share keys."""
    if not pending.is_full:
        return [replace(pending, batches={name: rows}, is_apart=True) for name, rows in pending.batches.items()]
    of_place: dict[tuple[str, str], set[str]] = {}
    for source in pending.sources(settings):
        places = {("source", source.origin), ("channel", source.own_channel)}
        for short_name in formats.tables_of(source):
            if f"silver.{short_name}" in tables and not {"source", "channel"} & set(
                contract(f"silver.{short_name}").key
            ):
                places.add(("table", short_name))
        met = [place for place in of_place if place in places or source.name in of_place[place]]
        together = {source.name}.union(*(of_place[place] for place in met))
        for place in [*places, *(place for place, names in of_place.items() if names & together)]:
            of_place[place] = together
    found = []
    for names in dict.fromkeys(tuple(sorted(names)) for names in of_place.values()):
        batches = {name: rows for name, rows in pending.batches.items() if name in names}
        others = {row["batch_id"] for name, rows in pending.batches.items() if name not in names for row in rows}
        found.append(replace(pending, batches=batches, others=frozenset(others), is_apart=True))
    return found


def fingerprint(settings: Settings, source: Source) -> str:
    """Hash of all that decides what a source's records become: code, its conf, rules, limits of parsing.

    Where records come from and how old they may be is no part of it: another address or limit reads nothing again.
    """
    parts = (
        code_hash("jobs.silver.load", f"jobs.sources.formats.{source.format}", without=_DECIDES_NO_ROW),
        json.dumps(source.meaning(), sort_keys=True),
        settings.base.quality.model_dump_json(include={"rules"}),
        settings.base.limits.model_dump_json(
            include={"record_bytes", "csv_record_lines", "nesting_depth", "unpacked_bytes"}
        ),
        settings.company.timezone,
    )
    return hashlib.sha256("".join(parts).encode()).hexdigest()[:16]


def home_job(source: Source) -> str:
    """The job that accounts for the source's records as a whole."""
    return _OWNERS[formats.tables_of(source)[0]]


def pending(lake: Lake, run: Run, job: str, tables: tuple[str, ...], *, everything: bool = False) -> Pending:
    """What the job has still to do. Another fingerprint than the one its batches were done with means all of them.

    Args: everything: all batches, whatever has been done.
    """
    short_names = {name.split(".")[1] for name in tables}
    sources = [source for source in run.settings.sources if short_names & set(formats.tables_of(source))]
    prints = {source.name: fingerprint(run.settings, source) for source in sources}
    landed = ops.BATCHES.rows(lake, batch_state="landed")
    done = {(row["input"], row["done_batch_id"]): row["fingerprint"] for row in progress.rows(lake, job)}
    gone = tuple(sorted({name for name, _ in done} - set(prints)))
    of_sources: dict[str, list[BatchRow]] = {
        source.name: [row for row in landed if row["source"] == source.name] for source in sources
    }
    is_changed = any(
        done.get((name, row["batch_id"]), prints[name]) != prints[name]
        for name, rows in of_sources.items()
        for row in rows
    )
    all_batches = Pending({name: rows for name, rows in of_sources.items() if rows}, True, prints, gone)
    if run.full or is_changed or gone or everything or (done and _is_lost(lake, job, tables, sources)):
        return all_batches
    new = {name: [row for row in rows if (name, row["batch_id"]) not in done] for name, rows in of_sources.items()}
    again = replay.batches(lake, run.replay) if run.replay else set()
    for name, rows in of_sources.items():
        new[name] += [row for row in rows if row["batch_id"] in again and row not in new[name]]
    for source in sources:
        if new[source.name] and source.deletes == "missing_in_full_dump" and source.path:
            known = {row["batch_id"] for row in new[source.name]}  # what is missing is told by the newest dumps
            new[source.name] += [row for row in dumps.newest(of_sources[source.name]) if row["batch_id"] not in known]
    for source in sources:
        some, all_ = new[source.name], of_sources[source.name]
        if len(some) < len(all_) and linking.needs_all(lake, source, some):
            return all_batches  # they complete what others began, or name what others speak of
        if some and source.replaces != "nothing" and _is_out_of_order(lake, source, some, all_):
            return all_batches
    return Pending({name: rows for name, rows in new.items() if rows}, False, prints)


def _is_out_of_order(lake: Lake, source: Source, new: list[BatchRow], landed: list[BatchRow]) -> bool:
    """Whether new files of a source that `replaces` bring back or withdraw what only superseded rows could show.

    So it is where one of them is older than one that was read before, and where a file is sent again while rows of the
    lake took the place of others.
    """
    ids = {row["batch_id"] for row in new}
    read = [row for row in landed if row["batch_id"] not in ids]
    last = max((natural(row["file_version"]) for row in read), default="")
    names = {row["file"] for row in new}
    is_sent_again = any(row["file"] in names for row in read)
    if source.replaces == "file" and is_sent_again:
        others = {row["batch_id"] for row in landed if row["file"] not in names}
        accounts = ops.ROW_ACCOUNTS.rows(lake, f"source = '{source.name}'")
        return any(
            row["batch_id"] in others and (row["superseded"] or 0) + (row["duplicate"] or 0) > 0 for row in accounts
        )
    return any(natural(row["file_version"]) < last for row in new)


def newest_contents(lake: Lake, source: Source) -> list[BatchRow]:
    """Of each file the content that it was last landed with."""
    newest: dict[str, BatchRow] = {}
    for row in sorted(landed(lake, source), key=lambda row: natural(row["file_version"])):
        newest[row["file"]] = row
    return list(newest.values())


def corrected(lake: Lake, source: Source) -> frozenset[str]:
    """Batches whose file was sent again with other content. What was wrong with them stops no run any more.

    What another file holds still, with the same bytes, is not among them.
    """
    if not source.path:
        return frozenset()
    now = {row["batch_id"] for row in contents.current(ops.BATCHES.rows(lake, source=source.name)).values()}
    return frozenset(row["batch_id"] for row in landed(lake, source)) - now


def replaced(lake: Lake, source: Source) -> frozenset[str]:
    """Batches whose file was sent again, where that withdraws the rows of its earlier content."""
    return corrected(lake, source) if source.replaces == "file" else frozenset()


def _is_lost(lake: Lake, job: str, tables: tuple[str, ...], sources: list[Source]) -> bool:
    """Whether a table or a quarantine is gone that by the row accounts has rows of these sources."""
    missing = {name for name in tables if not lake.exists(name)}
    aside = [*(name.split(".")[1] for name in tables), *(of.name for of in sources if home_job(of) == job)]
    missing |= {name for short in aside if not lake.exists(name := f"quarantine.{short}")}
    if not missing:
        return False
    filled = {of.name: {f"bronze.{of.name}", *(f"silver.{name}" for name in formats.tables_of(of))} for of in sources}
    for row in ops.ROW_ACCOUNTS.rows(lake):
        name = row["table_name"]
        if name not in filled.get(row["source"], ()):
            continue
        refused = row["unparsable"] if name.startswith("bronze.") else row["quarantined"]
        if (row["accepted"] and name in missing) or (refused and f"quarantine.{name.split('.')[1]}" in missing):
            return True
    return False


def landed(lake: Lake, source: Source) -> list[BatchRow]:
    """All landed batches of a source, rows of ops.batches."""
    return ops.BATCHES.rows(lake, source=source.name, batch_state="landed")


def done(lake: Lake, run: Run, job: str, pending: Pending) -> None:
    """Records that the job has processed these batches, and forgets sources that are gone: they may come back."""
    for name in pending.gone:
        lake.delete("ops.progress", f"job = '{job}' and input = '{name}'")
    progress.record(
        lake,
        [
            {"job": job, "input": name, "done_batch_id": row["batch_id"], "fingerprint": pending.fingerprints[name]}
            for name, rows in pending.batches.items()
            for row in rows
        ],
    )
