"""Writing without Spark: append, MERGE only what differs, of rows that are held as Arrow."""

from __future__ import annotations

import deltalake
import pyarrow as pa

from jobs.lake import arrow, differing
from transformations.contracts import Table


def append(place: deltalake.DeltaTable | str, rows: pa.Table | pa.RecordBatchReader, table: Table) -> None:
    """Adds rows of the contract's schema, a batch at a time. Args: place: the table, or where the first rows make it."""
    if isinstance(place, deltalake.DeltaTable):
        rows = arrow.undescribed(rows)
    deltalake.write_deltalake(
        place, rows, mode="append", name=table.name, description=table.description, schema_mode="merge"
    )


def remove(delta: deltalake.DeltaTable, table: Table, keys: pa.Table) -> None:
    """Deletes the rows with these keys."""
    delta.merge(keys, _on(table), source_alias="s", target_alias="t").when_matched_delete().execute()


def merge(delta: deltalake.DeltaTable, table: Table, rows: pa.Table, standing: pa.Table, *, deletes: bool) -> None:
    """Makes what stands equal to `rows`; without a difference there is no commit.

    Args: standing: the table's rows to compare with. deletes: rows of `standing` whose key `rows` has not are deleted.
    """
    new, changed, gone = differing.difference(standing, rows, table)
    if not deletes:
        gone = gone.slice(0, 0)
    if not new.num_rows and not changed.num_rows and not gone.num_rows:
        return
    if set(table.names) - {field.name for field in delta.schema().fields}:
        deltalake.write_deltalake(delta, arrow.undescribed(rows.slice(0, 0)), mode="append", schema_mode="merge")
    if not changed.num_rows and not gone.num_rows:
        deltalake.write_deltalake(delta, arrow.undescribed(new), mode="append")
        return
    columns = {column: f's."{column}"' for column in table.names}
    (
        delta.merge(_marked(new, changed, gone), predicate=_on(table), source_alias="s", target_alias="t")
        .when_matched_delete(predicate="s._gone")
        .when_matched_update(columns, predicate="not s._gone")
        .when_not_matched_insert(columns, predicate="not s._gone")
        .execute()
    )


def _marked(new: pa.Table, changed: pa.Table, gone: pa.Table) -> pa.Table:
    """All three as one table, with `_gone` for what is to be deleted."""
    marker = pa.field("_gone", pa.bool_())
    parts = ((new, False), (changed, False), (gone, True))
    return pa.concat_tables(
        [rows.append_column(marker, pa.array([is_gone] * rows.num_rows, pa.bool_())) for rows, is_gone in parts]
    )


def _on(table: Table) -> str:
    return " and ".join(f't."{key}" = s."{key}"' for key in table.key)
