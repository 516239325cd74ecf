import pyarrow as pa
import pytest

from transformations.network.lifecycle import LIFE, life


def members(communities: dict[str, str]) -> pa.Table:
    pairs = [(member, name) for name, letters in communities.items() for member in letters]
    text = pa.string()
    return pa.table(
        {"member": pa.array([m for m, _ in pairs], text), "community": pa.array([c for _, c in pairs], text)}
    )


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({}, {"A": "ab"}, [("A", "born", 0.0, "emerging")]),
        ({"A": "abcd"}, {"A": "abcd"}, [("A", "continued", 1.0, "mature")]),
        ({"A": "abcdefghij"}, {"A": "abcdefghijk"}, [("A", "grown", pytest.approx(10 / 11), "growing")]),
        ({"A": "abcdefghijk"}, {"A": "abcdefghijkl"}, [("A", "continued", pytest.approx(11 / 12), "mature")]),
        ({"A": "abcd"}, {"A": "abc"}, [("A", "shrunk", 0.75, "declining")]),
        ({"A": "abcd"}, {}, [("A", "dissolved", 0.0, "dissolved")]),
        ({"A": "abcd", "B": "xy"}, {"A": "abcdxy"}, [("A", "merged", pytest.approx(4 / 6), "growing")]),
        ({"A": "abcdxy"}, {"A": "abcd", "B": "xy"}, [("A", "split", pytest.approx(4 / 6), "declining")]),
        # Neither is like enough to be the other: the Jaccard index says by how much
        ({"A": "abcd"}, {"B": "dwxyz"}, [("A", "dissolved", 0.125, "dissolved"), ("B", "born", 0.125, "emerging")]),
    ],
)
def test_every_community_has_an_event_its_jaccard_and_stage(before, after, expected):
    rows = life(members(before), members(after), period="2025-02", previous_period="2025-01")
    assert rows.schema == LIFE
    assert [
        tuple(row[n] for n in ("community_id", "event", "jaccard", "life_stage")) for row in rows.to_pylist()
    ] == expected
    assert {(row["period"], row["previous_period"]) for row in rows.to_pylist()} == {("2025-02", "2025-01")}
