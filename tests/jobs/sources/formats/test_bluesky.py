"""Bluesky on made-up views, records and events, and on payloads that others collected."""

import json

import pytest

from jobs.sources import unmapped
from jobs.sources.base import DEFAULTS, WHEN_LANDED, ParseError
from jobs.sources.formats import bluesky

AT = "2024-05-01T10:00:00.000Z"
SEEN = "2024-05-01T10:00:01.000Z"
ADA, BO = "did:plc:ada", "did:plc:bo"
URI = f"at://{ADA}/app.bsky.feed.post/1"
QUOTED = f"at://{BO}/app.bsky.feed.post/2"


def record(**more):
    return {"$type": "app.bsky.feed.post", "text": "Hi", "createdAt": AT, **more}


def view(**more):
    return {
        "$type": "app.bsky.feed.defs#postView",
        "uri": URI,
        "cid": "c",
        "author": {"did": ADA, "handle": "ada.test"},
        "record": record(),
        "indexedAt": SEEN,
        **more,
    }


def commit(operation, collection="app.bsky.feed.post", **more):
    return {
        "did": ADA,
        "time_us": 1714557601000000,
        "kind": "commit",
        "commit": {"rev": "r", "operation": operation, "collection": collection, "rkey": "1", **more},
    }


def test_a_view_is_a_post_with_its_author_and_what_was_counted(rows_of):
    facets = [
        {"features": [{"$type": "app.bsky.richtext.facet#tag", "tag": "tea"}]},
        {"features": [{"$type": "app.bsky.richtext.facet#mention", "did": BO}]},
    ]
    reply = {"root": {"uri": "at://x/app.bsky.feed.post/r"}, "parent": {"uri": "at://x/app.bsky.feed.post/p"}}
    found = rows_of(
        bluesky,
        view(
            record=record(facets=facets, tags=["green", "tea"], langs=["pt-BR"], reply=reply),
            likeCount=0,
            replyCount=1,
            repostCount=2,
            quoteCount=3,
            bookmarkCount=4,
            embed={
                "$type": "app.bsky.embed.images#view",
                "images": [{"fullsize": "https://m/1", "thumb": "https://t/1"}],
            },
        ),
    )
    assert found["posts"] == [
        {
            "post_id": URI,
            "kind": "comment",
            "profile_id": ADA,
            "text": "Hi",
            "media": ["https://m/1"],
            "url": f"https://bsky.app/profile/{ADA}/post/1",
            "tags": ["tea", "green"],
            "language": "pt",
            "created_at": AT,
            "parent_post_id": "at://x/app.bsky.feed.post/p",
            "root_post_id": "at://x/app.bsky.feed.post/r",
        }
    ]
    assert found["post_metrics"] == [
        {"post_id": URI, "observed_at": SEEN, "reactions": "0", "comments": "1", "shares": "5", "saves": "4"}
    ]
    assert found["interactions"] == [
        {
            "interaction_id": f"mention:{ADA}:{BO}:{URI}",
            "actor_profile_id": ADA,
            "target_profile_id": BO,
            "post_id": URI,
            "kind": "mention",
            "created_at": AT,
        }
    ]
    assert found["profiles"] == [{"profile_id": ADA, "handle": "ada.test", "url": "https://bsky.app/profile/ada.test"}]


def test_a_repost_in_a_feed_is_a_share(rows_of):
    reason = {
        "$type": "app.bsky.feed.defs#reasonRepost",
        "by": {"did": BO, "handle": "bo.test"},
        "indexedAt": "2024-06-01",
    }
    found = rows_of(bluesky, {"feed": [{"post": view(likeCount=1), "reason": reason}], "cursor": "x"})
    assert found["interactions"] == [
        {
            "interaction_id": f"share:{BO}:{URI}",
            "actor_profile_id": BO,
            "target_profile_id": ADA,
            "post_id": URI,
            "kind": "share",
            "created_at": "2024-06-01",
        }
    ]
    assert found["post_metrics"][0]["observed_at"] == "2024-06-01"
    assert len(found["posts"]) == 1


def test_a_quote_is_a_post_and_a_share_and_shows_what_it_quotes(rows_of):
    shown = {
        "$type": "app.bsky.embed.record#viewRecord",
        "uri": QUOTED,
        "author": {"did": BO, "handle": "bo.test"},
        "value": record(text="quoted"),
    }
    quote = {"$type": "app.bsky.embed.record", "record": {"uri": QUOTED, "cid": ""}}
    for of_record, of_view in (
        (quote, {"record": shown}),
        ({"record": quote, "media": {}}, {"record": {"record": shown}, "media": {"images": []}}),  # with pictures
    ):
        found = rows_of(bluesky, view(record=record(embed=of_record), embed=of_view))
        assert {post["post_id"]: post["text"] for post in found["posts"]} == {QUOTED: "quoted", URI: "Hi"}
        (share,) = found["interactions"]
        assert (share["interaction_id"], share["target_profile_id"]) == (f"share:{ADA}:{QUOTED}:{URI}", BO)


def test_a_feed_that_is_embedded_is_no_post(rows_of):
    generator = {"uri": f"at://{BO}/app.bsky.feed.generator/x"}
    found = rows_of(bluesky, view(record=record(embed={"record": generator}), embed={"record": generator}))
    assert len(found["posts"]) == 1
    assert "interactions" not in found


def test_a_thread_holds_what_stands_above_and_below(rows_of):
    thread = {
        "post": view(),
        "parent": {"post": view(uri=QUOTED), "parent": {"uri": "at://gone", "notFound": True}},
        "replies": [
            {"post": view(uri=URI + "1"), "replies": [{"post": view(uri=URI + "2")}]},
            {"blocked": True, "uri": "x"},
        ],
    }
    found = rows_of(bluesky, {"thread": thread})
    assert {post["post_id"] for post in found["posts"]} == {URI, QUOTED, URI + "1", URI + "2"}


def test_pages_of_people(rows_of):
    detailed = {
        "did": ADA,
        "handle": "ada.test",
        "displayName": "Ada",
        "description": "tea",
        "followersCount": 1,
        "followsCount": 0,
        "postsCount": 2,
        "createdAt": AT,
        "indexedAt": SEEN,
        "website": "https://ada.example",
        "verification": {"verifiedStatus": "valid"},
    }
    found = rows_of(bluesky, {"subject": {"did": BO, "handle": "bo.test"}, "followers": [detailed]})
    assert found["profiles"][1] == {
        "profile_id": ADA,
        "handle": "ada.test",
        "display_name": "Ada",
        "bio": "tea",
        "url": "https://ada.example",
        "is_verified": "true",
        "created_at": AT,
        "followers_count": "1",
        "following_count": "0",
        "posts_count": "2",
    }
    assert found["profile_metrics"] == [
        {"profile_id": ADA, "observed_at": SEEN, "followers_count": "1", "following_count": "0", "posts_count": "2"}
    ]
    found = rows_of(bluesky, {"uri": URI, "likes": [{"actor": {"did": BO, "handle": "bo.test"}, "createdAt": AT}]})
    assert found["interactions"] == [
        {
            "interaction_id": f"reaction:{BO}:{URI}",
            "actor_profile_id": BO,
            "target_profile_id": ADA,
            "post_id": URI,
            "kind": "reaction",
            "created_at": AT,
        }
    ]


def test_notifications_and_lists_of_records_hold_records_with_addresses(rows_of):
    like = {"$type": "app.bsky.feed.like", "subject": {"uri": URI}, "createdAt": AT}
    uri = f"at://{BO}/app.bsky.feed.like/9"
    note = {"uri": uri, "author": {"did": BO, "handle": "bo.test"}, "reason": "like", "record": like, "indexedAt": SEEN}
    of_note = rows_of(bluesky, {"notifications": [note]})["interactions"]
    of_list = rows_of(bluesky, {"records": [{"uri": uri, "cid": "c", "value": like}]})["interactions"]
    assert (
        of_note
        == of_list
        == [
            {
                "interaction_id": uri,
                "actor_profile_id": BO,
                "target_profile_id": ADA,
                "post_id": URI,
                "kind": "reaction",
                "created_at": AT,
            }
        ]
    )


def test_commits_of_jetstream(rows_of):
    image = {"images": [{"image": {"$type": "blob", "ref": {"$link": "bafy"}}}]}
    created = rows_of(bluesky, commit("create", record=record(embed=image)))
    assert created["posts"][0]["post_id"] == URI
    assert created["posts"][0]["media"] == [f"https://bsky.social/xrpc/com.atproto.sync.getBlob?did={ADA}&cid=bafy"]
    assert rows_of(bluesky, commit("update", record=record(text="new")))["posts"][0]["text"] == "new"
    follow = {"$type": "app.bsky.graph.follow", "subject": BO, "createdAt": AT}
    assert rows_of(bluesky, commit("create", "app.bsky.graph.follow", record=follow)) == {
        "interactions": [
            {
                "interaction_id": f"at://{ADA}/app.bsky.graph.follow/1",
                "actor_profile_id": ADA,
                "target_profile_id": BO,
                "kind": "follow",
                "created_at": AT,
            }
        ]
    }
    assert rows_of(bluesky, commit("create", "app.bsky.feed.threadgate", record={})) == {}


@pytest.mark.parametrize(
    ("value", "rows"),
    [
        (commit("delete"), {"posts": [{"post_id": URI, "deleted_at": "2024-05-01T10:00:01+00:00"}]}),
        (
            commit("delete", "app.bsky.feed.repost"),
            {
                "interactions": [
                    {"interaction_id": f"at://{ADA}/app.bsky.feed.repost/1", "deleted_at": "2024-05-01T10:00:01+00:00"}
                ]
            },
        ),
        (
            {"repo": ADA, "time": AT, "ops": [{"action": "delete", "path": "app.bsky.feed.post/1"}]},
            {"posts": [{"post_id": URI, "deleted_at": AT}]},
        ),
        (
            {
                "did": ADA,
                "time_us": 1714557601000000,
                "kind": "account",
                "account": {"active": False, "did": ADA, "status": "deleted", "time": AT},
            },
            {"profiles": [{"profile_id": ADA, "deleted_at": AT}]},
        ),
        (
            {"repo": ADA, "ops": [{"action": "delete", "path": "app.bsky.feed.post/1"}]},
            {"posts": [{"post_id": f"at://{ADA}/app.bsky.feed.post/1", "deleted_at": WHEN_LANDED}]},
        ),
        ({"did": ADA, "time_us": 1, "kind": "account", "account": {"active": True}}, {}),
        ({"did": ADA, "time_us": 1, "kind": "identity", "identity": {"handle": "ada.test"}}, {}),
    ],
)
def test_deletions_are_tombstones(rows_of, value, rows):
    assert rows_of(bluesky, value) == rows


def account(**more):
    return {"did": ADA, "time_us": 1714557600000000, "kind": "account", "account": {"active": False, **more}}


@pytest.mark.parametrize("status", ["deleted", "takendown", "suspended", "deactivated", None])
def test_an_account_that_is_gone_is_deleted_with_its_posts_and_interactions(rows_of, status):
    assert rows_of(bluesky, account(status=status, time=AT)) == {"profiles": [{"profile_id": ADA, "deleted_at": AT}]}
    assert bluesky.gone_with == (("posts", "profile_id", "profiles"), ("interactions", "actor_profile_id", "profiles"))


def test_in_silver_only_what_the_account_wrote_before_is_gone(tmp_path, write_conf, run_conf):
    def wrote(did, rkey, text, at):
        commit_ = {"operation": "create", "collection": "app.bsky.feed.post", "rkey": rkey}
        return {"did": did, "kind": "commit", "commit": commit_ | {"record": record(text=text, createdAt=at)}}

    landed = [
        account(status="deleted", time="2024-05-03T10:00:00Z"),  # and before the posts
        wrote(ADA, "1", "Old", "2024-05-01T10:00:00Z"),
        wrote(ADA, "2", "Back again", "2024-05-05T10:00:00Z"),
        wrote(BO, "3", "Of another", "2024-05-01T10:00:00Z"),
        {"did": BO, "kind": "account", "account": {"active": False, "status": "throttled"}},
    ]
    (tmp_path / "events.jsonl").write_text("\n".join(map(json.dumps, landed)))
    source = f"kind: social\nformat: bluesky\nchannel: sky\nservice_type: microblog\npath: {tmp_path}/events.jsonl\n"
    _, lake = run_conf(write_conf({"sky": source}))
    assert {row["post_id"][-1]: row["text"] for row in lake.rows("silver.posts")} == {
        "1": None,
        "2": "Back again",
        "3": "Of another",
    }


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (account(status="throttled"), "accounts that their host does not serve for now"),
        (account(status="desynchronized"), "accounts that their host does not serve for now"),
        (commit("delete", "app.bsky.actor.profile"), "deletions of profile records"),
    ],
)
def test_what_leaves_an_account_there_deletes_nothing(rows_of, value, kind):
    with unmapped.counting() as found:
        assert rows_of(bluesky, value) == {}
    assert found == {kind: 1}


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ({"$type": "app.bsky.feed.like", "subject": {"uri": ""}, "createdAt": AT}, "no_subject"),
        (commit("explode"), "not_this_format"),
        ({"error": "InvalidRequest", "message": "Profile not found"}, "not_this_format"),
        ({"$type": "app.bsky.embed.images", "images": []}, "not_this_format"),
    ],
)
def test_what_cannot_be_read_says_why(rows_of, value, code):
    with pytest.raises(ParseError, match=f"^{code}: "):
        rows_of(bluesky, value)


def test_a_record_alone_has_no_key(rows_of):
    assert rows_of(bluesky, record())["posts"] == [{"kind": "post", "text": "Hi", "created_at": AT}]


def test_collected_payloads_add_up(shared_data):
    with (shared_data / "platform_payloads" / "bluesky.json").open("rb") as stream:
        records = {record.context: record.raw for record in bluesky.split(stream, DEFAULTS)}
    read, refused = {}, {}
    for name, raw in records.items():
        try:
            rows = list(bluesky.parse(raw, None))
        except ParseError as error:
            refused[name] = str(error).split(":")[0]
            continue
        read[name] = sorted(table for table, _ in rows if table != "post_metrics")
    values = {name: json.loads(raw) for name, raw in records.items()}
    type_of = {name: value.get("$type", "") for name, value in values.items() if isinstance(value, dict)}
    expected = {}
    for name, kind in type_of.items():
        if kind in ("app.bsky.feed.post", "app.bsky.feed.defs#postView"):
            mentions = str(values[name]).count("facet#mention")
            expected[name] = ["interactions"] * mentions + ["posts"]
        elif kind in ("app.bsky.feed.like", "app.bsky.feed.repost", "app.bsky.graph.follow"):
            expected[name] = ["interactions"]
        elif kind.startswith("app.bsky.actor."):
            expected[name] = ["profiles"]
        elif kind == "app.bsky.feed.getLikes#like":
            expected[name] = ["interactions", "profiles"]
    assert read == expected
    assert set(refused.values()) == {"not_this_format"}
    assert set(refused) == {  # objects of ActivityStreams, parts of posts, an address
        "ACTOR_AS",
        "POST_AS",
        "TAG_LINK",
        "NOTE_AS_TAG_HASHTAG",
        "TAG_MENTION_DID",
        "TAG_MENTION_URL",
        "EMBED_EXTERNAL_ATTACHMENT",
        "REPLY_AS",
        "LIKE_AS",
        "FOLLOW_AS",
        "NEW_BLOB",
        "OLD_BLOB",
        "BLOB",
        "NEW_BLOB_URL",
        "FACET_LINK",
        "FACET_MENTION",
        "EMBED_EXTERNAL",
        "EMBED_IMAGES",
        "REPOST_BSKY_REASON",
    }
    assert len(records) == len(read) + len(refused) == 30


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("2026-11-26T13:30:00.000Z", "2026-11-26T13:30:00.000Z"),
        ("2030-01-01T00:00:00.000Z", "2026-11-27T13:30:00.000Z"),
        ("0001-01-01T00:00:00.000Z", "2026-11-27T13:30:00.000Z"),
        ("2014-05-28T12:00:12Z", "2014-05-28T12:00:12Z"),
    ],
)
def test_the_earlier_of_the_clients_and_the_services_time_counts(said, expected):
    view = {
        "uri": "at://did:plc:a/app.bsky.feed.post/one",
        "author": {"did": "did:plc:a", "handle": "a.example"},
        "record": {"$type": "app.bsky.feed.post", "text": "One", "createdAt": said},
        "indexedAt": "2026-11-27T13:30:00.000Z",
    }
    found = [row for table, row in bluesky.parse(json.dumps(view).encode(), None) if table == "posts"]
    assert [row["created_at"] for row in found] == [expected]


def test_a_record_without_a_view_has_the_time_of_its_key():
    record = {
        "uri": "at://did:plc:a/app.bsky.feed.post/3jzfcijpj2z2a",
        "value": {"text": "One", "createdAt": "2031-01-01T00:00:00Z"},
    }
    (row,) = [row for table, row in bluesky.parse(json.dumps(record).encode(), None) if table == "posts"]
    assert row["created_at"].startswith("2023-06-30")
