"""A source's rows for a table, as conf or the format maps them: cast, with versions, not yet judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any

from pyspark.sql import functions as F

from jobs.lake.computed import ONE_TASK_ROWS
from jobs.quality.records import Reading
from jobs.settings.sources import Source
from jobs.sources import formats, reading
from transformations.canonical import mapping, own, times
from transformations.contracts import Table

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from jobs.lake.computed import Computed

_CARRIED = ("batch_id", "file", "line", "ordinal", "_file", "_keep_first", "_is_partial", "_version")


@dataclass(frozen=True)
class Parsed:
    """A source's pending records, read.

    Attributes:
        rows: what `reading.parsed` gives.
        emitted: how many rows the records give to each table (without layer).
        bytes_count: size of the files, or other batches, that the records came in.
        unreadable: batches with records that cannot be read.
        counts: what each batch's records count, for the row accounts.
        reading: how they could be read, where the job accounts for the source's records as a whole.
    """

    source: Source
    rows: Computed
    batches: list[str]
    emitted: dict[str, int]
    bytes_count: int
    unreadable: frozenset[str]
    counts: Sequence[Mapping[str, Any]] = ()
    reading: Reading | None = None


def candidates_of(source: Source, rows: DataFrame, table: Table) -> DataFrame:
    """The rows that parsed records of a source give to a table.

    Returns: contract columns, `_uncastable`, and what says where a row came from and which of two versions is newer.
    """
    short_name = table.short_name
    rows = reading.emitted(source, rows, short_name)
    of_table = source.tables.get(short_name)
    columns = formats.columns_of(source, short_name)
    version = source.version
    if version == "_file":
        rows = rows.withColumn("_version", F.lit(None).cast("string"))
    else:
        with times.local_to(rows, source.timezone):
            rows = own.evaluated(rows, {"_version": F.expr(version)})
        type_ = dict(rows.dtypes)["_version"]
        rows = rows.withColumn("_version", F.expr(mapping.sortable("_version", type_)))
    scope = {
        "source": source.origin,
        "channel": source.channel or source.origin,
        "currency": source.currency,
        "service_type": source.service_type,
        "audience": source.audience,
    }
    rows = rows.withColumns(
        {
            "_keep_first": F.lit(bool(of_table and of_table.keep == "first")),
            "_is_partial": F.lit(formats.is_partial(source, short_name)),
        }
    )
    with times.local_to(rows, source.timezone):
        mapped = mapping.mapped(rows.drop("source"), table, columns, scope)
    cast = mapping.cast(mapped, table, source.timezone, _CARRIED)
    versioned = mapping.with_versions(cast, table, version)
    return versioned.select(*dict.fromkeys([*_CARRIED, "_uncastable", *table.names]))


def all_candidates(parts: Sequence[Parsed], table: Table) -> DataFrame:
    """The rows that all of these sources give to a table; few of them as one partition."""
    rows = reduce(
        lambda a, b: a.unionByName(b), (candidates_of(part.source, part.rows.frame(), table) for part in parts)
    )
    is_one_task = sum(part.emitted[table.short_name] for part in parts) <= ONE_TASK_ROWS
    return rows.coalesce(1) if is_one_task else rows
