import numpy as np

from transformations.segmentation.rules import rules


def test_rules_say_who_is_in_a_segment() -> None:
    random = np.random.default_rng(1)
    recency, orders = random.uniform(0, 300, 400), random.integers(1, 20, 400)
    segments = np.where(recency > 150, "lost", np.where(orders > 10, "loyal", "new"))
    found = rules({"recency_days": recency, "frequency_count": orders}, segments.tolist())
    lost, loyal = found["lost"], found["loyal"]
    assert lost.text is not None
    assert lost.text.startswith("recency_days above 1")
    assert loyal.text is not None
    assert "frequency_count above 10.5" in loyal.text
    for rule in found.values():
        assert rule.precision is not None
        assert rule.recall is not None
        assert min(rule.precision, rule.recall) > 0.9


def test_rules_about_nothing_are_seldom_right() -> None:
    random = np.random.default_rng(1)
    found = rules({"a": random.normal(size=500)}, random.choice(["x", "y"], 500).tolist())
    assert max(rule.precision or 0 for rule in found.values()) < 0.7


def test_one_segment_needs_no_rule() -> None:
    found = rules({"a": np.arange(9.0)}, ["x"] * 9)
    assert (found["x"].text, found["x"].precision) == (None, None)
