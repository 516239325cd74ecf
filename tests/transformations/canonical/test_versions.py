"""Which version of a key is current, and that it is the same in whatever order versions land."""

from __future__ import annotations

import random
from datetime import datetime
from itertools import permutations

from pyspark.sql import functions as F

from jobs.engine import sessions
from transformations.canonical import mapping, versions
from transformations.canonical.versions import Ways
from transformations.contracts import contract

TABLE = contract("silver.customers")
DDL = (
    "source string, customer_id string, source_version string, batch_id string, line bigint, ordinal int, "
    "_keep_first boolean, _is_refused boolean"
)


def statuses(spark, rows):
    found = versions.ranked(sessions.frame(spark, rows, DDL), TABLE).collect()
    return {row["line"]: row["_status"] for row in found}


def test_the_newest_stands_equal_versions_are_duplicates_and_older_ones_superseded(spark):
    rows = [
        ("erp", "1", "a.csv", "b1", 1, 0, False, False),
        ("erp", "1", "b.csv", "b2", 2, 0, False, False),
        ("erp", "1", "b.csv", "b2", 3, 0, False, False),
        ("erp", "2", "a.csv", "b1", 4, 0, False, False),
    ]
    assert statuses(spark, rows) == {1: "superseded", 2: "duplicate", 3: "winner", 4: "winner"}


def test_keep_first_keeps_the_first_of_equal_versions(spark):
    rows = [("erp", "1", "a", "b", line, 0, True, False) for line in (1, 2)]
    assert statuses(spark, rows) == {1: "winner", 2: "duplicate"}


def test_a_refused_row_takes_nobodys_place(spark):
    rows = [("erp", "1", "a", "b", 1, 0, False, False), ("erp", "1", "z", "b", 2, 0, False, True)]
    assert statuses(spark, rows) == {1: "winner", 2: None}


def test_winners_meet_what_stands(spark):
    winners = sessions.frame(
        spark,
        [
            ("erp", "new", "a", "b2"),
            ("erp", "newer", "b", "b2"),
            ("erp", "same", "a", "b2"),
            ("erp", "same2", "a", "b2"),
            ("erp", "older", "a", "b2"),
            ("erp", "held", "a", "b2"),
        ],
        "source string, customer_id string, source_version string, batch_id string",
    )
    standing = sessions.frame(
        spark,
        [
            ("erp", "newer", "a", "b1", None),
            ("erp", "same", "a", "b3", None),
            ("erp", "same2", "a", "b1", None),
            ("erp", "older", "b", "b1", None),
            ("erp", "held", "a", "b2", None),
        ],
        "source string, customer_id string, source_version string, batch_id string, deleted_at timestamp",
    )
    found = {r["customer_id"]: r["_status"] for r in versions.against(winners, standing, TABLE).collect()}
    assert found == {
        "new": "insert",
        "newer": "update",
        "same": "duplicate",
        "same2": "update",  # of two batches with one version always the same one is current
        "older": "superseded",
        "held": "held",
    }


# --- deletions and versions that are left out ---------------------------------------------------------------------

WAYS = Ways(deletions=True, left_out=True)
TOLD = DDL + ", deleted_at timestamp, _told_at timestamp, _outlasts boolean, _is_left_out boolean, "
TOLD += "_is_replaced boolean, _scope string, _file_order string"
STORED = "source string, customer_id string, source_version string, batch_id string, deleted_at timestamp, "
STORED += "_told_at timestamp, told int"
MARKS = "source string, customer_id string, mark_kind string, source_version string, told_at timestamp, batch_id string"


def at(day: int | None) -> datetime | None:
    return None if day is None else datetime(2025, 1, day)


def row(key, version, told=None):
    return {"key": key, "version": version, "told": told}


def deletion(key, version, deleted):
    return {"key": key, "version": version, "deleted": deleted}


def left_out(key, version, told=None):
    return {"key": key, "version": version, "told": told, "left_out": True}


def candidates(spark, events):
    rows = [
        (
            "erp",
            one["key"],
            f"v{one['version']}",
            f"b{one['version']}",
            1,
            0,
            False,
            False,
            at(one.get("deleted")),
            at(one.get("told")),
            True,
            one.get("left_out", False),
            False,
            None,
            f"v{one['version']}",
        )
        for one in events
    ]
    return sessions.frame(spark, rows, TOLD)


def expected(events) -> str | None:
    """The rule in plain Python: the version that is current, `deleted <version>`, or None."""
    deletions = [one for one in events if "deleted" in one]
    last = max(((one["deleted"], one["version"]) for one in deletions), default=None)
    rows = [one for one in events if "deleted" not in one]
    if last:
        rows = [one for one in rows if one["told"] is not None and one["told"] > last[0]]
    newest = max(rows, key=lambda one: one["version"], default=None)
    if newest:
        return None if newest.get("left_out") else f"v{newest['version']}"
    return f"deleted v{last[1]}" if last else None


def landed(spark, steps) -> dict[str, str]:
    """What is current of each key after these lists of events were landed one after the other."""
    stored, known, seen = {}, [], []
    for events in steps:
        seen += events
        ranked = versions.ranked(candidates(spark, events), TABLE, WAYS)
        winners = ranked.where("_status in ('winner', 'left_out')")
        current = sessions.frame(spark, list(stored.values()), STORED)
        remembered = versions.marks(sessions.frame(spark, known, MARKS), TABLE)
        met = versions.against(winners, current, TABLE, remembered).collect()
        marks = [
            (r["source"], r["customer_id"], r["_mark"], r["source_version"], at_, r["batch_id"])
            for r in ranked.where("_mark is not null").collect()
            for at_ in [r["deleted_at"] if r["_mark"] == "deleted" else r["_told_at"]]
        ]
        for r in met:
            key = (r["source"], r["customer_id"])
            if r["_superseded_at"]:
                marks.append((*key, "older", r["source_version"], r["_superseded_at"], r["batch_id"]))
            if r["_needs_all"]:  # the job reads all batches again
                (one,) = from_scratch(spark, [e for e in seen if e["key"] == key[1]]) or [None]
                stored.pop(key, None)
                if one:
                    stored[key] = one
            elif r["_status"] in ("insert", "update"):
                told = None if r["deleted_at"] else r["_told_at"]
                stored[key] = (*key, r["source_version"], r["batch_id"], r["deleted_at"], told, 0)
            elif r["_status"] == "left_out":
                stored.pop(key, None)
        known = [tuple(r) for r in versions.newest_marks(sessions.frame(spark, known + marks, MARKS), TABLE).collect()]
    return {key[1]: f"deleted {one[2]}" if one[4] else one[2] for key, one in stored.items()}


def from_scratch(spark, events):
    found = versions.ranked(candidates(spark, events), TABLE, WAYS).where("_status = 'winner'").collect()
    return [
        (
            r["source"],
            r["customer_id"],
            r["source_version"],
            r["batch_id"],
            r["deleted_at"],
            None if r["deleted_at"] else r["_told_at"],
            0,
        )
        for r in found
    ]


STORIES = {
    "a deletion outlasts a newer file that tells of no later time": (
        [row("k", 1, 1), deletion("k", 2, 5), row("k", 3, 1)],
        "deleted v2",
    ),
    "whatever file it is in": ([deletion("k", 1, 5), row("k", 2, 4), row("k", 3)], "deleted v1"),
    "a row that tells of a later time is back": ([row("k", 1, 1), deletion("k", 3, 5), row("k", 2, 6)], "v2"),
    "an older one that lies above it is not": ([deletion("k", 1, 5), row("k", 2, 6), row("k", 3, 4)], "v2"),
    "the last deletion counts": ([deletion("k", 1, 5), row("k", 2, 6), deletion("k", 3, 7)], "deleted v3"),
    "a deletion of what was never seen is kept": ([deletion("k", 1, 5)], "deleted v1"),
    "a newest version that is left out withdraws the others": ([row("k", 1, 1), left_out("k", 2, 1)], None),
    "and may pass again": ([row("k", 1, 1), left_out("k", 2, 1), row("k", 3, 1)], "v3"),
    "an older one that is left out does nothing": ([left_out("k", 1, 1), row("k", 2, 1)], "v2"),
}


def test_stories_end_the_same_in_every_order(spark):
    """All orders of all stories at once: each order of a story is a key of its own."""
    of_key, steps = {}, [[], [], []]
    for events, end in STORIES.values():
        for order in permutations(events):
            key = f"k{len(of_key)}"
            of_key[key] = end
            for step, event in zip(steps, order, strict=False):
                step.append(event | {"key": key})
    found = landed(spark, steps)
    assert {key: found.get(key) for key in of_key} == of_key


def test_any_events_landed_in_any_order_and_number_of_runs_end_as_the_rule_says(spark):
    rng = random.Random(11)
    of_key, steps = {}, [[], [], [], []]
    for number in range(400):
        key, events = f"k{number}", []
        for version in range(rng.randint(1, 5)):
            told = rng.choice([None, *range(1, 10)])
            make = rng.choice([row, row, deletion, left_out])
            events.append(make(key, version, told or 5) if make is deletion else make(key, version, told))
        of_key[key] = expected(events)
        for event in events:
            rng.choice(steps).append(event)
    found = landed(spark, steps)
    differ = {key: (found.get(key), end) for key, end in of_key.items() if found.get(key) != end}
    assert differ == {}
    together = landed(spark, [[event for step in steps for event in step]])
    assert together == found


def test_a_newer_file_withdraws_the_rest_of_what_it_names(spark):
    table = contract("silver.order_lines")
    rows = [("a", 1, "f1"), ("a", 2, "f1"), ("a", 1, "f2"), ("b", 1, "f1"), ("c", 1, "f2")]
    ddl = "source string, order_id string, line_number int, source_version string, batch_id string, line bigint, "
    ddl += "ordinal int, _keep_first boolean, _is_refused boolean, _is_replaced boolean, _is_left_out boolean, "
    ddl += "_outlasts boolean, deleted_at timestamp, _told_at timestamp, _scope string, "
    ddl += "_file_order string"
    frame = sessions.frame(
        spark,
        [
            ("s", order, line, file, file, line, 0, False, False, False, False, True, None, None, order, file)
            for order, line, file in rows
        ],
        ddl,
    )
    found = versions.ranked(frame, table, Ways(replaced=True)).where("_status = 'winner'").collect()
    current = {(r["order_id"], r["line_number"], r["source_version"]) for r in found}
    assert current == {("a", 1, "f2"), ("b", 1, "f1"), ("c", 1, "f2")}


def test_in_one_file_a_row_that_passes_outlives_those_that_are_left_out(spark):
    """A second record of an order, which only has a further line, takes nothing away from the first."""
    frame = candidates(spark, [row("k", 1)]).unionByName(
        candidates(spark, [left_out("k", 1)]).withColumn("line", F.lit(2).cast("bigint"))
    )
    found = {r["_is_left_out"]: r["_status"] for r in versions.ranked(frame, TABLE, WAYS).collect()}
    assert found[False] == "winner"


def test_the_time_that_a_row_tells_of():
    assert mapping.told_at(contract("silver.posts")).startswith(
        "greatest(cast(created_at as timestamp), cast(edited_at"
    )
    assert "launched_at" not in mapping.told_at(contract("silver.products"))  # may lie ahead
