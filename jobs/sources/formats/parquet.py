"""Parquet files: a row is one JSON object (see `jobs.sources.rows`), its columns and their types are its context.

Row groups are read one after another. What cannot be read, a file or some of its row groups, is one record with the
reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

import pyarrow.parquet as pq

from jobs.sources import rows
from jobs.sources.base import Record, SplitOptions

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

is_binary = True
_ROWS_A_BATCH = 4_096


def split(stream: BinaryIO, options: SplitOptions) -> Iterator[Record]:
    """One record per row."""
    try:
        file = pq.ParquetFile(stream)
        context = rows.schema_text(file.schema_arrow)
    except Exception as error:  # a malicious file may break a reader in any way
        raw = rows.beginning(stream, options)
        reason = f"malformed_parquet: {rows.explained(error)}" if raw else "empty_file: the file has no bytes"
        yield rows.unreadable(1, raw, reason)
        return
    number = 0
    broken: list[str] = []
    for group in range(file.num_row_groups):
        of_group = 0
        try:
            for batch in file.iter_batches(batch_size=_ROWS_A_BATCH, row_groups=[group]):
                for raw in rows.of_batch(batch):
                    number += 1
                    of_group += 1
                    yield rows.record(number, raw, context, options)
        except Exception as error:
            broken.append(f"row group {group + 1} from its row {of_group + 1} on: {rows.explained(error)}")
    if broken:
        reason = f"malformed_parquet: of {file.num_row_groups} row groups: {'; '.join(broken[:3])}"
        reason += f" and {len(broken) - 3} more" if len(broken) > 3 else ""
        yield rows.unreadable(number + 1, rows.beginning(stream, options), reason)
    elif number == 0:
        yield rows.unreadable(1, b"", "no_records: the file has columns and no rows")


def read(records: DataFrame, columns: list[str], options: SplitOptions, contexts: list[str]) -> DataFrame:
    return rows.read(records, columns, options)


def names_of(context: str, options: SplitOptions) -> list[str]:
    """Names of the columns of rows with this context."""
    return rows.names_of(context)
