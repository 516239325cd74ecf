"""Row accounts: landed = parsed + unparsable + repeated; emitted = accepted + superseded + duplicate + quarantined +
not_applicable. Each term is counted on its own, so an equation can fail."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from jobs.lake import ops
from jobs.settings.sources import Source
from transformations.contracts import Table, contract
from transformations.contracts.ops_rows import BatchRow, RowAccountRow

if TYPE_CHECKING:
    from jobs.lake.tables import Lake

Term = Literal[
    "parsed", "unparsable", "repeated", "accepted", "superseded", "duplicate", "quarantined", "not_applicable"
]
RECORD_TERMS: tuple[Term, ...] = ("parsed", "unparsable", "repeated")
ROW_TERMS: tuple[Term, ...] = ("accepted", "superseded", "duplicate", "quarantined", "not_applicable")
Counts = Mapping[str, Any]
"""What was counted of a batch: batch_id and a number by name."""


class RowAccounts:
    """The row accounts of a lake while a job processes its batches; `save` keeps what it changed, at once."""

    def __init__(self, lake: Lake) -> None:
        self._lake = lake
        self._rows = {_key(row): row for row in ops.ROW_ACCOUNTS.rows(lake)}
        self._changed: set[tuple[str, str, str]] = set()
        self._open: set[tuple[str, str, str]] = set()

    def save(self, *, is_complete: bool = True) -> None:
        """Keeps what has changed.

        Args: is_complete: False where the job failed or was stopped: what it would have given to tables that it did not
            come to write is not kept. The job does these batches again, and until then the accounts speak of what is there.
        """
        if not is_complete:
            self._changed -= self._open
        if self._changed:
            ops.ROW_ACCOUNTS.upsert(self._lake, (self._rows[key] for key in sorted(self._changed)))
            self._changed.clear()

    def open_records(self, source: Source, batches: Iterable[BatchRow], counts: Iterable[Counts]) -> None:
        """The record equation of each file: landed is what landing counted, the terms are what parsing counted."""
        counted = {row["batch_id"]: row for row in counts}
        for batch in batches:
            of_batch = counted.get(batch["batch_id"], {"parsed": 0, "unparsable": 0})
            self._put(
                _row(source.name, f"bronze.{source.name}", batch)
                | {
                    "landed": batch["records_count"],
                    "parsed": of_batch["parsed"],
                    "unparsable": of_batch["unparsable"],
                    "repeated": 0,
                }
            )

    def open_tables(
        self, source: Source, batches: Iterable[BatchRow], counts: Iterable[Counts], tables: Sequence[str]
    ) -> None:
        """What each file gives to each table; how it ends is filled in when the table is written."""
        counted = {row["batch_id"]: row for row in counts}
        for batch in batches:
            for table in tables:
                of_batch = counted.get(batch["batch_id"], {})
                row = _row(source.name, f"silver.{table}", batch)
                before = self._rows.get(_key(row), row)
                for term in ROW_TERMS:
                    row[term] = before.get(term, 0)
                row["emitted"] = of_batch.get(f"e_{table}", 0)
                row["not_applicable"] = of_batch.get(f"n_{table}", 0)
                self._put(row)
                self._open.add(_key(row))

    def close_table(self, table: Table, batches: list[str], counted: Iterable[Counts]) -> None:
        """How the rows of these batches ended, and what they took the place of in earlier ones."""
        of_batch = {row["batch_id"]: row for row in counted}
        current = _current(self._lake, table)
        self._open -= {key for key in self._open if key[2] == table.name and key[0] in batches}
        for row in [row for row in self._rows.values() if row["table_name"] == table.name]:
            now: RowAccountRow = {**row, "run_id": None, "computed_at": None}
            if row["batch_id"] in batches:
                terms = of_batch.get(row["batch_id"], {})
                for term in ROW_TERMS:
                    if term != "not_applicable":
                        now[term] = terms.get(term, 0)
            replaced = (now["accepted"] or 0) - current.get(row["batch_id"], 0)
            if row["batch_id"] not in batches and replaced:
                now |= {"accepted": now["accepted"] - replaced, "superseded": now["superseded"] + replaced}
            if any(now[term] != row[term] for term in ROW_TERMS):
                self._put(now)

    def forget(self, table: Table, sources: Iterable[str]) -> set[str]:
        """Drops the accounts of the table for all sources but these, at once. Returns their batches."""
        kept = set(sources)
        gone = {
            key: row for key, row in self._rows.items() if row["table_name"] == table.name and row["source"] not in kept
        }
        if gone:
            for key in gone:
                del self._rows[key]
                self._changed.discard(key)
            names = ", ".join(f"'{name}'" for name in sorted({row["source"] for row in gone.values()}))
            self._lake.delete(ops.ROW_ACCOUNTS.name, f"table_name = '{table.name}' and source in ({names})")
        return {row["batch_id"] for row in gone.values()}

    def _put(self, row: RowAccountRow) -> None:
        self._rows[_key(row)] = row
        self._changed.add(_key(row))


def _key(row: RowAccountRow) -> tuple[str, str, str]:
    return row["batch_id"], row["file"], row["table_name"]


def open_repeated(lake: Lake, source: Source, batches: Sequence[BatchRow]) -> None:
    """The record equation of files whose bytes were known: all of their records are repeated."""
    if batches:
        ops.ROW_ACCOUNTS.upsert(
            lake,
            [
                _row(source.name, f"bronze.{source.name}", batch)
                | {"landed": batch["records_count"], "parsed": 0, "unparsable": 0, "repeated": batch["records_count"]}
                for batch in batches
            ],
        )


def mistakes(lake: Lake) -> list[str]:
    """Every equation that does not hold, and every accepted count that the table does not show."""
    found = []
    current: dict[str, dict[str, int]] = {}
    for row in ops.ROW_ACCOUNTS.rows(lake):
        where = f"{row['file']} in {row['table_name']}"
        if row["table_name"].startswith("bronze."):
            if row["landed"] != sum(row[term] for term in RECORD_TERMS):
                found.append(f"{where}: landed {row['landed']} is not " + _sum(row, RECORD_TERMS))
            continue
        if row["emitted"] != sum(row[term] for term in ROW_TERMS):
            found.append(f"{where}: emitted {row['emitted']} is not " + _sum(row, ROW_TERMS))
        name = row["table_name"]
        if name not in current:
            current[name] = _current(lake, contract(name)) if lake.exists(name) else {}
        if row["accepted"] != current[name].get(row["batch_id"], 0):
            found.append(
                f"{where}: accepted {row['accepted']}, the table holds {current[name].get(row['batch_id'], 0)}"
            )
    return found


def _current(lake: Lake, table: Table) -> dict[str, int]:
    """Rows in the table by the batch that gave them; what was derived from a batch's posts is not among them."""
    query = f"select batch_id, count(*) as n from t where {table.given_rows} group by batch_id"
    return {row["batch_id"]: row["n"] for row in lake.sql(query, t=table.name).to_pylist()}


def _sum(row: RowAccountRow, terms: tuple[Term, ...]) -> str:
    return " + ".join(f"{term} {row[term]}" for term in terms)


def _row(source: str, table: str, batch: BatchRow) -> RowAccountRow:
    return {"batch_id": batch["batch_id"], "source": source, "file": batch["file"], "table_name": table}
