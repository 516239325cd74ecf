"""Results that tell to delete what is held neither as a post nor as an account: kept in quarantine, beside their effect.

A platform gives them for IDs that it was asked about, so one that nothing else tells of is a mistake somewhere: in the list
that was sent, or in what has landed. The deletion itself is kept like any other, and removes the thing should it land
later; what tells of the thing then takes the result out of quarantine.
"""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

import pyarrow.compute as pc
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.engine import sessions
from jobs.job import Run
from jobs.settings.sources import Source
from jobs.silver import quarantine
from jobs.silver.candidates import Parsed, all_candidates
from jobs.sources import formats
from transformations.contracts import contract

if TYPE_CHECKING:
    from jobs.lake.tables import Lake

_NAMING = {
    "silver.posts": ("post_id", "profile_id"),
    "silver.interactions": ("interaction_id", "actor_profile_id", "target_profile_id"),
    "silver.profiles": ("profile_id",),
}
"""Tables with the IDs of posts and accounts."""
ORDINAL = -2
"""Place of such results in quarantine, where refused rows have 0 and more, and records that cannot be read have -1."""
_SCOPE = f"ordinal = {ORDINAL}"


def keep(lake: Lake, run: Run, tables: tuple[str, ...], parts: list[Parsed], *, is_full: bool) -> None:
    """Makes quarantine hold the results whose ID nothing else tells of. Call it before the tables are written.

    Args: tables: those that the job loads. is_full: parts are all there is.
    """
    if not set(_NAMING) <= set(tables):
        return
    for source in run.settings.sources:
        if formats.result_id(source) is None:
            continue
        of_channel = [part for part in parts if part.source.own_channel == source.own_channel]
        if of_channel:
            _keep(lake, run, source, of_channel, is_full=is_full)


def _keep(lake: Lake, run: Run, source: Source, parts: list[Parsed], *, is_full: bool) -> None:
    """The same for one source. Args: parts: those of its channel."""
    name = f"quarantine.{source.name}"
    own = next((part for part in parts if part.source.name == source.name), None)
    found = _results(own) if own and _may_have_some(own) else None
    if found is not None and found.isEmpty():
        found = None
    aside = None
    if lake.exists(name) and lake.arrow(name, ("batch_id",), where=_SCOPE, limit=1).num_rows:
        before = lake.read(name).where(_SCOPE)
        aside = before.withColumn("_id", F.expr(str(formats.result_id(source)))).select(*quarantine.RECORD, "_id")
    if found is None and aside is None:
        return
    told = _told(parts)
    left = []
    if aside is not None and not is_full:
        of_others = aside if own is None else aside.where(~F.col("batch_id").isin(own.batches))
        left.append(of_others.join(told, "_id", "left_anti"))
    if found is not None:
        known = told if is_full else told.unionByName(_held(lake, source.own_channel, aside))
        left.append(found.join(known, "_id", "left_anti"))
    if not left:
        lake.delete(name, _SCOPE)
        return
    message = F.concat(
        F.col("_id"), F.lit(" is held neither as a post nor as an account; it will be deleted should it land later")
    )
    reason = F.struct(F.lit("not_held").alias("code"), F.lit("integrity").alias("property"), message.alias("message"))
    rows = reduce(DataFrame.unionByName, left).withColumns({"ordinal": F.lit(ORDINAL), "reasons": F.array(reason)})
    quarantine.write(lake, run, name, rows.drop("_id"), _SCOPE)


def _may_have_some(part: Parsed) -> bool:
    """Whether the records may have results among them: asked without Spark where they are in memory."""
    rows = part.rows.arrow
    return rows is None or bool(pc.any(pc.match_substring(rows["raw"], '"reason"')).as_py())


def _results(part: Parsed) -> DataFrame:
    """The source's results: their records and `_id`."""
    rows = part.rows.frame().where(F.col("_problem").isNull())
    id_ = F.expr(str(formats.result_id(part.source)))
    return rows.withColumn("_id", id_).where("_id is not null").select(*quarantine.RECORD, "_id")


def _told(parts: list[Parsed]) -> DataFrame:
    """IDs that records other than results tell of."""
    found = []
    for name, columns in _NAMING.items():
        with_table = [part for part in parts if contract(name).short_name in part.emitted]
        if with_table:
            rows = all_candidates(with_table, contract(name)).where("not _is_left_out")
            found += [rows.select("batch_id", "line", F.col(column).alias("_id")) for column in columns]
    nothing = parts[0].rows.frame(["batch_id", "line"]).where("false").withColumn("_id", F.lit(None).cast("string"))
    told = reduce(DataFrame.unionByName, found, nothing)
    for part in parts:
        if formats.result_id(part.source) is not None:
            told = told.join(_results(part).select("batch_id", "line"), ["batch_id", "line"], "left_anti")
    return told.select("_id").where("_id is not null").distinct()


def _held(lake: Lake, channel: str, aside: DataFrame | None) -> DataFrame:
    """IDs of the channel that the tables hold, deleted ones too, unless only results told of them."""
    found = [
        lake.read(name, with_deleted=True).where(F.col("channel") == channel).select(F.col(column).alias("_id"))
        for name, columns in _NAMING.items()
        if lake.exists(name)
        for column in columns
    ]
    nothing = sessions.frame(lake.spark, [], "_id string")
    held = reduce(DataFrame.unionByName, found, nothing).where("_id is not null").distinct()
    return held if aside is None else held.join(aside.select("_id"), "_id", "left_anti")
