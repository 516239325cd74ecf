from datetime import date, timedelta

import pyarrow as pa

from transformations.network.led import conversation_changes

MONDAY = date(2025, 1, 6)


def activity(*rows: tuple[str, str, int, int], kind: str = "topic") -> pa.Table:
    """person_id, topic, week after the first, posts."""
    return pa.table(
        {
            "person_id": pa.array([row[0] for row in rows], pa.string()),
            "kind": pa.array([kind] * len(rows), pa.string()),
            "subject": pa.array([row[1] for row in rows], pa.string()),
            "acted_on": pa.array([MONDAY + timedelta(days=7 * row[2]) for row in rows], pa.date32()),
            "acts_count": pa.array([row[3] for row in rows], pa.int64()),
        }
    )


CLASSES = pa.table({"person_id": ["a", "b", "c"], "authority_class": ["A", "C", "C"]})


def test_a_planted_rise_and_fall_and_who_led():
    steady = [("b", "tea", week, 5) for week in range(24)]
    burst = [("a", "tea", week, 30) for week in range(10, 18)] + [("c", "tea", 10, 4), ("c", "tea", 16, 9)]
    other = [("b", "milk", week, 4) for week in range(24)]
    rows = conversation_changes(activity(*steady, *burst, *other), CLASSES).to_pylist()
    assert [(row["topic"], row["period"], row["direction"]) for row in rows] == [
        ("tea", "2025-W12", "rise"),
        ("tea", "2025-W20", "fall"),
    ]
    rise, fall = rows
    assert rise["mean_before"] == 5.0
    assert rise["leading_authority_class"] == fall["leading_authority_class"] == "A"
    assert rise["leading_persons"] == ["a", "b", "c"]
    assert fall["leading_persons"] == ["a", "b", "c"]
    assert rise["persons_count"] == 3


def test_nothing_said_nothing_changed():
    assert conversation_changes(activity(), CLASSES).num_rows == 0
    assert conversation_changes(activity(("a", "good", 0, 9), kind="tone"), CLASSES).num_rows == 0
