"""Things that other tables name and no source describes: who posts, acts, is acted upon or orders exists, described or not.

Each has a minimal row: its key, and when it was first and last seen. The row of a source that describes it takes its place,
whenever that lands. The rows follow from the tables alone: the same tables give the same rows, in whatever order they came.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa

from jobs.lake import arrow
from transformations.contracts import contract
from transformations.contracts.silver.common import SEEN_ONLY

if TYPE_CHECKING:
    from jobs.lake.computed import Computed
    from jobs.lake.tables import Lake
    from transformations.contracts import Table


@dataclass(frozen=True)
class Naming:
    """A column that names rows of another table.

    Attributes: table, column: where the name is. at: when it was named, a column of the same table.
    """

    table: str
    column: str
    at: str


NAMED: Mapping[str, tuple[Naming, ...]] = {
    "silver.profiles": (
        Naming("silver.posts", "profile_id", "created_at"),
        Naming("silver.interactions", "actor_profile_id", "created_at"),
        Naming("silver.interactions", "target_profile_id", "created_at"),
        Naming("silver.taggings", "tagger_profile_id", "created_at"),
        Naming("silver.content_reads", "reader_profile_id", "read_at"),
    ),
    "silver.customers": (Naming("silver.orders", "customer_id", "ordered_at"),),
}
"""Tables with minimal rows, and what names them. The names are in tables of the same family, which one job loads."""


def complete(lake: Lake, tables: tuple[str, ...]) -> None:
    """Makes the minimal rows of these tables those that follow from what names them."""
    for name in tables:
        if name in NAMED and any(lake.exists(one.table) for one in NAMED[name]):
            lake.write(name, _seen_only(lake, contract(name), NAMED[name]), scope=contract(name).derived_rows)


def make_way(lake: Lake, table: Table, candidates: Computed) -> None:
    """Removes the minimal rows of what the candidates describe: a table holds each key once."""
    if table.name not in NAMED or not lake.exists(table.name):
        return
    held = lake.arrow(table.name, where=table.derived_rows)
    if not held.num_rows:
        return
    described = candidates.where("_status = 'winner'", list(table.key))
    if not isinstance(described, pa.Table):
        minimal = lake.frame(held.select(list(table.key)), table)
        described = described.join(minimal, on=list(table.key), how="left_semi").toArrow()
    keys = _keys(described, table)
    is_left = [key not in keys for key in _keys(held, table)]
    if not all(is_left):
        lake.write(table.name, held.filter(pa.array(is_left, pa.bool_())), scope=table.derived_rows)


def _keys(rows: pa.Table, table: Table) -> dict[tuple[str, ...], None]:
    """The keys of the rows, in their order."""
    return dict.fromkeys(zip(*(rows[name].to_pylist() for name in table.key), strict=True))


def _seen_only(lake: Lake, table: Table, named: tuple[Naming, ...]) -> pa.Table:
    """One row for each key that is named and that no source's row has, deleted ones included."""
    there = [one for one in named if lake.exists(one.table)]
    place, key = table.key
    parts = [
        f"select {place}, {one.column} as {key}, {one.at} as seen_at from {_alias(one.table)} "
        f"where {one.column} is not null and deleted_at is null and {contract(one.table).given_rows}"
        for one in there
    ]
    query = (
        f"select {place}, {key}, min(seen_at) as first_seen_at, max(seen_at) as last_seen_at "
        f"from ({' union all '.join(parts)}) group by {place}, {key}"
    )
    names = {_alias(one.table): one.table for one in there}
    if lake.exists(table.name):
        names["described"] = table.name
        query = (
            f"select s.* from ({query}) s left anti join (select {place}, {key} from described where {table.given_rows}) d "
            f"on d.{place} = s.{place} and d.{key} = s.{key}"
        )
    schema = arrow.schema_of(table)
    columns = [place, key, "first_seen_at", "last_seen_at"]
    found = arrow.conformed(lake.sql(query, **names), pa.schema([schema.field(name) for name in columns]))
    size = found.num_rows
    minimal = (
        found.append_column("is_seen_only", pa.array([True] * size, pa.bool_()))
        .append_column("source_record_id", found[key])
        .append_column("valid_from", found["first_seen_at"])
    )
    if place == "source":
        return minimal
    return minimal.append_column("source", pa.array([SEEN_ONLY] * size, pa.string()))


def _alias(name: str) -> str:
    return name.split(".")[1]
