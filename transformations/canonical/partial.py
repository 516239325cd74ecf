"""Partial rows: each column keeps the newest value that any row reported.

A platform's payload often mentions an account in passing: with a handle and without a biography. Its nulls carry no
information, so they replace nothing. Each value has the version of the row that reported it, and the newest wins, column
by column: the same rows produce the same result in any order. A complete row reports its nulls too, and so does a
deletion.

`value_versions` keeps the versions that differ from the row's own: `<column>=<version>` of older values, `*=<version>`
of the newest complete row and `@=<time>`, the latest time that any of the rows told of; it is null on a complete row.
"""

from __future__ import annotations

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from transformations.canonical import versions
from transformations.contracts import Table

KEPT_IN = "value_versions"
_ALL = "*"
_TOLD = "@"
TOLD_SQL = (
    f"if(contains(array_join({KEPT_IN}, '|'), '{_TOLD}='), "
    f"substring_index(array_join({KEPT_IN}, '|'), '{_TOLD}=', -1), null)"
)
"""SQL of the latest time that the rows which a stored one is made of told of, as text."""
_OF_THE_ROW = ("source", "source_record_id", "deleted_at", "flags", "is_seen_only", "first_seen_at", "last_seen_at")


def can_be(table: Table) -> bool:
    """Whether the table keeps the versions of its values."""
    return KEPT_IN in table.names


def completed(newest: DataFrame, candidates: DataFrame, stored: DataFrame | None, table: Table) -> DataFrame:
    """The newest row of each key, with values that it leaves open filled in from other rows, and `value_versions`.

    Args:
        newest: one row per key, contract columns.
        candidates: accepted rows of these keys: contract columns, `_is_partial`, `_keep_first`, `line`, `ordinal`, and
            `_told_at` where deletions can decide.
        stored: the table's rows of these keys; None while it is empty.
    """
    names = reported_columns(table)
    reports = _of_candidates(candidates, table, names)
    if stored is not None:
        reports = reports.unionByName(_of_stored(stored, table, names))
    reported = reports.groupBy(*table.key).agg(
        F.max("_all").alias("_all"),
        F.max("_told").alias("_told"),
        *(F.max(f"_at_{name}").alias(f"_at_{name}") for name in names),
        # portable: no part of an order is null
        *(F.max_by(F.struct(name), _order(name)).alias(f"_reported_{name}") for name in names),
    )
    rows = newest.join(reported, on=list(table.key)).withColumns(
        {name: F.col(f"_reported_{name}.{name}") for name in names}
    )
    older = [
        F.when(
            F.col(name).isNotNull() & (F.col(f"_at_{name}") < F.col("source_version")),
            F.concat(F.lit(f"{name}="), f"_at_{name}"),
        )
        for name in names
    ]
    told = F.concat(F.lit(f"{_TOLD}="), F.date_format("_told", "yyyy-MM-dd'T'HH:mm:ss.SSSSSS"))
    versions = F.array_compact(F.array(F.concat(F.lit(f"{_ALL}="), "_all"), *older, told))
    is_whole = F.col("_all").eqNullSafe(F.col("source_version"))
    return rows.withColumn(KEPT_IN, F.when(~is_whole, versions)).drop(*set(reported.columns) - set(table.key))


def merged(ranked: DataFrame, against: DataFrame, stored: DataFrame, table: Table) -> DataFrame:
    """Rows to write where candidates meet stored rows: new and changed ones, and those that an older report completes.

    What a deletion outlasts reports nothing any more.
    Args: ranked: candidates (`versions.ranked`). against: their winners, compared with stored rows (`versions.against`).
    """
    keys = list(table.key)
    reports = ranked.where("not _is_refused")
    met = stored.join(against.select(*keys), on=keys, how="left_semi")
    if "_died_at" in against.columns:
        died = against.where("_status <> 'left_out'").select(*keys, "_died_at", "_held_counts")
        reports = (
            reports.where("_reports")
            .join(died.select(*keys, "_died_at"), on=keys)
            .where("_died_at is null or _told_at > _died_at or (deleted_at is not null and _outlasts)")
        )
        met = met.join(died.where("_held_counts").select(*keys), on=keys, how="left_semi")
    changed = versions.changed(against)
    stays = met.where("deleted_at is null").join(changed.select(*keys), on=keys, how="left_anti")
    newest = changed.select(*table.names).unionByName(stays.select(*table.names))
    return completed(newest, reports, met, table)


def reported_columns(table: Table) -> list[str]:
    """Columns whose values are versioned one by one: neither key nor about the row as a whole."""
    apart = {*table.key, *_OF_THE_ROW}
    return [field.name for field in table.columns if not field.is_lineage and field.name not in apart]


def _order(name: str) -> Column:
    """Order of reports by version, then by position in the file; null where the row does not report the column."""
    return F.when(F.col(f"_at_{name}").isNotNull(), F.struct(f"_at_{name}", "_line", "_place"))


def _of_candidates(rows: DataFrame, table: Table, names: list[str]) -> DataFrame:
    is_whole = ~F.col("_is_partial") | F.col("deleted_at").isNotNull()
    first = F.col("_keep_first")
    return rows.select(
        *table.key,
        *names,
        (F.col("_told_at") if "_told_at" in rows.columns else F.lit(None).cast("timestamp")).alias("_told"),
        F.when(is_whole, F.col("source_version")).alias("_all"),
        *(F.when(is_whole | F.col(name).isNotNull(), F.col("source_version")).alias(f"_at_{name}") for name in names),
        F.when(first, -F.col("line")).otherwise(F.col("line")).alias("_line"),
        F.when(first, -F.col("ordinal")).otherwise(F.col("ordinal")).alias("_place"),
    )


def _of_stored(rows: DataFrame, table: Table, names: list[str]) -> DataFrame:
    """A stored row reports each value with its own version; a candidate of the same version wins."""
    is_whole = F.col(KEPT_IN).isNull()
    kept = F.map_from_entries(
        F.transform(
            F.coalesce(KEPT_IN, F.array().cast("array<string>")),
            lambda one: F.struct(F.substring_index(one, "=", 1), F.substr(one, F.instr(one, "=") + F.lit(1))),
        )
    )
    rows = rows.withColumn("_kept", kept)
    all_ = F.when(is_whole, F.col("source_version")).otherwise(F.col("_kept").getItem(_ALL))
    versions = {
        name: F.when(is_whole, F.col("source_version"))
        .when(F.col(name).isNotNull(), F.coalesce(F.col("_kept").getItem(name), F.col("source_version")))
        .otherwise(F.col("_kept").getItem(_ALL))
        for name in names
    }
    lowest = F.lit(-(2**63)).cast("bigint")
    return rows.select(
        *table.key,
        *names,
        F.expr(f"try_cast({TOLD_SQL} as timestamp)").alias("_told"),
        all_.alias("_all"),
        *(value.alias(f"_at_{name}") for name, value in versions.items()),
        lowest.alias("_line"),
        F.lit(-(2**31)).cast("int").alias("_place"),
    )
