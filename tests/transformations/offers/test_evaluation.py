import pytest

from transformations.offers.evaluation import hit_rates


def test_hit_rates_and_their_difference() -> None:
    counts = [
        {"by_rules": 1, "by_best_sellers": 1, "persons": 10},
        {"by_rules": 1, "by_best_sellers": 0, "persons": 30},
        {"by_rules": 0, "by_best_sellers": 1, "persons": 10},
        {"by_rules": 0, "by_best_sellers": 0, "persons": 50},
    ]
    rules, naive, gain = hit_rates(counts, 5, 50)
    assert (rules["method"], rules["measure"], rules["value"]) == ("association", "hit_rate_at_5", 0.4)
    assert (naive["method"], naive["value"], naive["persons_count"]) == ("naive_best_sellers", 0.2, 100)
    assert gain["value"] == pytest.approx(0.2)
    assert gain["value_low"] == pytest.approx(0.2 - 1.96 * (0.4 - 0.04) ** 0.5 / 10, abs=1e-4)


def test_too_few_are_not_measured() -> None:
    (row,) = hit_rates([{"by_rules": 1, "by_best_sellers": 0, "persons": 9}], 5, 50)
    assert "fewer than 50 persons" in row["missing_reason"]
