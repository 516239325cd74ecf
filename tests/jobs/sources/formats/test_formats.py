"""What holds for every platform of JSON: whatever comes, rows of its tables or a ParseError that says why."""

from __future__ import annotations

import ast
import copy
import importlib
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jobs.lake.fingerprints import closure
from jobs.sources import formats
from jobs.sources.base import ParseError, SplitOptions
from transformations.contracts import contract

PLATFORMS = ("discourse", "facebook", "flickr", "hypothesis", "instagram", "pinboard", "reviews", "youtube", "zendesk")
KINDS = {
    "youtube": [
        f"youtube#{kind}"
        for kind in (
            "video",
            "channel",
            "comment",
            "commentThread",
            "playlistItem",
            "activity",
            "searchResult",
            "subscription",
            "videoListResponse",
        )
    ],
    "zendesk": [
        f"zen:event-type:ticket.{what}" for what in ("created", "status_changed", "comment_added", "soft_deleted")
    ],
    "hypothesis": ["annotation-notification"],
}
PAYLOADS: dict[str, list[Any]] = {
    "twitter": [
        {
            "id_str": "1000000000000000000",
            "created_at": "Wed Oct 10 20:19:24 +0000 2018",
            "full_text": "Hi #tea",
            "user": {"id_str": "7", "screen_name": "ada", "followers_count": 3, "verified": False},
            "entities": {"hashtags": [{"text": "tea"}], "user_mentions": [{"id_str": "8", "screen_name": "bo"}]},
            "extended_entities": {
                "media": [
                    {
                        "id_str": "5",
                        "video_info": {"variants": [{"content_type": "video/mp4", "bitrate": 8, "url": "https://v/8"}]},
                    }
                ]
            },
            "quoted_status": {"id_str": "9", "text": "x", "user": {"id_str": "8"}},
            "quoted_status_id_str": "9",
            "favorite_count": 2,
            "retweet_count": 1,
            "lang": "en",
            "in_reply_to_status_id_str": "4",
        },
        {"id_str": "2", "text": "RT", "user": {"id_str": "8"}, "retweeted_status": {"id_str": "1", "user": {"id": 7}}},
        {"delete": {"status": {"id_str": "1", "user_id_str": "7"}, "timestamp_ms": "1600000000000"}},
        {"event": "follow", "created_at": "Wed Oct 10 20:19:24 +0000 2018", "source": {"id": 1}, "target": {"id": 2}},
        {
            "data": [
                {
                    "id": "11",
                    "text": "Tea",
                    "author_id": "7",
                    "created_at": "2024-01-01T00:00:00.000Z",
                    "public_metrics": {"like_count": 1, "retweet_count": 2, "quote_count": 3, "impression_count": 9},
                    "attachments": {"media_keys": ["3_1"]},
                    "entities": {"mentions": [{"id": "8"}]},
                    "referenced_tweets": [{"type": "quoted", "id": "10"}],
                    "edit_history_tweet_ids": ["11"],
                }
            ],
            "includes": {
                "users": [{"id": "7", "username": "ada", "name": "A", "public_metrics": {"tweet_count": 1}}],
                "tweets": [{"id": "10", "text": "T", "author_id": "8"}],
                "media": [{"media_key": "3_1", "url": "https://m/1", "public_metrics": {"view_count": 4}}],
            },
            "meta": {"result_count": 1},
        },
        {"data": {"delete": {"tweet": {"id": "11"}, "event_at": "2024-01-02T00:00:00Z"}}},
    ],
    "mastodon": [
        {
            "id": "113000000000000000",
            "created_at": "2024-09-01T00:00:00.000Z",
            "content": "<p>Hi</p>",
            "uri": "u",
            "account": {"id": "7", "acct": "ada", "followers_count": 1, "bot": False, "note": "<p>n</p>"},
            "mentions": [{"id": "8", "acct": "bo"}],
            "tags": [{"name": "tea"}],
            "favourites_count": 1,
            "media_attachments": [{"url": "https://m/1"}],
            "visibility": "public",
            "in_reply_to_id": "4",
            "quote": {"quoted_status": {"id": "5", "content": "x", "account": {"id": "8"}}},
        },
        {
            "id": "3",
            "content": "",
            "account": {"id": "7"},
            "reblog": {"id": "1", "content": "x", "account": {"id": "8"}},
        },
        {"id": "5", "type": "favourite", "created_at": "2024-01-01T00:00:00Z", "account": {"id": "8"}},
        {"event": "delete", "payload": "113000000000000000"},
        {"event": "update", "payload": '{"id": "9", "content": "x", "account": {"id": "7"}}'},
        {"accounts": [{"id": "1", "acct": "a"}], "statuses": []},
    ],
    "bluesky": [
        {
            "feed": [
                {
                    "post": {
                        "uri": "at://did:x:a/app.bsky.feed.post/1",
                        "author": {"did": "did:x:a", "handle": "a.test"},
                        "record": {
                            "$type": "app.bsky.feed.post",
                            "text": "Hi",
                            "createdAt": "2024-01-01T00:00:00Z",
                            "langs": ["en"],
                            "reply": {"parent": {"uri": "p"}, "root": {"uri": "r"}},
                            "facets": [{"features": [{"tag": "tea"}, {"did": "did:x:b"}]}],
                            "embed": {"record": {"uri": "at://did:x:b/app.bsky.feed.post/2"}},
                        },
                        "embed": {"record": {"uri": "at://did:x:b/app.bsky.feed.post/2", "value": {"text": "x"}}},
                        "likeCount": 1,
                        "indexedAt": "2024-01-01T00:00:01Z",
                    },
                    "reason": {"by": {"did": "did:x:c"}, "indexedAt": "2024-01-02T00:00:00Z"},
                }
            ]
        },
        {
            "did": "did:x:a",
            "time_us": 1700000000000000,
            "kind": "commit",
            "commit": {
                "operation": "create",
                "collection": "app.bsky.feed.post",
                "rkey": "3",
                "record": {
                    "$type": "app.bsky.feed.post",
                    "text": "x",
                    "embed": {"images": [{"image": {"ref": {"$link": "c"}}}]},
                },
            },
        },
        {
            "did": "did:x:a",
            "time_us": 1700000000000000,
            "kind": "commit",
            "commit": {"operation": "delete", "collection": "app.bsky.feed.like", "rkey": "3"},
        },
        {"did": "did:x:a", "time_us": 1700000000000000, "kind": "account", "account": {"active": False}},
        {
            "repo": "did:x:a",
            "time": "2024-01-01T00:00:00Z",
            "ops": [{"action": "delete", "path": "app.bsky.feed.post/3"}],
        },
        {"uri": "at://did:x:a/app.bsky.feed.post/1", "likes": [{"actor": {"did": "did:x:b"}, "createdAt": "2024"}]},
    ],
    "reddit": [
        {
            "kind": "Listing",
            "data": {
                "children": [
                    {
                        "kind": "t3",
                        "data": {
                            "id": "a",
                            "name": "t3_a",
                            "author": "ada",
                            "title": "T",
                            "selftext": "S",
                            "created_utc": 1700000000.0,
                            "score": 1,
                            "num_comments": 2,
                            "permalink": "/r/x/a",
                            "link_flair_text": "Tea",
                            "crosspost_parent": "t3_b",
                            "media_metadata": {"m": {"s": {"u": "https://m"}}},
                            "crosspost_parent_list": [{"id": "b", "author": "bo"}],
                        },
                    },
                    {
                        "kind": "t1",
                        "data": {
                            "id": "c",
                            "author": "bo",
                            "body": "B",
                            "link_id": "t3_a",
                            "parent_id": "t3_a",
                            "created_utc": 1700000001,
                            "replies": {"kind": "Listing", "data": {"children": []}},
                        },
                    },
                    {"kind": "more", "data": {}},
                ]
            },
        },
        {"kind": "t2", "data": {"id": "u", "name": "ada", "subreddit": {"subscribers": 1}, "created_utc": 1}},
        {"id": "c", "author": "bo", "body": "[deleted]", "link_id": "t3_a", "created_utc": "1", "retrieved_on": 2},
    ],
    "activitystreams": [
        {
            "type": "Create",
            "id": "a",
            "published": "2024-01-01T00:00:00Z",
            "actor": {"type": "Person", "id": "u", "name": "Ada", "followers": {"totalItems": 1}},
            "object": {
                "type": "Note",
                "id": "n",
                "content": "<p>x</p>",
                "attributedTo": "u",
                "to": ["as:Public"],
                "tag": [{"type": "Hashtag", "name": "#tea"}, {"type": "Mention", "href": "v"}],
                "attachment": [{"type": "Document", "mediaType": "image/png", "url": "https://m"}],
                "replies": {"first": {"items": [{"type": "Note", "id": "r"}]}},
                "quoteUrl": "q",
            },
        },
        {"objectType": "activity", "verb": "share", "actor": "u", "object": {"objectType": "note", "content": "x"}},
        {"type": "Delete", "actor": "u", "object": {"type": "Tombstone", "id": "n", "deleted": "2024-01-01T00:00:00Z"}},
        {"type": "Undo", "actor": "u", "published": "2024", "object": {"type": "Follow", "actor": "u", "object": "v"}},
        {"type": "Add", "actor": "u", "object": [{"type": "Hashtag", "name": "tea"}], "target": {"url": "p"}},
        {"type": "OrderedCollection", "orderedItems": [{"type": "Like", "actor": "u", "object": "n"}]},
    ],
}
NAMES = tuple(PAYLOADS)
ALL = (*PLATFORMS, *NAMES)


def of_name(name: str) -> Any:
    return importlib.import_module(f"jobs.sources.formats.{name}")


def modules_of(name: str) -> dict[str, Path]:
    """The modules of a format with their files: one, or those of its package."""
    file = Path(of_name(name).__file__)
    module = f"jobs.sources.formats.{name}"
    inner = file.parent.glob("[!_]*.py") if file.stem == "__init__" else ()
    return {module: file, **{f"{module}.{path.stem}": path for path in sorted(inner)}}


def source_of(name: str) -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in modules_of(name).values())


def own_words(name: str) -> list[str]:
    """The platform's own keys and values: the words that its parser names."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in modules_of(name).values()]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    found = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return sorted(word for word in found if re.fullmatch(r"@?[A-Za-z_][\w@]*", word))


def of_words(name: str) -> st.SearchStrategy[Any]:
    words = st.sampled_from(own_words(name))
    numbers = st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False)
    texts = words | st.text(max_size=8) | st.sampled_from(KINDS.get(name, ["1"]))
    scalars = st.none() | st.booleans() | numbers | texts
    things = st.recursive(
        scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=8), max_leaves=30
    )
    beginnings = st.fixed_dictionaries({}, optional={"kind": texts, "type": texts, "id": scalars})
    return st.builds(
        lambda begun, rest: begun | rest, beginnings, st.dictionaries(words, things, min_size=1, max_size=8)
    ) | st.lists(things, max_size=3)


def keys_of(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set(value) | {key for part in value.values() for key in keys_of(part)}
    return {key for part in value for key in keys_of(part)} if isinstance(value, list) else set()


def words_of(value: Any) -> set[str]:
    if isinstance(value, dict):
        return {word for part in value.values() for word in words_of(part)}
    if isinstance(value, list):
        return {word for part in value for word in words_of(part)}
    return {value} if isinstance(value, str) else set()


def paths(value: Any, path: tuple = ()) -> Iterator[tuple]:
    """Where a payload's parts lie."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in inner:
        yield (*path, key)
        yield from paths(part, (*path, key))


def anything(name: str) -> st.SearchStrategy[Any]:
    """JSON of the platform's own keys and values."""
    keys = st.sampled_from(sorted(keys_of(PAYLOADS[name])))
    words = st.sampled_from(sorted(words_of(PAYLOADS[name])))
    scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | words | st.text(max_size=6)
    return st.recursive(
        scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=6), max_leaves=20
    )


def of_payloads(name: str) -> st.SearchStrategy[Any]:
    """An object of keys and values that the platform's payloads have."""
    return st.dictionaries(st.sampled_from(sorted(keys_of(PAYLOADS[name]))), anything(name), max_size=8)


@pytest.mark.parametrize("name", ALL)
def test_any_object_of_its_own_keys_gives_rows_of_its_tables_or_a_reason(name, assert_readable):
    @settings(suppress_health_check=list(HealthCheck))
    @given(of_payloads(name) if name in PAYLOADS else of_words(name))
    def holds(value):
        assert_readable(of_name(name), value)

    holds()


@pytest.mark.parametrize("name", NAMES)
def test_any_part_of_a_payload_may_be_anything(name, assert_readable):
    places = [(payload, path) for payload in PAYLOADS[name] for path in paths(payload)]

    @given(st.sampled_from(places), anything(name))
    def run(place, value):
        payload, path = place
        damaged = copy.deepcopy(payload)
        inner = damaged
        for key in path[:-1]:
            inner = inner[key]
        inner[path[-1]] = value
        assert_readable(of_name(name), damaged)

    run()


@pytest.mark.parametrize("name", NAMES)
def test_each_payload_that_is_whole_gives_rows(name):
    for value in PAYLOADS[name]:
        assert list(of_name(name).parse(json.dumps(value).encode(), None)), value


@pytest.mark.parametrize("name", NAMES)
def test_a_payload_cut_off_anywhere_is_refused(name):
    raw = json.dumps(PAYLOADS[name][0]).encode()
    for end in range(1, len(raw), 7):
        with pytest.raises(ParseError, match=r"^malformed_json: "):
            list(of_name(name).parse(raw[:end], None))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("other", NAMES)
def test_another_platforms_payload_is_refused(name, other):
    if name == other:
        return
    for value in PAYLOADS[other]:
        with pytest.raises(ParseError, match=r"^not_this_format: "):
            list(of_name(name).parse(json.dumps(value).encode(), None))


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "empty_file"),
        (b'{"id": "1", "text": "cut o', "malformed_json"),
        (b'{"id": 1, "id": 2}', "duplicate_key"),
        (b'{"id": "\\ud83d"}', "invalid_text"),
        (b'{"id": "\xff"}', "invalid_text"),
        (b'{"id": "a\\u0000"}', "nul_byte"),
        (b'"just a text"', "not_this_format"),
        (b"[7]", "not_this_format"),
        (b"{}", "not_this_format"),
        (b'{"colour": "red", "wheels": 4}', "not_this_format"),
    ],
)
def test_what_is_none_of_its_objects_is_refused_with_a_reason(name, raw, code):
    with pytest.raises(ParseError, match=f"^{code}: "):
        list(of_name(name).parse(raw, None))


@pytest.mark.parametrize("name", PLATFORMS)
@pytest.mark.parametrize(
    "raw",
    [
        b'{"error": {"message": "expired", "code": 190}}',
        b'{"objectType": "activity", "verb": "post", "id": "tag:x,2024:1"}',
        b'{"$type": "app.bsky.feed.post", "createdAt": "2024-01-01T00:00:00Z"}',
    ],
)
def test_an_error_or_another_platforms_object_is_refused(name, raw):
    with pytest.raises(ParseError, match=r"^not_this_format: "):
        list(of_name(name).parse(raw, None))


@pytest.mark.parametrize("name", ALL)
def test_tables_have_columns_of_the_contracts(name):
    for table, columns in of_name(name).tables.items():
        assert set(columns) <= set(contract(f"silver.{table}").names)
        assert len(columns) == len(set(columns))


@pytest.mark.parametrize("name", NAMES)
def test_a_file_is_one_record_a_line_an_element_or_a_named_payload(name):
    value = PAYLOADS[name][0]
    line = json.dumps(value).encode()
    for document in (
        line + b"\n" + line,
        b"[" + line + b",\n" + line + b"]",
        b'{\n"A": ' + line + b', "B": ' + line + b"}",
    ):
        records = list(of_name(name).split(io.BytesIO(document), SplitOptions()))
        assert [(record.line, record.raw) for record in records] == [(1, line), (2, line)]


@pytest.mark.parametrize("name", formats.names())
def test_who_gives_deletions_without_a_time_says_so(name):
    assert getattr(formats.module(name), "lands_deletions", False) == ("WHEN_LANDED" in source_of(name))


@pytest.mark.parametrize("name", formats.names())
def test_rows_rest_on_every_module_of_their_format(name):
    assert set(modules_of(name)) <= closure([f"jobs.sources.formats.{name}"])
