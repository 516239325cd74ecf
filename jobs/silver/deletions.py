"""What a full dump no longer holds was deleted at its source."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from pyspark.sql import functions as F

from jobs.registry import Run
from jobs.source_settings import Source
from transformations.canonical import mapping
from transformations.contracts import Table

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from jobs.tables import Lake


def series(file: str) -> str:
    """Files whose names differ only in digits are dumps of the same things: customers_2025-01-01.csv, 2025/users.xml."""
    return re.sub(r"\d+", "0", file)


def in_order(batches: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """The dumps of each series, the oldest first, of rows of ops.batches. Digits in names count as numbers."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in sorted(batches, key=lambda row: _natural(row["file_version"])):
        found.setdefault(series(row["file"]), []).append(row)
    return found


def newest(batches: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The newest dump of each series."""
    return [dumps[-1] for dumps in in_order(batches).values()]


def _natural(name: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", name)]


def apply(lake: Lake, run: Run, table: Table, source: Source, batches: list[dict[str, Any]], told: DataFrame) -> None:
    """Blanks the rows of older dumps whose keys the newest dump of their series does not name.

    A row is deleted as of the dump that followed its own. A dump that holds nothing, or records that cannot be read,
    deletes nothing: more likely it is broken than that all of this is gone.

    Args:
        batches: all landed batches of the source, rows of ops.batches.
        told: candidates for the table, refused ones too (a refused row is not a missing one), the newest dumps' among
            them.
    """
    if not lake.exists(table.name):
        return
    dumps = [of_series for of_series in in_order(batches).values() if len(of_series) > 1]
    unreadable = _unreadable(lake, source)
    deleted_at: dict[str, datetime] = {}
    present = told.where(F.col("batch_id").isin([of_series[-1]["batch_id"] for of_series in dumps]))
    filled = {row["batch_id"] for row in present.select("batch_id").distinct().collect()}
    for of_series in dumps:
        last = of_series[-1]
        if last["batch_id"] in unreadable:
            run.note(
                f"{source.name}: {last['file']} holds records that cannot be read: as a full dump it deletes nothing "
                f"(scrm quarantine --table {source.name})"
            )
        elif last["batch_id"] in filled:
            for row, following in pairwise(of_series):
                deleted_at[row["batch_id"]] = datetime.fromtimestamp((following["modified_at_ns"] or 0) / 1e9, UTC)
    if not deleted_at:
        return
    spark = told.sparkSession
    times = spark.createDataFrame(list(deleted_at.items()), "batch_id string, _deleted_at timestamp")
    gone = (
        lake.read(table.name, with_deleted=True)
        .join(F.broadcast(times), "batch_id")
        .join(present.select(*table.key).distinct(), on=list(table.key), how="left_anti")
        .withColumn("deleted_at", F.col("_deleted_at"))
        .withColumn("valid_from", F.col("deleted_at"))
    )
    rows = mapping.blanked(gone, table).select(*table.names).toArrow()
    if rows.num_rows:
        lake.upsert(table.name, rows)


def _unreadable(lake: Lake, source: Source) -> set[str]:
    """Batches of the source that hold records which cannot be read."""
    rows = lake.rows("ops.row_accounts", f"table_name = 'bronze.{source.name}' and unparsable > 0")
    return {row["batch_id"] for row in rows}
