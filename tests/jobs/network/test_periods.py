from datetime import date, timedelta
from itertools import combinations

import networkx as nx
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from jobs.lake.arrow import schema_of
from jobs.network.periods import NetworkTables, by_period
from jobs.settings.base import ACT_WEIGHTS, NetworkSettings
from transformations.contracts import contract

EDGES = schema_of(contract("gold.network_edges"))
ACTIVITY = schema_of(contract("gold.person_activity"))
PERSONS = pa.schema([("person_id", pa.string()), ("role", pa.string()), ("followers_count", pa.int64())])
FLAT = {
    "weights": dict.fromkeys(ACT_WEIGHTS, 1.0),
    "half_life_days": 1e300,
    "interest_share": 0.0,
    "periods": ("month",),
}
"""Each act counts 1, whatever its kind and age, and interests do not matter."""


def _edges(*rows: tuple, kind: str = "reply", **flags: bool) -> pa.Table:
    """source, target and a month or day."""
    columns = {"channel": "x", "kind": kind, "is_from_company": False, "is_to_company": False, "interactions_count": 1}
    return pa.Table.from_pylist(
        [
            {"source_person_id": source, "target_person_id": target, "acted_on": _day(when), **columns, **flags}
            for source, target, when in rows
        ],
        EDGES,
    )


def _day(when: str) -> date:
    return date.fromisoformat(when if len(when) > 7 else f"{when}-10")


def _said(*rows: tuple[str, str, str]) -> pa.Table:
    return pa.Table.from_pylist(
        [
            {"person_id": person, "kind": "topic", "subject": topic, "acted_on": _day(month), "acts_count": 1}
            for person, topic, month in rows
        ],
        ACTIVITY,
    )


def _clique(members: str, month: str) -> list[tuple[str, str, str]]:
    return [(a, b, month) for a, b in combinations(members, 2)]


def _by_period(
    edges: pa.Table, said: pa.Table | None = None, persons: pa.Table | None = None, **settings
) -> NetworkTables:
    said = ACTIVITY.empty_table() if said is None else said
    persons = PERSONS.empty_table() if persons is None else persons
    return by_period(edges, said, persons, NetworkSettings(**(FLAT | settings)))


def _communities(tables: NetworkTables, period: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for row in tables.members.sort_by("person_id").to_pylist():
        if row["period"] == period:
            found[row["community_id"]] = found.get(row["community_id"], "") + row["person_id"]
    return found


def _nested() -> pa.Table:
    """Three communities; the first is made of two groups with half as many connections between them as within."""
    across = [(a, b, "2025-01") for shifted in ("ghijkl", "hijklg", "ijklgh") for a, b in zip("abcdef", shifted)]
    groups = [_clique(members, "2025-01") for members in ("abcdef", "ghijkl", "uvwxyz", "UVWXYZ")]
    return _edges(*(act for group in groups for act in group), *across)


def test_large_communities_are_divided_where_conf_asks() -> None:
    drinks = {"a": "tea", "b": "tea", "g": "coffee", "h": "coffee"}
    said = _said(*((person, drink, "2025-01") for person, drink in drinks.items()))
    tables = _by_period(_nested(), said, sub_communities_from=7)
    assert _communities(tables, "all") == {"2025-01-0": "abcdefghijkl", "2025-01-1": "UVWXYZ", "2025-01-2": "uvwxyz"}
    expected = {"size": 6, "community_size": 12, "density": 1.0, "conductance": 18 / 48, "community_id": "2025-01-0"}
    rows = [row for row in tables.sub_communities.to_pylist() if row["period"] == "all"]
    assert [{name: row[name] for name in expected} for row in rows] == [expected, expected]
    assert {row["sub_community_id"]: row["name"] for row in rows} == {"2025-01-0/1": "tea", "2025-01-0/2": "coffee"}
    belonging: dict[str, str] = {}
    for row in tables.sub_members.filter(pc.equal(tables.sub_members["period"], "all")).to_pylist():
        belonging[row["sub_community_id"]] = belonging.get(row["sub_community_id"], "") + row["person_id"]
    assert belonging == {"2025-01-0/1": "abcdef", "2025-01-0/2": "ghijkl"}


def test_communities_are_divided_only_where_conf_asks() -> None:
    for settings in ({}, {"sub_communities_from": 13}):
        tables = _by_period(_nested(), **settings)
        assert (tables.sub_communities.num_rows, tables.sub_members.num_rows) == (0, 0)


def test_label_propagation_where_conf_asks() -> None:
    acts = [*_clique("abcd", "2025-01"), *_clique("wxyz", "2025-01"), ("d", "w", "2025-01")]
    tables = _by_period(_edges(*acts), community_method="label_propagation")
    assert _communities(tables, "all") == {"2025-01-0": "abcd", "2025-01-1": "wxyz"}


def test_measures_of_a_month_and_of_all_time() -> None:
    acts = [("a", "b", "2025-01"), ("c", "b", "2025-01"), ("c", "b", "2025-01"), ("d", "d", "2025-01")]
    tables = _by_period(_edges(*acts, ("b", "a", "2025-03")))
    rows = {(row["period"], row["person_id"]): row for row in tables.measures.to_pylist()}
    assert [key for key in rows if key[0] != "all"] == [
        ("2025-01", "a"),
        ("2025-01", "b"),
        ("2025-01", "c"),
        ("2025-01", "d"),
        ("2025-03", "a"),
        ("2025-03", "b"),
    ]
    columns = ("degree", "in_degree", "out_degree", "weight", "component")
    assert [rows["2025-01", "b"][name] for name in columns] == [2, 2, 0, 3.0, 0]
    assert [rows["2025-01", "d"][name] for name in columns] == [0, 0, 0, 0.0, 1]
    assert [rows["all", "b"][name] for name in columns] == [2, 2, 1, 4.0, 0]
    graph = nx.DiGraph([("a", "b"), ("c", "b"), ("b", "a")])
    graph.add_node("d")
    graph["c"]["b"]["weight"] = 2
    rank, between = nx.pagerank(graph, tol=1e-12, max_iter=1000), nx.betweenness_centrality(graph)
    for person in "abcd":
        assert rows["all", person]["pagerank"] == pytest.approx(rank[person], abs=1e-9)
        assert rows["all", person]["betweenness"] == pytest.approx(between[person])
        assert rows["all", person]["betweenness_error"] == 0


def test_a_community_keeps_its_id_and_small_groups_are_none() -> None:
    january = [*_clique("abcde", "2025-01"), *_clique("wxy", "2025-01"), ("m", "n", "2025-01")]
    february = [*_clique("bcdef", "2025-02"), *_clique("mnop", "2025-02")]
    tables = _by_period(_edges(*january, *february))
    first, second, third = (
        _communities(tables, "2025-01"),
        _communities(tables, "2025-02"),
        _communities(tables, "all"),
    )
    assert first == {"2025-01-0": "abcde", "2025-01-1": "wxy"}
    assert second == {"2025-01-0": "bcdef", "2025-02-1": "mnop"}
    assert third == {"2025-01-0": "abcdef", "2025-02-1": "mnop", "2025-01-1": "wxy"}
    described = {
        (row["period"], row["community_id"]): (row["size"], row["density"]) for row in tables.communities.to_pylist()
    }
    assert described["2025-01", "2025-01-1"] == (3, 1.0)
    assert described["all", "2025-01-0"] == (6, pytest.approx(14 / 15))
    assert set(described) == {
        (period, name) for period, names in (("2025-01", first), ("2025-02", second), ("all", third)) for name in names
    }


def test_a_community_that_no_month_had_is_named_after_its_founder() -> None:
    pairs = [("d", "e", "2025-01"), ("e", "c", "2025-02"), ("c", "d", "2025-03")]
    assert _communities(_by_period(_edges(*pairs)), "all") == {"all-d": "cde"}
    more = [(person, "a", f"2025-0{month}") for month, person in enumerate("cde", start=4)]
    assert _communities(_by_period(_edges(*pairs, *more)), "all") == {"all-d": "acde"}


def test_the_order_of_rows_does_not_matter() -> None:
    acts = [*_clique("abcde", "2025-01"), *_clique("efgh", "2025-02"), *_clique("hijk", "2025-02")]
    assert _by_period(_edges(*acts)) == _by_period(_edges(*reversed(acts)))


def test_topics_and_authority() -> None:
    people = "abcdefghij"
    acts = [(person, "a", "2025-01") for person in people[1:]] + [("b", "c", "2025-02")]
    said = _said(
        ("a", "tea", "2025-01"),
        ("a", "tea", "2025-02"),
        ("b", "milk", "2025-02"),
        ("d", "milk", "2025-01"),
        ("d", "milk", "2025-03"),
    )
    tables = _by_period(_edges(*acts), said)
    rows = {(row["period"], row["person_id"]): row for row in tables.influencers.to_pylist()}
    classes = [rows["all", person]["authority_class"] for person in people]
    assert classes[0] == "A"
    assert sorted(classes) == ["A", "C", "C", "C", "C", "D", "D", "D", "D", "D"]
    assert rows["2025-02", "c"]["authority_class"] is None  # two persons are no population
    assert (rows["all", "a"]["topics"], rows["2025-02", "b"]["topics"]) == (["tea"], ["milk"])
    assert rows["2025-01", "b"]["topics"] == []
    (community,) = [row for row in tables.communities.to_pylist() if row["period"] == "all"]
    assert community["topics"] == ["milk", "tea"]
    assert community["central_members"][0] == "a"


def test_no_edges_no_rows() -> None:
    tables = _by_period(_edges())
    assert tables.measures.num_rows == tables.communities.num_rows == 0
    assert tables.members.num_rows == tables.influencers.num_rows == 0
    assert tables.summary.num_rows == tables.evolution.num_rows == 0
    assert tables.communities["topics"].type == pa.list_(pa.string())


def test_kinds_and_age_weigh_and_measures_agree_with_networkx() -> None:
    acts = pa.concat_tables(
        [
            _edges(("a", "b", "2025-01-31"), ("c", "d", "2025-01-31"), kind="answer"),
            _edges(("b", "c", "2025-01-21"), ("d", "b", "2025-01-11"), ("d", "d", "2025-01-11"), kind="share"),
            _edges(("b", "a", "2025-01-31"), kind="follow"),
        ]
    )
    tables = _by_period(acts, half_life_days=10.0, weights={"answer": 3, "share": 2, "follow": 0})
    rows = {row["person_id"]: row for row in tables.measures.to_pylist() if row["period"] == "2025-01"}
    graph = nx.DiGraph()
    graph.add_weighted_edges_from([("a", "b", 3.0), ("b", "c", 1.0), ("c", "d", 3.0), ("d", "b", 0.5)])
    strength = dict(graph.degree(weight="weight"))
    rank, (hubs, authorities) = nx.pagerank(graph, tol=1e-12, max_iter=1000), nx.hits(graph)
    closeness, core = nx.harmonic_centrality(graph), nx.core_number(graph.to_undirected())
    for person in "abcd":
        row = rows[person]
        assert row["weight"] == pytest.approx(strength[person])
        assert row["in_strength"] + row["out_strength"] == pytest.approx(row["weight"])
        assert row["pagerank"] == pytest.approx(rank[person], abs=1e-9)
        assert (row["hub"], row["authority"]) == pytest.approx((hubs[person], authorities[person]), abs=1e-6)
        assert (row["closeness"], row["closeness_error"]) == (pytest.approx(closeness[person] / 3), 0)
        assert row["core"] == core[person]
    (summary,) = [row for row in tables.summary.to_pylist() if row["period"] == "2025-01"]
    counts = ("persons_count", "connections_count", "interactions_count", "components_count", "core")
    assert [summary[name] for name in counts] == [4, 4, 6, 1, 2]
    assert summary["density"] == pytest.approx(4 / 12)
    assert summary["is_exact"] is True


def test_periods_and_a_month_without_acts() -> None:
    acts = _edges(("a", "b", "2025-01-31"), ("b", "c", "2025-03-01"))
    tables = _by_period(acts, periods=("window", "month", "week"), window_days=10)
    found = [row["period"] for row in tables.summary.to_pylist()]
    assert found == ["2025-W05", "2025-W09", "2025-01", "2025-03", "last_10_days", "all"]
    persons = {row["period"]: row["persons_count"] for row in tables.summary.to_pylist()}
    assert (persons["2025-01"], persons["last_10_days"], persons["all"]) == (2, 2, 3)


def test_what_becomes_of_communities() -> None:
    january = [*_clique("abcde", "2025-01"), *_clique("wxyz", "2025-01")]
    march = [*_clique("abcdef", "2025-03"), *_clique("mnop", "2025-03")]
    april = _clique("abcdefmnop", "2025-04")
    rows = _by_period(_edges(*january, *march, *april)).evolution.to_pylist()
    told = [
        (row["period"], row["previous_period"], row["community_id"], row["event"], row["jaccard"], row["life_stage"])
        for row in rows
    ]
    assert told == [
        ("2025-01", None, "2025-01-0", "born", 0.0, "emerging"),
        ("2025-01", None, "2025-01-1", "born", 0.0, "emerging"),
        ("2025-03", "2025-01", "2025-01-0", "grown", pytest.approx(5 / 6), "growing"),
        ("2025-03", "2025-01", "2025-01-1", "dissolved", 0.0, "dissolved"),
        ("2025-03", "2025-01", "2025-03-1", "born", 0.0, "emerging"),
        ("2025-04", "2025-03", "2025-01-0", "merged", pytest.approx(6 / 10), "growing"),
    ]


def test_a_day_at_a_time_ends_where_all_at_once_does() -> None:
    """What is told of past periods does not change while days are added."""
    acts = [
        *_clique("abcd", "2025-01"),
        *_clique("wxyz", "2025-02"),
        *_clique("abce", "2025-02"),
        ("e", "w", "2025-03"),
    ]
    whole = _by_period(_edges(*acts))
    for end in (4, 8, 12, 16):
        part = _by_period(_edges(*acts[:end]))
        past = sorted({_day(row[2]).strftime("%Y-%m") for row in acts[:end]})[:-1]
        for name in ("measures", "communities", "members", "evolution"):
            rows = [row for row in getattr(part, name).to_pylist() if row["period"] in past]
            assert rows == [row for row in getattr(whole, name).to_pylist() if row["period"] in past]


def test_communities_have_names_tone_brokers_and_roles() -> None:
    acts = [*_clique("abcd", "2025-01"), *_clique("wxyz", "2025-01"), ("d", "w", "2025-01")]
    said = _said(*((person, "tea", "2025-01") for person in "abc"), *((person, "milk", "2025-01") for person in "wxya"))
    tones = [("a", "positive", 3), ("b", "negative", 1), ("z", "neutral", 2)]
    toned = pa.Table.from_pylist(
        [
            {"person_id": person, "kind": "tone", "subject": tone, "acted_on": _day("2025-01"), "acts_count": count}
            for person, tone, count in tones
        ],
        ACTIVITY,
    )
    persons = pa.Table.from_pylist(
        [
            {"person_id": "a", "role": "external_customer", "followers_count": 12},
            {"person_id": "b", "role": "consumer"},
        ],
        PERSONS,
    )
    tables = _by_period(_edges(*acts), pa.concat_tables([said, toned]), persons)
    rows = {row["central_members"][0]: row for row in tables.communities.to_pylist() if row["period"] == "2025-01"}
    of_tea, of_milk = sorted(rows.values(), key=lambda row: row["name"] != "tea")
    assert (of_tea["name"], of_milk["name"]) == ("tea", "milk")
    assert (of_tea["net_tone"], of_milk["net_tone"]) == (0.5, 0.0)
    assert (of_tea["brokers"], of_milk["brokers"]) == (["d"], ["w"])
    assert (of_tea["customer_ratio"], of_milk["customer_ratio"]) == (0.25, 0.0)
    reach = {row["person_id"]: row["followers_count"] for row in tables.influencers.to_pylist()}
    assert (reach["a"], reach["b"]) == (12, None)


def test_interests_draw_persons_together_as_much_as_conf_says() -> None:
    """A ring of eight, in which every other pair shares an interest."""
    people = "abcdefgh"
    ring = [(person, people[(place + 1) % 8], "2025-01") for place, person in enumerate(people)]
    said = _said(*((person, f"topic {(place + 1) // 2 % 4}", "2025-01") for place, person in enumerate(people)))
    mixed = _by_period(_edges(*ring), said, interest_share=0.8, min_community_size=2)
    found = _communities(mixed, "2025-01")
    assert sorted(found.values()) == ["ah", "bc", "de", "fg"]
    alone = _by_period(_edges(*ring), said, min_community_size=2)
    row, other = (each.summary.to_pylist()[0] for each in (mixed, alone))
    assert row["interest_agreement"] == pytest.approx(1.0)
    assert row["interest_agreement_without_mix"] == other["interest_agreement"] < 0.7
    assert row["modularity"] <= row["interaction_modularity"] == other["modularity"]


def test_influencers_are_identified_engaged_and_enabled() -> None:
    fans = [(person, "a", "2025-01") for person in "bcdefghijk"]
    company = [
        _edges(("SHOP", "a", "2024-12-30"), ("SHOP", "a", "2025-02-03"), is_from_company=True),
        _edges(("a", "SHOP", "2025-02-01"), ("a", "SHOP", "2025-02-09"), kind="mention", is_to_company=True),
    ]
    tables = _by_period(pa.concat_tables([_edges(*fans, ("b", "a", "2025-02")), *company]))
    rows = {row["period"]: row for row in tables.influencers.to_pylist() if row["person_id"] == "a"}
    dates = {name: [row[f"{step}_on"] for step in ("identified", "engaged", "enabled")] for name, row in rows.items()}
    january = date(2025, 1, 1)
    assert dates["2025-01"] == [january, None, None]
    assert dates["2025-02"] == dates["all"] == [january, date(2025, 2, 3), date(2025, 2, 9)]


@pytest.mark.parametrize(
    "acts",
    [
        [("a", "a", "2025-01")],  # one vertex with a self-loop
        [("a", "b", "2025-01")] * 9 + [("b", "a", "2025-01")] * 9,  # parallel edges
        [("hub", f"p{number}", "2025-01") for number in range(90)]
        + [(f"p{n}", f"p{n + 1}", "2025-01") for n in range(9)],
        [("7", "é\U0001f600", "2025-01"), ("é\U0001f600", " ", "2025-01"), (" ", "x" * 300, "2025-01")],
    ],
    ids=["one vertex", "parallel edges", "a hub with 90 % of the edges", "ids of any characters"],
)
def test_odd_networks(acts: list[tuple[str, str, str]]) -> None:
    acts = [
        (source, target, str(_day(month) + timedelta(days=place % 3)))
        for place, (source, target, month) in enumerate(acts)
    ]
    edges = _edges(*acts).group_by(EDGES.names[:-1]).aggregate([("interactions_count", "sum")])
    edges = edges.rename_columns([*EDGES.names[:-1], "interactions_count"]).select(EDGES.names)
    tables = _by_period(edges, periods=("week", "month", "window"))
    people = {person for row in acts for person in row[:2]}
    rows = [row for row in tables.measures.to_pylist() if row["period"] == "all"]
    assert {row["person_id"] for row in rows} == people
    assert sum(row["pagerank"] for row in rows) == pytest.approx(1)
    assert tables == _by_period(edges.take(list(reversed(range(edges.num_rows)))), periods=("week", "month", "window"))
