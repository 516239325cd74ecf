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
from jobs.sources import formats, given, reading
from transformations.canonical import mapping, own, times
from transformations.contracts import Table

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from jobs.lake.computed import Computed

_CARRIED = (
    "batch_id",
    "file",
    "line",
    "ordinal",
    "_file_order",
    "_name_order",
    "_keep_first",
    "_is_partial",
    "_version",
    "_is_replaced",
    "_is_left_out",
)
_OF_VERSIONS = ("_scope", "_told_at", "_outlasts")


@dataclass(frozen=True)
class Parsed:
    """A source's pending records, read.

    Attributes:
        rows: what `reading.parsed` gives.
        emitted: how many rows the records give to each table (without layer).
        bytes_count: size of the files, or other batches, that the records came in.
        unreadable: batches with records that cannot be read.
        corrected: batches whose file was sent again with other content.
        is_sent_again: two of the batches are contents of one file.
        counts: what each batch's records count, for the row accounts.
        reading: how they could be read, where the job accounts for the source's records as a whole.
    """

    source: Source
    rows: Computed
    batches: list[str]
    emitted: dict[str, int]
    bytes_count: int
    unreadable: frozenset[str]
    corrected: frozenset[str]
    is_sent_again: bool
    counts: Sequence[Mapping[str, Any]] = ()
    reading: Reading | None = None


def numbers_on(source: Source, table: Table) -> bool:
    """Whether rows of the table are numbered over files: a key is `_ordinal`, and no newer file replaces a whole parent."""
    columns = formats.columns_of(source, table.short_name)
    has_ordinal = any(columns.get(key, "").strip() == mapping.ORDINAL for key in table.key)
    return has_ordinal and not scope_of(source, table)


def scope_of(source: Source, table: Table) -> tuple[str, ...]:
    """Columns of the table that `replaces` names: a newer file withdraws older rows with the same values."""
    columns = source.replaces if isinstance(source.replaces, tuple) else ()
    return columns if set(columns) <= set(table.names) else ()


def candidates_of(
    source: Source, rows: DataFrame, table: Table, *, with_left_out: bool = False, is_sent_again: bool = True
) -> DataFrame:
    """The rows that parsed records of a source give to a table.

    Args:
        with_left_out: also those that `where` leaves out and whose key is known; `_is_left_out`.
        is_sent_again: several contents of one file may be among them.
    Returns: contract columns, `_uncastable`, what says where a row came from and which of two versions is newer, and for
        `versions.ranked`: `_scope`, `_told_at`, `_outlasts`, `_is_replaced`, `_is_left_out`.
    """
    short_name = table.short_name
    rows = reading.emitted(source, rows, short_name)
    of_table = source.tables.get(short_name)
    columns = formats.columns_of(source, short_name)
    is_numbered = any(columns.get(key, "").strip() == mapping.ORDINAL for key in table.key)
    if not with_left_out or is_numbered:  # a number is the place of one among those that are chosen
        rows = rows.where("not _is_left_out")
    version = source.version
    if version == "_file":
        rows = rows.withColumn("_version", F.lit(None).cast("string"))
    else:
        with times.local_to(rows, source.timezone) as settled:
            rows = settled(own.evaluated(rows, {"_version": F.expr(version)}))
        type_ = dict(rows.dtypes)["_version"]
        rows = rows.withColumn("_version", F.expr(mapping.sortable("_version", type_, source.timezone)))
        # A version that is a time is a text of it, in the session's zone.
        rows = times.before_local(rows, source.timezone)
        rows = rows.where("not _is_left_out or _version is not null")
    scope = {
        "source": source.origin,
        "channel": source.own_channel,
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
    told = [reading.TOLD] if reading.TOLD in rows.columns else []
    numbers: mapping.Numbers = "over_contents" if is_sent_again else "over_files"
    numbers = numbers if numbers_on(source, table) else "in_file"
    with times.local_to(rows, source.timezone) as settled:
        read = given.of_columns(of_table)
        mapped = settled(mapping.mapped(rows.drop("source"), table, columns, scope, numbers=numbers, given=read))
    cast = mapping.cast(mapped, table, source.timezone, (*_CARRIED, *told))
    versioned = mapping.with_versions(cast, table, version, by_edit=formats.tells_edits(source, short_name))
    of_key = scope_of(source, table)
    # portable: lists of texts are written alike
    value = F.to_json(F.array(F.lit(source.name), *(F.col(name).cast("string") for name in of_key)))
    is_known = " and ".join(f"{name} is not null" for name in (*table.key, *of_key))
    found = versioned.withColumns(
        {
            "_scope": F.when(F.expr(is_known), value) if of_key else F.lit(None).cast("string"),
            "_told_at": F.expr(mapping.told_at(table, reading.TOLD if told else None)),
            "_outlasts": F.lit(source.deletes != "missing_in_full_dump"),
        }
    )
    if with_left_out:
        found = found.where(f"not _is_left_out or ({is_known})")
    return found.select(*dict.fromkeys([*_CARRIED, *_OF_VERSIONS, "_uncastable", *table.names]))


def leaves_out(source: Source, table: Table) -> bool:
    """Whether conf's `where` leaves records of the source out of the table."""
    of_table = source.tables.get(table.short_name)
    return bool(of_table and of_table.where)


def all_candidates(parts: Sequence[Parsed], table: Table) -> DataFrame:
    """The rows that all of these sources give to a table, those that `where` leaves out too; few as one partition."""
    rows = reduce(
        lambda a, b: a.unionByName(b),
        (
            candidates_of(part.source, part.rows.frame(), table, with_left_out=True, is_sent_again=part.is_sent_again)
            for part in parts
        ),
    )
    is_one_task = sum(part.emitted[table.short_name] for part in parts) <= ONE_TASK_ROWS
    return rows.coalesce(1) if is_one_task else rows
