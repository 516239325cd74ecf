import pytest
from hypothesis import given
from hypothesis import strategies as st

from transformations.indicators import intervals
from transformations.quality import sampling
from transformations.quality.sampling import Stratum, allocation, estimate

SIZES = st.dictionaries(st.text("abcdef", min_size=1, max_size=3), st.integers(0, 400), max_size=12)


def test_strata_get_their_share_and_a_minimum():
    assert allocation({"big": 900, "small": 90, "rare": 10}, 100) == {"big": 86, "small": 9, "rare": 5}


def test_a_stratum_gives_no_more_rows_than_it_has():
    assert allocation({"big": 20, "rare": 2}, 10) == {"big": 8, "rare": 2}
    assert allocation({"a": 3, "b": 4}, 200) == {"a": 3, "b": 4}


def test_the_minimum_is_lowered_where_there_is_no_room():
    assert allocation({"a": 100, "b": 100, "c": 100, "d": 100}, 8) == {"a": 2, "b": 2, "c": 2, "d": 2}


def test_more_strata_than_wanted_rows_gives_the_largest_one_each():
    assert allocation({"a": 5, "b": 9, "c": 7}, 2) == {"a": 0, "b": 1, "c": 1}


@given(SIZES, st.integers(1, 500), st.integers(0, 9))
def test_as_many_are_drawn_as_wanted_or_as_there_are(sizes, wanted, least):
    drawn = allocation(sizes, wanted, least)
    assert sum(drawn.values()) == min(wanted, sum(sizes.values()))
    assert all(0 <= drawn[name] <= sizes[name] for name in sizes)
    assert drawn == allocation(dict(reversed(sizes.items())), wanted, least)


def test_strata_weigh_by_their_rows():
    # 900 rows of which 8 in 10 are right, 100 of which 1 in 10: .9 * .8 + .1 * .1
    found = estimate([Stratum(900, 10, 8), Stratum(100, 10, 1)])
    assert found.ratio == pytest.approx(0.73)
    # weights 90 and 10 a judged row: (900 + 100)^2 / (10 * 90^2 + 10 * 10^2) = 12.195 effective rows
    n = 1000**2 / (10 * 90**2 + 10 * 10**2)
    low, high = intervals.wilson(0.73 * n, n)
    assert (found.low, found.high) == (pytest.approx(float(low)), pytest.approx(float(high)))


def test_one_stratum_gives_wilsons_interval():
    found = estimate([Stratum(500, 50, 45)])
    low, high = intervals.wilson(45, 50)
    assert found.ratio == 0.9
    assert (found.low, found.high) == (pytest.approx(float(low)), pytest.approx(float(high)))


def test_what_nobody_judged_is_no_estimate():
    assert estimate([]) is None
    assert estimate([Stratum(10, 0, 0)]) is None


@given(st.lists(st.tuples(st.integers(1, 900), st.integers(0, 40)), min_size=1, max_size=6), st.data())
def test_the_estimate_lies_in_its_interval(sizes, data):
    strata = [Stratum(rows, judged, data.draw(st.integers(0, judged))) for rows, judged in sizes]
    found = estimate(strata)
    if found is None:
        assert not any(one.judged for one in strata)
        return
    assert 0 <= found.low <= found.ratio + 1e-12 <= found.high + 2e-12 <= 1 + 3e-12


def test_a_seed_draws_the_same_order_and_another_seed_another():
    keys = [str(number) for number in range(40)]
    assert sorted(keys, key=lambda key: sampling.place(1, key)) != sorted(keys, key=lambda key: sampling.place(2, key))
    assert sampling.place(1, "a") == sampling.place(1, "a")
