from datetime import UTC, datetime

import pyarrow as pa
from pyspark.sql import SparkSession

from jobs.engine import sessions
from jobs.lake import arrow
from transformations.contracts import contract
from transformations.social.interactions import GIVEN_COLUMNS, POST_COLUMNS, derived_in_memory, derived_interactions

T1, T2, T3 = (datetime(2025, 1, day, tzinfo=UTC) for day in (1, 2, 3))
POSTS, GIVEN = contract("silver.posts"), contract("silver.interactions")
PROFILES = pa.table(
    {
        "channel": ["x", "x", "x", "x", "x", "x", "y", "x", "x", "x"],
        "profile_id": ["a", "b", "c", "d", "e", "f", "z", "n", "Seen", "ADA"],
        "handle": ["Ada", "bert.b", "same", "SAME", "Eve Example", "fay@other.example", "ada", None, None, None],
        "is_seen_only": [False, False, False, False, False, False, False, False, True, True],
    }
)


def _posts(*posts: dict) -> pa.Table:
    default = {"channel": "x", "kind": "post", "created_at": T1, "source_version": "v1", "batch_id": "b1"}
    schema = pa.schema([(name, arrow.type_of(POSTS.field(name).type)) for name in POST_COLUMNS])
    return pa.Table.from_pylist([{**default, **post} for post in posts], schema)


def _given(*rows: tuple) -> pa.Table:
    schema = pa.schema([(name, pa.string()) for name in GIVEN_COLUMNS])
    return pa.Table.from_pylist([dict(zip(GIVEN_COLUMNS, row, strict=True)) for row in rows], schema)


def _derived(posts: pa.Table, given: pa.Table | None = None) -> list[tuple]:
    found = derived_in_memory(posts, PROFILES, given if given is not None else _given())
    columns = ("interaction_id", "actor_profile_id", "target_profile_id", "post_id", "kind", "created_at")
    return sorted(tuple(row.values()) for row in found.select(columns).to_pylist())


def test_replies_answers_and_edits_go_to_the_parents_author() -> None:
    posts = _posts(
        {"post_id": "1", "profile_id": "a", "kind": "question"},
        {"post_id": "2", "profile_id": "b", "kind": "answer", "parent_post_id": "1", "created_at": T2},
        {"post_id": "3", "profile_id": "a", "kind": "comment", "parent_post_id": "2", "created_at": T3},
        {"post_id": "4", "profile_id": "b", "kind": "comment", "parent_post_id": "gone"},
        {"post_id": "5", "profile_id": None, "kind": "comment", "parent_post_id": "1"},
        {"post_id": "6", "profile_id": "a", "kind": "comment", "parent_post_id": "1"},
        {"post_id": "7", "profile_id": "b", "kind": "wiki_edit", "parent_post_id": "1"},
        {"post_id": "8", "profile_id": "b", "channel": "y", "kind": "comment", "parent_post_id": "1"},
    )
    assert _derived(posts) == [
        ("answer:2", "b", "a", "2", "answer", T2),
        ("co_edit:7", "b", "a", "7", "co_edit", T1),
        ("reply:3", "a", "b", "3", "reply", T3),
        ("reply:4", "b", None, "4", "reply", T1),
        ("reply:6", "a", "a", "6", "reply", T1),
        ("reply:8", "b", None, "8", "reply", T1),
    ]


def test_an_accepted_answer_is_dated_by_the_answer() -> None:
    posts = _posts(
        {"post_id": "1", "profile_id": "a", "kind": "question", "accepted_answer_id": "2"},
        {
            "post_id": "2",
            "profile_id": "b",
            "kind": "answer",
            "created_at": T2,
            "is_accepted_answer": True,
            "parent_post_id": "1",
        },
        {"post_id": "3", "profile_id": "a", "kind": "question", "accepted_answer_id": "gone"},
        {"post_id": "4", "profile_id": "e", "kind": "question"},
        {
            "post_id": "5",
            "profile_id": "b",
            "kind": "answer",
            "created_at": T3,
            "is_accepted_answer": True,
            "parent_post_id": "4",
        },
        {"post_id": "6", "profile_id": None, "kind": "question", "accepted_answer_id": "2"},
    )
    accepts = [row for row in _derived(posts) if row[4] == "accept"]
    assert accepts == [("accept:1:2", "a", "b", "2", "accept", T2), ("accept:4:5", "e", "b", "5", "accept", T3)]


MENTIONS: dict[str | None, list[str]] = {
    "hello @ada!": ["a"],
    "hello @ADA, @ada and @Bert.B.": ["a", "b"],
    "(@ada)": ["a"],
    "mail@ada is no mention": [],
    "@ada_lovelace is someone else": [],
    "@same is two accounts": [],
    "@nobody": [],
    "good read: https://medium.com/@ada/why and https://video.example/@bert.b?sub=1": [],
    "their page medium.com/@ada, or www.video.example/@bert.b": [],
    "ask ada@bert.b, or @eveexample": ["e"],
    "(https://x.example/@ada) thanks to ＠ada": ["a"],
    "as @ada/@eveexample said": ["a", "e"],
    "No.\n\n> what @ada said": [],
    "thanks @seen": ["Seen"],
    "@EveExample": ["e"],
    "@fay@other.example hi": ["f"],
    "@ada@other.example hi": [],
    "": [],
    None: [],
}


def test_mentions() -> None:
    posts = [{"post_id": str(number), "profile_id": "n", "text": text} for number, text in enumerate(MENTIONS)]
    named: dict[str, list[str]] = {post["post_id"]: [] for post in posts}
    for identity, actor, target, post_id, kind, at in _derived(_posts(*posts)):
        assert (identity, actor, kind, at) == (f"mention:{post_id}:{target}", "n", "mention", T1)
        named[post_id].append(target)
    assert dict(zip(MENTIONS, named.values(), strict=True)) == MENTIONS


def test_a_reply_is_not_a_mention_of_the_one_replied_to_as_well() -> None:
    posts = _posts(
        {"post_id": "1", "profile_id": "a"},
        {"post_id": "2", "profile_id": "b", "parent_post_id": "1", "text": "@ada @eveexample look"},
    )
    assert [row[0] for row in _derived(posts)] == ["mention:2:e", "reply:2"]


def test_what_a_platform_gives_is_not_derived_again() -> None:
    posts = _posts(
        {"post_id": "1", "profile_id": "n", "text": "@ada @bert.b"},
        {"post_id": "2", "profile_id": "b", "parent_post_id": "gone"},
    )
    given = _given(
        ("x", "mention", "n", "a", "1", "microblog"),
        ("x", "mention", "n", "b", "1", "derived:posts"),
        ("x", "reply", "b", None, "2", "microblog"),
    )
    assert [row[0] for row in _derived(posts, given)] == ["mention:1:b"]


def test_rows_say_where_they_come_from() -> None:
    posts = _posts({"post_id": "1", "profile_id": "n", "text": "@ada"})
    (row,) = derived_in_memory(posts, PROFILES, _given()).to_pylist()
    assert row == {
        "channel": "x",
        "interaction_id": "mention:1:a",
        "actor_profile_id": "n",
        "target_profile_id": "a",
        "post_id": "1",
        "kind": "mention",
        "created_at": T1,
        "source": "derived:posts",
        "source_record_id": "mention:1:a",
        "source_version": "v1",
        "valid_from": T1,
        "batch_id": "b1",
    }


def test_spark_derives_the_same(spark: SparkSession) -> None:
    posts = _posts(
        {"post_id": "1", "profile_id": "a", "kind": "question", "accepted_answer_id": "2"},
        {
            "post_id": "2",
            "profile_id": "b",
            "kind": "answer",
            "parent_post_id": "1",
            "created_at": T2,
            "is_accepted_answer": True,
            "text": "@ada @eveexample look",
        },
        {"post_id": "3", "profile_id": "a", "kind": "comment", "parent_post_id": "2", "created_at": T3},
        {"post_id": "4", "profile_id": "b", "kind": "comment", "parent_post_id": "gone"},
        {"post_id": "5", "profile_id": None, "kind": "comment", "parent_post_id": "1"},
        {"post_id": "6", "profile_id": "b", "kind": "wiki_edit", "parent_post_id": "1"},
        {"post_id": "7", "profile_id": "b", "channel": "y", "kind": "comment", "parent_post_id": "1"},
        {"post_id": "8", "profile_id": "e", "kind": "question", "accepted_answer_id": "gone"},
        {"post_id": "9", "profile_id": "b", "kind": "answer", "is_accepted_answer": True, "parent_post_id": "8"},
        *({"post_id": f"m{number}", "profile_id": "n", "text": text} for number, text in enumerate(MENTIONS)),
        {"post_id": "n", "profile_id": "n", "title": "@ada", "text": "é@bert.b"},
    )
    given = _given(("x", "mention", "n", "a", "m0", "tw"), ("x", "reply", "b", None, "4", "tw"))
    in_memory = derived_in_memory(posts, PROFILES, given)
    assert in_memory.num_rows == 19
    by_spark = derived_interactions(*(sessions.frame(spark, table) for table in (posts, PROFILES, given)))
    rows = pa.table(by_spark.toArrow()).select(in_memory.column_names).cast(in_memory.schema)
    assert rows.sort_by("interaction_id") == in_memory.sort_by("interaction_id")
    assert set(in_memory.column_names) <= set(GIVEN.names)
