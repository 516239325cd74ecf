"""Small groups of people, and those that would give them away: communities, segments and moves between them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from transformations.privacy.combinations import Total
from transformations.privacy.withholding import withheld
from transformations.segmentation.levels import ALONE, VERSION

MOVE = ("from_version", "from_segment_id", "to_version", "to_segment_id")
"""Key of gold.segment_migration."""


SUBJECTS = pa.schema([(name, pa.string()) for name in ("subject_kind", "subject_id", "objective_id")])


@dataclass(frozen=True)
class SmallGroups:
    """Groups that are not published: communities by id and period, segments by id and model version.

    Attributes: subjects: whose objectives are not (SUBJECTS), from jobs.publish.subjects.
    """

    communities: pa.Table
    segments: pa.Table
    migrations: pa.Table
    subjects: pa.Table = field(default_factory=SUBJECTS.empty_table)


def small_groups(
    communities: pa.Table, members: pa.Table, segments: pa.Table, migrations: pa.Table, least: int
) -> SmallGroups:
    """The groups with members, but fewer than `least`, and those that would give them away.

    Args: gold.communities, gold.community_members, gold.segments, gold.segment_migration.
    """
    without = Counter(("of all", period) for period in _alone(members)["period"].to_pylist())
    hidden = _small(
        segments,
        ("segment_id", "model_version"),
        ("model_version", "level", "parent_segment_id"),
        "members_count",
        least,
        {},
    )
    apart = _small(communities, ("community_id", "period"), ("period",), "size", least, without)
    hidden = _with_others(apart, segments, hidden)
    return SmallGroups(apart, hidden, _small_moves(migrations, least, is_segment_hidden=bool(hidden.num_rows)))


def _with_others(communities: pa.Table, segments: pa.Table, hidden: pa.Table) -> pa.Table:
    """The hidden segments, those of communities of all time that are hidden, and the parts of all of these.

    Where any of a community is hidden, so are those in no community: who is in neither would be known to be in the hidden one.
    """
    ids = {row["community_id"] for row in communities.to_pylist() if row["period"] == "all"}
    found = {(row["segment_id"], row["model_version"]) for row in hidden.to_pylist()}
    rows = segments.select(["segment_id", "model_version", "parent_segment_id", "community_id"]).to_pylist()
    keys = [(row["segment_id"], row["model_version"]) for row in rows]
    count = -1
    while count < len(found):
        count = len(found)
        found |= {
            key
            for key, row in zip(keys, rows, strict=True)
            if row["community_id"] in ids or (row["parent_segment_id"], row["model_version"]) in found
        }
    of_communities = {key for key, row in zip(keys, rows, strict=True) if row["community_id"]}
    if ids or found & of_communities:
        found |= {key for key in keys if key == (ALONE, VERSION)}
    return pa.Table.from_pylist(
        [dict(zip(hidden.column_names, key, strict=True)) for key in sorted(found)], schema=hidden.schema
    )


def _small_moves(migrations: pa.Table, least: int, *, is_segment_hidden: bool) -> pa.Table:
    """Moves to leave out: of few persons, and those that would give them away by the sizes of the segments, which are known.

    Where a segment is left out all moves are: they add up to its size.
    """
    persons: dict[tuple, int] = {}
    wholes: dict[tuple, list[tuple]] = {}
    for row in migrations.select([*MOVE, "members_count"]).to_pylist():
        move = tuple(row[name] for name in MOVE)
        persons[move] = row["members_count"] or 0
        wholes.setdefault(("from", *move[:2]), []).append(move)
        wholes.setdefault(("to", *move[2:]), []).append(move)
    sizes = {whole: sum(persons[move] for move in moves) for whole, moves in wholes.items()}
    totals = [Total(whole, tuple(moves)) for whole, moves in wholes.items()]
    hidden = (
        set(persons) if is_segment_hidden else withheld(persons | sizes, totals, least, is_disjoint=True) - set(sizes)
    )
    rows = [dict(zip(MOVE, move, strict=True)) for move in sorted(hidden)]
    return pa.Table.from_pylist(rows, schema=pa.schema([(name, pa.string()) for name in MOVE]))


def _alone(members: pa.Table) -> pa.Table:
    """Persons without a community."""
    return members.filter(pc.is_null(members["community_id"]))


def _small(
    groups: pa.Table,
    key: tuple[str, str],
    whole: tuple[str, ...],
    members: str,
    least: int,
    without: Mapping[tuple, int],
) -> pa.Table:
    """Keys of the groups to leave out.

    Args: whole: columns whose groups have their members from the same persons. without: those of them that are in no group.
    """
    persons: dict[tuple, int] = {}
    parts: dict[tuple, list[tuple]] = {}
    for row in groups.select([*dict.fromkeys((*key, *whole)), members]).to_pylist():
        group = tuple(str(row[name]) for name in key)
        persons[group] = row[members] or 0
        parts.setdefault(("of all", *(str(row[name]) for name in whole)), []).append(group)
    sums = {of: sum(persons[group] for group in found) + without.get(of, 0) for of, found in parts.items()}
    totals = [Total(of, tuple(found)) for of, found in parts.items()]
    hidden = withheld(persons | sums, totals, least, is_disjoint=True) - set(sums)
    rows = [dict(zip(key, group, strict=True)) for group in sorted(hidden)]
    return pa.Table.from_pylist(rows, schema=pa.schema([(name, pa.string()) for name in key]))
