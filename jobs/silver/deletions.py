"""Deletions that no record of a row itself tells: missing in a full dump, or gone with the whole that it was part of."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from jobs.engine import sessions
from jobs.job import Run
from jobs.settings.sources import Source
from jobs.sources import dumps, formats
from transformations.canonical import mapping
from transformations.contracts import Table, contract
from transformations.contracts.ops_rows import BatchRow

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from jobs.lake.tables import Lake


def apply(
    lake: Lake,
    run: Run,
    table: Table,
    source: Source,
    batches: list[BatchRow],
    told: DataFrame,
    unreadable: frozenset[str],
) -> None:
    """Blanks the rows of older dumps whose keys the newest dump of their series does not name.

    A row is deleted as of the dump that followed its own. A dump that holds nothing, or records that cannot be read,
    deletes nothing: more likely it is broken than that all of this is gone.

    Args:
        batches: all landed batches of the source, rows of ops.batches.
        told: candidates for the table, refused ones too (a refused row is not a missing one), the newest dumps' among
            them.
        unreadable: batches with records that cannot be read.
    """
    if not lake.exists(table.name):
        return
    chains = [of_series for of_series in dumps.in_order(batches).values() if len(of_series) > 1]
    deleted_at: dict[str, datetime] = {}
    present = told.where(F.col("batch_id").isin([of_series[-1]["batch_id"] for of_series in chains]))
    filled = {row["batch_id"] for row in present.select("batch_id").distinct().collect()}
    for of_series in chains:
        last = of_series[-1]
        if last["batch_id"] in unreadable:
            run.note(
                f"{source.name}: {last['file']} holds records that cannot be read: as a full dump it deletes nothing "
                f"(scrm quarantine --table {source.name})"
            )
        elif last["batch_id"] in filled:
            for row, following in pairwise(of_series):
                deleted_at[row["batch_id"]] = datetime.fromtimestamp((following["modified_at_ns"] or 0) / 1e9, UTC)
    if not deleted_at:
        return
    times = sessions.frame(told.sparkSession, list(deleted_at.items()), "batch_id string, _deleted_at timestamp")
    gone = (
        lake.read(table.name, with_deleted=True)
        .join(F.broadcast(times), "batch_id")
        .join(present.select(*table.key).distinct(), on=list(table.key), how="left_anti")
        .withColumn("deleted_at", F.col("_deleted_at"))
        .withColumn("valid_from", F.col("deleted_at"))
    )
    rows = mapping.blanked(gone, table).select(*table.names)
    if not lake.is_small(table.name):
        lake.upsert(table.name, rows)
    elif (few := rows.toArrow()).num_rows:
        lake.upsert(table.name, few)


def apply_along(lake: Lake, sources: Iterable[Source], tables: tuple[str, ...]) -> None:
    """Blanks rows of these tables that go with a page or an account which the platform deleted, where it does so.

    Only what does not itself tell of a later time: what an account writes after it came back stands. Whichever source of a
    channel told of the deletion, and whichever of the rows, and in whatever order they came.
    """
    along = {(part, source.own_channel) for source in sources for part in formats.gone_with(source)}
    for name, column, whole in sorted({part for part, _ in along}):
        part, of = contract(f"silver.{name}"), contract(f"silver.{whole}")
        if part.name not in tables or not (lake.exists(part.name) and lake.exists(of.name)):
            continue
        if not lake.arrow(of.name, of.key, where="deleted_at is not null", with_deleted=True, limit=1).num_rows:
            continue
        channels = sorted(channel for of_part, channel in along if of_part == (name, column, whole))
        listed = ", ".join("'" + channel.replace("'", "''") + "'" for channel in channels)
        key = next(key for key in of.key if key != "channel")
        columns = ", ".join(
            f"w.deleted_at as {field}" if field in ("deleted_at", "valid_from") else f"p.{field}"
            for field in part.names
        )
        times = [time for time in ("created_at", "edited_at") if time in part.names]
        is_later = " or ".join(f"coalesce(p.{time} > w.deleted_at, false)" for time in times)
        query = (
            f"select {columns} from p join w on w.channel = p.channel and w.{key} = p.{column} "
            f"where p.channel in ({listed}) and p.deleted_at is null and w.deleted_at is not null and not ({is_later})"
        )
        if not lake.is_small(part.name):  # as many rows as a page or an account may have
            rows = lake.read(part.name, with_deleted=True)
            wholes = lake.read(of.name, ("channel", key, "deleted_at"), with_deleted=True)
            found = lake.spark.sql(query.replace(" from p join w ", " from {p} p join {w} w "), p=rows, w=wholes)
            lake.upsert(part.name, mapping.blanked(found, part))
            continue
        few = lake.sql(query, p=part.name, w=of.name)
        if few.num_rows:
            lake.upsert(part.name, mapping.blanked(lake.frame(few, part), part).toArrow())
