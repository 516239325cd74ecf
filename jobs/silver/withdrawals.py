"""What decides about rows beside a newer version: deletions, `where`, and what a newer file replaces."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.engine import sessions
from jobs.job import Run
from jobs.silver import backlog
from jobs.silver import candidates as rows_of
from jobs.silver.candidates import Parsed
from jobs.sources import formats
from transformations.canonical import mapping, partial, removals, versions
from transformations.canonical.versions import Ways
from transformations.contracts import Table, contract

if TYPE_CHECKING:
    from jobs.lake.computed import Computed
    from jobs.lake.tables import Lake


class NeedsAll(Exception):
    """New rows bring back what was superseded, and superseded rows are kept in bronze alone: all batches are read again."""


def ways_of(run: Run, table: Table, parts: list[Parsed]) -> Ways:
    """What decides about rows of the table beside a newer version."""
    sources = [source for source in run.settings.sources if table.short_name in formats.tables_of(source)]
    return Ways(
        deletions=any(
            source.deletes != "missing_in_full_dump"
            and removals.may_tell(table, formats.columns_of(source, table.short_name))
            for source in sources
        ),
        left_out=any(rows_of.leaves_out(source, table) for source in sources),
        replaced=any(part.source.replaces == "file" or rows_of.scope_of(part.source, table) != () for part in parts),
    )


def memory(table: Table) -> str:
    """The table that remembers what decides about keys."""
    return f"withdrawn.{table.short_name}"


def remembered(lake: Lake, table: Table) -> DataFrame:
    """What is remembered of the table's keys, for `versions.against`."""
    return versions.marks(lake.read(memory(table)), table)


def stored(lake: Lake, table: Table, ways: Ways) -> DataFrame:
    """The table's rows, deleted ones too; with the time that each tells of where that may decide."""
    rows = lake.read(table.name, with_deleted=True).where(table.given_rows)
    if not ways.leave_marks:
        return rows
    also = partial.TOLD_SQL if partial.can_be(table) else None
    return rows.withColumn("_told_at", F.expr(mapping.told_at(table, also)))


def remember(lake: Lake, table: Table, candidates: Computed, against: Computed | None, rows_made: str = "true") -> None:
    """Keeps what has to be remembered of candidates; from scratch where they are all there are.

    Args: against: how they met what is there; None where they are made from scratch. rows_made: SQL that chooses these.
    """
    name = memory(table)
    columns = [*table.key, "source_version", "batch_id", "_mark", "deleted_at", "_told_at"]
    told = candidates.where("_mark is not null", columns)
    found = told if isinstance(told, DataFrame) else candidates.framed(told)
    marks = found.select(
        *table.key,
        F.col("_mark").alias("mark_kind"),
        "source_version",
        F.when(F.col("_mark") == "deleted", F.col("deleted_at")).otherwise(F.col("_told_at")).alias("told_at"),
        "batch_id",
    )
    if against is None:
        rows = versions.newest_marks(marks, table)
        if lake.exists(name) or not _is_empty(told):
            lake.write(name, candidates.alike(rows), scope=rows_made)
        return
    superseded = against.where(
        "_superseded_at is not null", [*table.key, "source_version", "batch_id", "_superseded_at"]
    )
    if _is_empty(told) and _is_empty(superseded):
        return
    later = superseded if isinstance(superseded, DataFrame) else against.framed(superseded)
    marks = marks.unionByName(
        later.select(
            *table.key,
            F.lit("older").alias("mark_kind"),
            "source_version",
            F.col("_superseded_at").alias("told_at"),
            "batch_id",
        )
    )
    keys = list(table.key)
    known = lake.read(name).select(*marks.columns).join(marks.select(*keys).distinct(), on=keys, how="left_semi")
    rows = versions.newest_marks(marks.unionByName(known.select(*marks.columns)), table)
    lake.upsert(name, candidates.alike(rows))


def withdraw(lake: Lake, table: Table, against: Computed) -> None:
    """Removes rows whose newest version `where` leaves out."""
    gone = against.where("_status = 'left_out' and _is_held", list(table.key))
    if not _is_empty(gone):
        lake.remove(table.name, gone)


def replace(lake: Lake, table: Table, parts: list[Parsed], candidates: Computed) -> None:
    """Removes rows of earlier files that what was read now replaces, as `replaces` of each source says.

    The batches read now are newer than all others of their source (see `work.pending`).
    """
    for part in parts:
        scope, read = rows_of.scope_of(part.source, table), set(part.batches)
        if part.source.replaces == "file":
            batches = set(backlog.replaced(lake, part.source)) - read
        elif scope:
            batches = {row["batch_id"] for row in backlog.landed(lake, part.source)} - read
        else:
            continue
        if not batches or not lake.exists(table.name):
            continue
        listed = sessions.frame(lake.spark, [(batch,) for batch in sorted(batches)], "batch_id string")
        old = lake.read(table.name, with_deleted=True).join(F.broadcast(listed), "batch_id", "left_semi")
        if scope:
            named = candidates.frame(["batch_id", "_scope", "_is_refused", "_is_left_out", *scope])
            named = named.where("_scope is not null and (not _is_refused or _is_left_out)")
            named = named.where(F.col("batch_id").isin(sorted(read))).select(*scope).distinct()
            old = old.join(named, on=list(scope), how="left_semi").where("deleted_at is null")
        gone = old.select(*table.key, "deleted_at").toArrow()
        if part.source.replaces == "file" and gone["deleted_at"].null_count < gone.num_rows:
            raise NeedsAll
        if gone.num_rows:
            lake.remove(table.name, gone.select(list(table.key)))


def check_numbers(lake: Lake, table: Table, parts: list[Parsed], candidates: Computed) -> None:
    """Raises NeedsAll where numbers go on in these files that were begun in others."""
    for part in parts:
        number = number_of(part, table)
        if number is None or not lake.exists(table.name):
            continue
        landed = backlog.landed(lake, part.source)
        files = {row["file"] for row in landed if row["batch_id"] in part.batches}
        others = [(row["batch_id"],) for row in landed if row["file"] not in files]
        if not others:
            continue
        parent = [key for key in table.key if key != number]
        new = candidates.frame([*parent, "batch_id"]).where(F.col("batch_id").isin(part.batches)).select(*parent)
        began = F.broadcast(sessions.frame(lake.spark, others, "batch_id string"))
        old = lake.read(table.name, with_deleted=True).join(began, on="batch_id", how="left_semi")
        if not old.join(new.distinct(), on=parent, how="left_semi").isEmpty():
            raise NeedsAll


def number_of(part: Parsed, table: Table) -> str | None:
    """The key column that counts rows of a parent over files, or None."""
    if not rows_of.numbers_on(part.source, table):
        return None
    columns = formats.columns_of(part.source, table.short_name)
    return next(key for key in table.key if columns.get(key, "").strip() == mapping.ORDINAL)


def say_what_goes_on(run: Run, table: Table, parts: list[Parsed], candidates: Computed) -> None:
    """Notes how many parents have rows in several files."""
    for part in parts:
        number = number_of(part, table)
        if run.full or number is None or len(part.batches) < 2:
            continue
        batches = ", ".join(f"'{batch}'" for batch in part.batches)
        parent = ", ".join(key for key in table.key if key != number)
        query = (
            f"select {parent}, count(distinct _name_order) as files from rows where batch_id in ({batches}) "
            f"and not _is_refused group by {parent}"
        )
        (found,) = candidates.sql(f"select count(*) as n from ({query}) q where files > 1")
        if found["n"]:
            of = parent.split(", ")[-1]
            run.note(
                f"{part.source.name}: {found['n']:,} values of {of} have {table.short_name} in several files; {number} counts on "
                f"over them. Where a later file names all rows again, say replaces: [{of}] in {part.source.file.name}"
            )


def say_what_is_missing(lake: Lake, run: Run, tables: tuple[str, ...], read: dict[str, list[str]]) -> None:
    """Notes how many rows of a file that was sent again are not in it any more, and stay.

    Args: read: source -> batches that were read now.
    """
    for source in run.settings.sources:
        batches = set(read.get(source.name, ()))
        if source.replaces != "nothing" or source.deletes == "missing_in_full_dump" or not source.path:
            continue
        for row in backlog.newest_contents(lake, source):
            if row["batch_id"] not in batches or row["file_version"] == row["file"]:
                continue
            earlier = [
                of["batch_id"]
                for of in backlog.landed(lake, source)
                if of["file"] == row["file"] and of["batch_id"] != row["batch_id"]
            ]
            for name in tables:
                left = _current(lake, name, earlier)
                if left:
                    run.note(
                        f"{source.name}: {left:,} rows of {row['file']} in {name} are not in it any more since it was sent "
                        f"again, and stay (replaces: file in {source.file.name} withdraws them)"
                    )


def _current(lake: Lake, name: str, batches: list[str]) -> int:
    if not batches or not lake.exists(name):
        return 0
    listed = ", ".join(f"'{batch}'" for batch in batches)
    query = f"select count(*) as n from t where deleted_at is null and {contract(name).given_rows} and batch_id in ({listed})"
    return int(lake.sql(query, t=name)["n"][0].as_py())


def _is_empty(rows: Any) -> bool:
    return rows.isEmpty() if isinstance(rows, DataFrame) else not rows.num_rows
