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
    expected = {}
    for value in {row["dimension_value"] for row in counted}:
        volumes = {row["period_start"]: int(row["numerator"]) for row in counted if row["dimension_value"] == value}
        for day, numbers in _by_day(volumes, last).items():
            expected |= {(name, value, day): of for name, of in numbers.items()}
    assert set(found) == set(expected)
    for key, (weeks, above, below) in expected.items():
        row = found[key]
        assert (row["observations_count"], row["numerator"]) == (weeks, above)
        assert (below is None) == (row["denominator"] is None)
        if below is not None:
            assert float(row["denominator"]) == pytest.approx(below, abs=1e-4)
        assert row["value"] == (pytest.approx(above / below, rel=1e-3) if below else None)


def _by_day(volumes: dict[date, int], last: date) -> dict[date, dict[str, tuple]]:
    """Day -> indicator -> weeks of history, numerator and denominator."""
    found, day = {}, min(volumes)
    while day <= last:
        before = [day - timedelta(weeks=weeks) for weeks in range(1, WEEKS + 1)]
        history = [volumes.get(its, 0) for its in before if its >= min(volumes)]
        parts = {"volume_against_history": (None, None), "volume_anomaly_score": (None, None)}
        if len(history) == WEEKS:
            volume, middle = volumes.get(day, 0), median(history)
            deviation = median(abs(its - middle) for its in history)
            parts = {
                "volume_against_history": (volume, middle),
                "volume_anomaly_score": (volume - middle, 1.4826 * deviation),
            }
        found[day] = {name: (len(history), *of) for name, of in parts.items()}
        day += timedelta(days=1)
    return found
