from datetime import date

import pyarrow as pa
import pytest

from transformations.network.weighing import weighed

END = date(2025, 2, 1)


def edges(*rows: tuple) -> pa.Table:
    names = ["source_person_id", "target_person_id", "kind", "acted_on", "interactions_count"]
    return pa.table({name: list(column) for name, column in zip(names, zip(*rows))})


def test_an_act_counts_by_its_kind_and_half_at_its_half_life():
    rows = edges(
        ("a", "b", "answer", date(2025, 1, 31), 2),
        ("a", "b", "answer", date(2025, 1, 21), 2),
        ("a", "c", "share", date(2025, 1, 11), 1),
        ("a", "d", "follow", date(2025, 1, 31), 5),
        ("a", "e", "unheard_of", date(2025, 1, 31), 5),
    )
    found = weighed(rows, weights={"answer": 3, "share": 2, "follow": 0}, half_life_days=10, end=END)
    assert [tuple(row.values()) for row in found.to_pylist()] == [("a", "b", 6.0), ("a", "b", 3.0), ("a", "c", 0.5)]


def test_what_is_too_old_to_be_a_number_is_left_out():
    rows = edges(("a", "b", "reply", date(2010, 1, 1), 1))
    assert weighed(rows, weights={"reply": 1}, half_life_days=1, end=END).num_rows == 0


def test_a_half_life_is_above_0():
    with pytest.raises(ValueError, match="half_life_days is 0"):
        weighed(edges(("a", "b", "reply", END, 1)), weights={}, half_life_days=0, end=END)
