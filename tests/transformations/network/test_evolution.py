import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transformations.network.evolution import EVENTS, evolution, match


def members(communities: dict) -> pa.Table:
    """One row a member, from the members of each community, one letter each."""
    pairs = [(member, community) for community, letters in communities.items() for member in letters]
    kind = pa.string() if any(isinstance(name, str) for name in communities) else pa.int64()
    return pa.table(
        {
            "member": pa.array([member for member, _ in pairs], pa.string()),
            "community": pa.array([community for _, community in pairs], kind),
        }
    )


def events(before: dict, after: dict, **thresholds) -> list[tuple]:
    return [tuple(row.values()) for row in evolution(members(before), members(after), **thresholds).to_pylist()]


def test_first_period_gives_new_ids():
    assert match(None, members({0: "abc", 1: "de"}), period="2011-01") == {0: "2011-01-0", 1: "2011-01-1"}


def test_ids_stay_with_their_members_whatever_the_numbers():
    previous = members({"p-0": "abcd", "p-1": "efg"})
    assert match(previous, members({0: "efgh", 1: "abc"}), period="q") == {0: "p-1", 1: "p-0"}


def test_a_stranger_gets_a_new_id():
    previous = members({"p-0": "abcd"})
    # 1 of 7 members in both is less than .3
    assert match(previous, members({0: "axyz"}), period="q") == {0: "q-0"}
    assert match(previous, members({0: "axyz"}), period="q", same_from=0.1) == {0: "p-0"}


def test_the_larger_part_of_a_split_keeps_the_id():
    previous = members({"p-0": "abcdefghij"})
    assert match(previous, members({0: "abcdef", 1: "ghij"}), period="q") == {0: "p-0", 1: "q-1"}


def test_a_merger_keeps_the_id_of_the_larger_and_ties_the_smaller_id():
    assert match(members({"p-0": "ab", "p-1": "cdef"}), members({0: "abcdef"}), period="q") == {0: "p-1"}
    assert match(members({"p-0": "cd", "p-1": "ab"}), members({0: "abcd"}), period="q") == {0: "p-0"}


def test_nobody_before_or_now():
    assert match(members({"p-0": "ab"}), members({}), period="q") == {}
    assert match(members({}), members({0: "ab"}), period="q") == {0: "q-0"}


def test_misuse_is_named():
    twice = pa.table({"member": ["a", "a"], "community": [0, 1]})
    with pytest.raises(ValueError, match="current: a member is in two rows"):
        match(None, twice, period="p")
    with pytest.raises(ValueError, match="'p-0' exists in the previous period"):
        match(members({"p-0": "ab"}), members({0: "xy"}), period="p")


partitions = st.dictionaries(st.sampled_from("abcdefghijkl"), st.integers(0, 4), min_size=1)


@given(before=partitions, after=partitions, data=st.data())
def test_matching_is_one_to_one_and_independent_of_order(before, after, data):
    previous = pa.table({"member": list(before), "community": [f"p-{label}" for label in before.values()]})
    current = pa.table({"member": list(after), "community": list(after.values())})
    ids = match(previous, current, period="q")
    assert sorted(ids) == sorted(set(after.values()))
    assert len(set(ids.values())) == len(ids)
    order = data.draw(st.permutations(range(len(after))))
    assert match(previous, current.take(order), period="q") == ids


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"A": "abcd"}, {"A": "abcd"}, []),
        ({"A": "abcd"}, {"A": "abcd", "B": "xy"}, [("B", "born", [], ["B"], None, 2)]),
        ({"A": "abcd", "B": "xy"}, {"A": "abcd"}, [("B", "dissolved", ["B"], [], 2, None)]),
        ({"A": "abcd"}, {"A": "abcde"}, [("A", "grown", ["A"], ["A"], 4, 5)]),
        ({"A": "abcd"}, {"A": "abc"}, [("A", "shrunk", ["A"], ["A"], 4, 3)]),
        ({"A": "abcdefghijk"}, {"A": "abcdefghijkl"}, []),  # 1 in 11 is less than a tenth
        ({"A": "abcd", "B": "xy"}, {"A": "abcdxy"}, [("A", "merged", ["A", "B"], ["A"], 4, 6)]),
        ({"A": "abcdxy"}, {"A": "abcd", "B": "xy"}, [("A", "split", ["A"], ["A", "B"], 6, 4)]),
        (  # half of B went to A, the other half is a new circle with strangers
            {"A": "abcd", "B": "wxyz"},
            {"A": "abcdwx", "C": "yzklmno"},
            [("A", "merged", ["A", "B"], ["A"], 4, 6), ("C", "born", [], ["C"], None, 7)],
        ),
        ({}, {}, []),
        ({"A": "ab"}, {}, [("A", "dissolved", ["A"], [], 2, None)]),
    ],
)
def test_events(before, after, expected):
    assert events(before, after) == expected


def test_thresholds_of_events():
    assert events({"A": "abcd"}, {"A": "abcde"}, size_change_from=0.5) == []
    # b and c of B go into A: a merger from a half of B, not from three quarters
    before, after = {"A": "xyz", "B": "abcd"}, {"A": "xyzbc", "B": "ad"}
    assert [row[1] for row in events(before, after)] == ["merged"]
    assert [row[:2] for row in events(before, after, part_from=0.75)] == [("A", "grown"), ("B", "shrunk")]


def test_events_have_their_schema_even_without_rows():
    assert evolution(members({}), members({})).schema == EVENTS
