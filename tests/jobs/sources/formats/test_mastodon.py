"""Mastodon on made-up entities, and on payloads that others collected."""

import json

import pytest

from jobs.sources.base import DEFAULTS, WHEN_LANDED, ParseError
from jobs.sources.formats import mastodon

AT = "2024-05-01T10:00:00.000Z"
ADA = {
    "id": "7",
    "username": "ada",
    "acct": "ada@tea.example",
    "display_name": "Ada",
    "note": "<p>Tea &amp; I</p>",
    "url": "https://tea.example/@ada",
    "followers_count": 0,
    "following_count": 2,
    "statuses_count": 3,
    "bot": True,
    "created_at": "2020-01-01T00:00:00.000Z",
}
BO = {"id": "8", "acct": "bo"}


def status(**more):
    return {
        "id": "100",
        "uri": "https://x/100",
        "url": "https://x/@ada/100",
        "created_at": AT,
        "account": ADA,
        "content": "<p>Hi<br>you</p>",
        "visibility": "public",
        **more,
    }


def test_a_status_is_a_post_with_its_account_and_what_was_counted(rows_of):
    found = rows_of(
        mastodon,
        status(
            spoiler_text="tea",
            language="pt-BR",
            edited_at="2024-05-02T10:00:00.000Z",
            in_reply_to_id="99",
            media_attachments=[{"url": "https://m/1.png"}, {"url": None, "remote_url": "https://r/2.png"}],
            tags=[{"name": "tea"}],
            mentions=[{"id": "8", "acct": "bo"}],
            favourites_count=0,
            replies_count=2,
            reblogs_count=3,
            quotes_count=1,
        ),
    )
    assert found["posts"] == [
        {
            "post_id": "100",
            "kind": "comment",
            "profile_id": "7",
            "title": "tea",
            "text": "Hi\nyou",
            "url": "https://x/@ada/100",
            "media": ["https://m/1.png", "https://r/2.png"],
            "tags": ["tea"],
            "language": "pt",
            "created_at": AT,
            "edited_at": "2024-05-02T10:00:00.000Z",
            "parent_post_id": "99",
        }
    ]
    assert found["post_metrics"] == [
        {"post_id": "100", "observed_at": "2024-05-02T10:00:00.000Z", "reactions": "0", "comments": "2", "shares": "4"}
    ]
    assert found["profiles"] == [
        {
            "profile_id": "7",
            "handle": "ada@tea.example",
            "display_name": "Ada",
            "bio": "Tea & I",
            "is_bot": "true",
            "url": "https://tea.example/@ada",
            "followers_count": "0",
            "following_count": "2",
            "posts_count": "3",
            "created_at": "2020-01-01T00:00:00.000Z",
        }
    ]
    assert [row["interaction_id"] for row in found["interactions"]] == ["mention:7:8:100"]


def test_a_reblog_is_a_share_and_a_quote_a_post_and_a_share(rows_of):
    original = {"id": "50", "content": "x", "account": BO, "created_at": "2024-01-01T00:00:00.000Z"}
    found = rows_of(mastodon, status(content="", reblog=original))
    assert [post["post_id"] for post in found["posts"]] == ["50"]
    assert found["interactions"] == [
        {
            "interaction_id": "100",
            "actor_profile_id": "7",
            "target_profile_id": "8",
            "post_id": "50",
            "kind": "share",
            "created_at": AT,
        }
    ]
    found = rows_of(mastodon, status(quote={"state": "accepted", "quoted_status": original}))
    assert {post["post_id"] for post in found["posts"]} == {"100", "50"}
    assert [row["interaction_id"] for row in found["interactions"]] == ["share:7:50:100"]


def test_a_direct_status_is_a_message(rows_of):
    assert rows_of(mastodon, status(visibility="direct"))["posts"][0]["kind"] == "message"


@pytest.mark.parametrize(
    ("kind", "interactions"),
    [
        ("favourite", [("reaction:8:100", "reaction", "8", "7")]),
        ("reblog", [("share:8:100", "share", "8", "7")]),
        ("mention", []),
        ("poll", []),
    ],
)
def test_notifications_tell_who_acted_upon_a_status(rows_of, kind, interactions):
    value = {"id": "1", "type": kind, "created_at": AT, "account": BO, "status": status()}
    found = rows_of(mastodon, value)
    assert [post["post_id"] for post in found["posts"]] == ["100"]
    told = [
        (r["interaction_id"], r["kind"], r["actor_profile_id"], r["target_profile_id"])
        for r in found.get("interactions", ())
    ]
    assert told == interactions


def test_a_follow_does_not_say_whom(rows_of):
    found = rows_of(mastodon, {"id": "31", "type": "follow", "created_at": AT, "account": BO})
    assert found["interactions"] == [
        {"interaction_id": "follow:8:notification-31", "actor_profile_id": "8", "kind": "follow", "created_at": AT}
    ]


def test_streaming_events(rows_of):
    update = {"stream": ["public"], "event": "update", "payload": json.dumps(status())}
    assert rows_of(mastodon, update) == rows_of(mastodon, status())
    edited = status(edited_at="2024-05-03T00:00:00.000Z", content="<p>new</p>")
    assert rows_of(mastodon, {"event": "status.update", "payload": edited})["posts"][0]["text"] == "new"
    at = WHEN_LANDED
    assert rows_of(mastodon, {"event": "delete", "payload": "108244351339069440"}) == {
        "posts": [{"post_id": "108244351339069440", "deleted_at": at}],
        "interactions": [{"interaction_id": "108244351339069440", "deleted_at": at}],
    }
    assert rows_of(mastodon, {"event": "filters_changed", "payload": None}) == {}
    assert rows_of(mastodon, {"event": "conversation", "payload": "{}"}) == {}  # private messages


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ({"event": "update", "payload": '{"id": "1", '}, "malformed_json"),
        ({"event": "update", "payload": "[]"}, "not_this_format"),
        ({"event": "unheard", "payload": "{}"}, "not_this_format"),
        ({"error": "Record not found"}, "not_this_format"),
    ],
)
def test_events_that_cannot_be_read_say_why(rows_of, value, code):
    with pytest.raises(ParseError, match=f"^{code}: "):
        rows_of(mastodon, value)


def test_contexts_and_search_answers_hold_statuses_and_accounts(rows_of):
    found = rows_of(mastodon, {"ancestors": [status(id="1")], "descendants": [status(id="2")]})
    assert [post["post_id"] for post in found["posts"]] == ["1", "2"]
    found = rows_of(mastodon, {"accounts": [BO], "statuses": [status()], "hashtags": []})
    assert {row["profile_id"] for row in found["profiles"]} == {"7", "8"}


def test_a_status_without_an_id_gives_a_row_without_its_key(rows_of):
    (post,) = rows_of(mastodon, {"content": "<p>x</p>", "account": BO})["posts"]
    assert post == {"kind": "post", "profile_id": "8", "text": "x"}


def test_collected_payloads_add_up(shared_data):
    with (shared_data / "platform_payloads" / "mastodon.json").open("rb") as stream:
        records = {record.context: record for record in mastodon.split(stream, DEFAULTS)}
    assert len(records) == 5
    with pytest.raises(ParseError, match=r"^not_this_format: "):  # an object of ActivityStreams
        list(mastodon.parse(records.pop("ACTOR_REMOTE").raw, None))
    for record in records.values():
        value, rows = json.loads(record.raw), list(mastodon.parse(record.raw, None))
        of = lambda table: [row for name, row in rows if name == table]  # noqa: B023, E731
        shown = value.get("reblog", value)
        assert [row["post_id"] for row in of("posts")] == ([shown["id"]] if "content" in shown else [])
        accounts = {one["id"] for one in (value.get("account"), shown.get("account"), value) if one and "acct" in one}
        assert {row["profile_id"] for row in of("profiles")} == accounts
        assert len(of("interactions")) == len(shown.get("mentions", ())) + ("reblog" in value)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("2019-12-08T03:48:33.901Z", "2019-12-08T03:48:33.901Z"),
        ("2031-01-01T00:00:00.000Z", "2019-12-08T03:48:33.849000+00:00"),
        ("0001-01-01T00:00:00.000Z", "2019-12-08T03:48:33.849000+00:00"),
        ("2014-05-28T12:00:12Z", "2014-05-28T12:00:12Z"),
    ],
)
def test_a_clock_of_another_server_gives_way_to_the_own_one(said, expected):
    status = {
        "id": "103270115826048975",
        "created_at": said,
        "content": "<p>Hi</p>",
        "account": {"id": "1", "acct": "a"},
    }
    (row,) = [row for table, row in mastodon.parse(json.dumps(status).encode(), None) if table == "posts"]
    assert row["created_at"] == expected


def test_the_line_that_stands_for_a_quote_is_not_the_authors():
    content = (
        '<p class="quote-inline">RE: <a href="https://a.example/@b/1"><span class="invisible">https://</span>'
        "<span>a.example/@b/1</span></a></p><p>So true</p>"
    )
    status = {"id": "2", "created_at": "2024-01-01T00:00:00Z", "content": content, "account": {"id": "1", "acct": "a"}}
    (row,) = [row for table, row in mastodon.parse(json.dumps(status).encode(), None) if table == "posts"]
    assert row["text"] == "So true"
