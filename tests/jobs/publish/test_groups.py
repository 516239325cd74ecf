"""What the groups that are left out keep to themselves in every published table."""

from datetime import date, datetime

import pyarrow as pa
import pytest

from jobs.lake.arrow import schema_of
from jobs.publish.groups import SmallGroups, small_groups
from jobs.publish.suppression import shown
from transformations.canonical.instants import without_zones
from transformations.contracts import Table, contract
from transformations.contracts.gold import TABLES

SIZES = {"S": 3, "B": 8, "C": 40}
PEOPLE: dict[str | None, list[str]] = {its: [f"{its}{n}" for n in range(size)] for its, size in SIZES.items()}
PEOPLE[None] = [f"N{n}" for n in range(50)]


def rows(name: str, *given: dict) -> pa.Table:
    return pa.Table.from_pylist(list(given), schema_of(contract(name)))


def kept(name: str, table: pa.Table, hidden: SmallGroups) -> list[dict]:
    return shown(name, without_zones(table), hidden, 5).to_pylist()


COMMUNITIES = rows("gold.communities", *({"community_id": its, "period": "all", "size": n} for its, n in SIZES.items()))
MEMBERS = rows(
    "gold.community_members",
    *({"person_id": who, "period": "all", "community_id": its} for its, people in PEOPLE.items() for who in people),
)
SEGMENTS = rows(
    "gold.segments",
    *(
        {"model_version": "communities", "level": 1, "segment_id": name, "members_count": size}
        for name, size in (("not_social", 100), ("no_community", 50))
    ),
    *(
        {"model_version": "communities", "level": level, "members_count": size, "community_id": its}
        | {"segment_id": f"community_{its}{part}", "parent_segment_id": f"community_{its}" if part else None}
        for its, size in SIZES.items()
        for level, part in ((1, ""), (2, "_characteristics_1"))
    ),
)
NONE = rows("gold.segment_migration")
HIDDEN = small_groups(COMMUNITIES, MEMBERS, SEGMENTS, NONE, 5)


def test_members_of_a_hidden_community_are_not_those_who_are_blank_and_not_in_no_community():
    in_level = {1: "", 2: "_characteristics_1"}
    given = [{"person_id": who, "segment_id": "no_community", "level": 1} for who in PEOPLE[None]]
    given += [
        {"person_id": who, "segment_id": f"community_{its}{part}", "level": level}
        for its in SIZES
        for who in PEOPLE[its]
        for level, part in in_level.items()
    ]
    table = rows("gold.segment_members", *({"model_version": "communities"} | row for row in given))
    placed = {row["person_id"] for row in kept("gold.segment_members", table, HIDDEN)}
    assert placed == set(PEOPLE["C"])
    blank = {row["person_id"] for row in kept("gold.community_members", MEMBERS, HIDDEN) if not row["community_id"]}
    assert blank - placed == {*PEOPLE["S"], *PEOPLE[None]}
    names = [row["segment_id"] for row in kept("gold.segments", SEGMENTS, HIDDEN)]
    assert names == ["not_social", "community_C", "community_C_characteristics_1"]


def test_those_in_no_community_are_shown_where_nothing_is_hidden():
    def without_small(table: pa.Table) -> pa.Table:
        return table.filter(
            pa.compute.invert(pa.compute.fill_null(pa.compute.equal(table["community_id"], "S"), False))
        )

    hidden = small_groups(without_small(COMMUNITIES), without_small(MEMBERS), without_small(SEGMENTS), NONE, 5)
    assert (hidden.communities.num_rows, hidden.segments.num_rows) == (0, 0)


IDS = ("community_id", "sub_community_id", "segment_id", "parent_segment_id", "from_segment_id", "to_segment_id")
OF_GROUPS = [table for table in TABLES if table.is_published and {*IDS, "subject_id"} & set(table.names)]
FILLED = {
    "string": "x",
    "bigint": 100,
    "int": 2,
    "double": 0.5,
    "date": date(2025, 1, 1),
    "timestamp": datetime(2025, 1, 1),
}


def _about(table: Table, community: str, **given: object) -> dict:
    """A row of many persons with everything that names a group set to those of the community."""
    segment = f"community_{community}"
    its: dict = {field.name: FILLED[field.type] for field in table.columns if field.type in FILLED}
    its |= {"period": "all", "model_version": "communities"}
    its |= dict.fromkeys(IDS[2:], segment) | {"community_id": community, "sub_community_id": f"{community}/1"}
    its |= {"from_version": "communities", "to_version": "communities", "left_out_count": 0, "subject_id": community}
    return {name: value for name, value in (its | given).items() if name in table.names}


@pytest.mark.parametrize("table", OF_GROUPS, ids=lambda table: table.name)
def test_no_published_table_names_a_hidden_community_or_segment(table: Table):
    kinds = ("community", "segment") if "subject_kind" in table.names else (None,)
    for kind in kinds:
        prefix = "community_" if kind == "segment" else ""
        given = [_about(table, its, subject_kind=kind, subject_id=f"{prefix}{its}") for its in ("S", "C")]
        of_all = rows(table.name, *given)
        moves = of_all if table.name == "gold.segment_migration" else NONE
        found = kept(table.name, of_all, small_groups(COMMUNITIES, MEMBERS, SEGMENTS, moves, 5))
        named = {value for row in found for name, value in row.items() if name in (*IDS, "subject_id")}
        assert not named & {"S", "S/1", "community_S"}
        if moves is NONE:  # all moves are hidden where a segment is
            assert named & {"C", "community_C"}


def test_the_tables_that_name_groups_are_found():
    assert {"gold.customer_360", "gold.participation_degrees", "gold.sub_communities"} <= {
        its.name for its in OF_GROUPS
    }


def _profitable(**months: tuple[int, int, int, int]) -> list[str]:
    """Periods that are shown of a community with so many members, left out, buyers and orders in each."""
    names = ("members_count", "left_out_count", "buyers_count", "orders_count")
    given = [
        {"community_id": "C", "period": period.replace("m", "2025-0")} | dict(zip(names, counts, strict=True))
        for period, counts in months.items()
    ]
    found = kept("gold.community_profitability", rows("gold.community_profitability", *given), HIDDEN)
    return [row["period"] for row in found]


def test_a_community_is_judged_by_the_fewest_of_those_whose_money_is_told():
    assert _profitable(all=(30, 5, 20, 40), m1=(10, 2, 6, 9)) == ["all", "2025-01"]
    assert _profitable(all=(6, 5, 0, 0)) == []  # amounts of one
    assert _profitable(all=(6, 0, 1, 1)) == []  # one buyer among six who did something
    assert _profitable(all=(10, 4, 1, 9)) == []  # others bought, in another currency
    assert _profitable(all=(10, 2, 0, 2)) == []  # orders of two
    assert _profitable(all=(10, 0, 0, 0)) == ["all"]  # nobody bought anything
    assert _profitable(all=(3, 0, 0, 0)) == []


def test_a_month_without_buyers_does_not_cover_one_of_few():
    months = {
        "all": (30, 0, 20, 40),
        "m1": (10, 0, 9, 9),
        "m2": (8, 0, 0, 0),
        "m3": (9, 0, 2, 2),
        "m4": (12, 0, 12, 15),
    }
    assert _profitable(**months) == ["all", "2025-02", "2025-04"]
