"""Which candidate of a key wins: the newest version, and of equal ones the first or the last of its file."""

from __future__ import annotations

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from transformations.contracts import Table

CHANGED = "_status in ('insert', 'update') or (_status = 'held' and not _is_gone)"
"""SQL over what `against` gives: winners that are to be written."""


def ranked(candidates: DataFrame, table: Table) -> DataFrame:
    """Candidates with `_status`: winner, duplicate (same version as the winner) or superseded (older), null if refused.

    Args: candidates: contract columns, `_is_refused`, `line`, `ordinal`, `_keep_first` (boolean).
    """
    by_key = Window.partitionBy(*table.key, "_is_refused")
    newest_first = by_key.orderBy(
        F.col("source_version").desc_nulls_last(),
        F.when(F.col("_keep_first"), F.col("line")).otherwise(-F.col("line")),
        F.when(F.col("_keep_first"), F.col("ordinal")).otherwise(-F.col("ordinal")),
        "batch_id",
    )
    placed = candidates.withColumns(
        {"_place": F.row_number().over(newest_first), "_newest": F.max("source_version").over(by_key)}
    )
    status = (
        F.when(F.col("_is_refused"), F.lit(None))
        .when(F.col("_place") == 1, F.lit("winner"))
        .when(F.col("source_version").eqNullSafe(F.col("_newest")), F.lit("duplicate"))
        .otherwise(F.lit("superseded"))
    )
    return placed.withColumn("_status", status).drop("_place", "_newest")


def against(winners: DataFrame, stored: DataFrame, table: Table) -> DataFrame:
    """Winners compared with the rows in the table, `_status`: insert, update, held, duplicate or superseded.

    held: the row of this batch and version is stored already (the batch was processed before); `_is_gone` where it has
    been deleted since.
    Args: stored: key columns, source_version, batch_id and deleted_at of the table.
    """
    held = stored.select(
        *table.key,
        F.col("source_version").alias("_held_version"),
        F.col("batch_id").alias("_held_batch"),
        F.col("deleted_at").isNotNull().alias("_is_gone"),
    )
    joined = winners.join(held, on=list(table.key), how="left")
    status = (
        F.when(F.col("_held_batch").isNull(), F.lit("insert"))
        .when(F.col("_held_version") < F.col("source_version"), F.lit("update"))
        .when(F.col("_held_version") > F.col("source_version"), F.lit("superseded"))
        .when(F.col("_held_batch") == F.col("batch_id"), F.lit("held"))
        .otherwise(F.lit("duplicate"))
    )
    return joined.withColumn("_status", status).drop("_held_version", "_held_batch")


def changed(against: DataFrame) -> DataFrame:
    """Winners to write, those that are stored already included: the write finds whether their content changed."""
    return against.where(CHANGED)
