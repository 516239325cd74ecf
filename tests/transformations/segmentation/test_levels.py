from collections import Counter
from datetime import date

import numpy as np
import pyarrow as pa

from transformations.segmentation.features import MEASURED, names_of
from transformations.segmentation.levels import ALONE, OTHERS, VERSION, Choice, Limits, changes, segmented

LIMITS = Limits((2, 3), 7, 10, 0.6)


def _features(**groups: tuple[int, str | None, dict[str, float]]) -> pa.Table:
    """Persons by group: how many, their community, and the means of features; the other features are the same for all."""
    random = np.random.default_rng(1)
    rows = []
    for name, (size, community, means) in groups.items():
        for place in range(size):
            row = {its.name: 1.0 for its in MEASURED}
            row |= {feature: mean * random.uniform(0.9, 1.1) for feature, mean in means.items()}
            rows.append({"person_id": f"{name}{place:02d}", "community_id": community} | row)
    schema = pa.schema(
        [("person_id", pa.string()), ("community_id", pa.string())] + [(its.name, pa.float64()) for its in MEASURED]
    )
    return pa.Table.from_pylist(sorted(rows, key=lambda row: row["person_id"]), schema)


def _community(name: str, title: str | None, change: str | None = None) -> dict:
    return {"community_id": name, "name": title, "change": change}


def test_communities_are_divided_by_what_their_members_are_like() -> None:
    features = _features(
        loud=(20, "a", {"posts": 40.0, "visits": 2.0, "tenure": 100.0}),
        still=(15, "a", {"posts": 2.0, "visits": 30.0, "tenure": 100.0}),
        few=(7, "b", {"posts": 5.0}),
        alone=(3, None, {"posts": 5.0}),
        elsewhere=(2, "dissolved", {"posts": 5.0}),
    )
    communities = [_community("a", "espresso", "shrunk from 2025-01 to 2025-02: 20% in both"), _community("b", None)]
    choice = Choice(("attitudinal", "behavioural", "loyalty"))
    segments, members = segmented(features, communities, 11, choice, LIMITS)
    by_id = {row["segment_id"]: row for row in segments}
    assert {(row["segment_id"], row["level"], row["members_count"]) for row in segments} == {
        (OTHERS, 1, 11),
        (ALONE, 1, 5),
        ("community_a", 1, 35),
        ("community_b", 1, 7),
        ("community_a_characteristics_1", 2, 20),
        ("community_a_characteristics_2", 2, 15),
        ("community_b_characteristics_1", 2, 7),
    }
    assert {row["model_version"] for row in segments} == {VERSION}
    assert (by_id["community_a"]["asks_resegmentation"], by_id["community_b"]["asks_resegmentation"]) == (True, False)
    loud = by_id["community_a_characteristics_1"]
    assert loud["parent_segment_id"] == "community_a"
    assert set(loud["name"].split(", ")) == {"more posts", "less visits"}
    assert "less in visits of the web site while logged in (1.99 against 29.9 visits)" in loud["description"]
    assert by_id["community_a"]["description"].startswith("Interested in espresso. ")
    small = by_id["community_b_characteristics_1"]
    assert (small["name"], small["description"]) == ("whole community", "Not divided: fewer than 20 members.")

    # everybody is in one segment of level 1, and in one of level 2 where there is a community; sizes are those of the members
    assert len({(row["person_id"], row["level"]) for row in members}) == len(members)
    sizes = Counter(row["segment_id"] for row in members)
    assert sizes == {row["segment_id"]: row["members_count"] for row in segments if row["segment_id"] != OTHERS}
    assert {row["person_id"][:4] for row in members if row["segment_id"] == loud["segment_id"]} == {"loud"}


def test_conf_chooses_what_a_community_is_divided_by() -> None:
    means = {"posts": 5.0, "monetary": 100.0, "contribution": 40.0}
    features = _features(
        rich=(15, "a", means | {"monetary": 9000.0}),
        poor=(15, "a", means),
        late=(15, "b", means | {"monetary": 9000.0}),
        soon=(15, "b", means),
    )
    communities = [_community("a", "espresso"), _community("b", "filters")]
    own = {"espresso": {"characteristics": ("demographic",), "criteria": ("volume",)}}
    segments, _ = segmented(features, communities, 0, Choice(("attitudinal",), (), own), LIMITS)
    of_a = [row for row in segments if row.get("parent_segment_id") == "community_a"]
    assert [(row["level"], row["criteria"], row["features"], row["members_count"]) for row in of_a] == [
        (2, ["demographic"], [], 30),
        (3, ["volume"], ["monetary"], 15),
        (3, ["volume"], ["monetary"], 15),
    ]
    assert of_a[0]["description"] == "Not divided: no feature differs among the members."
    assert {row["level"] for row in segments if row.get("parent_segment_id") == "community_b"} == {2}


def test_clusters_that_come_out_otherwise_each_time_are_none() -> None:
    random = np.random.default_rng(5)
    features = _features(any=(60, "a", {}))
    for name in names_of(("attitudinal", "behavioural", "demographic", "loyalty")):
        place = features.column_names.index(name)
        features = features.set_column(place, name, pa.array(random.normal(10, 1, 60)))
    choice = Choice(("attitudinal", "behavioural", "demographic", "loyalty"))
    segments, _ = segmented(features, [_community("a", "espresso")], 0, choice, LIMITS)
    (whole,) = [row for row in segments if row["level"] == 2]
    assert whole["description"].startswith("Not divided: ")
    assert (whole["members_count"], whole.get("bootstrap_ari")) == (60, None)


def test_marked_changes_of_the_last_month_ask_for_resegmentation() -> None:
    def event(community: str, period: str, name: str, jaccard: float | None) -> dict:
        before = {"2025-03": "2025-02", "2025-02": "2025-01"}.get(period)
        return {
            "community_id": community,
            "period": period,
            "previous_period": before,
            "event": name,
            "jaccard": jaccard,
        }

    found = changes(
        [
            event("a", "2025-03", "shrunk", 0.4),
            event("b", "2025-03", "grown", 0.9),
            event("c", "2025-02", "shrunk", 0.1),
            event("d", "2025-W11", "shrunk", 0.1),
            event("e", "2025-03", "born", None),
        ],
        0.5,
        date(2025, 4, 2),
    )
    assert found == {"a": "shrunk from 2025-02 to 2025-03: 40% in both"}
    assert changes([], 0.5, date(2025, 4, 2)) == {}


def test_a_community_that_kept_few_of_its_members_asks_whatever_became_of_it() -> None:
    rows = [
        {"community_id": event[0], "period": "2025-03", "previous_period": "2025-02", "event": event, "jaccard": 0.2}
        for event in ("continued", "born", "dissolved")
    ]
    in_part = {
        "community_id": "c",
        "period": "2025-04",
        "previous_period": "2025-03",
        "event": "shrunk",
        "jaccard": 0.1,
    }
    assert changes([*rows, in_part], 0.5, date(2025, 4, 30)) == {
        "c": "continued from 2025-02 to 2025-03: 20% in both",
        "b": "born from 2025-02 to 2025-03: 20% in both",
        "d": "dissolved from 2025-02 to 2025-03: 20% in both",
    }
    first = {"community_id": "b", "period": "2025-03", "previous_period": None, "event": "born", "jaccard": 0.0}
    assert changes([first], 0.5, date(2025, 4, 30)) == {}
