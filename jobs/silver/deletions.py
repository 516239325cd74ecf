"""What a full dump no longer holds was deleted at its source."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from pyspark.sql import functions as F

from jobs.settings import Source
from transformations.canonical import mapping
from transformations.contracts import Table

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from jobs.tables import Lake


def series(file: str) -> str:
    """Files whose names differ only in digits are dumps of the same things: customers_2025-01-01.csv, users.xml."""
    return re.sub(r"\d+", "0", file.rsplit("/", 1)[-1])


def newest(batches: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The newest dump of each series, of rows of ops.batches."""
    found: dict[str, dict[str, Any]] = {}
    for row in sorted(batches, key=lambda row: row["file_version"]):
        found[series(row["file"])] = row
    return list(found.values())


def apply(lake: Lake, table: Table, source: Source, batches: list[dict[str, Any]], candidates: DataFrame) -> None:
    """Blanks the rows of older dumps whose keys the newest dump of their series does not name.

    Args:
        batches: all landed batches of the source, rows of ops.batches.
        candidates: rows for the table, refused ones too (a refused row is not a missing one), the newest dumps' among
            them.
    """
    dumps = {series(row["file"]): row for row in newest(batches)}
    older: dict[str, list[str]] = {}
    for row in batches:
        if row["batch_id"] != dumps[series(row["file"])]["batch_id"]:
            older.setdefault(dumps[series(row["file"])]["batch_id"], []).append(row["batch_id"])
    if not older or not lake.exists(table.name):
        return
    present = candidates.where(F.col("batch_id").isin([row["batch_id"] for row in dumps.values()]))
    # An empty dump deletes nothing: more likely it failed than that everything is gone.
    filled = {row["batch_id"] for row in present.select("batch_id").distinct().collect()}
    standing = lake.read(table.name).drop("deleted_at")
    chosen = []
    for dump in dumps.values():
        if dump["batch_id"] in filled and dump["batch_id"] in older:
            at = datetime.fromtimestamp((dump["modified_at_ns"] or 0) / 1e9, UTC)
            is_older = F.col("batch_id").isin(older[dump["batch_id"]])
            chosen.append((is_older, at))
    if not chosen:
        return
    when = reduce(lambda so_far, one: F.when(one[0], F.lit(one[1])).otherwise(so_far), chosen, F.lit(None))
    gone = (
        standing.where(reduce(or_, (is_older for is_older, _ in chosen)))
        .join(present.select(*table.key).distinct(), on=list(table.key), how="left_anti")
        .withColumn("deleted_at", when.cast("timestamp"))
        .withColumn("valid_from", F.col("deleted_at"))
    )
    rows = mapping.blanked(gone, table).select(*table.names).toArrow()
    if rows.num_rows:
        lake.upsert(table.name, rows)
