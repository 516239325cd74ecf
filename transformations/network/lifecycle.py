"""The life of communities: what happened to each from period to period, the Jaccard index that decided, and its stage."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from transformations.network.evolution import EVENTS, SIZE_CHANGE_FROM, common, evolution, sizes

CONTINUED = "continued"
LIFE = pa.schema(
    [
        *EVENTS,
        ("jaccard", pa.float64()),
        ("life_stage", pa.string()),
        ("period", pa.string()),
        ("previous_period", pa.string()),
    ]
)


def life(previous: pa.Table, current: pa.Table, *, period: str, previous_period: str | None) -> pa.Table:
    """What happened to every community between two successive periods.

    Args:
        previous, current: member, community (string ids by `match`), one row per member; previous is empty for the first
            period.
        period, previous_period: their names.
    Returns: the rows of `evolution` and, for communities without an event, `continued`; with the Jaccard index that decided
        (of the community itself where it is in both periods, else the largest with one of the other period, 0 without any
        common member) and the stage: emerging (born, or out of a split), growing and declining (larger or smaller by a tenth
        at least), mature (neither), dissolved (gone).
    Raises: ValueError when a member is in two communities of one period.
    """
    names, before = sizes(previous, "previous")
    followers, now = sizes(current, "current")
    size_before, size_after = dict(zip(names, before.tolist())), dict(zip(followers, now.tolist()))
    rows = evolution(previous, current).to_pylist()
    told = {name for row in rows for name in (row["community_id"], *row["from_ids"], *row["to_ids"])}
    rows += [
        {"community_id": name, "event": CONTINUED, "from_ids": [name], "to_ids": [name]}
        | {"size_before": size_before[name], "size_after": size_after[name]}
        for name in size_before.keys() & size_after.keys() - told
    ]
    same, most = _jaccards(previous, current)
    for row in rows:
        name = row["community_id"]
        row["jaccard"] = same.get(name, most.get(name, 0.0))
        row["life_stage"] = stage(row["size_before"], row["size_after"])
        row["period"], row["previous_period"] = period, previous_period
    return pa.Table.from_pylist(sorted(rows, key=lambda row: (row["community_id"], row["event"])), schema=LIFE)


def stage(size_before: int | None, size_after: int | None) -> str:
    """Stage of a community by its sizes in two successive periods; None where it does not exist.

    >>> [stage(None, 4), stage(4, 5), stage(10, 10), stage(10, 8), stage(3, None)]
    ['emerging', 'growing', 'mature', 'declining', 'dissolved']
    """
    if size_after is None:
        return "dissolved"
    if size_before is None:
        return "emerging"
    change = (size_after - size_before) / size_before
    if abs(change) < SIZE_CHANGE_FROM:
        return "mature"
    return "growing" if change > 0 else "declining"


def _jaccards(previous: pa.Table, current: pa.Table) -> tuple[Mapping[str, float], Mapping[str, float]]:
    """Jaccard index of each community with itself, and the largest with a community of the other period."""
    names, before = sizes(previous, "previous")
    followers, now = sizes(current, "current")
    source, target, both = common(previous, current)
    index = np.asarray(both / (before[source] + now[target] - both), dtype=np.float64)
    same: dict[str, float] = {}
    most: dict[str, float] = {}
    for old, new, value in zip(source.tolist(), target.tolist(), index.tolist()):
        if names[old] == followers[new]:
            same[names[old]] = value
        for name in {names[old], followers[new]}:
            most[name] = max(most.get(name, 0.0), value)
    return same, most
