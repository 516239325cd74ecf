"""Keeps aside what is refused, with every reason and the record's bytes."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.engine import sessions
from jobs.job import Run
from jobs.lake.arrow import schema_of
from jobs.silver.candidates import Parsed
from transformations.contracts import Table, contract

if TYPE_CHECKING:
    from jobs.lake.computed import Computed
    from jobs.lake.tables import Lake

RECORD = ["source", "batch_id", "file", "line", "context", "raw"]
_FEW = 10
"""A refused row, as a dictionary with its record's bytes, takes the memory of so many rows of a table."""


def among(batches: Iterable[str]) -> str:
    """SQL that chooses the rows of these batches."""
    return "batch_id in (" + ", ".join(f"'{batch}'" for batch in batches) + ")"


def keep_unparsable(lake: Lake, run: Run, part: Parsed) -> None:
    """Records that cannot be read, in quarantine.<source>; those of these batches that were there before are replaced."""
    condition, columns = "_problem is not null", [*RECORD, "_problem"]
    rows: list[dict[str, Any]] | DataFrame
    if _are_few(run, part.rows, condition):
        rows = [_unparsable(row) for row in _arrow(part.rows, condition, columns).to_pylist()]
    else:
        rows = _all_unparsable(_frame(part.rows, condition, columns))
    write(lake, run, f"quarantine.{part.source.name}", rows, f"{among(part.batches)} and ordinal = -1")


def keep_refused(lake: Lake, run: Run, table: Table, parts: list[Parsed], flagged: Computed) -> None:
    """Refused rows, in quarantine.<table>; those of these batches that were there before are replaced."""
    condition, columns = "_is_refused", ["batch_id", "line", "ordinal", "_reasons"]
    rows: list[dict[str, Any]] | DataFrame
    if _are_few(run, flagged, condition):
        rows = _with_records(lake, parts, _arrow(flagged, condition, columns))
    else:
        records = reduce(DataFrame.unionByName, (part.rows.frame(RECORD) for part in parts))
        refused = _frame(flagged, condition, columns).withColumnRenamed("_reasons", "reasons")
        rows = refused.join(records, on=["batch_id", "line"])
    batches = sorted({batch for part in parts for batch in part.batches})
    write(lake, run, f"quarantine.{table.short_name}", rows, f"{among(batches)} and ordinal >= 0")


def _are_few(run: Run, rows: Computed, condition: str) -> bool:
    """Whether the driver holds these rows one by one, which is quicker; more of them are joined and written by Spark."""
    (counted,) = rows.sql(f"select count(case when {condition} then 1 end) as n from rows")
    return counted["n"] <= run.settings.base.limits.in_memory_rows // _FEW


def _arrow(rows: Computed, condition: str, columns: list[str]) -> pa.Table:
    found = rows.where(condition, columns)
    return found if isinstance(found, pa.Table) else found.toArrow()


def _frame(rows: Computed, condition: str, columns: list[str]) -> DataFrame:
    found = rows.where(condition, columns)
    return rows.framed(found) if isinstance(found, pa.Table) else found


def _unparsable(row: dict[str, Any]) -> dict[str, Any]:
    code, _, message = row.pop("_problem").partition(": ")
    return {**row, "ordinal": -1, "reasons": [{"code": code, "property": "validity", "message": message}]}


def _all_unparsable(rows: DataFrame) -> DataFrame:
    """As `_unparsable`, for all rows."""
    code = F.substring_index("_problem", ": ", 1)
    message = F.expr("substring(_problem, length(substring_index(_problem, ': ', 1)) + 3)")
    reason = F.struct(code.alias("code"), F.lit("validity").alias("property"), message.alias("message"))
    return rows.select(*RECORD, F.lit(-1).alias("ordinal"), F.array(reason).alias("reasons"))


def _with_records(lake: Lake, parts: list[Parsed], refused: pa.Table) -> list[dict[str, Any]]:
    """Refused rows with the records that they came from."""
    records = {
        (record["batch_id"], record["line"]): record for part in parts for record in _records(lake, part, refused)
    }
    return [
        {**records[row["batch_id"], row["line"]], "ordinal": row["ordinal"], "reasons": row["_reasons"]}
        for row in refused.to_pylist()
    ]


def _records(lake: Lake, part: Parsed, refused: pa.Table) -> list[dict[str, Any]]:
    """The records that refused rows came from, and possibly a few more."""
    if not refused.num_rows:
        return []
    if part.rows.arrow is not None:
        records = part.rows.arrow.select(RECORD)
        return records.filter(pc.is_in(records["line"], value_set=pc.unique(refused["line"]))).to_pylist()
    keys = sessions.frame(lake.spark, refused.select(["batch_id", "line"]), "batch_id string, line bigint").distinct()
    found = part.rows.frame(RECORD).join(keys, on=["batch_id", "line"], how="left_semi")
    return found.toArrow().to_pylist()


def write(lake: Lake, run: Run, name: str, refused: list[dict[str, Any]] | DataFrame, scope: str) -> None:
    """Replaces the rows of quarantine within a scope. Args: refused: columns of `RECORD`, ordinal, reasons."""
    rows: pa.Table | DataFrame
    if isinstance(refused, DataFrame):
        record_id = F.concat_ws("#", "file", F.col("line").cast("string"))
        rows = refused.withColumns({"record_id": record_id, "quarantined_at": F.lit(run.started_at)})
    else:
        for row in refused:
            row |= {"record_id": f"{row['file']}#{row['line']}", "quarantined_at": run.started_at}
        rows = pa.Table.from_pylist(refused, schema=schema_of(contract(name)))
    with lake.locked([f"{name}.aside"]):
        lake.write(name, rows, scope=scope)
