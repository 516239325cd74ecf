"""Which candidate of a key is current: the newest version, unless a deletion outlasts it or something newer withdraws it.

- Of rows the greatest `source_version` is newest; of equal ones the first or the last of its file.
- A deletion outlasts every row that does not itself tell of a later time (`_told_at`), whatever their versions.
- Of one version a row that passes conf's `where` counts before those that it leaves out.
- A row that `where` leaves out, or that a newer file withdraws with its whole scope, is a version like any other: where
  it is the newest one, the key has no current row.

`marks` remember what the table itself does not show, so that rows have the same effect in any order of landing.
"""

from __future__ import annotations

from dataclasses import dataclass

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from transformations.contracts import Table

CHANGED = "_status in ('insert', 'update') or (_status = 'held' and not _is_gone)"
"""SQL over what `against` gives: winners that are to be written."""

_IS_DELETION = "deleted_at is not null and _outlasts and not _is_left_out"
_OF_ORDER = ("_file_order", "_version")
_OF_OTHER_WAYS = ("_scope", "_outlasts", "_is_replaced", "_is_left_out")
_OF_MARKS = ("_deleted_at", "_deleted_version", "_deleted_batch", "_left_out_version", "_left_out_at", "_older_at")


@dataclass(frozen=True)
class Ways:
    """What, beside a newer version, can decide about rows of a table.

    Attributes:
        deletions: a source reports deletions, which outlast rows.
        left_out: conf's `where` leaves rows out.
        replaced: a newer content of a file, or a newer file's scope, takes the place of older rows.
    """

    deletions: bool = False
    left_out: bool = False
    replaced: bool = False

    @property
    def leave_marks(self) -> bool:
        return self.deletions or self.left_out


def ranked(candidates: DataFrame, table: Table, ways: Ways = Ways()) -> DataFrame:
    """Candidates with `_status`: winner, duplicate (same version as the winner) or superseded, null if refused.

    Where something else decides (`ways`), also:
        `_status` left_out: a row that `where` leaves out is the newest of its key. Of other rows left out only those with
            a `_mark` are kept.
        `_mark`: deleted, left_out or older where the candidate has to be remembered (see `marks`), else null.
        `_deletion_at`: when the key's last deletion was; `_newest_at`: the latest time that a row tells of.
        `_reports`: the values of the row count, where rows complete each other.

    Args:
        candidates: contract columns, `_is_refused`, `line`, `ordinal`, `_keep_first` (boolean); with `ways` also
            `_is_replaced`, `_is_left_out`, `_outlasts` (booleans), `_told_at` and `_scope`,
            `_file_order`.
    """
    order = [
        F.col("source_version").desc_nulls_last(),
        F.col("batch_id").desc(),
        F.when(F.col("_keep_first"), F.col("line")).otherwise(-F.col("line")),
        F.when(F.col("_keep_first"), F.col("ordinal")).otherwise(-F.col("ordinal")),
    ]
    if ways == Ways():
        newest_first = Window.partitionBy(*table.key, "_is_refused").orderBy(*order)
        placed = candidates.withColumns(
            {"_place": F.row_number().over(newest_first), "_newest": F.first("source_version").over(newest_first)}
        )
        status = (
            F.when(F.col("_is_refused"), F.lit(None))
            .when(F.col("_place") == 1, F.lit("winner"))
            .when(F.col("source_version").eqNullSafe(F.col("_newest")), F.lit("duplicate"))
            .otherwise(F.lit("superseded"))
        )
        return placed.withColumn("_status", status).drop("_place", "_newest", *_OF_OTHER_WAYS, *_OF_ORDER)
    apart = candidates.withColumn("_is_apart", F.expr("(_is_refused and not _is_left_out) or _is_replaced"))
    rows = _with_withdrawn(apart) if ways.replaced else apart.withColumn("_is_withdrawn", F.lit(False))
    by_key = Window.partitionBy(*table.key, "_is_apart")
    is_deletion = F.expr(_IS_DELETION)
    if ways.deletions:
        rows = rows.withColumns(
            {
                "_deletion_at": F.max(F.when(is_deletion, F.col("deleted_at"))).over(by_key),
                "_newest_at": F.max(F.when(~is_deletion, F.col("_told_at"))).over(by_key),
            }
        ).withColumn(
            "_class",
            F.when(is_deletion, F.when(F.col("deleted_at") == F.col("_deletion_at"), 1).otherwise(2))
            .when(F.expr("_deletion_at is null or _told_at > _deletion_at"), 0)
            .otherwise(2),
        )
    else:
        never = F.lit(None).cast("timestamp")
        rows = rows.withColumns({"_deletion_at": never, "_newest_at": never, "_class": F.lit(0)})
    newest_first = by_key.orderBy("_class", order[0], "_is_left_out", *order[1:])
    before = newest_first.rowsBetween(Window.unboundedPreceding, -1)
    rows = rows.withColumns(
        {
            "_place": F.row_number().over(newest_first),
            "_newest": F.first("source_version").over(newest_first),
            "_first_class": F.first("_class").over(newest_first) if ways.deletions else F.lit(0),
            "_told_before": F.max("_told_at").over(before) if ways.deletions else F.lit(None).cast("timestamp"),
        }
    )
    is_first = F.col("_place") == 1
    status = (
        F.when(F.col("_is_left_out"), F.when(is_first & ~F.col("_is_apart"), F.lit("left_out")))
        .when(F.col("_is_refused"), F.lit(None))
        .when(F.col("_is_replaced"), F.lit("superseded"))
        .when(is_first & ~F.col("_is_withdrawn"), F.lit("winner"))
        .when(F.col("source_version").eqNullSafe(F.col("_newest")) & ~F.col("_is_withdrawn"), F.lit("duplicate"))
        .otherwise(F.lit("superseded"))
    )
    is_older = F.expr("_class = 0 and _place > 1 and _told_at is not null") & ~F.col("_is_withdrawn")
    is_older = F.lit(ways.deletions) & is_older & F.expr("_told_before is null or _told_at > _told_before")
    mark = F.when(
        ~F.col("_is_apart"),
        F.when(F.col("_is_left_out") & is_first, F.lit("left_out"))
        .when(is_deletion & (F.col("_class") == 1), F.lit("deleted"))
        .when(is_older, F.lit("older")),
    )
    return (
        rows.withColumns(
            {
                "_status": status,
                "_mark": mark,
                "_reports": F.expr(
                    "_class = _first_class and not _is_apart and not _is_left_out and not _is_withdrawn"
                ),
            }
        )
        .where("not _is_left_out or _mark is not null")
        .drop("_is_apart", "_is_withdrawn", "_class", "_place", "_newest", "_first_class", "_told_before", *_OF_ORDER)
    )


def _with_withdrawn(rows: DataFrame) -> DataFrame:
    """Adds `_is_withdrawn`: a newer file names the row's scope (the order that it is part of), and the row is not in it."""
    newest = F.max(F.when(~F.col("_is_apart"), F.col("_file_order"))).over(Window.partitionBy("_scope"))
    scoped = rows.where("_scope is not null").withColumn("_holder", newest)
    is_withdrawn = F.coalesce(F.col("_file_order") < F.col("_holder"), F.lit(False)) & ~F.expr(_IS_DELETION)
    others = rows.where("_scope is null").withColumn("_is_withdrawn", F.lit(False))
    return scoped.withColumn("_is_withdrawn", is_withdrawn).drop("_holder").unionByName(others)


def marks(remembered: DataFrame, table: Table) -> DataFrame:
    """What is remembered of keys, as one row a key: the columns that `against` compares.

    Args: remembered: `withdrawn.<table>`: key columns, mark_kind, source_version, batch_id, told_at.
    """

    def of(kind: str, column: str) -> Column:
        return F.max(F.when(F.col("mark_kind") == kind, F.col(column)))

    return remembered.groupBy(*table.key).agg(
        of("deleted", "told_at").alias("_deleted_at"),
        of("deleted", "source_version").alias("_deleted_version"),
        of("deleted", "batch_id").alias("_deleted_batch"),
        of("left_out", "source_version").alias("_left_out_version"),
        of("left_out", "told_at").alias("_left_out_at"),
        of("older", "told_at").alias("_older_at"),
    )


def against(
    winners: DataFrame,
    stored: DataFrame,
    table: Table,
    remembered: DataFrame | None = None,
    *,
    are_partial: bool = False,
) -> DataFrame:
    """Winners compared with the rows in the table, `_status`: insert, update, held, duplicate or superseded.

    held: the row of this batch and version is stored already (the batch was processed before); `_is_gone` where it has
    been deleted since. With `remembered` also left_out: the key's row, if there is one (`_is_held`), has to go; and
        `_died_at`: until when what was told of the key is deleted; `_held_counts`: the stored row is later than that;
        `_revives`: the key was deleted, and is no longer; or was deleted at another time;
        `_superseded_at`: the time of a row that is not current, but later than the one that is;
        `_needs_all`: only a superseded row, which is not kept, could say what is current.

    Args:
        winners: candidates whose `_status` is winner or left_out (`ranked`).
        stored: key columns, source_version, batch_id and deleted_at of the table; with `remembered` also `_told_at`.
        remembered: of `marks`.
        are_partial: rows complete each other.
    """
    held = stored.select(
        *table.key,
        F.col("source_version").alias("_held_version"),
        F.col("batch_id").alias("_held_batch"),
        F.col("deleted_at").isNotNull().alias("_is_gone"),
        *(
            []
            if remembered is None
            else [F.col("_told_at").alias("_held_at"), F.col("deleted_at").alias("_held_deleted_at")]
        ),
    )
    joined = winners.join(held, on=list(table.key), how="left")
    by_version = (
        F.when(F.col("_held_version") < F.col("source_version"), F.lit("update"))
        .when(F.col("_held_version") > F.col("source_version"), F.lit("superseded"))
        .when(F.col("_held_batch") == F.col("batch_id"), F.lit("held"))
        .when(F.col("_held_batch") < F.col("batch_id"), F.lit("update"))  # any order, as long as it is always the same
        .otherwise(F.lit("duplicate"))
    )
    if remembered is None:
        status = F.when(F.col("_held_batch").isNull(), F.lit("insert")).otherwise(by_version)
        return joined.withColumn("_status", status).drop("_held_version", "_held_batch")
    joined = joined.join(remembered, on=list(table.key), how="left").withColumns(
        {
            "_is_held": F.col("_held_batch").isNotNull(),
            "_died_at": F.greatest("_deleted_at", "_deletion_at"),
            "_is_deletion": F.expr(_IS_DELETION),
            "_holds_deletion": F.expr(
                "coalesce(_is_gone and _held_version = _deleted_version and _held_batch = _deleted_batch, false)"
            ),
        }
    )
    joined = joined.withColumns(
        {
            "_held_counts": F.expr(
                "_is_held and not _holds_deletion and coalesce(_died_at is null or _held_at > _died_at, false)"
            ),
            "_counts": F.expr("not _is_deletion and coalesce(_died_at is null or _told_at > _died_at, false)"),
            "_left_out_counts": F.expr(
                "_left_out_version is not null and coalesce(_died_at is null or _left_out_at > _died_at, false)"
            ),
            "_older_counts": F.expr("coalesce(_older_at > _died_at, false)"),
            "_is_known": F.expr(
                "coalesce(_deleted_at > deleted_at or (_deleted_at = deleted_at and (_deleted_version > source_version "
                "or (_deleted_version = source_version and _deleted_batch > batch_id))), false)"
            ),
            "_by_version": by_version,
        }
    )
    wins = F.when(F.col("_is_held"), F.lit("update")).otherwise(F.lit("insert"))
    of_deletion = (
        F.when(F.expr("_holds_deletion and _by_version = 'held'"), F.lit("held"))
        .when(F.col("_is_known") | F.col("_held_counts") | F.col("_left_out_counts"), F.lit("superseded"))
        .otherwise(wins)
    )
    of_row = (
        F.when(~F.col("_counts"), F.lit("superseded"))
        .when(F.expr("_held_counts and _by_version <> 'update'"), F.col("_by_version"))
        .when(F.expr("_left_out_counts and _left_out_version > source_version"), F.lit("superseded"))
        .otherwise(wins)
    )
    is_left_out = F.col("_is_left_out")
    status = (
        F.when(is_left_out & (of_row.isin("insert", "update")), F.lit("left_out"))
        .when(is_left_out, F.lit("left_out_before"))
        .when(F.col("_is_deletion"), of_deletion)
        .otherwise(of_row)
    )
    is_new_deletion = F.expr("_deletion_at is not null and (_deleted_at is null or _deletion_at > _deleted_at)")
    found = joined.withColumn("_status", status)
    needs_all = (
        F.expr("_status in ('insert', 'update') and _is_deletion and _older_counts")
        | F.expr("not _counts and not _is_deletion and coalesce(_newest_at > _died_at, false)")
        | F.expr("_is_deletion and _left_out_counts and _is_held and not _held_counts")
    )
    if are_partial:  # the stored row may have values from before the deletion
        needs_all = needs_all | (is_new_deletion & F.expr("_held_counts and not _is_gone"))
    revives = F.expr("_status = 'update' and _is_gone and (deleted_at is null or not deleted_at <=> _held_deleted_at)")
    older = F.when(
        F.expr(
            "_status in ('superseded', 'left_out_before') and _counts "
            "and (not _held_counts or _held_at is null or _told_at > _held_at)"
        ),
        F.col("_told_at"),
    ).when(
        F.expr("_status in ('update', 'left_out') and _held_counts and (_told_at is null or _held_at > _told_at)"),
        F.col("_held_at"),
    )
    return found.withColumns(
        {"_needs_all": F.coalesce(needs_all, F.lit(False)), "_revives": revives, "_superseded_at": older}
    ).drop(*_OF_MARKS, "_counts", "_left_out_counts", "_older_counts", "_is_known", "_by_version", "_holds_deletion")


def newest_marks(remembered: DataFrame, table: Table) -> DataFrame:
    """Of marks, those that count: of each key and kind the latest, of rows left out the newest version.

    Those that a deletion of the key outlasts do not.
    """
    by_key = Window.partitionBy(*table.key)
    place = Window.partitionBy(*table.key, "mark_kind").orderBy(
        F.when(F.col("mark_kind") != "left_out", F.col("told_at")).desc_nulls_last(),
        F.col("source_version").desc(),
        F.col("batch_id").desc(),
    )
    died = F.max(F.when(F.col("mark_kind") == "deleted", F.col("told_at"))).over(by_key)
    counting = remembered.withColumn("_died_at", died).where(
        "mark_kind = 'deleted' or _died_at is null or told_at > _died_at"
    )
    return counting.withColumn("_place", F.row_number().over(place)).where("_place = 1").drop("_place", "_died_at")


def changed(against: DataFrame) -> DataFrame:
    """Winners to write, those that are stored already included: the write finds whether their content changed."""
    return against.where(CHANGED)
