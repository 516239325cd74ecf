"""Ratios, exponents, and how they are printed: literal measurements, results by hand."""

import pytest

from bench.tables import Ratio, exponent, exponents, growth_table, ratio_table


def test_r_is_the_median_of_the_ratios_of_repeats_side_by_side():
    ratio = Ratio("checks", "Great Expectations", ours=[1.0, 2.0, 4.0], theirs=[3.0, 8.0, 8.0], goal=3)
    assert ratio.all == [3.0, 4.0, 2.0]
    assert ratio.median == 3.0
    assert ratio.is_good
    assert not Ratio("checks", "Great Expectations", [1.0], [2.9], 3).is_good
    assert Ratio("checks", "Great Expectations", [1.0], [0.1]).is_good


def test_repeats_that_did_not_run_side_by_side_have_no_ratio():
    with pytest.raises(ValueError):
        _ = Ratio("checks", "Great Expectations", [1.0, 2.0], [3.0]).all


def test_a_ratio_is_printed_with_its_spread_and_its_goal(printed):
    ratios = [Ratio("checks", "stock", [1.0, 2.0, 4.0], [3.0, 8.0, 8.0], 3), Ratio("checks", "other", [2.0], [1.0], 1)]
    assert printed(ratio_table(ratios)) == [
        ["stage", "peer", "ours s", "peer s", "R", "spread of R", "goal"],
        ["checks", "stock", "2.00", "8.00", "3.00", "2.00 to 4.00", "≥ 3"],
        ["checks", "other", "2.00", "1.00", "0.50", "0.50 to 0.50", "≥ 1 missed"],
    ]


@pytest.mark.parametrize(
    ("smaller", "larger", "expected"),
    [
        ((1, 10.0), (4, 40.0), 1.0),  # in step with the data
        ((1, 10.0), (4, 20.0), 0.5),  # 4 ** 0.5 = 2
        ((4, 3.0), (16, 48.0), 2.0),  # 4 ** 2 = 16
        ((1, 5.0), (16, 5.0), 0.0),
        ((1, 0.0), (4, 1.0), None),
    ],
)
def test_exponents_by_hand(smaller, larger, expected):
    assert exponent(smaller, larger) == (pytest.approx(expected) if expected is not None else None)


def test_exponents_are_of_neighbours_and_of_both_ends():
    found = exponents({16: 80.0, 1: 10.0, 4: 20.0})
    assert found == {(1, 4): pytest.approx(0.5), (4, 16): pytest.approx(1.0), (1, 16): pytest.approx(0.75)}
    assert exponents({1: 10.0, 4: 20.0}) == {(1, 4): pytest.approx(0.5)}
    assert exponents({1: 10.0}) == {}


def test_growth_is_printed_stage_by_stage(printed):
    rows = {"land": {1: 10.0, 4: 20.0, 16: 80.0}, "publish": {1: 0.0, 4: 1.0, 16: 2.0}}
    assert printed(growth_table("ours", rows)) == [
        ["ours", "1× s", "4× s", "16× s", "exponent 1→4", "exponent 4→16", "exponent 1→16"],
        ["land", "10.00", "20.00", "80.00", "0.50", "1.00", "0.75"],
        ["publish", "0.00", "1.00", "2.00", "–", "0.50", "–"],
    ]
