"""Writing with Spark: conform to the contract, append, MERGE only what differs."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import reduce
from operator import and_, or_
from pathlib import Path

import deltalake
from py4j.protocol import Py4JJavaError
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from jobs.engine import sessions
from jobs.errors import ScrmError
from jobs.lake import arrow
from jobs.lake.handles import clear_remains, is_table
from transformations.canonical.content import same_content
from transformations.contracts import Table

_NO_KEY = "not a key: "


def conformed(rows: DataFrame, table: Table, run_id: str) -> DataFrame:
    """Rows in the contract's columns and types: missing ones null, run_id and computed_at filled in."""
    unknown = sorted(set(rows.columns) - set(table.names))
    if unknown:
        raise ScrmError(f"{table.name} has no column {', '.join(unknown)}; declare it in its contract")
    given = {"run_id": F.lit(run_id), "computed_at": F.current_timestamp()}
    columns = []
    for field in table.columns:
        if field.name in given:
            value = (
                F.coalesce(F.col(field.name), given[field.name]) if field.name in rows.columns else given[field.name]
            )
        else:
            value = F.col(field.name) if field.name in rows.columns else F.lit(None)
        columns.append(value.cast(field.type).alias(field.name, metadata={"comment": field.description}))
    return rows.select(*columns)


def append(path: Path, table: Table, rows: DataFrame) -> None:
    """Adds rows of a contract's columns; the first make the table."""
    clear_remains(path)
    if sessions.is_embedded(rows.sparkSession):  # its own first write would refuse nulls later
        _prepare(path, table)
    rows.write.format("delta").mode("append").option("mergeSchema", "true").save(str(path))


def remove(path: Path, table: Table, keys: DataFrame) -> None:
    """Deletes the rows with these keys."""
    with _named(keys) as source:
        keys.sparkSession.sql(
            f"merge into {_place(path)} t using {source} s on {_on(table)} when matched then delete"
        ).collect()


def merge(path: Path, table: Table, rows: DataFrame, scope: str | None) -> None:
    """Makes the scope equal to `rows`: insert, update where content differs, delete keys gone from the scope.

    What differs is found first: a MERGE that also looks for keys gone from its source commits even when nothing is.
    Raises ScrmError where the key of a row has a null, or is that of another row.
    Args: scope: SQL over the table; None is the whole of it, and "false" deletes nothing.
    """
    with _keys_explained():
        _merge(path, table, _checked(rows, table), scope)


def _checked(rows: DataFrame, table: Table) -> DataFrame:
    """The rows; computing them fails where a key is not one. The join with what is there needs them by key anyway."""
    keys = [F.col(key) for key in table.key]
    is_missing = reduce(or_, (key.isNull() for key in keys))
    text = F.concat_ws(", ", *(F.coalesce(key.cast("string"), F.lit("null")) for key in keys))
    named = f"({', '.join(table.key)}): "
    problem = F.when(
        is_missing, F.concat(F.lit(f"{_NO_KEY}{table.name}: a row has no complete key {named}"), text)
    ).when(
        F.count(F.lit(1)).over(Window.partitionBy(*table.key)) > 1,
        F.concat(F.lit(f"{_NO_KEY}{table.name}: rows repeat a key {named}"), text),
    )
    checked = rows.withColumn("_problem", problem)
    is_good = F.when(F.col("_problem").isNull(), F.lit(True)).otherwise(
        F.raise_error(F.col("_problem")).cast("boolean")
    )
    return checked.where(is_good).drop("_problem")


@contextmanager
def _keys_explained() -> Iterator[None]:
    """Raises what `_checked` finds as a ScrmError."""
    try:
        yield
    except (PySparkException, Py4JJavaError) as error:
        _, found, text = str(error).partition(_NO_KEY)
        if not found:
            raise
        raise ScrmError(text.split(" SQLSTATE")[0].split("\n")[0].strip()) from None


def _merge(path: Path, table: Table, rows: DataFrame, scope: str | None) -> None:
    if not is_table(path):
        append(path, table, rows)
        return
    _prepare(path, table)
    session, compared = rows.sparkSession, table.compared_columns
    standing = session.read.format("delta").load(str(path)).select(*table.names)
    if scope not in (None, "false"):
        standing = standing.where(scope)
    new = rows.withColumn("_is_new", F.lit(True)).alias("s")
    held = standing.withColumn("_is_held", F.lit(True)).alias("t")
    on = reduce(and_, (F.col(f"s.{key}") == F.col(f"t.{key}") for key in table.key))
    met = new.join(held, on, "left" if scope == "false" else "full")
    is_gone = F.col("s._is_new").isNull()
    differs = is_gone | F.col("t._is_held").isNull() | ~same_content("s", "t", compared, table)
    values = [
        F.coalesce(F.col(f"s.{name}"), F.col(f"t.{name}")) if name in table.key else F.col(f"s.{name}")
        for name in table.names
    ]
    changes = met.where(differs).select(
        *(value.alias(name) for value, name in zip(values, table.names, strict=True)), is_gone.alias("_gone")
    )
    names = [f"`{name}`" for name in table.names]
    with _named(changes) as source:
        session.sql(
            f"merge into {_place(path)} t using {source} s on {_on(table)} "
            "when matched and s._gone then delete "
            f"when matched and not s._gone then update set {', '.join(f't.{name} = s.{name}' for name in names)} "
            f"when not matched and not s._gone then insert ({', '.join(names)}) "
            f"values ({', '.join(f's.{name}' for name in names)})"
        ).collect()


def _prepare(path: Path, table: Table) -> None:
    """Makes the table where there is none, and adds the columns of its contract that it lacks."""
    empty = arrow.schema_of(table).empty_table()
    if not is_table(path):
        deltalake.write_deltalake(str(path), empty, name=table.name, description=table.description)
    elif set(table.names) - {field.name for field in deltalake.DeltaTable(str(path)).schema().fields}:
        deltalake.write_deltalake(str(path), arrow.undescribed(empty), mode="append", schema_mode="merge")


@contextmanager
def _named(rows: DataFrame) -> Iterator[str]:
    """A name for rows in SQL."""
    name = f"rows_{uuid.uuid4().hex}"
    rows.createOrReplaceTempView(name)
    try:
        yield name
    finally:
        rows.sparkSession.catalog.dropTempView(name)


def _on(table: Table) -> str:
    """SQL that finds the row of a key."""
    return " and ".join(f"t.`{key}` = s.`{key}`" for key in table.key)


def _place(path: Path) -> str:
    """A table's path in SQL."""
    return f"delta.`{str(path).replace('`', '``')}`"
