"""What is withheld beside small cells, so that no difference tells of them."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transformations.privacy.combinations import Total
from transformations.privacy.withholding import withheld

LEAST = 5


def hidden(persons: dict[str, int], *totals: Total, **others) -> set[str]:
    return withheld(persons, totals, LEAST, **others)


@pytest.mark.parametrize(
    ("shops", "total", "expected"),
    [
        ({"a": 20, "b": 7, "c": 6}, 30, set()),
        ({"a": 20, "b": 7, "c": 3}, 30, {"c", "b"}),  # the total less a and b is c
        ({"a": 20, "b": 3, "c": 3}, 24, {"b", "c", "a"}),  # b and c could be the same three persons
        ({"a": 3}, 3, {"a", "all"}),
        ({"a": 30, "b": 0, "c": 3}, 31, {"a", "c"}),  # what speaks of no persons hides nobody
        ({"a": 20, "c": 3}, 40, {"c"}),  # at least 17 persons are in neither
        ({"a": 20, "c": 3}, 24, {"a", "c"}),  # only one is
    ],
)
def test_a_total_less_what_is_shown_never_tells_of_few(shops, total, expected):
    assert hidden(shops | {"all": total}, Total("all", tuple(shops))) == expected


def test_of_groups_without_common_members_the_withheld_ones_add_up():
    persons = {"all": 26, "a": 20, "b": 3, "c": 3}
    parts = Total("all", ("a", "b", "c"))
    assert hidden(persons, parts, is_disjoint=True) == {"b", "c"}
    assert hidden(persons | {"c": 1, "all": 24}, parts, is_disjoint=True) == {"a", "b", "c"}


def test_what_is_withheld_for_one_total_is_protected_in_the_others():
    persons = {"month": 40, "day 1": 20, "day 2": 9, "day 3": 3, "week 1": 20, "week 2": 10}
    totals = [
        Total("month", ("day 1", "day 2", "day 3")),
        Total("week 1", ("day 1",)),
        Total("week 2", ("day 2", "day 3")),
        Total("month", ("week 1", "week 2")),
    ]
    assert hidden(persons, *totals) == {"day 3", "day 2"}
    persons |= {"day 2": 3, "week 2": 6, "month": 24}
    assert hidden(persons, *totals) == {"day 3", "day 2", "day 1", "week 1", "week 2"}


@given(counts=st.lists(st.integers(0, 12), min_size=1, max_size=6), others=st.integers(0, 9))
def test_no_difference_tells_of_few(counts, others):
    persons = {f"p{place}": count for place, count in enumerate(counts)}
    whole = sum(counts) + others
    result = hidden(persons | {"all": whole}, Total("all", tuple(persons)), is_disjoint=True)
    assert not [part for part in persons if 0 < persons[part] < LEAST and part not in result]
    if "all" not in result and whole:
        left = whole - sum(count for part, count in persons.items() if part not in result)
        if left != others:
            assert left >= LEAST
            gone = [part for part in result if persons[part]]
            assert len(gone) + bool(others) > 1 or left - others != persons[gone[0]] or not gone


def test_without_small_cells_all_is_shown():
    persons = {"all": 18, "a": 6, "b": 12}
    for some in combinations(persons, 2):
        assert hidden({name: persons[name] for name in some}) == set()
    assert hidden(persons, Total("all", ("a", "b"))) == set()
