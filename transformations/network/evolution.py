"""Communities over time: ids that are stable from period to period, and what happened to each community.

Members are a table with one row per member: member (an id), community (a number or a stable id). A caller that
wants communities above a size only leaves the others out beforehand.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from transformations.network.graph import common_id_type

SAME_FROM = 0.3  # Jaccard index from which two communities of successive periods are the same (Greene et al. 2010)
PART_FROM = 0.5  # of a community's members: from here it went into, or came out of, another
SIZE_CHANGE_FROM = 0.1  # of the size before: from here a community has grown or shrunk

EVENTS = pa.schema(
    [
        ("community_id", pa.string()),
        ("event", pa.string()),
        ("from_ids", pa.list_(pa.string())),
        ("to_ids", pa.list_(pa.string())),
        ("size_before", pa.int64()),
        ("size_after", pa.int64()),
    ]
)


def match(previous: pa.Table | None, current: pa.Table, *, period: str, same_from: float = SAME_FROM) -> dict[int, str]:
    """Give each current community the id of the previous one it continues, or a new id.

    Args:
        previous: member, community (string: ids from this function), one row per member; None for the first
            period.
        current: member, community (a number: `communities`' labels), one row per member.
        period: name of the current period, used once in the order of periods; new ids begin with it.
        same_from: smallest Jaccard index (members in both over members in either) at which a community continues.
    Returns: number → id, one per current community. Pairs are matched greedily by Jaccard index, then by members
        in both, then by previous id and current number; each id is used once. New ids are `PERIOD-NUMBER`, so
        that ids are a pure function of the ordered periods and the id of a dissolved community is never used again.
    Raises: ValueError when a member is in two communities of one period, or a new id is among the previous
        ones.
    Source: Greene, Doyle and Cunningham 2010, with one-to-one matches.
    """
    numbers, now = sizes(current, "current")
    if previous is None:
        previous = pa.table({"member": current["member"].slice(0, 0), "community": pa.array([], pa.string())})
    names, before = sizes(previous, "previous")
    source, target, both = common(previous, current)
    jaccard = both / (before[source] + now[target] - both)
    ids: dict[int, str] = {}
    taken: set[str] = set()
    order = np.lexsort((target, source, -both, -jaccard))
    for pair in order[jaccard[order] >= same_from]:
        number, name = numbers[target[pair]], names[source[pair]]
        if number not in ids and name not in taken:
            ids[number] = name
            taken.add(name)
    new = {number: f"{period}-{number}" for number in numbers if number not in ids}
    if clash := sorted(set(new.values()) & set(names)):
        raise ValueError(
            f"match: new id {clash[0]!r} exists in the previous period; give each period a name of its own"
        )
    ids |= new
    return {number: ids[number] for number in numbers}


def evolution(
    previous: pa.Table, current: pa.Table, *, part_from: float = PART_FROM, size_change_from: float = SIZE_CHANGE_FROM
) -> pa.Table:
    """What happened to communities between two successive periods.

    Args:
        previous, current: member, community (string ids by `match`), one row per member.
        part_from: share of a community's members from which it went into another, or came out of it.
        size_change_from: change in size, relative to the size before, from which a community grew or shrank.
    Returns: one row per event, by community_id and event; none for a community that did not change:
        community_id, event, from_ids and to_ids (the communities concerned in either period, ascending),
        size_before and size_after (members of community_id, null where it does not exist). Events:
        merged: two or more previous communities went into community_id;
        split: two or more current communities came out of community_id;
        born: did not exist before, and not out of a split; dissolved: no longer exists, and not by a merger;
        grown, shrunk: in both periods, in no merger or split, and of different size.
    Raises: ValueError when a member is in two communities of one period.
    Source: the events of Palla, Barabási and Vicsek 2007; shares as in Greene, Doyle and Cunningham 2010.
    """
    names, before = sizes(previous, "previous")
    followers, now = sizes(current, "current")
    source, target, both = common(previous, current)
    size_before = dict(zip(names, before.tolist(), strict=True))
    size_after = dict(zip(followers, now.tolist(), strict=True))
    went_into: dict[str, list[str]] = {}
    came_out_of: dict[str, list[str]] = {}
    for old, new, shared in zip(source, target, both, strict=True):
        if shared >= part_from * before[old]:
            went_into.setdefault(followers[new], []).append(names[old])
        if shared >= part_from * now[new]:
            came_out_of.setdefault(names[old], []).append(followers[new])
    mergers = {into: sorted(parts) for into, parts in went_into.items() if len(parts) > 1}
    splits = {out_of: sorted(parts) for out_of, parts in came_out_of.items() if len(parts) > 1}
    explained_before = {name for parts in mergers.values() for name in parts} | splits.keys()
    explained_after = {name for parts in splits.values() for name in parts} | mergers.keys()

    events = [(into, "merged", parts, [into]) for into, parts in mergers.items()]
    events += [(out_of, "split", [out_of], parts) for out_of, parts in splits.items()]
    events += [(name, "born", [], [name]) for name in size_after.keys() - size_before.keys() - explained_after]
    events += [(name, "dissolved", [name], []) for name in size_before.keys() - size_after.keys() - explained_before]
    for name in (size_before.keys() & size_after.keys()) - explained_before - explained_after:
        change = size_after[name] - size_before[name]
        if change and abs(change) >= size_change_from * size_before[name]:
            events.append((name, "grown" if change > 0 else "shrunk", [name], [name]))
    rows = [
        {
            "community_id": name,
            "event": event,
            "from_ids": from_ids,
            "to_ids": to_ids,
            "size_before": size_before.get(name),
            "size_after": size_after.get(name),
        }
        for name, event, from_ids, to_ids in sorted(events)
    ]
    return pa.Table.from_pylist(rows, schema=EVENTS)


def sizes(members: pa.Table, period: str) -> tuple[list, np.ndarray]:
    """The communities, ascending, and how many members each has."""
    if len(members) != pc.count_distinct(members["member"], mode="all").as_py():
        raise ValueError(f"{period}: a member is in two rows; expected one row per member")
    counts = members.group_by("community").aggregate([("member", "count")]).sort_by("community")
    return counts["community"].to_pylist(), counts["member_count"].to_numpy()


def common(previous: pa.Table, current: pa.Table) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Pairs of communities with members in both: places of the previous and the current one, and how many."""
    id_type = common_id_type({previous["member"].type, current["member"].type})
    names, numbers = (pc.unique(table["community"]).sort() for table in (previous, current))
    old = pa.table({"member": previous["member"].cast(id_type), "old": pc.index_in(previous["community"], names)})
    new = pa.table({"member": current["member"].cast(id_type), "new": pc.index_in(current["community"], numbers)})
    both = old.join(new, "member", join_type="inner").group_by(["old", "new"]).aggregate([([], "count_all")])
    return both["old"].to_numpy(), both["new"].to_numpy(), both["count_all"].to_numpy()
