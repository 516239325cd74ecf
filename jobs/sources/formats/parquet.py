"""Parquet files: a row is one JSON object (see `jobs.sources.rows`), its columns and their types are its context.

Read one row group after another. A file, or a row group, that cannot be read is one record, with the reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

import pyarrow.parquet as pq

from jobs.sources import rows
from jobs.sources.base import Record, SplitOptions

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_ROWS_A_BATCH = 4_096


def split(stream: BinaryIO, options: SplitOptions) -> Iterator[Record]:
    """One record a row."""
    try:
        file = pq.ParquetFile(stream)
        context = rows.schema_text(file.schema_arrow)
    except Exception as error:  # a file made to break a reader may break it in any way
        raw = rows.beginning(stream, options)
        reason = f"malformed_parquet: {rows.explained(error)}" if raw else "empty_file: the file has no bytes"
        yield rows.unreadable(1, raw, reason)
        return
    number = 0
    for group in range(file.num_row_groups):
        of_group = 0
        try:
            for batch in file.iter_batches(batch_size=_ROWS_A_BATCH, row_groups=[group]):
                for raw in rows.of_batch(batch):
                    number += 1
                    of_group += 1
                    yield rows.record(number, raw, context, options)
        except Exception as error:
            number += 1
            place = f"row group {group + 1} of {file.num_row_groups} from its row {of_group + 1} on"
            reason = f"malformed_parquet: {place}: {rows.explained(error)}"
            yield rows.unreadable(number, _bytes_of_group(file, stream, group, options), reason)
    if number == 0:
        yield rows.unreadable(1, b"", "no_records: the file has columns and no rows")


def read(records: DataFrame, columns: list[str], options: SplitOptions, contexts: list[str]) -> DataFrame:
    return rows.read(records, columns, options)


def _bytes_of_group(file: pq.ParquetFile, stream: BinaryIO, group: int, options: SplitOptions) -> bytes:
    """A row group's bytes as the file's footer places them, at most `record_bytes`."""
    of = file.metadata.row_group(group)
    columns = [of.column(place) for place in range(of.num_columns)]
    starts = [c.dictionary_page_offset if c.has_dictionary_page else c.data_page_offset for c in columns]
    size = sum(column.total_compressed_size for column in columns)
    stream.seek(max(min(starts, default=0), 0))
    return stream.read(max(min(size, options.record_bytes), 0))
