"""What platforms' records hold and no table has a place for is counted."""

import json

import pytest

from jobs.sources import formats, unmapped

POLL = {"options": [{"title": "Yes", "votes_count": 3}]}
STATUS = {"id": "2", "created_at": "2024-01-01T00:00:00Z", "content": "Hi", "account": {"id": "1", "acct": "a"}}


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("mastodon", STATUS, {}),
        ("mastodon", STATUS | {"poll": POLL}, {"polls (their options and votes)": 1}),
        (
            "activitystreams",
            {
                "id": "likes.json",
                "type": "OrderedCollection",
                "orderedItems": ["https://a.example/1", "https://a.example/2"],
            },
            {"likes (addresses only)": 2},
        ),
        (
            "activitystreams",
            {
                "id": "https://a.example/users/b/bookmarks.json",
                "type": "OrderedCollection",
                "orderedItems": ["https://c/1"],
            },
            {"bookmarks (addresses only)": 1},
        ),
        (
            "activitystreams",
            {"type": "Block", "actor": "https://a/b", "object": "https://c/d"},
            {"activities of type block": 1},
        ),
        ("reddit", {"kind": "t4", "data": {"body": "Hi"}}, {"messages": 1}),
        ("zendesk", {"satisfaction_ratings": [{"id": 1}, {"id": 2}]}, {"satisfaction ratings": 2}),
        ("discourse", {"chat_message": {"id": 1}}, {"answers chat_message": 1}),
        ("twitter", {"limit": {"track": 4}}, {"notices limit": 1}),
        ("bluesky", {"uri": "at://a/b/c", "notFound": True}, {"posts that are not shown (deleted, or blocked)": 1}),
        ("youtube", {"kind": "youtube#caption", "id": "1"}, {"resources youtube#caption": 1}),
        (
            "youtube",
            {"kind": "youtube#searchResult", "id": {"playlistId": "1"}},
            {"search results that are neither videos nor channels": 1},
        ),
        (
            "facebook",
            {"object": "page", "entry": [{"id": "1", "changes": [{"field": "feed", "value": {"item": "poll"}}]}]},
            {"notifications of feed: poll": 1},
        ),
        (
            "instagram",
            {"object": "instagram", "entry": [{"id": "1", "messaging": [{"message": {"text": "Hi"}}]}]},
            {"private messages": 1},
        ),
        ("pinboard", {"href": "https://a.example", "shared": "no"}, {"private bookmarks": 1}),
        (
            "hypothesis",
            {"id": "1", "user": "acct:a@b", "uri": "https://c", "permissions": {"read": ["acct:a@b"]}},
            {"annotations that only their author may read": 1},
        ),
        (
            "mediawiki_changes",
            {"type": "log", "logtype": "protect", "logaction": "protect", "title": "A", "rcid": 1},
            {"log entries protect/protect": 1},
        ),
        ("mediawiki_changes", {"type": "categorize", "rcid": 1}, {"changes of type categorize": 1}),
        (
            "bluesky",
            {"uri": "at://did:plc:a/app.bsky.graph.list/1", "value": {"$type": "app.bsky.graph.list", "name": "x"}},
            {"records app.bsky.graph.list": 1},
        ),
    ],
)
def test_what_is_left_out_is_counted_by_kind(name, value, expected):
    with unmapped.counting() as found:
        list(formats.module(name).parse(json.dumps(value).encode(), None))
    assert dict(found) == expected


def test_counts_travel_as_text():
    with unmapped.counting() as outer:
        unmapped.count("polls")
        with unmapped.counting() as inner:
            unmapped.count("likes", 2)
    unmapped.count("nobody listens")
    assert (unmapped.as_text(outer), unmapped.as_text(inner)) == ("polls=1", "likes=2")
    assert unmapped.as_text(unmapped.total([("likes=2|polls=1", 2)])) == "likes=4|polls=2"
