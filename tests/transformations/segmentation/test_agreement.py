import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import adjusted_rand_score

from transformations.segmentation.agreement import adjusted_rand, agreement


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4)), min_size=2, max_size=60))
def test_the_index_is_that_of_scikit_learn(pairs: list[tuple[int, int]]) -> None:
    one, other = (np.array(its) for its in zip(*pairs, strict=True))
    assert adjusted_rand(one, other) == pytest.approx(adjusted_rand_score(one, other))


def test_a_good_segmentation_beats_a_random_one_and_a_random_one_does_not() -> None:
    random = np.random.default_rng(2)
    truth = random.integers(0, 3, 300)
    good = np.where(random.random(300) < 0.9, truth, random.integers(0, 3, 300))
    noise, other = random.integers(0, 3, 300), random.integers(0, 3, 300)
    rows = {
        (row["method"], row["measure"]): row
        for row in agreement(truth.tolist(), {"good": good.tolist(), "noise": noise.tolist(), "naive": other.tolist()})
    }
    assert set(rows) == {(its, "ari") for its in ("good", "noise", "naive")} | {
        (its, "ari_less_naive") for its in ("good", "noise")
    }
    assert rows["good", "ari"]["value"] == pytest.approx(adjusted_rand_score(truth, good))
    assert rows["good", "ari_less_naive"]["value_low"] > 0
    assert rows["noise", "ari_less_naive"]["value_low"] < 0 < rows["noise", "ari_less_naive"]["value_high"]
    assert rows["good", "ari"]["persons_count"] == 300
