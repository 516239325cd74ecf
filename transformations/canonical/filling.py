"""Values that rows take from the rows that they reference, as conf says: flagged, and never in place of a source's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from transformations.canonical.references import target_key
from transformations.contracts import Table

FILLED = "filled_columns"


@dataclass(frozen=True)
class Filling:
    """A column that takes its value from another table.

    Attributes: column: of the rows. table, theirs: table (layer.name) and column that it comes from. origins: values of
    `source` of the rows.
    """

    column: str
    table: str
    theirs: str
    origins: tuple[str, ...]


def references_of(table: Table) -> list[str]:
    """Tables (short names) of which a row references one of its own source."""
    return [field.reference.split(".")[1] for field in table.columns if field.reference]


def reference_to(table: Table, target: str) -> str:
    """The column that references a table (layer.name)."""
    return next(field.name for field in table.columns if field.reference == target)


def with_values(
    rows: DataFrame, table: Table, column: str, target_rows: DataFrame, target: Table, wanted: Sequence[Filling]
) -> DataFrame:
    """Rows with `_f_<column>`, what the referenced row says, and `_c_<column>`, the currency that it says it in.

    Args: column: of the rows, that references the target. wanted: what is filled from this target.
    """
    key, shared = target_key(table, target)
    theirs = target_rows.select(
        *(F.col(name).alias(f"_t_{name}") for name in (*shared, key)),
        *(F.col(given.theirs).alias(f"_f_{given.column}") for given in wanted),
        *(
            (F.col("currency") if target.decimal(given.theirs) and "currency" in target.names else F.lit(None))
            .cast("string")
            .alias(f"_c_{given.column}")
            for given in wanted
        ),
    )
    on = F.col(column) == F.col(f"_t_{key}")
    for name in shared:
        on = on & (F.col(name) == F.col(f"_t_{name}"))
    return rows.join(theirs, on, "left").drop(*(f"_t_{name}" for name in (*shared, key)))


def filled(rows: DataFrame, table: Table, wanted: Sequence[Filling]) -> DataFrame:
    """The rows that change: with values that their sources leave open, and without those that nothing says any more.

    An amount in another currency than the row's is not taken; a row without a currency takes that of the amount. Columns
    that the contract derives are derived again where they are empty or follow from such values.
    Args: rows: of `with_values` for all of the targets. wanted: what is filled.
    Returns: the table's columns, `filled_columns` among them.
    """
    own_currency = _own("currency") if "currency" in table.names else "null"
    new: dict[str, str] = {}
    told = [own_currency]
    for given in wanted:
        origins = ", ".join("'" + origin.replace("'", "''") + "'" for origin in given.origins)
        takes = (
            f"source in ({origins}) and {_is_open(given.column)} and _f_{given.column} is not null "
            f"and coalesce({own_currency} = _c_{given.column}, true)"
        )
        new[given.column] = f"if({takes}, _f_{given.column}, {_own(given.column)})"
        told.append(f"if({takes}, _c_{given.column}, null)")
    if "currency" in table.names and "currency" not in new:
        new["currency"] = f"coalesce({', '.join(told)})"
    derived = {
        field.name: f"if({_is_open(field.name)}, {field.derived}, `{field.name}`)"
        for field in table.columns
        if field.derived and field.name not in new
    }
    held = [f"`{name}` as `_h_{name}`" for name in (*new, *derived, FILLED)]
    types = {field.name: field.type for field in table.columns}
    replaced = rows.selectExpr(
        *(f"`{name}`" for name in table.names if name not in new),
        *held,
        *(f"cast({value} as {types[name]}) as `{name}`" for name, value in new.items()),
    )
    again = replaced.selectExpr(
        *(f"`{name}`" for name in replaced.columns if name not in derived),
        *(f"cast({value} as {types[name]}) as `{name}`" for name, value in derived.items()),
    )
    flags = ", ".join(
        f"if(`{name}` is not null and (`_h_{name}` is null or {_was_filled(name)}), '{name}', null)"
        for name in sorted((*new, *derived))
    )
    flagged = again.withColumn("_flags", F.expr(f"array_compact(array({flags}))")).withColumn(
        FILLED, F.expr("if(size(_flags) > 0, _flags, null)")
    )
    is_changed = " or ".join(f"not (`_h_{name}` <=> `{name}`)" for name in (*new, *derived, FILLED))
    return flagged.where(is_changed).select(*table.names)


def _was_filled(column: str) -> str:
    return f"coalesce(array_contains({FILLED}, '{column}'), false)"


def _is_open(column: str) -> str:
    """SQL: the row's source gives no value."""
    return f"(`{column}` is null or {_was_filled(column)})"


def _own(column: str) -> str:
    """SQL: the value that the row's source gives."""
    return f"if({_was_filled(column)}, null, `{column}`)"
