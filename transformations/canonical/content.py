"""A hash of a table's content, and whether two rows have the same content."""

from __future__ import annotations

from collections.abc import Iterable

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from transformations.contracts import Table


def content_hash(rows: DataFrame, table: Table) -> DataFrame:
    """Count and sum of row hashes over the contract's content columns.

    xxhash64 of JSON distinguishes null from empty; a decimal sum does not overflow and does not depend on order.

    Returns: one row: rows_count (bigint), hash_sum (decimal(38,0)).
    """
    columns = [_comparable(name, table.field(name).type).alias(name) for name in table.content_columns]
    row = F.to_json(F.struct(*columns), {"ignoreNullFields": "false"})
    return rows.select(F.xxhash64(row).cast("decimal(38,0)").alias("h")).agg(
        F.count("*").alias("rows_count"), F.coalesce(F.sum("h"), F.lit(0)).cast("decimal(38,0)").alias("hash_sum")
    )


def _comparable(name: str, type_: str) -> Column:
    column = F.col(name)
    if type_ == "double":  # 9 significant digits: sums of doubles depend on their order beyond that
        return F.format_string("%.8e", column)
    if type_ == "binary":
        return F.base64(column)
    if type_.startswith("map<"):
        return F.array_sort(F.map_entries(column))
    return column


def same_content(left: str, right: str, columns: Iterable[str], table: Table) -> Column:
    """Whether two rows, with the aliases left and right, are equal in all columns (null equals null).

    Doubles are compared as in the content hash.
    """
    condition = F.lit(True)
    for name in columns:
        ours, other = F.col(f"{left}.{name}"), F.col(f"{right}.{name}")
        is_same = ours.eqNullSafe(other)
        if table.field(name).type == "double":
            is_same = (
                is_same
                | F.coalesce(F.format_string("%.8e", ours) == F.format_string("%.8e", other), F.lit(False))
                & ours.isNotNull()
                & other.isNotNull()
            )
        condition = condition & is_same
    return condition
