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
        places: values of the first shared column in the target; rows of other values are not checked.
        given: SQL condition that selects the target's rows from sources: what was only seen elsewhere describes nothing.
    """

    column: str
    key: str
    shared: tuple[str, ...]
    places: tuple[str, ...]
    given: str = "true"


def target_key(table: Table, target: Table) -> tuple[str, tuple[str, ...]]:
    """The column of the target that a reference refers to, and the columns that both keys share."""
    key = next(name for name in reversed(target.key) if name not in ("source", "channel"))
    return key, tuple(name for name in ("source", "channel") if name in target.key and name in table.key)


def resolves(field: Field) -> str:
    """Name of the column with whether a reference resolves."""
    return f"_{field.name}_resolves"


def with_resolved(rows: DataFrame, table: Table, targets: Sequence[Target], rows_of: Sequence[DataFrame]) -> DataFrame:
    """Rows with `_<column>_resolves` for each target: true, false, or null where the reference does not apply.

    Args: rows_of: rows of each target, at least its key, the shared columns and those of `given`.
    """
    for target, target_rows in zip(targets, rows_of, strict=True):
        found = f"_{target.column}_found"
        keys = (
            target_rows.where(target.given)
            .select(
                *(F.col(name).alias(f"_t_{name}") for name in (*target.shared, target.key)), F.lit(True).alias(found)
            )
            .distinct()
        )
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


def resolved_sql(table: Table, targets: Sequence[Target], columns: Sequence[str]) -> str:
    """`with_resolved` as SQL over `t` and a relation `r<i>` for each target: for rows that need no Spark.

    Args: columns: of the table, to give beside the answers.
    """
    joins, answers = [], []
    for place, target in enumerate(targets):
        keys = ", ".join((*target.shared, target.key))
        on = [f"t.{target.column} = k{place}.{target.key}", *(f"t.{name} = k{place}.{name}" for name in target.shared)]
        joins.append(
            f"left join (select distinct {keys} from r{place} where {target.given}) k{place} on {' and '.join(on)}"
        )
        speaks = [f"t.{target.column} is not null"]
        if "deleted_at" in table.names:
            speaks.append("t.deleted_at is null")
        if target.shared:
            places = ", ".join("'" + place.replace("'", "''") + "'" for place in target.places) or "null"
            speaks.append(f"coalesce(t.{target.shared[0]} in ({places}), false)")
        answer = f"case when {' and '.join(speaks)} then k{place}.{target.key} is not null end"
        answers.append(f"{answer} as {resolves(table.field(target.column))}")
    chosen = ", ".join([*(f"t.{name}" for name in columns), *answers])
    return f"select {chosen} from t {' '.join(joins)}"
