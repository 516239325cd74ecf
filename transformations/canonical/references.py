"""Whether references resolve, as columns beside the rows: one join a reference, and one pass counts them all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from transformations.contracts import Field, Table


@dataclass(frozen=True)
class Target:
    """What a column points at.

    Attributes:
        column: the referring column.
        key: the target's column that it names.
        shared: key columns that both tables have (source or channel): a reference stays within its place.
        rows: the target's rows, at least `key` and `shared`.
        places: values of the first shared column that the target holds; a place that fills no target is left out.
    """

    column: str
    key: str
    shared: tuple[str, ...]
    rows: DataFrame
    places: tuple[str, ...]


def target_key(table: Table, target: Table) -> tuple[str, tuple[str, ...]]:
    """The column of the target that a reference names, and the columns that both keys share."""
    key = next(name for name in reversed(target.key) if name not in ("source", "channel"))
    return key, tuple(name for name in ("source", "channel") if name in target.key and name in table.key)


def resolves(field: Field) -> str:
    """Name of the column that says whether a reference resolves."""
    return f"_{field.name}_resolves"


def with_resolved(rows: DataFrame, table: Table, targets: Sequence[Target]) -> DataFrame:
    """Rows with `_<column>_resolves` for each target: true, false, or null where the reference speaks of nothing."""
    for target in targets:
        held = f"_{target.column}_held"
        keys = target.rows.select(
            *(F.col(name).alias(f"_t_{name}") for name in (*target.shared, target.key)), F.lit(True).alias(held)
        ).distinct()
        on = F.col(target.column) == F.col(f"_t_{target.key}")
        for name in target.shared:
            on = on & (F.col(name) == F.col(f"_t_{name}"))
        speaks = F.col(target.column).isNotNull()
        if "deleted_at" in table.names:
            speaks = speaks & F.col("deleted_at").isNull()
        if target.shared:
            speaks = speaks & F.col(target.shared[0]).isin(list(target.places))
        answer = F.when(speaks, F.coalesce(F.col(held), F.lit(False)))
        rows = (
            rows.join(keys, on, "left")
            .withColumn(resolves(table.field(target.column)), answer)
            .drop(held, *(f"_t_{name}" for name in (*target.shared, target.key)))
        )
    return rows
