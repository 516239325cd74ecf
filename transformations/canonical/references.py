"""Whether references resolve, as columns of the rows: one join per reference, and one pass that counts them all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from transformations.contracts import Field, Table


@dataclass(frozen=True)
class Target:
    """The table that a column references.

    Attributes:
        column: the referring column.
        key: the target's column that it references.
        shared: key columns that both tables have (source or channel): a reference stays within one of these.
        rows: the target's rows, at least `key` and `shared`.
        places: values of the first shared column in the target; rows of other values are not checked.
    """

    column: str
    key: str
    shared: tuple[str, ...]
    rows: DataFrame
    places: tuple[str, ...]


def target_key(table: Table, target: Table) -> tuple[str, tuple[str, ...]]:
    """The column of the target that a reference refers to, and the columns that both keys share."""
    key = next(name for name in reversed(target.key) if name not in ("source", "channel"))
    return key, tuple(name for name in ("source", "channel") if name in target.key and name in table.key)


def resolves(field: Field) -> str:
    """Name of the column with whether a reference resolves."""
    return f"_{field.name}_resolves"


def with_resolved(rows: DataFrame, table: Table, targets: Sequence[Target]) -> DataFrame:
    """Rows with `_<column>_resolves` for each target: true, false, or null where the reference does not apply."""
    for target in targets:
        found = f"_{target.column}_found"
        keys = target.rows.select(
            *(F.col(name).alias(f"_t_{name}") for name in (*target.shared, target.key)), F.lit(True).alias(found)
        ).distinct()
        on = F.col(target.column) == F.col(f"_t_{target.key}")
        for name in target.shared:
            on = on & (F.col(name) == F.col(f"_t_{name}"))
        applies = F.col(target.column).isNotNull()
        if "deleted_at" in table.names:
            applies = applies & F.col("deleted_at").isNull()
        if target.shared:
            applies = applies & F.col(target.shared[0]).isin(list(target.places))
        answer = F.when(applies, F.coalesce(F.col(found), F.lit(False)))
        rows = (
            rows.join(keys, on, "left")
            .withColumn(resolves(table.field(target.column)), answer)
            .drop(found, *(f"_t_{name}" for name in (*target.shared, target.key)))
        )
    return rows
