from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest

from transformations.indicators.parts import ROWS
from transformations.indicators.patterns import WEEKS, pattern_indicators

MONDAY = date(2026, 1, 5)


def _volumes(volumes: dict[date, int]) -> pa.Table:
    rows = [
        {"indicator_id": "volume", "grain": "day", "period_start": day, "dimension": "all", "dimension_value": "all"}
        | {"numerator": Decimal(volume), "value": float(volume), "unit": "posts"}
        for day, volume in volumes.items()
    ]
    return pa.Table.from_pylist(rows, ROWS)


def _found(volumes: dict[date, int]) -> dict[tuple, dict]:
    rows = pattern_indicators(_volumes(volumes)).to_pylist()
    return {(row["indicator_id"], row["period_start"]): row for row in rows}


def test_a_day_against_the_same_weekday_of_the_weeks_before() -> None:
    """Mondays with 4, 6, 8, 10, 10, 12, 14, 16 posts: their median is 10, the deviations from it 6 4 2 0 0 2 4 6."""
    volumes = {MONDAY + timedelta(weeks=week): posts for week, posts in enumerate((4, 6, 8, 10, 10, 12, 14, 16, 25))}
    last = MONDAY + timedelta(weeks=WEEKS)
    found = _found(volumes)
    ratio, score = found["volume_against_history", last], found["volume_anomaly_score", last]
    assert (ratio["numerator"], ratio["denominator"], ratio["value"]) == (25, 10, 2.5)
    assert (score["numerator"], score["denominator"]) == (15, Decimal("4.4478"))
    assert score["value"] == pytest.approx(15 / (1.4826 * 3))
    early = found["volume_against_history", last - timedelta(weeks=1)]
    assert (early["value"], early["missing_reason"]) == (None, "there are fewer than 8 weeks of history")
    assert ("volume_against_history", MONDAY + timedelta(days=1)) in found  # a Tuesday without posts is a day too


def test_a_day_without_posts_counts_0_and_of_silence_there_is_no_ratio() -> None:
    end = MONDAY + timedelta(weeks=WEEKS)
    found = _found({MONDAY: 9, end: 3})
    row = found["volume_against_history", end]  # seven silent Mondays
    assert (row["numerator"], row["denominator"], row["missing_reason"]) == (3, 0, "the denominator is 0")


def test_a_planted_spike_is_found_and_white_noise_has_few() -> None:
    """Poisson noise, 40 a day over two years: 2 days in 100 are beyond 5 robust deviations; the spike is far beyond."""
    noise = np.random.default_rng(7).poisson(40, 730)
    days = [MONDAY + timedelta(days=day) for day in range(730)]
    spiked = days[400]
    volumes = dict(zip(days, noise.tolist(), strict=True)) | {spiked: 140}
    scores = {
        day: row["value"]
        for (name, day), row in _found(volumes).items()
        if name == "volume_anomaly_score" and row["value"]
    }
    beyond = [day for day, score in scores.items() if abs(score) > 5 and day != spiked]
    assert scores[spiked] > 8
    assert len(beyond) <= 0.03 * len(scores)
