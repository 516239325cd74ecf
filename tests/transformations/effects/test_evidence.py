import numpy as np
import pytest

from transformations.effects.evidence import CONCLUSIONS, adjusted, conclusion, grade
from transformations.effects.lagged import Estimate

FOUND = Estimate(2.0, 1.0, 3.0, 0.001, 100)
NOTHING = Estimate(0.1, -0.5, 0.7, 0.7, 100)


@pytest.mark.parametrize(
    ("method", "placebo", "expected"),
    [
        ("randomised_split", NOTHING, "A"),
        ("difference_in_differences", NOTHING, "B"),
        ("lagged_regression", NOTHING, "C"),
        ("randomised_split", FOUND, "C"),
        ("difference_in_differences", FOUND, "C"),
        ("difference_in_differences", None, "C"),
        ("lagged_regression", None, "C"),
    ],
)
def test_a_grade_is_that_of_the_method_where_its_placebo_shows_nothing(method, placebo, expected) -> None:
    assert grade(method, placebo) == expected


def test_grade_c_is_never_called_a_cause() -> None:
    assert [grade for grade, words in CONCLUSIONS.items() if "cause" in words] == ["A", "B"]


@pytest.mark.parametrize(
    ("estimate", "placebo", "by_chance", "q_value", "expected"),
    [
        (FOUND, NOTHING, (-0.5, 0.5), 0.01, "caused"),
        (FOUND, NOTHING, (-0.5, 0.5), 0.06, "none_found"),
        (FOUND, FOUND, (-0.5, 0.5), 0.01, "doubtful"),
        (FOUND, None, (-0.5, 0.5), 0.01, "doubtful"),
        (FOUND, NOTHING, (-3.0, 3.0), 0.01, "doubtful"),
        (FOUND, NOTHING, None, 0.01, "doubtful"),
        (None, None, None, None, "not_measured"),
    ],
)
def test_what_may_be_said(estimate, placebo, by_chance, q_value, expected) -> None:
    assert conclusion(estimate, placebo, by_chance, q_value, "A") == expected


def test_of_many_tests_of_nothing_few_are_findings() -> None:
    """A thousand families of 50 tests of nothing: in 5 % of them anything is found, not in 92 %."""
    random = np.random.default_rng(4)
    families = random.random((1_000, 50))
    assert (families < 0.05).any(axis=1).mean() > 0.9
    found = sum(min(adjusted(family.tolist())) <= 0.05 for family in families)
    assert 30 <= found <= 70


def test_q_values_by_hand() -> None:
    """Ranks 1 to 4 of 4: p x 4 / rank, none above that of a larger p."""
    assert adjusted([0.5, 0.01, 0.03, 0.02]) == pytest.approx([0.5, 0.04, 0.04, 0.04])
    assert adjusted([]) == []
