from datetime import UTC, datetime, timedelta

import pyarrow as pa

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
