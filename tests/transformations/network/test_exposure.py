import numpy as np
import pandas as pd
import pytest

from transformations.network.exposure import Comparison, compared, grade


def cases(generator, size: int, *, lift: float, by_activity: bool = False) -> pd.DataFrame:
    """Persons of three thirds of activity, of whom the active meet members more often; outcome: by chance and by exposure."""
    activity = generator.integers(0, 3, size)
    is_exposed = generator.random(size) < 0.2 + 0.2 * activity
    chance = 0.1 + 0.15 * activity if by_activity else np.full(size, 0.2)
    return pd.DataFrame(
        {
            "person_id": [f"p{n}" for n in range(size)],
            "month": "2025-01",
            "activity": activity,
            "bought": 0,
            "interested": False,
            "is_exposed": is_exposed,
            "happens": generator.random(size) < chance + lift * is_exposed,
            "before": generator.random(size) < 0.5,
        }
    )


def test_the_effect_on_the_exposed_by_hand():
    rows = [
        ("a", 0, True, 1),
        ("b", 0, True, 0),
        ("c", 0, False, 0),
        ("d", 0, False, 0),
        ("e", 1, True, 1),
        ("f", 1, False, 1),
    ]
    table = pd.DataFrame(
        [
            {
                "person_id": p,
                "month": "m",
                "activity": third,
                "bought": 0,
                "interested": False,
                "is_exposed": flag,
                "y": y,
            }
            for p, third, flag, y in [*rows, ("g", 2, True, 1)]
        ]  # g has no match
    )
    found = compared(table, "y")
    assert (found.exposed, found.controls) == (3, 3)
    assert found.exposed_ratio == pytest.approx(2 / 3)
    assert found.control_ratio == pytest.approx(1 / 3)
    assert found.effect == pytest.approx(1 / 3)
    assert found.is_zero_likely


def test_a_planted_effect_is_within_its_interval_and_found():
    inside = graded = 0
    for seed in range(40):
        table = cases(np.random.default_rng(seed), 800, lift=0.2)
        found, placebo = compared(table, "happens"), compared(table, "before")
        inside += found.low <= 0.2 <= found.high
        graded += grade(found, placebo) == "B" and not found.is_zero_likely
    assert inside >= 36
    assert graded >= 34


def test_a_planted_coincidence_is_no_effect():
    """The active meet more members and buy more: without matching it looks like an effect."""
    called = naive = 0
    for seed in range(40):
        table = cases(np.random.default_rng(seed), 800, lift=0.0, by_activity=True)
        found, placebo = compared(table, "happens"), compared(table, "before")
        called += grade(found, placebo) == "B" and not found.is_zero_likely
        naive += not compared(table.assign(activity=0), "happens").is_zero_likely
    assert naive >= 25
    assert called <= 4


def test_grades():
    clear, none = Comparison(50, 50, 0.5, 0.2, 0.3, 0.1, 0.5), Comparison(50, 50, 0.5, 0.5, 0.0, -0.1, 0.1)
    few = Comparison(9, 50, 0.5, 0.2, 0.3, 0.1, 0.5)
    assert [grade(clear, none), grade(clear, clear), grade(few, none)] == ["B", "C", None]
