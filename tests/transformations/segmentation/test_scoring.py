import subprocess
import sys
from pathlib import Path

import numpy as np

from transformations.segmentation import scoring


def test_of_two_centres_as_near_the_first_takes_the_person() -> None:
    parameters = {
        "means": [0, 0, 0],
        "deviations": [1, 1, 1],
        "segments": [{"segment_id": "one", "centre": [1, 0, 0]}, {"segment_id": "two", "centre": [-1, 0, 0]}],
    }
    found = scoring.assign(
        parameters, {"recency_days": [0], "frequency_count": [0], "monetary": [-5], "tenure_days": [0]}
    )
    assert (found["segment_id"].tolist(), found["distance"].tolist()) == (["one"], [1.0])


def test_who_left_is_told_from_who_buys_seldom_by_the_rate_of_the_time_in_between() -> None:
    customers = {"recency_days": [300, 10, 10], "frequency_count": [12, 12, 1], "monetary": [9, 9, 9]}
    points = scoring.scaled(customers | {"tenure_days": [360, 370, 10]}, np.zeros(3), np.ones(3))
    assert np.allclose(np.expm1(points), [[300, 6, 9], [10, 1, 9], [10, 1, 9]])


def test_scoring_stands_alone() -> None:
    code = (
        f"import sys; sys.path.insert(0, {str(Path(scoring.__file__).parent)!r}); import scoring; "
        "print(sorted(m for m in sys.modules if m.split('.')[0] in ('jobs', 'transformations', 'sklearn')))"
    )
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
