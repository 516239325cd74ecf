"""Row accounts: landed = parsed + unparsable + repeated; emitted = accepted + superseded + duplicate + quarantined +
not_applicable. Each term is counted on its own, so an equation can fail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jobs.settings.sources import Source
from transformations.contracts import Table, contract

if TYPE_CHECKING:
    from jobs.lake.tables import Lake

RECORD_TERMS = ("parsed", "unparsable", "repeated")
ROW_TERMS = ("accepted", "superseded", "duplicate", "quarantined", "not_applicable")


def open_records(lake: Lake, source: Source, batches: list[dict[str, Any]], counts: list[dict[str, Any]]) -> None:
    """The record equation of each file: landed is what landing counted, the terms are what parsing counted."""
    counted = {row["batch_id"]: row for row in counts}
    rows = []
    for batch in batches:
        of_batch = counted.get(batch["batch_id"], {"parsed": 0, "unparsable": 0})
        rows.append(
            _row(source.name, f"bronze.{source.name}", batch)
            | {
                "landed": batch["records_count"],
                "parsed": of_batch["parsed"],
                "unparsable": of_batch["unparsable"],
                "repeated": 0,
            }
        )
    lake.upsert("ops.row_accounts", rows)


def open_tables(
    lake: Lake, source: Source, batches: list[dict[str, Any]], counts: list[dict[str, Any]], tables: tuple[str, ...]
) -> None:
    """What each file gives to each table; how it ends is filled in when the table is written."""
    counted = {row["batch_id"]: row for row in counts}
    held = {
        (row["batch_id"], row["table_name"]): row for row in lake.rows("ops.row_accounts", f"source = '{source.name}'")
    }
    rows = []
    for batch in batches:
        for table in tables:
            of_batch = counted.get(batch["batch_id"], {})
            before = held.get((batch["batch_id"], f"silver.{table}"), {})
            rows.append(
                _row(source.name, f"silver.{table}", batch)
                | {term: before.get(term, 0) for term in ROW_TERMS}
                | {"emitted": of_batch.get(f"e_{table}", 0), "not_applicable": of_batch.get(f"n_{table}", 0)}
            )
    lake.upsert("ops.row_accounts", rows)


def close_table(lake: Lake, table: Table, batches: list[str], counted: list[dict[str, Any]]) -> None:
    """How the rows of these batches ended, and what they took the place of in earlier ones."""
    of_batch = {row["batch_id"]: row for row in counted}
    standing = _standing(lake, table)
    rows = lake.rows("ops.row_accounts", f"table_name = '{table.name}'")
    changed = []
    for row in rows:
        now = dict(row, run_id=None, computed_at=None)
        if row["batch_id"] in batches:
            terms = of_batch.get(row["batch_id"], {})
            now |= {term: terms.get(term, 0) for term in ROW_TERMS if term != "not_applicable"}
        replaced = (now["accepted"] or 0) - standing.get(row["batch_id"], 0)
        if row["batch_id"] not in batches and replaced:
            now |= {"accepted": now["accepted"] - replaced, "superseded": now["superseded"] + replaced}
        if any(now[term] != row[term] for term in ROW_TERMS):
            changed.append(now)
    if changed:
        lake.upsert("ops.row_accounts", changed)


def open_repeated(lake: Lake, source: Source, batches: list[dict[str, Any]]) -> None:
    """The record equation of files whose bytes were known: all of their records are repeated."""
    if batches:
        lake.upsert(
            "ops.row_accounts",
            [
                _row(source.name, f"bronze.{source.name}", batch)
                | {"landed": batch["records_count"], "parsed": 0, "unparsable": 0, "repeated": batch["records_count"]}
                for batch in batches
            ],
        )


def mistakes(lake: Lake) -> list[str]:
    """Every equation that does not hold, and every accepted count that the table does not show."""
    found = []
    standing: dict[str, dict[str, int]] = {}
    for row in lake.rows("ops.row_accounts"):
        where = f"{row['file']} in {row['table_name']}"
        if row["table_name"].startswith("bronze."):
            if row["landed"] != sum(row[term] for term in RECORD_TERMS):
                found.append(f"{where}: landed {row['landed']} is not " + _sum(row, RECORD_TERMS))
            continue
        if row["emitted"] != sum(row[term] for term in ROW_TERMS):
            found.append(f"{where}: emitted {row['emitted']} is not " + _sum(row, ROW_TERMS))
        name = row["table_name"]
        if name not in standing:
            standing[name] = _standing(lake, contract(name)) if lake.exists(name) else {}
        if row["accepted"] != standing[name].get(row["batch_id"], 0):
            found.append(
                f"{where}: accepted {row['accepted']}, the table holds {standing[name].get(row['batch_id'], 0)}"
            )
    return found


def _standing(lake: Lake, table: Table) -> dict[str, int]:
    """Rows in the table by the batch that gave them; what was derived from a batch's posts is not among them."""
    query = f"select batch_id, count(*) as n from t where {table.given_rows} group by batch_id"
    return {row["batch_id"]: row["n"] for row in lake.sql(query, t=table.name).to_pylist()}


def _sum(row: dict[str, Any], terms: tuple[str, ...]) -> str:
    return " + ".join(f"{term} {row[term]}" for term in terms)


def _row(source: str, table: str, batch: dict[str, Any]) -> dict[str, Any]:
    return {"batch_id": batch["batch_id"], "source": source, "file": batch["file"], "table_name": table}
