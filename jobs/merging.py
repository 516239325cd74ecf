"""Writing with Spark: conform to the contract, append, MERGE only what differs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from delta.tables import DeltaTable
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.errors import ScrmError
from transformations.content import same_content
from transformations.contracts import Table

if TYPE_CHECKING:
    from jobs.tables import Lake


def conformed(rows: DataFrame, table: Table, run_id: str) -> DataFrame:
    """Rows in the contract's columns and types: missing ones null, run_id and computed_at filled in."""
    unknown = sorted(set(rows.columns) - set(table.names))
    if unknown:
        raise ScrmError(f"{table.name} has no column {', '.join(unknown)}; declare it in its contract")
    given = {"run_id": F.lit(run_id), "computed_at": F.current_timestamp()}
    columns = []
    for field in table.columns:
        if field.name in given:
            value = F.coalesce(F.col(field.name), given[field.name]) if field.name in rows.columns else given[field.name]
        else:
            value = F.col(field.name) if field.name in rows.columns else F.lit(None)
        columns.append(value.cast(field.type).alias(field.name, metadata={"comment": field.description}))
    return rows.select(*columns)


def append(lake: Lake, table: Table, rows: DataFrame) -> None:
    rows.write.format("delta").mode("append").option("mergeSchema", "true").save(str(lake.path(table.name)))


def merge(lake: Lake, table: Table, rows: DataFrame, scope: str | None) -> None:
    """Makes the scope equal to `rows`: insert, update where content differs, delete keys gone from the scope."""
    if not lake.exists(table.name):
        append(lake, table, rows)
        return
    target = DeltaTable.forPath(lake.spark, str(lake.path(table.name)))
    content = [name for name in table.content_columns if name not in table.key]
    if table.layer == "silver" and "batch_id" in table.names:
        content.append("batch_id")  # the row accounts say which batch each standing row came with
    columns = {name: F.col(f"s.{name}") for name in table.names}
    on = " and ".join(f"t.`{key}` <=> s.`{key}`" for key in table.key)
    merging = (
        target.alias("t")
        .merge(rows.alias("s"), on)
        .withSchemaEvolution()
        .whenMatchedUpdate(condition=~same_content("t", "s", content), set=columns)
        .whenNotMatchedInsert(values=columns)
    )
    if scope != "false":
        merging = merging.whenNotMatchedBySourceDelete(condition=scope)
    merging.execute()
