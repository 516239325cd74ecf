"""Reddit on made-up listings and things, and on payloads that others collected."""

import json

import pytest

from jobs.sources.base import DEFAULTS, ParseError
from jobs.sources.formats import activitystreams, reddit

AT = "2023-11-14T22:13:20+00:00"  # 1700000000


def link(**more):
    return {
        "kind": "t3",
        "data": {
            "id": "a",
            "name": "t3_a",
            "author": "ada",
            "author_fullname": "t2_7",
            "title": "Tea &amp; I",
            "selftext": "*Why*",
            "created_utc": 1700000000.0,
            "edited": False,
            "score": 3,
            "num_comments": 2,
            "num_crossposts": 0,
            "is_self": True,
            "permalink": "/r/tea/comments/a/",
            "link_flair_text": "Green",
            "subreddit": "tea",
            "view_count": None,
            **more,
        },
    }


def comment(id_, replies="", **more):
    return {
        "kind": "t1",
        "data": {
            "id": id_,
            "name": f"t1_{id_}",
            "author": "bo",
            "author_fullname": "t2_8",
            "body": f"by {id_}",
            "link_id": "t3_a",
            "parent_id": "t3_a",
            "created_utc": 1700000000,
            "score": 1,
            "replies": replies,
            **more,
        },
    }


def listing(*children):
    return {"kind": "Listing", "data": {"after": None, "children": list(children)}}


def test_a_self_post(rows_of):
    found = rows_of(reddit, listing(link()))
    assert found["posts"] == [
        {
            "post_id": "t3_a",
            "kind": "post",
            "profile_id": "t2_7",
            "title": "Tea & I",
            "text": "*Why*",
            "tags": ["Green"],
            "url": "https://www.reddit.com/r/tea/comments/a/",
            "created_at": AT,
            "root_post_id": "t3_a",
        }
    ]
    assert found["post_metrics"] == [
        {"post_id": "t3_a", "observed_at": AT, "reactions": "3", "comments": "2", "shares": "0"}  # views are not told
    ]
    assert found["profiles"] == [{"profile_id": "t2_7", "handle": "ada", "url": "https://www.reddit.com/user/ada"}]


def test_a_tree_of_comments(rows_of):
    below = listing(
        comment("d", parent_id="t1_c", score_hidden=True, edited=1700000100.0), {"kind": "more", "data": {}}
    )
    found = rows_of(reddit, listing(comment("c", replies=below), comment("e")))
    told = [(post["post_id"], post["parent_post_id"], post["root_post_id"], post["kind"]) for post in found["posts"]]
    assert told == [
        ("t1_c", "t3_a", "t3_a", "comment"),
        ("t1_d", "t1_c", "t3_a", "comment"),
        ("t1_e", "t3_a", "t3_a", "comment"),
    ]
    assert found["posts"][1]["edited_at"] == "2023-11-14T22:15:00+00:00"
    assert [row["post_id"] for row in found["post_metrics"]] == ["t1_c", "t1_e"]  # a hidden score is none
    assert found["profiles"] == [{"profile_id": "t2_8", "handle": "bo", "url": "https://www.reddit.com/user/bo"}]


@pytest.mark.parametrize(
    ("thing", "rows"),
    [
        (link(selftext="[removed]"), [{"post_id": "t3_a", "deleted_at": AT}]),
        (
            link(selftext="[deleted]", retrieved_on=1700000200),
            [{"post_id": "t3_a", "deleted_at": "2023-11-14T22:16:40+00:00"}],
        ),
        (
            comment("c", body="[deleted]", author="[deleted]", author_fullname=None),
            [{"post_id": "t1_c", "deleted_at": AT}],
        ),
    ],
)
def test_what_was_deleted_or_removed_is_a_tombstone(rows_of, thing, rows):
    assert rows_of(reddit, thing)["posts"] == rows


def test_comments_under_a_deleted_one_stay(rows_of):
    found = rows_of(reddit, comment("c", body="[removed]", replies=listing(comment("d", parent_id="t1_c"))))
    assert [post["post_id"] for post in found["posts"]] == ["t1_c", "t1_d"]
    assert "text" in found["posts"][1]


def test_a_post_whose_account_is_gone_has_no_author(rows_of):
    found = rows_of(reddit, link(author="[deleted]", author_fullname=None))
    assert "profile_id" not in found["posts"][0]
    assert "profiles" not in found


@pytest.mark.parametrize(
    ("more", "text", "media"),
    [
        ({"url_overridden_by_dest": "https://tea.example/?a=1&amp;b=2"}, "https://tea.example/?a=1&b=2", None),
        (
            {"url_overridden_by_dest": "https://i.redd.it/1.jpg", "post_hint": "image"},
            None,
            ["https://i.redd.it/1.jpg"],
        ),
        (
            {"secure_media": {"reddit_video": {"fallback_url": "https://v.redd.it/1?a=1&amp;b=2"}}},
            None,
            ["https://v.redd.it/1?a=1&b=2"],
        ),
        (
            {
                "gallery_data": {"items": [{"media_id": "y"}, {"media_id": "x"}]},
                "media_metadata": {"x": {"s": {"u": "https://x"}}, "y": {"s": {"gif": "https://y"}}},
            },
            None,
            ["https://y", "https://x"],
        ),
    ],
)
def test_what_a_link_post_submits(rows_of, more, text, media):
    (post,) = rows_of(reddit, link(is_self=False, selftext="", **more))["posts"]
    assert (post.get("text"), post.get("media")) == (text, media)


def test_a_crosspost_is_a_post_and_a_share(rows_of):
    original = {"id": "b", "name": "t3_b", "author": "bo", "author_fullname": "t2_8", "title": "x", "created_utc": 1.0}
    found = rows_of(reddit, link(crosspost_parent="t3_b", crosspost_parent_list=[original]))
    assert {post["post_id"] for post in found["posts"]} == {"t3_a", "t3_b"}
    assert found["interactions"] == [
        {
            "interaction_id": "share:t2_7:t3_b:t3_a",
            "actor_profile_id": "t2_7",
            "target_profile_id": "t2_8",
            "post_id": "t3_b",
            "kind": "share",
            "created_at": AT,
        }
    ]


def test_an_account(rows_of):
    value = {
        "kind": "t2",
        "data": {
            "id": "7",
            "name": "ada",
            "created_utc": 1700000000.0,
            "link_karma": 5,
            "verified": True,
            "subreddit": {"title": "Ada", "public_description": "tea", "subscribers": 4},
        },
    }
    assert rows_of(reddit, value) == {
        "profiles": [
            {
                "profile_id": "t2_7",
                "handle": "ada",
                "display_name": "Ada",
                "bio": "tea",
                "created_at": AT,
                "url": "https://www.reddit.com/user/ada",
                "followers_count": "4",
            }
        ]
    }


def test_lines_of_an_archive_are_things_without_their_kind(rows_of):
    bare = {
        "id": "c",
        "author": "AutoModerator",
        "body": "x",
        "link_id": "t3_a",
        "parent_id": "t3_a",
        "score": 1,
        "created_utc": "1700000000",
        "retrieved_on": 1700000200,
    }
    found = rows_of(reddit, bare)
    assert (found["posts"][0]["post_id"], found["posts"][0]["created_at"]) == ("t1_c", AT)
    assert found["post_metrics"][0]["observed_at"] == "2023-11-14T22:16:40+00:00"
    assert found["profiles"][0]["is_bot"] == "true"
    assert rows_of(reddit, link()["data"])["posts"][0]["post_id"] == "t3_a"


def test_texts_without_a_zone_are_in_utc(rows_of):
    bare = {"id": "c", "body": "x", "link_id": "t3_a", "score": 1, "created_utc": "2024-06-30 23:30:00"}
    seen = {"edited": "2024-07-01 00:10:00", "retrieved_utc": "2024-07-01T01:00:00+02:00"}
    found = rows_of(reddit, bare | seen)
    assert (found["posts"][0]["created_at"], found["posts"][0]["edited_at"]) == (
        "2024-06-30 23:30:00Z",
        "2024-07-01 00:10:00Z",
    )
    assert found["post_metrics"][0]["observed_at"] == "2024-07-01T01:00:00+02:00"
    account = {"kind": "t2", "data": {"id": "u", "name": "ada", "created_utc": "2020-01-01 00:00:00"}}
    assert rows_of(reddit, account)["profiles"][0]["created_at"] == "2020-01-01 00:00:00Z"


def test_other_things_carry_no_rows(rows_of):
    assert (
        rows_of(reddit, listing({"kind": "t5", "data": {"id": "x"}}, {"kind": "t4", "data": {"body": "secret"}})) == {}
    )
    with pytest.raises(ParseError, match=r"^not_this_format: the API answered with an error: Not Found"):
        rows_of(reddit, {"message": "Not Found", "error": 404})


def test_a_thing_without_an_id_gives_a_row_without_its_key(rows_of):
    assert "post_id" not in rows_of(reddit, {"kind": "t1", "data": {"body": "x"}})["posts"][0]


def test_collected_payloads_are_activitystreams_and_say_so(shared_data):
    with (shared_data / "platform_payloads" / "reddit.json").open("rb") as stream:
        records = {record.context: record.raw for record in reddit.split(stream, DEFAULTS)}
    assert len(records) == 5
    for raw in records.values():
        with pytest.raises(ParseError, match=r"^not_this_format: "):
            list(reddit.parse(raw, None))
    kinds = {}
    for name, raw in records.items():
        if json.loads(raw):  # MISSING_OBJECT is empty
            rows = list(activitystreams.parse(raw, None))
            kinds[name] = [row["kind"] for table, row in rows if table == "posts"]
            assert [table for table, _ in rows].count("profiles") == 1
    assert kinds == {
        "ACTOR": [],
        "ACTIVITY_WITH_SELFTEXT": ["post"],
        "ACTIVITY_WITH_LINK": ["bookmark"],
        "COMMENT_OBJECT": ["comment"],
    }


@pytest.mark.parametrize(
    ("ids", "expected"),
    [
        ({"id": "c2", "link_id": "t3_p1", "parent_id": "t1_c1"}, ("t1_c2", "t1_c1", "t3_p1")),
        ({"id": "t1_c2", "link_id": "p1", "parent_id": "c1"}, ("t1_c2", "t1_c1", "t3_p1")),
        ({"id": "c2", "name": "t1_c2", "link_id": "t3_p1", "parent_id": "p1"}, ("t1_c2", "t3_p1", "t3_p1")),
        ({"id": "c2", "link_id": "t3_p1", "parent_id": None}, ("t1_c2", "t3_p1", "t3_p1")),
        ({"id": 434, "link_id": 901, "parent_id": 433}, ("t1_c2", "t1_c1", "t3_p1")),
    ],
)
def test_ids_mean_the_same_in_every_notation(rows_of, ids, expected):
    (post,) = rows_of(reddit, {"body": "Hi", "created_utc": 1700000000, "author": "ada", **ids})["posts"]
    assert (post["post_id"], post["parent_post_id"], post["root_post_id"]) == expected


def test_what_others_removed_is_a_deletion(rows_of):
    link = {"id": "p1", "title": "A kettle", "subreddit": "x", "created_utc": 1700000000, "selftext": ""}
    (post,) = rows_of(reddit, link | {"removed_by_category": "moderator"})["posts"]
    assert post == {"post_id": "t3_p1", "deleted_at": "2023-11-14T22:13:20+00:00"}
