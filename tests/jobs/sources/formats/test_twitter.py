"""X: API v1.1 and v2 on made-up payloads, and on payloads that others collected."""

import json

import pytest

from jobs.sources import unmapped
from jobs.sources.base import DEFAULTS, WHEN_LANDED, ParseError, SplitOptions
from jobs.sources.formats import twitter

AT = "Wed Oct 10 20:19:24 +0000 2018"
ISO = "2018-10-10T20:19:24+00:00"
ADA = {
    "id": 7,
    "id_str": "7",
    "screen_name": "ada",
    "name": "Ada &amp; Co",
    "description": "tea",
    "location": "Kyoto",
    "url": "https://t.co/x",
    "entities": {"url": {"urls": [{"expanded_url": "https://ada.example"}]}},
    "followers_count": 5,
    "friends_count": 0,
    "statuses_count": 9,
    "verified": True,
    "created_at": AT,
}
BO = {"id_str": "8", "screen_name": "bo"}


def status(**more):
    return {"id": 100, "id_str": "100", "created_at": AT, "text": "Hi", "user": ADA, **more}


def test_a_status_is_a_post_with_its_author_and_what_was_counted(rows_of):
    found = rows_of(
        twitter,
        status(
            full_text="1 &lt; 2 #Tea",
            lang="in",
            favorite_count=3,
            retweet_count=2,
            quote_count=1,
            entities={
                "hashtags": [{"text": "Tea"}],
                "user_mentions": [{"id_str": "8", "screen_name": "bo"}],
                "media": [{"id_str": "5", "media_url_https": "https://m/5.jpg"}],
            },
            extended_entities={
                "media": [
                    {
                        "id_str": "5",
                        "media_url_https": "https://m/5.jpg",
                        "video_info": {
                            "variants": [
                                {"content_type": "application/x-mpegURL", "url": "https://v/list"},
                                {"content_type": "video/mp4", "bitrate": 832000, "url": "https://v/832.mp4"},
                                {"content_type": "video/mp4", "bitrate": 2176000, "url": "https://v/2176.mp4"},
                            ]
                        },
                    }
                ]
            },
        ),
    )
    assert found["posts"] == [
        {
            "post_id": "100",
            "kind": "post",
            "profile_id": "7",
            "text": "1 < 2 #Tea",
            "media": ["https://v/2176.mp4"],
            "url": "https://twitter.com/i/web/status/100",
            "tags": ["Tea"],
            "language": "id",
            "created_at": ISO,
            "root_post_id": "100",
        }
    ]
    assert found["post_metrics"] == [{"post_id": "100", "observed_at": ISO, "reactions": "3", "shares": "3"}]
    assert found["profiles"] == [
        {
            "profile_id": "7",
            "handle": "ada",
            "display_name": "Ada & Co",
            "bio": "tea",
            "url": "https://ada.example",
            "location": "Kyoto",
            "followers_count": "5",
            "following_count": "0",
            "posts_count": "9",
            "is_verified": "true",
            "created_at": ISO,
        }
    ]
    assert found["profile_metrics"] == [
        {"profile_id": "7", "observed_at": ISO, "followers_count": "5", "following_count": "0", "posts_count": "9"}
    ]
    assert found["interactions"] == [
        {
            "interaction_id": "mention:7:8:100",
            "actor_profile_id": "7",
            "target_profile_id": "8",
            "post_id": "100",
            "kind": "mention",
            "created_at": ISO,
        }
    ]


def test_a_long_status_of_the_stream_is_read_whole(rows_of):
    long = {"full_text": "all of it #b", "entities": {"hashtags": [{"text": "b"}]}}
    found = rows_of(twitter, status(text="all…", truncated=True, extended_tweet=long, in_reply_to_status_id=99))
    (post,) = found["posts"]
    assert (post["text"], post["tags"], post["kind"], post["parent_post_id"]) == (
        "all of it #b",
        ["b"],
        "comment",
        "99",
    )
    assert "root_post_id" not in post  # v1.1 does not say where the thread began


def test_a_retweet_is_no_post_but_a_share_of_one(rows_of):
    found = rows_of(twitter, status(retweeted_status={"id_str": "50", "text": "x", "user": BO, "favorite_count": 4}))
    assert [post["post_id"] for post in found["posts"]] == ["50"]
    assert found["interactions"] == [
        {
            "interaction_id": "100",
            "actor_profile_id": "7",
            "target_profile_id": "8",
            "post_id": "50",
            "kind": "share",
            "created_at": ISO,
        }
    ]
    assert found["post_metrics"] == [{"post_id": "50", "observed_at": ISO, "reactions": "4"}]  # seen with the retweet


def test_a_quote_is_a_post_and_a_share(rows_of):
    quoted = {"id_str": "50", "text": "x", "user": BO, "created_at": AT}
    found = rows_of(twitter, status(quoted_status_id_str="50", quoted_status=quoted))
    assert {post["post_id"] for post in found["posts"]} == {"50", "100"}
    (share,) = found["interactions"]
    assert (share["interaction_id"], share["target_profile_id"], share["kind"]) == ("share:7:50:100", "8", "share")


@pytest.mark.parametrize(
    ("event", "row"),
    [
        (
            "follow",
            {
                "interaction_id": "follow:7:8",
                "actor_profile_id": "7",
                "target_profile_id": "8",
                "kind": "follow",
                "created_at": ISO,
            },
        ),
        ("unfollow", {"interaction_id": "follow:7:8", "deleted_at": ISO}),
        (
            "favorite",
            {
                "interaction_id": "reaction:7:100",
                "actor_profile_id": "7",
                "target_profile_id": "8",
                "post_id": "100",
                "kind": "reaction",
                "created_at": ISO,
            },
        ),
        ("unfavorite", {"interaction_id": "reaction:7:100", "deleted_at": ISO}),
    ],
)
def test_events_of_the_stream_are_interactions_and_their_ends(rows_of, event, row):
    target = {"id_str": "100", "text": "x", "user": BO, "created_at": AT}
    value = {"event": event, "created_at": AT, "source": ADA, "target": BO}
    if "favorite" in event:
        value["target_object"] = target
    assert rows_of(twitter, value)["interactions"] == [row]


def test_a_delete_notice_is_for_a_tweet_or_a_retweet(rows_of):
    notice = {"delete": {"status": {"id": 5, "id_str": "5", "user_id": 7}, "timestamp_ms": "1600000000000"}}
    assert rows_of(twitter, notice) == {
        "posts": [{"post_id": "5", "deleted_at": "2020-09-13T12:26:40+00:00"}],
        "interactions": [{"interaction_id": "5", "deleted_at": "2020-09-13T12:26:40+00:00"}],
    }


def test_a_delete_notice_without_a_time_is_dated_to_the_tweets_creation(rows_of):
    notice = {"delete": {"status": {"id_str": "1050118621198921728"}}}
    assert rows_of(twitter, notice)["posts"] == [
        {"post_id": "1050118621198921728", "deleted_at": "2018-10-10T20:19:24.211000+00:00"}
    ]
    older = {"delete": {"status": {"id_str": "20"}}}  # than ids that tell the time
    assert rows_of(twitter, older)["posts"] == [{"post_id": "20", "deleted_at": WHEN_LANDED}]


@pytest.mark.parametrize(
    "value",
    [
        {"limit": {"track": 5}},
        {"scrub_geo": {"user_id": 7}},
        {"disconnect": {"code": 4}},
        {"delete": {"direct_message": {"id_str": "1"}}},
        {"statuses": [], "search_metadata": {}},
        {"meta": {"result_count": 0}},
        {"data": {"undrop": {"tweet": {"id": "1"}, "event_at": "2024-01-01T00:00:00Z"}}},
    ],
)
def test_housekeeping_gives_no_rows(rows_of, value):
    assert rows_of(twitter, value) == {}


PAGE = {
    "data": [
        {
            "id": "1700000000000000002",
            "text": "short",
            "note_tweet": {"text": "T &amp; a"},
            "author_id": "7",
            "created_at": "2024-01-02T00:00:00.000Z",
            "conversation_id": "1700000000000000001",
            "lang": "en",
            "referenced_tweets": [{"type": "replied_to", "id": "1700000000000000001"}],
            "entities": {"hashtags": [{"tag": "tea"}], "mentions": [{"username": "bo", "id": "8"}]},
            "attachments": {"media_keys": ["3_1", "7_2"]},
            "public_metrics": {
                "retweet_count": 1,
                "quote_count": 2,
                "reply_count": 0,
                "like_count": 4,
                "bookmark_count": 5,
                "impression_count": 600,
            },
            "non_public_metrics": {"impression_count": 601, "url_link_clicks": 7},
        },
        {
            "id": "1700000000000000003",
            "text": "RT @bo: x",
            "author_id": "7",
            "created_at": "2024-01-03T00:00:00.000Z",
            "referenced_tweets": [{"type": "retweeted", "id": "1700000000000000001"}],
        },
    ],
    "includes": {
        "users": [
            {
                "id": "7",
                "username": "ada",
                "name": "Ada",
                "verified": False,
                "public_metrics": {"followers_count": 5, "following_count": 6, "tweet_count": 7},
            }
        ],
        "tweets": [
            {"id": "1700000000000000001", "text": "x", "author_id": "8", "created_at": "2024-01-01T00:00:00.000Z"}
        ],
        "media": [
            {"media_key": "3_1", "type": "photo", "url": "https://m/1.jpg"},
            {
                "media_key": "7_2",
                "type": "video",
                "preview_image_url": "https://m/2.jpg",
                "public_metrics": {"view_count": 99},
            },
        ],
    },
    "meta": {"result_count": 2},
}


def test_errors_of_a_page_are_counted(rows_of):
    error = {"title": "Not Found Error", "resource_type": "tweet", "value": "1", "detail": "Could not find tweet"}
    with unmapped.counting() as found:
        assert rows_of(twitter, PAGE | {"errors": [error, error]}) == rows_of(twitter, PAGE)
    assert found == {"errors of the API (posts or accounts that it does not show)": 2}
    with unmapped.counting() as found:
        assert rows_of(twitter, {"meta": {"result_count": 0}, "errors": [error]}) == {}
    assert found == {"errors of the API (posts or accounts that it does not show)": 1}


def test_a_page_of_v2(rows_of):
    found = rows_of(twitter, PAGE)
    newest = "2024-01-03T00:00:00.000Z"  # the page was read then or later
    assert [post["post_id"] for post in found["posts"]] == ["1700000000000000001", "1700000000000000002"]
    assert found["posts"][1] == {
        "post_id": "1700000000000000002",
        "kind": "comment",
        "profile_id": "7",
        "text": "T & a",
        "tags": ["tea"],
        "url": "https://twitter.com/i/web/status/1700000000000000002",
        "media": ["https://m/1.jpg", "https://m/2.jpg"],
        "language": "en",
        "created_at": "2024-01-02T00:00:00.000Z",
        "parent_post_id": "1700000000000000001",
        "root_post_id": "1700000000000000001",
    }
    assert found["post_metrics"] == [
        {
            "post_id": "1700000000000000002",
            "observed_at": newest,
            "impressions": "600",
            "clicks": "7",
            "reactions": "4",
            "comments": "0",
            "shares": "3",
            "saves": "5",
            "views": "99",
        }
    ]
    assert found["profile_metrics"] == [
        {"profile_id": "7", "observed_at": newest, "followers_count": "5", "following_count": "6", "posts_count": "7"}
    ]
    assert [(row["kind"], row["interaction_id"], row["target_profile_id"]) for row in found["interactions"]] == [
        ("mention", "mention:7:8:1700000000000000002", "8"),
        ("share", "1700000000000000003", "8"),
    ]


def test_an_edited_post_takes_the_place_of_its_older_versions(rows_of):
    ids = ["1567233844205453313", "1567233994734948354"]
    tweet = {"id": ids[1], "text": "b", "author_id": "7", "edit_history_tweet_ids": ids}
    found = rows_of(twitter, {"data": [tweet]})
    assert found["posts"][0]["created_at"] == "2022-09-06T19:31:16.801000+00:00"  # its id tells it
    assert found["posts"][1] == {"post_id": ids[0], "deleted_at": "2022-09-06T19:31:16.801000+00:00"}
    event = {
        "tweet": {"id": ids[1]},
        "initial_tweet_id": ids[0],
        "edit_tweet_ids": ids,
        "event_at": "2022-09-06T19:31:17Z",
    }
    assert rows_of(twitter, {"data": {"tweet_edit": event}}) == {
        "posts": [{"post_id": ids[0], "deleted_at": "2022-09-06T19:31:17Z"}]
    }


def test_compliance_events_are_tombstones(rows_of):
    at = "2024-01-02T03:04:05.000Z"
    assert rows_of(twitter, {"data": {"delete": {"tweet": {"id": "5", "author_id": "7"}, "event_at": at}}}) == {
        "posts": [{"post_id": "5", "deleted_at": at}],
        "interactions": [{"interaction_id": "5", "deleted_at": at}],
    }
    assert rows_of(twitter, {"data": {"user_suspend": {"user": {"id": "7"}, "event_at": at}}}) == {
        "profiles": [{"profile_id": "7", "deleted_at": at}]
    }


def test_a_post_that_is_withheld_somewhere_is_a_post(rows_of):
    tweet = {"id": "5", "text": "x", "author_id": "7", "withheld": {"country_codes": ["XX"]}}
    assert rows_of(twitter, {"data": tweet})["posts"][0]["text"] == "x"


@pytest.mark.parametrize(
    "value",
    [
        {"data": [{"id": "1", "event_type": "MessageCreate", "text": "secret"}]},
        {"data": [{"id": "1", "message": "of another platform"}]},
        {"data": ["1", "2"]},
        {"title": "Unauthorized", "status": 401, "detail": "Unauthorized"},
        {"errors": [{"code": 88, "message": "Rate limit exceeded"}]},
    ],
)
def test_what_is_no_post_user_or_event_is_refused(rows_of, value):
    with pytest.raises(ParseError, match=r"^not_this_format: "):
        rows_of(twitter, value)


def test_a_status_without_ids_gives_rows_that_say_what_is_missing(rows_of):
    assert rows_of(twitter, {"data": [{"text": "x", "author_id": "7"}]})["posts"] == [
        {"kind": "post", "profile_id": "7", "text": "x"}
    ]


def _recount(value):
    """Ids of statuses that are not retweets, retweets, users with more than an id: read without the format."""
    posts, shares, users = set(), set(), set()
    if isinstance(value, dict):
        is_retweet = "retweeted_status" in value
        if "user" in value and "id_str" in value:
            (shares if is_retweet else posts).add(value["id_str"])
        elif "screen_name" in value and "indices" not in value:
            users.add(value.get("id_str") or value["screen_name"])
        parts = [part for name, part in value.items() if name != "user_mentions"]
    else:
        parts = value if isinstance(value, list) else []
    for part in parts:
        of_part = _recount(part)
        posts, shares, users = posts | of_part[0], shares | of_part[1], users | of_part[2]
    return posts, shares, users


def test_collected_payloads_add_up(shared_data):
    with (shared_data / "platform_payloads" / "twitter.json").open("rb") as stream:
        records = list(twitter.split(stream, DEFAULTS))
    refused, seen = {}, 0
    for record in records:
        try:
            rows = list(twitter.parse(record.raw, record.context))
        except ParseError as error:
            refused[record.context] = str(error).split(":")[0]
            continue
        ids = lambda table, name: {row[name] for of, row in rows if of == table}  # noqa: B023, E731
        posts, shares, users = _recount(json.loads(record.raw))
        assert ids("posts", "post_id") == posts
        assert {row["interaction_id"] for of, row in rows if of == "interactions" and row["kind"] == "share"} == shares
        assert ids("profiles", "profile_id") == users
        seen += len(posts)
    assert refused == {"QUOTE_ACTOR": "not_this_format", "ATOM": "not_this_format"}  # ActivityStreams, a feed
    assert (len(records), seen) == (12, 8)


OLD, NEW = "1600000000000000001", "1600000400000000002"


def versions_of(*tweets):
    page = {
        "data": [
            {"id": id_, "author_id": "7", "text": text, "edit_history_tweet_ids": history}
            for id_, text, history in tweets
        ]
    }
    return [row for table, row in twitter.parse(json.dumps(page).encode(), None) if table == "posts"]


@pytest.mark.parametrize("is_reversed", [False, True])
@pytest.mark.parametrize("known", [[OLD], [OLD, NEW]])
def test_both_versions_of_an_edited_tweet_are_one_post(is_reversed, known):
    tweets = [(OLD, "Firts", known), (NEW, "First", [OLD, NEW])]
    found = versions_of(*(reversed(tweets) if is_reversed else tweets))
    assert {row["post_id"]: row.get("text") for row in found} == {OLD: None, NEW: "First"}
    assert all("deleted_at" in row for row in found if row["post_id"] == OLD)


def results(line, **options):
    raw = json.dumps({"created_at": "2024-02-01T08:00:00.000Z", "action": "delete", **line}).encode()
    return [
        (table, next(iter(row.values())), row["deleted_at"])
        for table, row in twitter.parse(raw, None, SplitOptions(**options))
    ]


def test_results_of_compliance_jobs_are_deletions():
    line = {"id": "9", "reason": "deleted", "redacted_at": "2024-02-20T10:00:00.000Z"}
    gone = [("posts", "9", "2024-02-20T10:00:00.000Z"), ("interactions", "9", "2024-02-20T10:00:00.000Z")]
    assert results(line) == gone
    suspended = {"id": "72", "reason": "suspended"}
    of_post = [("posts", "72", "(landed)"), ("interactions", "72", "(landed)")]
    assert results(suspended) == [*of_post, ("profiles", "72", "(landed)")]
    assert results(suspended, compliance_of="profiles") == [("profiles", "72", "(landed)")]
    assert results(suspended, compliance_of="posts") == of_post
    assert results({"id": "72", "reason": "scrub_geo"}) == []
