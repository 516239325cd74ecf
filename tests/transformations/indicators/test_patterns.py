import random
from datetime import date, timedelta
from decimal import Decimal
from statistics import median

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from recounted import FEW, SEEDS, some

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


def _volume(draw: random.Random, dimension: str, value: str, day: date) -> dict:
    counted = {"numerator": some(draw, *map(Decimal, range(12)), nulls=0.1), "unit": "posts"}
    return {
        "indicator_id": draw.choice(("volume",) * 9 + ("posts",)),
        "grain": "day",
        "period_start": day,
        "dimension": dimension,
        "dimension_value": value,
    } | counted


@FEW
@given(SEEDS)
def test_random_volumes_agree_with_a_second_count(seed: int) -> None:
    """Days without posts, values that begin late and end early, and what is no volume of a day or no dimension of it."""
    draw = random.Random(seed)
    places = (("all", "all"), ("channel", "x"), ("channel", "forum"), ("topic", "coffee"), ("brand", "Alder"))
    days = [MONDAY + timedelta(days=number) for number in range(90)]
    rows = [
        _volume(draw, *place, day)
        for place in places
        for day in days[draw.randrange(20) : draw.randrange(70, 90)]
        if draw.random() < 0.8
    ]
    rows += [rows[0] | {"grain": "month", "numerator": Decimal(500)}]
    counted = [row for row in rows if (row["indicator_id"], row["grain"]) == ("volume", "day")]
    counted = [row for row in counted if row["numerator"] is not None and row["dimension"] != "brand"]
    last = max(row["period_start"] for row in counted)
    found = {
        (row["indicator_id"], row["dimension_value"], row["period_start"]): row
        for row in pattern_indicators(pa.Table.from_pylist(rows, ROWS)).to_pylist()
    }
    expected = set()
    for value in {row["dimension_value"] for row in counted}:
        volumes = {row["period_start"]: int(row["numerator"]) for row in counted if row["dimension_value"] == value}
        day = min(volumes)
        while day <= last:
            before = [
                day - timedelta(weeks=weeks) for weeks in range(1, 9) if day - timedelta(weeks=weeks) >= min(volumes)
            ]
            ratio, score = (found[name, value, day] for name in ("volume_against_history", "volume_anomaly_score"))
            expected |= {("volume_against_history", value, day), ("volume_anomaly_score", value, day)}
            assert ratio["observations_count"] == score["observations_count"] == len(before)
            if len(before) < 8:
                assert ratio["value"] is score["value"] is ratio["numerator"] is score["denominator"] is None
            else:
                history, volume = [volumes.get(its, 0) for its in before], volumes.get(day, 0)
                middle = median(history)
                spread = 1.4826 * median(abs(its - middle) for its in history)
                assert (ratio["numerator"], ratio["denominator"]) == (volume, middle)
                assert ratio["value"] == (pytest.approx(volume / middle) if middle else None)
                assert score["numerator"] == volume - middle
                assert float(score["denominator"]) == pytest.approx(spread, abs=1e-4)
                close = pytest.approx((volume - middle) / spread, rel=1e-3) if spread else None
                assert score["value"] == close
            day += timedelta(days=1)
    assert set(found) == expected
