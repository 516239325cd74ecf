from datetime import UTC, datetime, timedelta

import pyarrow as pa

from jobs.lake import arrow
from transformations.contracts import contract
from transformations.social.response import answers, first_response

START = datetime(2025, 1, 1, tzinfo=UTC)
LATE = START + timedelta(days=30)


def _posts(*rows: tuple) -> pa.Table:
    """Rows: (post, kind, author, minute, parent, root)."""
    posts = [
        {
            "channel": "forum",
            "service_type": "forum",
            "post_id": post,
            "kind": kind,
            "profile_id": author,
            "created_at": START + timedelta(minutes=minute),
            "parent_post_id": parent,
            "root_post_id": root,
        }
        for post, kind, author, minute, parent, root in rows
    ]
    return pa.Table.from_pylist(posts, arrow.schema_of(contract("silver.posts")))


ACCOUNTS = pa.table(
    {
        "channel": ["forum"] * 3,
        "profile_id": ["care", "autoreply", "robot"],
        "is_company": [True, True, False],
        "is_bot": [False, True, True],
    }
)


def _by_post(rows: pa.Table) -> dict[str, dict]:
    return {row["post_id"]: row for row in rows.to_pylist()}


def test_first_answer_by_anybody() -> None:
    found = _by_post(
        answers(
            _posts(
                ("q1", "question", "ada", 0, None, "q1"),
                ("a1", "answer", "bob", 10, "q1", "q1"),
                ("a2", "answer", "cyd", 5, "q1", "q1"),
                ("c1", "comment", "dan", 1, "q1", "q1"),
                ("q2", "question", "ada", 0, None, "q2"),
                ("a3", "answer", "ada", 7, "q2", "q2"),
                ("q3", "question", "ada", 2, None, "q3"),
                ("a4", "answer", "bob", 1, "q3", "q3"),
                ("q4", "question", "ada", 0, None, "q4"),
                ("a5", "answer", "care", 3, "q4", "q4"),
                ("q5", "question", None, 0, None, "q5"),
                ("a6", "answer", "bob", 3, "q5", "q5"),
                ("a7", "answer", "bob", 90, "gone", "gone"),
            ),
            LATE,
            ACCOUNTS,
        )
    )
    assert {post: row["first_answer_seconds"] for post, row in found.items()} == {
        "q1": 300.0,
        "q2": 420.0,
        "q3": None,
        "q4": 180.0,
        "q5": 180.0,
    }
    assert {post for post, row in found.items() if row["is_open"]} == {"q3"}  # an older answer cannot be measured
    assert {post for post, row in found.items() if row["is_answered_by_peer"]} == {"q1"}
    assert {post for post, row in found.items() if row["is_answerer_known"]} == {"q1", "q2", "q4"}
    assert found["q1"]["first_answer_at"] == START + timedelta(minutes=5)


def test_open_ones_are_watched_until_the_channels_last_post_or_as_of() -> None:
    posts = _posts(
        ("q1", "question", "ada", 0, None, "q1"),
        ("a1", "answer", "bob", 60, "q1", "q1"),
        ("c1", "comment", "cyd", 90, "q1", "q1"),
    )
    late = _by_post(answers(posts, LATE))["q1"]
    assert late["censored_at"] == START + timedelta(minutes=90)
    early = _by_post(answers(posts, START + timedelta(minutes=30)))["q1"]
    assert early["is_open"]
    assert early["censored_at"] == START  # nothing later is known yet
    assert _by_post(answers(posts, START)) == {}


def test_no_channel_of_the_company_no_response_to_wait_for() -> None:
    posts = _posts(("q1", "question", "ada", 0, None, "q1"))
    assert first_response(posts, ACCOUNTS.slice(0, 0), LATE).num_rows == 0


def test_first_human_reply_by_the_company() -> None:
    found = _by_post(
        first_response(
            _posts(
                # answered in its thread, not by the automatic reply nor by another customer
                ("q1", "question", "ada", 0, None, "q1"),
                ("r1", "comment", "autoreply", 1, "q1", "q1"),
                ("r2", "answer", "bob", 2, "q1", "q1"),
                ("r3", "comment", "care", 9, "r2", "q1"),
                ("q2", "question", "bob", 0, None, "q2"),  # open
                ("q3", "question", "care", 0, None, "q3"),
                ("q4", "question", "robot", 0, None, "q4"),
                ("p1", "post", "ada", 0, None, "p1"),  # awaits nothing
                ("m1", "message", "cyd", 5, "q3", "q3"),
                ("m2", "message", "care", 6, "m1", "q3"),
                ("m3", "message", "dan", 7, "q1", "q1"),  # speaks to another customer
            ),
            ACCOUNTS,
            LATE,
        )
    )
    assert {post: row["first_response_seconds"] for post, row in found.items()} == {"q1": 540.0, "q2": None, "m1": 60.0}
    assert found["q2"]["is_open"]


def test_intent_tells_what_awaits_a_response() -> None:
    posts = _posts(
        ("p1", "post", "ada", 0, None, "p1"),
        ("p2", "post", "bob", 0, None, "p2"),
        ("r1", "comment", "care", 4, "p1", "p1"),
    )
    intents = [("forum", "p1", "complaint"), ("forum", "p2", "praise")]
    enrichments = pa.Table.from_pylist(
        [{"channel": channel, "post_id": post, "intent": intent} for channel, post, intent in intents]
    )
    found = _by_post(first_response(posts, ACCOUNTS, LATE, enrichments))
    assert {post: row["first_response_seconds"] for post, row in found.items()} == {"p1": 240.0}
