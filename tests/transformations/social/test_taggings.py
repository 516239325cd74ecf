from datetime import UTC, datetime

import pyarrow as pa

from jobs.lake import arrow
from transformations.contracts import contract
from transformations.social.taggings import GIVEN_COLUMNS, POST_COLUMNS, derived_taggings

T1 = datetime(2025, 1, 1, tzinfo=UTC)
POSTS = contract("silver.posts")


def _posts(*posts: dict) -> pa.Table:
    default = {
        "channel": "x",
        "kind": "post",
        "profile_id": "a",
        "created_at": T1,
        "source_version": "v1",
        "batch_id": "b1",
    }
    schema = pa.schema([(name, arrow.type_of(POSTS.field(name).type)) for name in POST_COLUMNS])
    return pa.Table.from_pylist([{**default, **post} for post in posts], schema)


def _given(*rows: tuple) -> pa.Table:
    schema = pa.schema([(name, pa.string()) for name in GIVEN_COLUMNS])
    return pa.Table.from_pylist([dict(zip(GIVEN_COLUMNS, row, strict=True)) for row in rows], schema)


def _derived(posts: pa.Table, given: pa.Table | None = None) -> list[tuple]:
    found = derived_taggings(posts, given if given is not None else _given())
    columns = ("tagging_id", "tagger_profile_id", "object_kind", "object_id", "tag")
    return [tuple(row.values()) for row in found.select(columns).to_pylist()]


def test_an_author_tags_the_post_and_a_bookmark_its_page() -> None:
    posts = _posts(
        {"post_id": "1", "tags": ["espresso", "Milk", "espresso", "", " "]},
        {"post_id": "2", "tags": ["milk"], "profile_id": None, "url": "https://of.the/post"},
        {"post_id": "3", "tags": ["toread"], "kind": "bookmark", "url": "https://a.page/"},
        {"post_id": "4", "tags": ["lost"], "kind": "bookmark"},
        {"post_id": "5", "tags": []},
        {"post_id": "6", "tags": None},
    )
    assert _derived(posts) == [
        ("tag:1:Milk", "a", "post", "1", "Milk"),
        ("tag:1:espresso", "a", "post", "1", "espresso"),
        ("tag:2:milk", None, "post", "2", "milk"),
        ("tag:3:toread", "a", "page", "https://a.page/", "toread"),
        ("tag:4:lost", "a", "post", "4", "lost"),
    ]


def test_what_a_platform_gives_is_not_derived_again() -> None:
    posts = _posts(
        {"post_id": "1", "tags": ["one", "two"]},
        {"post_id": "1", "tags": ["one"], "channel": "y"},
        {"post_id": "2", "tags": ["one"], "profile_id": None},
    )
    given = _given(
        ("x", "a", "post", "1", "one", "delicious"),
        ("x", "a", "post", "1", "two", "derived:posts"),
        ("x", None, "post", "2", "one", "delicious"),
    )
    assert [row[0] for row in _derived(posts, given)] == ["tag:1:two", "tag:1:one"]


def test_rows_say_where_they_come_from() -> None:
    (row,) = derived_taggings(_posts({"post_id": "1", "tags": ["one"]}), _given()).to_pylist()
    assert row == {
        "channel": "x",
        "tagging_id": "tag:1:one",
        "tagger_profile_id": "a",
        "object_kind": "post",
        "object_id": "1",
        "tag": "one",
        "created_at": T1,
        "source": "derived:posts",
        "source_record_id": "tag:1:one",
        "source_version": "v1",
        "valid_from": T1,
        "batch_id": "b1",
    }
