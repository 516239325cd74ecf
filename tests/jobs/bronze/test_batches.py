"""Versions of a file sort as they came, however many there are; and which content is new."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from jobs.bronze import batches

NOON = datetime(2026, 1, 15, 12, tzinfo=UTC)


def test_the_tenth_version_of_a_file_is_newer_than_the_second():
    versions = [batches.numbered("a.csv", number) for number in (1, 2, 9, 10, 11, 100)]
    assert versions == sorted(versions)
    assert versions[0] == "a.csv"


def registered(deletes: str, *arrivals: tuple[str, str]) -> list[tuple[str, str]]:
    """(state, version) of contents that come one after the other, a run each; nothing where nothing is new."""
    source = SimpleNamespace(name="s", deletes=deletes)
    known: list[dict] = []
    found = []
    for number, (file, content) in enumerate(arrivals):
        run = SimpleNamespace(run_id=str(number), started_at=NOON + timedelta(hours=number))
        batch_id = hashlib.sha256(content.encode()).hexdigest()
        arrival = batches.Arrival(batch_id, file, file, len(content), number)
        rows = batches.new([arrival], known, source, run)
        known += [{**row, "bronze_version": number} for row in rows]
        found += [(row["batch_state"], row["file_version"]) for row in rows]
    assert len({row["batch_id"] for row in known if row["batch_state"] == "landed"}) == sum(
        state == "landed" for state, _ in found
    )
    return found


@pytest.mark.parametrize("deletes", ["none", "missing_in_full_dump"])
def test_content_that_a_name_goes_back_to_is_landed_and_what_it_holds_already_is_not(deletes):
    came = [("a", "A"), ("a", "A"), ("a", "B"), ("a", "A"), ("a", "A"), ("a", "B"), ("a", "A")]
    assert registered(deletes, *came) == [
        ("landed", "a"),
        ("landed", "a@0002"),
        ("landed", "a@0003"),
        ("landed", "a@0004"),
        ("landed", "a@0005"),
    ]


def test_known_bytes_under_a_new_name_are_repeated_unless_they_are_the_next_full_dump():
    came = [("d1", "A"), ("d2", "B"), ("d3", "A"), ("copy of d1", "A")]
    assert registered("none", *came) == [("landed", "d1"), ("landed", "d2"), ("repeated", "d1"), ("repeated", "d1")]
    assert registered("missing_in_full_dump", *came) == [
        ("landed", "d1"),
        ("landed", "d2"),
        ("landed", "d3"),
        ("repeated", "d1"),
    ]


def test_a_name_that_takes_another_ones_bytes_is_landed_and_may_take_its_own_again():
    came = [("a", "A"), ("b", "B"), ("b", "A"), ("b", "B"), ("a", "A")]
    assert registered("none", *came) == [("landed", "a"), ("landed", "b"), ("landed", "b@0002"), ("landed", "b@0003")]
