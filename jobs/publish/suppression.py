"""Small groups of people are left out of what is published, and what would give them away.

- Communities and segments of fewer than min_group_size members: their rows, the rows of members of segments, what became of
  them from period to period, and their ids in community_members, participation_degrees and customer_360, so that their members
  look like persons without a community. Where those who are in no shown group would be fewer than that, or one group alone,
  the smallest shown ones are left out too. So are parts of segments that are left out and, where any community is, the
  segment of those in none: who is in neither would be known to be in the one that is left out.
- All parts of a community one of which is small, or whose other members are few; those of a community that is left out.
- The network as a whole in a period in which fewer persons were in it; cascades and changes of conversations that fewer took
  part in; effects of communities that compare fewer; flows between roles of fewer persons, with the months whose differences
  from all time would give them away.
- Moves between segments of fewer persons, and others that would give them away.
- Values of single members of staff.
- Topics that fewer accounts wrote about.
- Profitability of communities in periods in which fewer members did anything, bought, or have amounts that are added in, with
  the months that would give them away. Objectives of communities and segments that are left out, and those that would tell of
  months that are: jobs.publish.subjects says which.
- Indicators about persons (`persons_in` of the catalogue): a group of fewer persons is left out in all of them, and groups
  whose values would give it away: a total and its channels, a month and its days, weeks that lie partly in a month, and all
  of these together. Superseded values of these indicators are left out too: two versions of a total differ by a few persons.
  Shares of communities and segments leave out those that are left out everywhere, and periods whose total is.

Rows about single named persons (customer_360, customer_value, customer_profitability, influencers, their objectives) are for
the company's own staff and are kept: the file's permissions decide who may read them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from jobs.publish.groups import MOVE, SmallGroups
from transformations.indicators.definitions import CATALOGUE, INDICATORS
from transformations.indicators.definitions.indicator import Indicator
from transformations.indicators.groups import BEGINNING, KEYS, period_end
from transformations.indicators.sales import NO_CHANNEL
from transformations.privacy.combinations import Interval, Total
from transformations.privacy.withholding import withheld

Group = tuple[str, date, str, str]
"""Grain, start of the period, dimension and its value."""
_TIMES = (("month", "day"), ("week", "day"), ("all", "month"), ("all", "week"), ("all", "day"))
"""Grains whose amounts are those of the other's periods together."""


def shown(name: str, rows: pa.Table, hidden: SmallGroups, least: int) -> pa.Table:
    """The rows of a gold table that are published, with ids of hidden groups blanked in customer_360.

    Args: rows: with timestamps without a time zone.
    """
    if least <= 1:
        return rows
    if name == "gold.indicator_values":
        return shown_values(rows, hidden, least)
    if name == "gold.relationship_flows":
        return _shown_periods(rows, ("from_role", "to_role", "channel"), [rows["persons_count"].to_pylist()], least)
    if name == "gold.community_profitability":
        return shown_profitability(rows, hidden, least)
    if name == "gold.topics":
        return rows.filter(pc.greater_equal(rows["authors_count"], least))
    if name not in _SHOWN:
        return rows
    with duckdb.connect() as connection:
        connection.register("rows", rows)
        connection.register("small_communities", hidden.communities)
        connection.register("small_segments", hidden.segments)
        connection.register("small_moves", hidden.migrations)
        connection.register("small_subjects", hidden.subjects)
        connection.execute("set variable least = ?", [least])
        return connection.sql(_SHOWN[name]).to_arrow_table().cast(rows.schema)


_NOT_SMALL = "select r.* from rows r anti join {small} s using ({key})"
_SHOWN = {
    "gold.communities": _NOT_SMALL.format(small="small_communities", key="community_id, period"),
    "gold.community_members": """
        select r.* replace (
            if(s.period is null, r.community_id, null) as community_id,
            if(s.period is null, r.rank_in_community, null) as rank_in_community)
        from rows r left join small_communities s using (community_id, period)""",
    "gold.sub_communities": """
        select r.* from rows r anti join small_communities s using (community_id, period)
        where (r.community_id, r.period) not in (
            select (community_id, period) from rows group by community_id, period
            having min(size) < getvariable('least')
            or max(community_size) - sum(size) between 1 and getvariable('least') - 1)""",
    "gold.community_evolution": """
        select r.* from rows r where not exists (
            select 1 from small_communities s
            where (s.period = r.period and (s.community_id = r.community_id or list_contains(r.to_ids, s.community_id)))
            or (s.period = r.previous_period
                and (s.community_id = r.community_id or list_contains(r.from_ids, s.community_id))))""",
    "gold.community_effects": """
        select r.* from rows r where least(r.exposed_count, r.controls_count) >= getvariable('least')
        and r.community_id not in (select community_id from small_communities where period = 'all')""",
    **dict.fromkeys(
        ("gold.network_summary", "gold.cascades", "gold.conversation_changes"),
        "select * from rows where persons_count >= getvariable('least')",
    ),
    "gold.segments": _NOT_SMALL.format(small="small_segments", key="segment_id, model_version"),
    "gold.segment_members": _NOT_SMALL.format(small="small_segments", key="segment_id, model_version"),
    **dict.fromkeys(
        ("gold.objectives", "gold.objective_fulfilment"),
        """
        select r.* from rows r where not exists (
            select 1 from small_subjects s where s.subject_kind = r.subject_kind and s.subject_id = r.subject_id
            and coalesce(s.objective_id, r.objective_id) = r.objective_id)
        and (r.subject_kind in ('company', 'customer') or (
            r.members_count >= getvariable('least')
            and not (r.subject_kind = 'community'
                and r.subject_id in (select community_id from small_communities where period = 'all'))
            and not (r.subject_kind = 'segment' and r.subject_id in (select segment_id from small_segments))))""",
    ),
    "gold.segment_migration": _NOT_SMALL.format(small="small_moves", key=", ".join(MOVE)),
    "gold.participation_degrees": """
        select r.* replace (
            if(r.community_id in (select community_id from small_communities where period = 'all'), null, r.community_id)
                as community_id)
        from rows r""",
    "gold.customer_360": """
        select r.* replace (
            if(r.community_id in (select community_id from small_communities where period = 'all'), null, r.community_id)
                as community_id,
            if(r.segment_id in (select segment_id from small_segments), null, r.segment_id) as segment_id)
        from rows r""",
}


def shown_profitability(rows: pa.Table, hidden: SmallGroups, least: int) -> pa.Table:
    """The rows of gold.community_profitability that are published.

    Not only members are to be enough, but also those whose amounts are added in, those who bought, and those who ordered in any
    currency. What does not say how many bought is taken to be of one buyer, where there are orders.
    """
    rows = _of_shown_communities(rows, hidden)
    counts: list[tuple[int, ...]] = []
    for row in rows.select(["members_count", "left_out_count", "buyers_count", "orders_count"]).to_pylist():
        members, left_out, buyers = row["members_count"] or 0, row["left_out_count"] or 0, row["buyers_count"]
        buyers = (1 if row["orders_count"] else 0) if buyers is None else buyers
        counts.append((members, members - left_out, buyers, buyers + left_out if row["orders_count"] else 0))
    return _shown_periods(rows, ("community_id",), [list(of) for of in zip(*counts, strict=True)], least)


def _of_shown_communities(rows: pa.Table, hidden: SmallGroups) -> pa.Table:
    ids = [row["community_id"] for row in hidden.communities.to_pylist() if row["period"] == "all"]
    return rows.filter(pc.invert(pc.is_in(rows["community_id"], value_set=pa.array(ids, pa.string()))))


def _shown_periods(rows: pa.Table, key: tuple[str, ...], counts: Sequence[Sequence[int]], least: int) -> pa.Table:
    """Rows of a table by month and of all time that are published: without those of few persons, and the months whose difference
    from all time would give them away.

    Args: key: its columns beside period. counts: persons of each row; where there are several counts each has to be enough.
    """
    cells = [tuple(row.values()) for row in rows.select([*key, "period"]).to_pylist()]
    months: dict[tuple, list[tuple]] = {}
    for cell in sorted(cells):
        if cell[-1] != "all":
            months.setdefault((*cell[:-1], "all"), []).append(cell)
    totals = [Total(whole, tuple(parts), is_complete=True) for whole, parts in months.items()]
    hidden = set().union(*(withheld(dict(zip(cells, of, strict=True)), totals, least) for of in counts))
    return rows.filter(pa.array([cell not in hidden for cell in cells], pa.bool_()))


def shown_values(values: pa.Table, small: SmallGroups, least: int) -> pa.Table:
    """The rows of gold.indicator_values that are published."""
    families: dict[str, list[str]] = {}
    for its in INDICATORS:
        if its.persons_in:
            families.setdefault(its.persons_in, []).append(its.indicator_id)
    left_out = {("community", name) for name in _ever(small.communities)}
    left_out |= {("segment", name) for name in small.segments["segment_id"].to_pylist()}
    hidden: list[dict[str, Any]] = []
    withheld_of: dict[str, set[Group]] = {}
    for counting, ids in sorted(families.items(), key=lambda family: bool(CATALOGUE[family[0]].denominator_of)):
        of_family = pc.is_in(values["indicator_id"], value_set=pa.array(ids))
        current = values.filter(pc.and_(of_family, pc.is_null(values["known_to"])))
        persons = _persons(current.filter(pc.not_equal(current["dimension"], "staff")), counting)
        groups = _withheld(persons, CATALOGUE[counting], left_out, least)
        if whole := CATALOGUE[counting].denominator_of:
            periods = {group[:2] for group in withheld_of[CATALOGUE[whole].persons_in] if group[2] == "all"}
            groups |= {group for group in persons if group[:2] in periods}
        withheld_of[counting] = groups
        hidden += [
            {"indicator_id": name, **dict(zip(KEYS, group, strict=True))} for group in sorted(groups) for name in ids
        ]
    key = ("indicator_id", *KEYS)
    with duckdb.connect() as connection:
        connection.register("rows", values)
        connection.register(
            "hidden", pa.Table.from_pylist(hidden, pa.schema([values.schema.field(name) for name in key]))
        )
        connection.register("families", pa.table({"indicator_id": [name for ids in families.values() for name in ids]}))
        return connection.sql(_SHOWN_VALUES.format(key=", ".join(key))).to_arrow_table().cast(values.schema)


_SHOWN_VALUES = """
    select r.* from rows r anti join hidden h using ({key})
    where (r.known_to is null or r.indicator_id not in (select indicator_id from families)) and r.dimension <> 'staff'"""


def _ever(communities: pa.Table) -> list[str]:
    """Those of the communities that are of all time."""
    return communities.filter(pc.equal(communities["period"], "all"))["community_id"].to_pylist()


def _withheld(
    persons: Mapping[Group, int], counting: Indicator, left_out: Collection[tuple[str, str]], least: int
) -> set[Group]:
    """Groups of a family to leave out. Args: left_out: dimensions and values that are left out everywhere."""
    nowhere = {group for group in persons if group[2:] in left_out}
    # a community that is left out counts as one of few: what would give it away is left out with it
    counts = {group: min(count, least - 1) if group in nowhere else count for group, count in persons.items()}
    if not counting.is_none_beside:
        return nowhere | withheld(counts, _totals(counts), least, series=_series(counts))
    wholes = _wholes(counts)
    of_all = [
        Total(
            total.whole,
            tuple(part for part in total.parts if part[3] != NO_CHANNEL or total.whole[3] == NO_CHANNEL),
            True,
        )
        for total in _totals(counts)
    ]
    beside = [Total(whole, (all_of, none), is_complete=True) for whole, (all_of, none) in wholes.items()]
    sums = {whole: counts[all_of] + counts[none] for whole, (all_of, none) in wholes.items()}
    found = withheld(counts | sums, of_all + beside, least, series=_series(counts))
    return nowhere | (found - set(sums))


def _wholes(persons: Mapping[Group, int]) -> dict[Group, tuple[Group, Group]]:
    """Of each period the whole, which is in no row, and its two parts: who is in any group of the dimension, and who in none."""
    return {
        (grain, start, "", dimension): ((grain, start, "all", "all"), (grain, start, dimension, value))
        for grain, start, dimension, value in persons
        if value == NO_CHANNEL and (grain, start, "all", "all") in persons
    }


def _persons(current: pa.Table, counting: str) -> dict[Group, int]:
    """Persons of each group, those included who only returned something.

    Of rows that were written before they were counted, those that the indicator `counting` counts; where no one bought and
    somebody returned there is one at least.
    """
    column = "denominator" if CATALOGUE[counting].aggregation == "ratio" else "numerator"
    found: dict[Group, int] = {}
    returned: set[Group] = set()
    for row in current.select([*KEYS, "indicator_id", column, "observations_count", "persons_count"]).to_pylist():
        group = (row["grain"], row["period_start"], row["dimension"], row["dimension_value"])
        if row["persons_count"] is not None:
            found[group] = max(found.get(group, 0), row["persons_count"])
        elif row["indicator_id"] == counting:
            found[group] = max(found.get(group, 0), int(row[column] or 0))
        elif row["indicator_id"] == "return_ratio" and row["observations_count"]:
            returned.add(group)
    return found | {group: 1 for group in returned if not found.get(group)}


def _totals(persons: Mapping[Group, int]) -> list[Total]:
    """What is a sum of what: a group over the values of a dimension, and over shorter periods."""
    of_dimensions: dict[tuple, list[Group]] = {}
    of_places: dict[tuple[str, str, str], list[Group]] = {}
    for group in sorted(persons):
        grain, start, dimension, value = group
        of_dimensions.setdefault((grain, start, dimension), []).append(group)
        of_places.setdefault((dimension, value, grain), []).append(group)
    totals = []
    for (grain, start, dimension), parts in of_dimensions.items():
        whole = (grain, start, "all", "all")
        if dimension != "all" and whole in persons:
            totals.append(Total(whole, tuple(parts), is_complete=True))  # what has no channel is in (none)
    for (dimension, value, grain), wholes in of_places.items():
        for shorter in (short for long, short in _TIMES if long == grain):
            parts = of_places.get((dimension, value, shorter), [])
            for whole in wholes:
                end = period_end(grain, whole[1])
                within = tuple(part for part in parts if end is None or whole[1] <= part[1] < end)
                if within:
                    totals.append(Total(whole, within, is_complete=True))  # whatever has a time has a day
    return totals


def _series(persons: Mapping[Group, int]) -> list[dict[Group, Interval]]:
    """The periods of each value of each dimension; the grain all is from the first of them to the end of the last."""
    found: dict[tuple[str, str], dict[Group, Interval]] = {}
    for group in sorted(persons):
        grain, start, dimension, value = group
        if end := period_end(grain, start):
            found.setdefault((dimension, value), {})[group] = start, end
    for (dimension, value), periods in found.items():
        everything = ("all", BEGINNING, dimension, value)
        if everything in persons:
            first, last = min(start for start, _ in periods.values()), max(end for _, end in periods.values())
            periods[everything] = first, last
    return list(found.values())
