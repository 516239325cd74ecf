"""Groups of indicators formed on the engine: what reaches the driver is one row per period and value of a dimension."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from transformations.indicators.groups import BEGINNING, KEYS


def grouped(
    rows: DataFrame,
    sums: Mapping[str, str],
    *,
    grains: Sequence[str],
    one: Sequence[str] = (),
    many: Mapping[str, str] | None = None,
) -> DataFrame:
    """Sums of the rows by period and by value of each dimension; all with the value all is always among these.

    Args:
        rows: with the column day (date); a row with null belongs to the grain all alone.
        sums: aggregates by name, SQL of the engine over the rows and the columns of KEYS.
        grains, one, many: as `groups.in_groups` takes them.
    Returns: the columns of KEYS and those of sums, one row per group that has rows.
    """
    return (
        in_groups(rows, grains=grains, one=one, many=many)
        .groupBy(*KEYS)
        .agg(*(F.expr(expression).alias(name) for name, expression in sums.items()))
    )


def durations(
    rows: DataFrame, *, grains: Sequence[str], one: Sequence[str] = (), many: Mapping[str, str] | None = None
) -> DataFrame:
    """How many rows of a group lasted how long: the columns of durations.COUNTED.

    Args: rows: with day, seconds and ended; grains, one, many: as `grouped` takes them.
    """
    placed = in_groups(rows, grains=grains, one=one, many=many)
    return placed.groupBy(*KEYS, "seconds", "ended").agg(F.count("*").alias("waits"))


def in_groups(
    rows: DataFrame, *, grains: Sequence[str], one: Sequence[str] = (), many: Mapping[str, str] | None = None
) -> DataFrame:
    """Each row once for every period and value of a dimension that it belongs to, with the columns of KEYS."""
    places = ", ".join(
        ["struct('all' as dimension, 'all' as dimension_value)"]
        + [f"struct('{name}' as dimension, cast({name} as string) as dimension_value)" for name in one]
    )
    placed = rows.withColumn("its_place", F.explode(F.expr(f"array({places})")))
    parts = [placed.withColumns({name: F.col(f"its_place.{name}") for name in KEYS[2:]}).drop("its_place")]
    for name, column in (many or {}).items():
        value = F.explode(F.expr(f"array_distinct({column})"))
        parts.append(rows.withColumn("dimension", F.lit(name)).withColumn("dimension_value", value))
    together = parts[0]
    for part in parts[1:]:
        together = together.unionByName(part)
    starts = ", ".join(f"struct('{grain}' as grain, {_start(grain)} as period_start)" for grain in grains)
    timed = together.where("dimension_value is not null").withColumn(
        "its_period", F.explode(F.expr(f"array({starts})"))
    )
    return (
        timed.withColumns({name: F.col(f"its_period.{name}") for name in KEYS[:2]})
        .drop("its_period")
        .where("period_start is not null")
    )


def _start(grain: str) -> str:
    return f"date'{BEGINNING}'" if grain == "all" else f"cast(date_trunc('{grain.upper()}', day) as date)"
