"""Which indicator values and groups are published, where some speak of few persons."""

from datetime import date, datetime
from decimal import Decimal

import numpy as np
import pyarrow as pa
from hypothesis import example, given, settings
from hypothesis import strategies as st

from jobs.lake.arrow import schema_of
from jobs.publish.groups import small_groups
from jobs.publish.suppression import shown
from transformations.canonical.instants import without_zones
from transformations.contracts import contract
from transformations.indicators.definitions import INDICATORS
from transformations.indicators.groups import period_end
from transformations.indicators.sales import sale_indicators
from transformations.value.sales import AMOUNTS, COUNTS, DAILY

VALUES = contract("gold.indicator_values")
EVER = date(1970, 1, 1)


def _nothing(*names: str) -> list[pa.Table]:
    return [schema_of(contract(f"gold.{name}")).empty_table() for name in names]


NONE = small_groups(*_nothing("communities", "community_members", "segments", "segment_migration"), 5)


def group(customers: int, grain: str = "all", start: date = EVER, channel: str = "", **parts) -> list[dict]:
    """The indicators about sales of a group: so many customers, and 100 of revenue each."""
    key = {
        "grain": grain,
        "period_start": start,
        "dimension": "channel" if channel else "all",
        "dimension_value": channel or "all",
        "known_from": datetime(2025, 3, 1),
    } | parts
    amounts = {
        "active_customers": customers,
        "revenue": 100 * customers,
        "all_lines_total": 90 * customers,
        "return_ratio": 10 * customers,
    }
    rows = [{**key, "indicator_id": name, "numerator": Decimal(of)} for name, of in amounts.items()]
    return [
        row | {"observations_count": customers + 1} if row["indicator_id"] == "return_ratio" else row for row in rows
    ]


def kept(*groups: list[dict], least: int = 5) -> dict[tuple, set[str]]:
    """Indicators that are shown, by grain, start and dimension value."""
    rows = pa.Table.from_pylist([row for of in groups for row in of], schema_of(VALUES))
    found: dict[tuple, set[str]] = {}
    for row in shown(VALUES.name, without_zones(rows), NONE, least).to_pylist():
        found.setdefault((row["grain"], row["period_start"].day, row["dimension_value"]), set()).add(
            row["indicator_id"]
        )
    return found


OF_SALES = {"active_customers", "revenue", "all_lines_total", "return_ratio"}


def test_a_small_group_is_left_out_in_all_its_indicators_and_so_is_what_would_give_it_away():
    channels = [group(40), group(25, channel="shop"), group(9, channel="phone"), group(3, channel="fair")]
    assert kept(*channels) == {("all", 1, "all"): OF_SALES, ("all", 1, "shop"): OF_SALES}
    assert len(kept(*channels, least=1)) == 4


def test_a_small_day_is_not_the_difference_of_its_month_and_the_other_days():
    days = [group(count, "day", date(2025, 1, day)) for day, count in ((1, 3), (2, 8), (3, 20), (4, 6))]
    month, ever = group(22, "month", date(2025, 1, 1)), group(22)
    assert kept(*days, month, ever) == dict.fromkeys(
        [("day", 2, "all"), ("day", 3, "all"), ("month", 1, "all"), ("all", 1, "all")], OF_SALES
    )


def test_returns_of_somebody_who_bought_nothing_are_of_few_persons():
    returned = [row | {"observations_count": 1} for row in group(0, "day", date(2025, 1, 1)) if row["numerator"] == 0]
    assert kept(returned) == {}
    anonymous = group(0, "day", date(2025, 1, 2))
    for row in anonymous:
        row["observations_count"] = 0
    assert kept(anonymous) == {("day", 2, "all"): OF_SALES}  # nobody is known


def test_two_versions_of_a_total_do_not_tell_who_came_between():
    earlier = group(39, known_from=datetime(2025, 2, 1), known_to=datetime(2025, 3, 1))
    rows = pa.Table.from_pylist(group(40) + earlier, schema_of(VALUES))
    assert shown(VALUES.name, without_zones(rows), NONE, 5)["known_to"].to_pylist() == [None] * 4
    assert shown(VALUES.name, without_zones(rows), NONE, 1).num_rows == 8


def test_other_indicators_are_published_whatever_their_number():
    volume = [{**group(1)[0], "indicator_id": "volume"}, {**group(1)[0], "indicator_id": "quarantined_rows"}]
    assert kept(volume) == {("all", 1, "all"): {"volume", "quarantined_rows"}}


def test_every_indicator_about_customers_says_how_many_persons_a_group_has():
    about = {"silver.orders", "silver.order_lines", "silver.customers", "silver.person_links", "silver.tickets"}
    about |= {"silver.survey_responses", "silver.campaign_touches", "silver.content_reads", "silver.costs"}
    about |= {"silver.conversations"}
    without = [its.indicator_id for its in INDICATORS if about & set(its.source_tables) and not its.persons_in]
    assert without == []
    dimensions = {its.indicator_id: set(its.dimensions) for its in INDICATORS}
    grains = {its.indicator_id: set(its.grains) for its in INDICATORS}
    for its in INDICATORS:
        if its.persons_in:
            assert dimensions[its.indicator_id] <= dimensions[its.persons_in], its.indicator_id
            assert grains[its.indicator_id] <= grains[its.persons_in], its.indicator_id


def test_the_members_of_one_small_segment_are_not_those_who_are_in_no_other():
    def segments(**counts: int) -> pa.Table:
        rows = [{"segment_id": name, "model_version": "1", "members_count": count} for name, count in counts.items()]
        return pa.Table.from_pylist(rows, schema_of(contract("gold.segments")))

    empty, (moves,) = _nothing("communities", "community_members"), _nothing("segment_migration")

    def left_out(**counts: int) -> list[str]:
        return small_groups(*empty, segments(**counts), moves, 5).segments["segment_id"].to_pylist()

    assert left_out(loyal=40, new=12, lost=4) == ["lost", "new"]
    assert left_out(loyal=40, new=3, lost=4) == ["lost", "new"]
    assert left_out(loyal=40, new=12, lost=0) == []


def test_moves_of_few_are_left_out_with_what_would_give_them_away():
    def published(smallest: int, moves: dict[tuple[str, str], int]) -> dict[tuple[str, str], int]:
        rows = [
            {
                "from_version": "1",
                "from_segment_id": one,
                "to_version": "2",
                "to_segment_id": other,
                "members_count": count,
            }
            for (one, other), count in moves.items()
        ]
        table = pa.Table.from_pylist(rows, schema_of(contract("gold.segment_migration")))
        sizes = [
            {"segment_id": name, "model_version": "2", "level": 3, "members_count": count}
            for name, count in (("x", 80), ("y", 90), ("z", smallest))
        ]
        segments = pa.Table.from_pylist(sizes, schema_of(contract("gold.segments")))
        hidden = small_groups(*_nothing("communities", "community_members"), segments, table, 5)
        found = shown("gold.segment_migration", table, hidden, 5).to_pylist()
        return {(row["from_segment_id"], row["to_segment_id"]): row["members_count"] for row in found}

    moves = {(one, other): 30 for one in "abc" for other in "xyz"}
    assert published(60, moves) == moves
    few = published(60, moves | {("a", "x"): 3})
    assert set(few) <= set(moves) - {("a", "x")}
    for place in (0, 1):  # neither a row nor a column lacks that move alone
        line = [move for move in moves if move[place] == ("a", "x")[place]]
        assert sum(move not in few for move in line) >= 2
    assert len(few) >= 4
    assert published(4, moves) == {}  # they would add up to a segment that is left out


def test_weeks_that_lie_partly_in_a_month_do_not_give_away_the_days_of_its_rest():
    """April less the week of the 7th is two days of two customers each, and so is the week before it less 31 March."""
    days = {date(2025, 3, 31): 9, date(2025, 4, 1): 2, date(2025, 4, 2): 2, date(2025, 4, 7): 4, date(2025, 4, 8): 4}
    longer = [group(12, "month", date(2025, 4, 1)), group(13, "week", date(2025, 3, 31))]
    week = group(8, "week", date(2025, 4, 7))
    found = kept(*longer, week, *(group(count, "day", day) for day, count in days.items()))
    assert found == {("month", 1, "all"): OF_SALES, ("week", 31, "all"): OF_SALES}


def test_what_is_counted_by_week_and_month_is_by_day_too():
    """Days tell which parts of overlapping periods have nobody."""
    about_persons = [its for its in INDICATORS if its.persons_in and {"week", "month"} <= set(its.grains)]
    assert about_persons
    assert all("day" in its.grains for its in about_persons)


bought = st.dictionaries(
    st.tuples(st.integers(1, 8), st.sampled_from(("shop", "web", None))),
    st.sets(st.integers(0, 7), min_size=1, max_size=7),
    max_size=12,
)


def sales_of(bought: dict[tuple[int, str | None], set[int]]) -> pa.Table:
    """Sales per day and customer, as daily_sales gives them: a line of 1.00 each. Days begin on Monday, 30 March 2026."""
    counts = dict.fromkeys(COUNTS, 0) | {"lines": 1, "lines_with_amount": 1, "sale_lines": 1}
    amounts = dict.fromkeys(AMOUNTS, Decimal(0)) | {"amount": Decimal(1), "sale_amount": Decimal(1)}
    rows = [
        {"day": day_of(at), "source": "erp", "customer_id": str(who), "channel": channel, "currency": "EUR"}
        | counts
        | amounts
        for (at, channel), people in bought.items()
        for who in sorted(people)
    ]
    return pa.Table.from_pylist(rows, DAILY)


def day_of(number: int) -> date:
    return date(2026, 3, 29 + number) if number <= 2 else date(2026, 4, number - 2)


@settings(max_examples=25, deadline=None)
@given(bought)
@example(
    {(1, None): {1, 2, 3, 4, 5}, (2, None): {1, 2}, (2, "shop"): {1, 2, 3, 4, 5, 6}, (3, "shop"): {1, 3, 4, 5, 6, 7}}
)
def test_sales_without_a_channel_give_away_no_small_group_either(bought):
    """Amounts of a day and channel, or of a day and no channel, are unknowns of a reader who sees the published revenue."""
    rows = sale_indicators(sales_of(bought))
    history = {"is_final": False, "known_from": datetime(2026, 5, 1), "known_to": None}
    values = pa.Table.from_pylist([row | history for row in rows.to_pylist()], schema_of(VALUES))
    published = [row for row in shown(VALUES.name, without_zones(values), NONE, 3).to_pylist()]
    unknown = sorted(bought, key=str)

    def over(row: dict) -> list[int]:
        end = period_end(row["grain"], row["period_start"]) or date.max
        is_of = {"all": True, "currency": True}.get(row["dimension"])
        return [
            int(row["period_start"] <= day_of(at) < end and (is_of or row["dimension_value"] == (channel or "(none)")))
            for at, channel in unknown
        ]

    seen = [over(row) for row in published if row["indicator_id"] == "revenue"]
    known = np.linalg.matrix_rank(np.array(seen)) if seen else 0
    for row in rows.to_pylist():
        if row["indicator_id"] == "revenue" and row["dimension"] != "currency" and 0 < row["persons_count"] < 3:
            assert np.linalg.matrix_rank(np.array([*seen, over(row)])) > known, row
    for (at, channel), people in bought.items():
        if channel is None and len(people) < 3:
            asked = [int(key == (at, channel)) for key in unknown]
            assert np.linalg.matrix_rank(np.array([*seen, asked])) > known, at


def test_what_became_of_a_small_community_is_not_told():
    def rows(name: str, *given: dict) -> pa.Table:
        return pa.Table.from_pylist(list(given), schema_of(contract(name)))

    sizes = {"2025-01": {"A": 20, "B": 12, "C": 3, "D": 11}, "2025-02": {"A": 20, "B": 12, "E": 9, "D": 4, "F": 6}}
    communities = rows(
        "gold.communities",
        *({"community_id": c, "period": p, "size": n} for p, found in sizes.items() for c, n in found.items()),
    )
    hidden = small_groups(
        communities,
        rows("gold.community_members").select(["period", "community_id"]),
        *_nothing("segments", "segment_migration"),
        5,
    )
    assert {"C", "D"} <= set(hidden.communities["community_id"].to_pylist())
    events = [("A", [], []), ("B", ["B", "C"], ["B"]), ("C", ["C"], []), ("D", ["D"], ["D"]), ("A", ["A"], ["A", "D"])]
    evolution = rows(
        "gold.community_evolution",
        *(
            {"community_id": name, "period": "2025-02", "previous_period": "2025-01", "event": "grown"}
            | {"from_ids": from_ids, "to_ids": to_ids}
            for name, from_ids, to_ids in events
        ),
    )
    kept = shown("gold.community_evolution", evolution, hidden, 5).to_pylist()
    assert [(row["community_id"], row["from_ids"]) for row in kept] == [("A", [])]
    summary = rows("gold.network_summary", *({"period": f"2025-W0{n}", "persons_count": n} for n in (4, 5)))
    assert shown("gold.network_summary", summary, hidden, 5)["period"].to_pylist() == ["2025-W05"]


def test_parts_of_a_community_do_not_give_away_a_small_one():
    def rows(name: str, *found: dict) -> pa.Table:
        return pa.Table.from_pylist(list(found), schema_of(contract(name)))

    communities = rows(
        "gold.communities", *({"community_id": c, "period": "all", "size": n} for c, n in _WHOLES.items())
    )
    none = rows("gold.community_members").select(["period", "community_id"])
    hidden = small_groups(communities, none, *_nothing("segments", "segment_migration"), 5)
    assert hidden.communities["community_id"].to_pylist() == ["small", "tiny"]
    parts = rows(
        "gold.sub_communities",
        *(
            {"sub_community_id": f"{of}/{number}", "community_id": of, "period": "all", "size": size}
            | {"community_size": _WHOLES[of]}
            for of, sizes in _PARTS.items()
            for number, size in enumerate(sizes)
        ),
    )
    kept = shown("gold.sub_communities", parts, hidden, 5)["sub_community_id"].to_pylist()
    assert sorted(kept) == ["complete/0", "complete/1", "many left/0", "many left/1"]


_WHOLES = {"complete": 30, "few left": 30, "many left": 30, "with a small part": 30, "small": 4, "tiny": 3}
_PARTS = {"complete": [20, 10], "few left": [20, 7], "many left": [15, 10], "with a small part": [26, 4], "small": [4]}


def test_flows_of_few_persons_and_the_month_that_would_give_them_away():
    def published(**persons: int) -> list[str]:
        key = {"from_role": "consumer", "to_role": "partner", "channel": "x"}
        given = [key | {"period": period.replace("m", "2025-0"), "persons_count": n} for period, n in persons.items()]
        table = pa.Table.from_pylist(given, schema_of(contract("gold.relationship_flows")))
        return shown("gold.relationship_flows", table, NONE, 5)["period"].to_pylist()

    assert published(m1=9, m2=8, all=11) == ["2025-01", "2025-02", "all"]
    assert published(m1=9, m2=8, m3=3, all=11) == ["2025-01", "all"]
    assert published(all=4) == []


def test_effects_that_compare_few_persons_are_not_told():
    given = [
        {"community_id": "A", "outcome": name, "exposed_count": exposed, "controls_count": controls}
        for name, exposed, controls in (("one", 5, 5), ("two", 4, 50), ("three", 50, 4))
    ]
    rows = pa.Table.from_pylist(given, schema_of(contract("gold.community_effects")))
    assert shown("gold.community_effects", rows, NONE, 5)["outcome"].to_pylist() == ["one"]


def test_topics_that_few_wrote_about_are_withheld():
    table = schema_of(contract("gold.topics"))
    rows = pa.Table.from_pylist([{"topic_id": "a", "authors_count": 4}, {"topic_id": "b", "authors_count": 5}], table)
    assert shown("gold.topics", rows, NONE, 5)["topic_id"].to_pylist() == ["b"]
    assert shown("gold.topics", rows, NONE, 1).num_rows == 2


def _shares(**persons: int) -> list[dict]:
    """Rows of the shares of communities of all time: so many buyers each; `none`: of those in no community."""
    key = {
        "indicator_id": "community_revenue_share",
        "grain": "all",
        "period_start": EVER,
        "known_from": datetime(2025, 3, 1),
    }
    placed = sum(count for name, count in persons.items() if name != "none")
    rows = [key | {"dimension": "all", "dimension_value": "all", "persons_count": placed}]
    for name, count in persons.items():
        value = "(none)" if name == "none" else name
        rows.append(key | {"dimension": "community", "dimension_value": value, "persons_count": count})
    return rows


def _shown_shares(rows: list[dict], *small: str) -> set[str]:
    table = without_zones(pa.Table.from_pylist(rows, schema_of(VALUES)))
    communities = [{"community_id": name, "period": "all", "size": 4} for name in small]
    hidden = small_groups(
        pa.Table.from_pylist(communities, schema_of(contract("gold.communities"))),
        *_nothing("community_members", "segments", "segment_migration"),
        5,
    )
    values = shown(VALUES.name, table, hidden, 5)
    of_shares = values.filter(pa.compute.equal(values["indicator_id"], "community_revenue_share"))
    return set(of_shares["dimension_value"].to_pylist())


def test_a_share_is_left_out_with_what_would_give_it_away():
    assert _shown_shares(_shares(x=20, y=9, none=30)) == {"all", "x", "y", "(none)"}
    assert _shown_shares(_shares(x=20, y=9, z=3, none=30)) == {"all", "x", "(none)"}  # y and z together are shown
    assert _shown_shares(_shares(x=20, y=9, none=3)) == {"x"}  # all that is sold less all communities is (none)


def test_the_share_of_a_community_that_is_left_out_everywhere_is_left_out():
    assert _shown_shares(_shares(x=20, y=9, z=8, none=30), "z") == {"all", "x", "(none)"}
    assert _shown_shares(_shares(x=20, y=9, z=0, none=30), "z") == {"all", "x", "y", "(none)"}


def test_shares_of_a_period_whose_revenue_is_left_out_are_left_out():
    assert _shown_shares(group(40) + _shares(x=20, none=20)) == {"all", "x", "(none)"}
    assert _shown_shares(group(4) + _shares(x=20, none=20)) == set()


def test_what_few_members_of_a_community_brought_is_withheld():
    sizes = {"all": 9, "2025-01": 8, "2025-02": 7, "2025-03": 2}
    given = [{"community_id": "A", "period": period, "members_count": n} for period, n in sizes.items()]
    given += [{"community_id": "small", "period": "all", "members_count": 6}]
    rows = pa.Table.from_pylist(given, schema_of(contract("gold.community_profitability")))
    communities = pa.Table.from_pylist(
        [{"community_id": "small", "period": "all", "size": 4}], schema_of(contract("gold.communities"))
    )
    hidden = small_groups(communities, *_nothing("community_members", "segments", "segment_migration"), 5)
    kept = shown("gold.community_profitability", rows, hidden, 5).to_pylist()
    assert [(row["community_id"], row["period"]) for row in kept] == [("A", "all"), ("A", "2025-01")]

    subjects = [("company", "company", None), ("customer", "p", 1), ("community", "small", 9), ("segment", "s", 4)]
    subjects += [("community", "A", 9), ("segment", "t", 5)]
    for name in ("gold.objectives", "gold.objective_fulfilment"):
        given = [
            {"objective_id": "o", "subject_kind": kind, "subject_id": its, "horizon": "short", "members_count": n}
            for kind, its, n in subjects
        ]
        rows = pa.Table.from_pylist(given, schema_of(contract(name)))
        kept = shown(name, rows, hidden, 5)["subject_id"].to_pylist()
        assert kept == ["company", "p", "A", "t"]


def test_segments_of_a_hidden_community_are_hidden_too():
    communities = pa.Table.from_pylist(
        [{"community_id": "small", "period": "all", "size": 4}, {"community_id": "large", "period": "all", "size": 20}],
        schema_of(contract("gold.communities")),
    )
    given = [
        {"segment_id": f"{its}_{level}", "model_version": "communities", "level": level, "community_id": its}
        | {"members_count": 9, "parent_segment_id": its if level > 1 else None}
        for its in ("small", "large")
        for level in (1, 2)
    ]
    segments = pa.Table.from_pylist(given, schema_of(contract("gold.segments")))
    hidden = small_groups(communities, *_nothing("community_members"), segments, *_nothing("segment_migration"), 5)
    assert {"small_1", "small_2"} <= set(hidden.segments["segment_id"].to_pylist())
    kept = shown("gold.segments", segments, hidden, 5)["segment_id"].to_pylist()
    assert not {"small_1", "small_2"} & set(kept)
