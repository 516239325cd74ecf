from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest
from pyspark.sql import DataFrame

from jobs.engine import sessions
from jobs.lake import arrow
from transformations.contracts import contract
from transformations.identity.accounts import OWN_TYPES
from transformations.social import response

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


UNREAD = arrow.schema_of(contract("silver.post_enrichments")).empty_table()
ACCOUNTS = pa.table(
    {
        "channel": ["forum"] * 3,
        "profile_id": ["care", "autoreply", "robot"],
        "is_company": [True, True, False],
        "is_bot": [False, True, True],
    }
)
NOBODY = ACCOUNTS.slice(0, 0)


@pytest.fixture(scope="module")
def engine(spark):
    """Rows of a table as a frame; of the accounts where no table is named."""

    def of(rows: pa.Table, name: str = "") -> DataFrame:
        return sessions.frame(spark, rows, contract(name).ddl if name else OWN_TYPES)

    return of


@pytest.fixture(scope="module")
def answered(engine):
    """answered(posts, as_of, accounts): the answers by question."""
    return lambda posts, as_of=LATE, accounts=NOBODY: _by_post(
        response.answers(engine(posts, "silver.posts"), engine(accounts), as_of)
    )


@pytest.fixture(scope="module")
def responded(engine):
    """responded(posts, accounts, enrichments): the first responses by post."""
    return lambda posts, accounts=ACCOUNTS, enrichments=UNREAD: _by_post(
        response.first_response(
            engine(posts, "silver.posts"), engine(accounts), LATE, engine(enrichments, "silver.post_enrichments")
        )
    )


def _by_post(rows: DataFrame) -> dict[str, dict]:
    return {row["post_id"]: row for row in pa.table(rows.toArrow()).to_pylist()}


def test_first_answer_by_anybody(answered) -> None:
    found = answered(
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


def test_open_ones_are_watched_until_the_channels_last_post_or_as_of(answered) -> None:
    posts = _posts(
        ("q1", "question", "ada", 0, None, "q1"),
        ("a1", "answer", "bob", 60, "q1", "q1"),
        ("c1", "comment", "cyd", 90, "q1", "q1"),
    )
    late = answered(posts)["q1"]
    assert late["censored_at"] == START + timedelta(minutes=90)
    early = answered(posts, START + timedelta(minutes=30))["q1"]
    assert early["is_open"]
    assert early["censored_at"] == START  # nothing later is known yet
    assert answered(posts, START) == {}


def test_no_channel_of_the_company_no_response_to_wait_for(responded) -> None:
    posts = _posts(("q1", "question", "ada", 0, None, "q1"))
    assert responded(posts, NOBODY) == {}


def test_first_human_reply_by_the_company(responded) -> None:
    found = responded(
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
        )
    )
    assert {post: row["first_response_seconds"] for post, row in found.items()} == {"q1": 540.0, "q2": None, "m1": 60.0}
    assert found["q2"]["is_open"]


def test_intent_tells_what_awaits_a_response(responded) -> None:
    posts = _posts(
        ("p1", "post", "ada", 0, None, "p1"),
        ("p2", "post", "bob", 0, None, "p2"),
        ("r1", "comment", "care", 4, "p1", "p1"),
    )
    intents = [("forum", "p1", "complaint"), ("forum", "p2", "praise")]
    read = [{"channel": channel, "post_id": post, "intent": intent} for channel, post, intent in intents]
    found = responded(posts, ACCOUNTS, pa.Table.from_pylist(read, UNREAD.schema))
    assert {post: row["first_response_seconds"] for post, row in found.items()} == {"p1": 240.0}
