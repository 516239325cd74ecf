from datetime import UTC, datetime

import pyarrow as pa

from transformations.identity.changes import all_moves, moved

NOW, LATER = datetime(2025, 1, 1, tzinfo=UTC), datetime(2025, 2, 1, tzinfo=UTC)
KNOWN = pa.schema(
    [
        ("old_person_id", pa.string()),
        ("new_person_id", pa.string()),
        ("cause", pa.string()),
        ("changed_at", pa.timestamp("us", tz="UTC")),
        ("run_id", pa.string()),
    ]
)


def _links(persons: dict[str, str]) -> pa.Table:
    return pa.table(
        {
            "record_kind": pa.array(["customer"] * len(persons), pa.string()),
            "record_place": pa.array(["erp"] * len(persons), pa.string()),
            "linked_record_id": pa.array(list(persons), pa.string()),
            "person_id": pa.array(list(persons.values()), pa.string()),
        }
    )


def _moves(before: dict[str, str], after: dict[str, str]) -> list[tuple]:
    return [tuple(row.values()) for row in moved(_links(before), _links(after)).to_pylist()]


def test_causes() -> None:
    before = {"1": "A", "2": "B", "3": "C", "4": "C", "5": "D", "6": "E", "7": "F"}
    after = {"1": "A", "2": "A", "3": "C", "4": "X", "5": "Y", "7": "F", "8": "Z"}
    assert _moves(before, after) == [("B", "A", "merged"), ("C", "X", "split"), ("D", "Y", "renamed")]


def test_nothing_before_and_nothing_new() -> None:
    assert _moves({}, {"1": "A"}) == []
    assert _moves({"1": "A"}, {"1": "A"}) == []
    assert _moves({"1": "A"}, {}) == []


def test_old_moves_are_kept_and_the_last_of_a_pair_stands() -> None:
    nothing = KNOWN.empty_table()
    first = all_moves(nothing, _links({"1": "A", "2": "B"}), _links({"1": "B", "2": "B"}), NOW)
    assert first.to_pylist() == [{"old_person_id": "A", "new_person_id": "B", "cause": "merged", "changed_at": NOW}]
    known = first.append_column("run_id", pa.array(["r1"]))
    second = all_moves(known, _links({"1": "A", "3": "C"}), _links({"1": "B", "3": "D"}), LATER)
    assert second.to_pylist() == [
        {"old_person_id": "A", "new_person_id": "B", "cause": "renamed", "changed_at": LATER},
        {"old_person_id": "C", "new_person_id": "D", "cause": "renamed", "changed_at": LATER},
    ]
