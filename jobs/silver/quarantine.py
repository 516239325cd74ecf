"""Keeps aside what is refused, with every reason and the record's bytes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from jobs.job import Run
from jobs.lake.arrow import schema_of
from jobs.silver.candidates import Parsed
from transformations.contracts import Table, contract

if TYPE_CHECKING:
    from jobs.lake.computed import Computed
    from jobs.lake.tables import Lake

_RECORD = ["source", "batch_id", "file", "line", "context", "raw"]


def among(batches: Iterable[str]) -> str:
    """SQL that chooses the rows of these batches."""
    return "batch_id in (" + ", ".join(f"'{batch}'" for batch in batches) + ")"


def keep_unparsable(lake: Lake, run: Run, part: Parsed) -> None:
    """Records that cannot be read, in quarantine.<source>; those of these batches that were there before are replaced."""
    rows = []
    for row in _arrow(part.rows, "_problem is not null", [*_RECORD, "_problem"]).to_pylist():
        code, _, message = row.pop("_problem").partition(": ")
        rows.append({**row, "ordinal": -1, "reasons": [{"code": code, "property": "validity", "message": message}]})
    _write(lake, run, f"quarantine.{part.source.name}", rows, f"{among(part.batches)} and ordinal = -1")


def keep_refused(lake: Lake, run: Run, table: Table, parts: list[Parsed], flagged: Computed) -> None:
    """Refused rows, in quarantine.<table>; those of these batches that were there before are replaced."""
    refused = _arrow(flagged, "_is_refused", ["batch_id", "line", "ordinal", "_reasons"])
    records = {
        (record["batch_id"], record["line"]): record for part in parts for record in _records(lake, part, refused)
    }
    rows = [
        {**records[row["batch_id"], row["line"]], "ordinal": row["ordinal"], "reasons": row["_reasons"]}
        for row in refused.to_pylist()
    ]
    batches = sorted({batch for part in parts for batch in part.batches})
    _write(lake, run, f"quarantine.{table.short_name}", rows, f"{among(batches)} and ordinal >= 0")


def _arrow(rows: Computed, condition: str, columns: list[str]) -> pa.Table:
    found = rows.where(condition, columns)
    return found if isinstance(found, pa.Table) else found.toArrow()


def _records(lake: Lake, part: Parsed, refused: pa.Table) -> list[dict[str, Any]]:
    """The records that refused rows came from, and possibly a few more."""
    if not refused.num_rows:
        return []
    if part.rows.arrow is not None:
        records = part.rows.arrow.select(_RECORD)
        return records.filter(pc.is_in(records["line"], value_set=pc.unique(refused["line"]))).to_pylist()
    keys = lake.spark.createDataFrame(refused.select(["batch_id", "line"]), "batch_id string, line bigint").distinct()
    found = part.rows.frame(_RECORD).join(keys, on=["batch_id", "line"], how="left_semi")
    return found.toArrow().to_pylist()


def _write(lake: Lake, run: Run, name: str, refused: list[dict[str, Any]], scope: str) -> None:
    for row in refused:
        row |= {"record_id": f"{row['file']}#{row['line']}", "quarantined_at": run.started_at}
    with lake.locked([f"{name}.aside"]):
        lake.write(name, pa.Table.from_pylist(refused, schema=schema_of(contract(name))), scope=scope)
