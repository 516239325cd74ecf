"""What stands of rows that tell a part: the newest telling of each value, whatever the order in which rows come."""

from __future__ import annotations

import random
from datetime import UTC, datetime

from jobs.engine import sessions
from transformations.canonical import mapping, partial, versions
from transformations.contracts import contract

TABLE = contract("silver.profiles")
DELETED = datetime(2025, 5, 1, tzinfo=UTC)
TOLD = ("handle", "bio", "followers_count")
NAMES = (*TABLE.names, "_is_partial", "_keep_first", "_is_refused", "line", "ordinal")
DDL = TABLE.ddl + ", _is_partial boolean, _keep_first boolean, _is_refused boolean, line bigint, ordinal int"


def row(profile_id, version, line=1, *, is_partial=True, deleted_at=None, **told):
    found = dict.fromkeys(TABLE.names) | {
        "channel": "c",
        "profile_id": profile_id,
        "source": "s",
        "source_version": version,
        "batch_id": f"b{version}",
        "deleted_at": deleted_at,
        "_is_partial": is_partial,
        "_keep_first": False,
        "_is_refused": False,
        "line": line,
        "ordinal": 0,
    }
    return found | told


def landed(spark, batches):
    """The table after these batches were processed one after the other."""
    standing = sessions.frame(spark, [], TABLE.ddl)
    for batch in batches:
        rows = sessions.frame(spark, [tuple(one.get(name) for name in NAMES) for one in batch], DDL)
        told = versions.ranked(mapping.blanked(rows, TABLE), TABLE)
        against = versions.against(told.where("_status = 'winner'"), standing, TABLE)
        written = partial.merged(told, against, standing, TABLE).select(*TABLE.names)
        kept = standing.join(written.select(*TABLE.key), on=list(TABLE.key), how="left_anti")
        standing = sessions.frame(spark, kept.unionByName(written).toArrow(), TABLE.ddl)
    return {one["profile_id"]: one for one in standing.toArrow().to_pylist()}


def test_literal_rows(spark):
    told, gone, again = (
        {"version": "a", "bio": "coffee"},
        {"version": "b", "deleted_at": DELETED},
        {"version": "c", "handle": "ada"},
    )
    batches = [
        [
            row("mention", "a", handle="ada", bio="coffee"),
            row("lines", "a", 1, handle="old", bio="coffee"),
            row("lines", "a", 2, handle="new"),
            row("lines", "a", 3),
            row("whole", "a", handle="ada", bio="coffee"),
            row("gone", "a", bio="coffee"),
            row("back", **told),
            row("back late", **again),
            row("back last", **gone),
        ],
        [
            row("mention", "b", handle="ada_l"),
            row("whole", "b", is_partial=False, handle="ada"),
            row("gone", "b", deleted_at=DELETED),
            row("back", **gone),
            row("back late", **told),
            row("back last", **again),
        ],
        [row("whole", "c"), row("back", **again), row("back late", **gone), row("back last", **told)],
    ]
    found = {
        key: (one["handle"], one["bio"], one["deleted_at"], one["source_version"], one["value_versions"])
        for key, one in landed(spark, batches).items()
    }
    assert found == {
        "mention": ("ada_l", "coffee", None, "b", ["bio=a"]),  # a mention leaves what the profile told
        "lines": ("new", "coffee", None, "a", []),  # within a batch the last telling counts
        "whole": ("ada", None, None, "c", ["*=b", "handle=b"]),  # a whole row tells its nulls
        "gone": (None, None, DELETED, "b", None),
        # What was deleted does not come back with a later mention.
        "back": ("ada", None, None, "c", ["*=b"]),
        "back late": ("ada", None, None, "c", ["*=b"]),
        "back last": ("ada", None, None, "c", ["*=b"]),
    }


def _oracle(rows):
    """Values told last, by hand: rows of one key in the order of their versions and lines."""
    values = dict.fromkeys(TOLD)
    deleted_at = None
    for one in sorted(rows, key=lambda one: (one["source_version"], one["line"])):
        is_whole = not one["_is_partial"] or one["deleted_at"] is not None
        for name in TOLD:
            if is_whole or one[name] is not None:
                values[name] = None if one["deleted_at"] else one[name]
        deleted_at = one["deleted_at"]
    return {**values, "deleted_at": deleted_at}


def test_any_order_of_landing_ends_in_what_was_told_last(spark):
    draw = random.Random(1)
    batches = []
    for version in ("v1", "v2", "v3"):
        batch = []
        for key in range(60):
            for line in range(draw.randint(0, 2)):
                kind = draw.random()
                told = {
                    "handle": draw.choice([None, f"h{version}{line}"]),
                    "bio": draw.choice([None, f"b{version}{line}"]),
                    "followers_count": draw.choice([None, draw.randint(0, 9)]),
                }
                batch.append(
                    row(
                        str(key),
                        version,
                        10 * key + line,
                        is_partial=kind < 0.8,
                        deleted_at=DELETED if kind > 0.93 else None,
                        **told,
                    )
                )
        batches.append(batch)
    of_key: dict[str, list] = {}
    for one in (one for batch in batches for one in batch):
        of_key.setdefault(one["profile_id"], []).append(one)
    expected = {key: _oracle(rows) for key, rows in of_key.items()}
    again = [batches[2], batches[0], batches[1], batches[0]]
    everything = [[one for batch in batches for one in batch]]
    results = [landed(spark, order) for order in (again, everything)]
    for found in results:
        assert {key: {name: one[name] for name in (*TOLD, "deleted_at")} for key, one in found.items()} == expected
    kept = [{key: (one["source_version"], one["value_versions"]) for key, one in found.items()} for found in results]
    assert kept[0] == kept[1]
