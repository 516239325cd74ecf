import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pyarrow as pa
from hypothesis import given
from recounted import FEW, SEEDS, Group, assert_adds_up, assert_agree, recounted

from transformations.indicators.quarantine import quarantine_indicators

NOW = datetime(2025, 3, 10, tzinfo=UTC)


def test_volume_and_mean_age_by_place():
    refused = pa.table(
        {
            "place": ["orders", "orders", "posts"],
            "quarantined_at": [NOW - timedelta(days=4), NOW - timedelta(days=2), NOW + timedelta(hours=1)],
            "refused": [1, 1, 2],
        }
    )
    rows = {
        (row["indicator_id"], row["dimension_value"]): (row["value"], row["observations_count"])
        for row in quarantine_indicators(refused, NOW).to_pylist()
    }
    assert rows == {
        ("quarantined_rows", "all"): (4.0, 4),
        ("quarantine_age_days", "all"): (1.5, 4),
        ("quarantined_rows", "orders"): (2.0, 2),
        ("quarantine_age_days", "orders"): (3.0, 2),
        ("quarantined_rows", "posts"): (2.0, 2),
        ("quarantine_age_days", "posts"): (0.0, 2),
    }


def test_an_empty_quarantine_has_no_rows():
    types = {"place": pa.string(), "quarantined_at": pa.timestamp("us", tz="UTC"), "refused": pa.int64()}
    empty = pa.schema(types).empty_table()
    assert quarantine_indicators(empty, NOW).num_rows == 0


@FEW
@given(SEEDS)
def test_random_refusals_agree_with_a_second_count(seed: int) -> None:
    """Each place was refused rows at several times, some of them later than the time up to which age is counted."""
    draw = random.Random(seed)
    rows = [
        {
            "place": draw.choice(("orders", "posts", "tickets")),
            "quarantined_at": NOW - timedelta(hours=6 * draw.randrange(-8, 200)),
            "refused": draw.randrange(1, 30),
            "day": None,
        }
        for _ in range(60)
    ]
    found = quarantine_indicators(pa.Table.from_pylist(rows).select(["place", "quarantined_at", "refused"]), NOW)

    def count(group: Group) -> dict:
        refused = group.sums("refused")
        return {"numerator": refused, "denominator": None, "observations_count": refused}

    def age(group: Group) -> dict:
        days = [max((NOW - row["quarantined_at"]) / timedelta(days=1), 0) * row["refused"] for row in group.rows]
        refused = group.sums("refused")
        return {"numerator": Decimal(sum(days)), "denominator": refused, "observations_count": refused}

    assert_agree(found, recounted("quarantined_rows", rows, count), recounted("quarantine_age_days", rows, age))
    for indicator in ("quarantined_rows", "quarantine_age_days"):
        assert_adds_up(found, indicator, "place")
