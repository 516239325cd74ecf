"""Facebook's Graph API and webhooks, on made-up payloads and on real ones."""

import json

import pytest

from jobs.sources.base import ParseError, SplitOptions
from jobs.sources.formats import facebook

POST = {
    "id": "100_1",
    "from": {"id": "100", "name": "Alder Shop"},
    "message": "New kettle! #kettle",
    "permalink_url": "https://www.facebook.com/100/posts/1",
    "full_picture": "https://cdn.example/large.jpg",
    "picture": "https://cdn.example/small.jpg",
    "attachments": {
        "data": [
            {
                "media": {"image": {"src": "https://cdn.example/a.jpg"}},
                "subattachments": {"data": [{"media": {"image": {"src": "https://cdn.example/b.jpg"}}}]},
            }
        ]
    },
    "created_time": "2024-05-01T10:00:00+0000",
    "updated_time": "2024-05-02T10:00:00+0000",
    "message_tags": [
        {"id": "300", "name": "Cleo", "type": "user", "offset": 1, "length": 4},
        {"id": "9", "name": "#kettle", "type": "hashtag"},
    ],
    "shares": {"count": 4},
    "reactions": {"data": [{"id": "200", "name": "Ben", "type": "LOVE"}], "summary": {"total_count": 31}},
    "comments": {
        "data": [
            {
                "id": "1_11",
                "from": {"id": "200", "name": "Ben"},
                "message": "Nice",
                "like_count": 2,
                "created_time": "2024-05-01T11:00:00+0000",
                "comments": {
                    "data": [
                        {
                            "id": "1_12",
                            "from": {"id": "100", "name": "Alder Shop"},
                            "message": "Thanks",
                            "created_time": "2024-05-01T12:00:00+0000",
                            "parent": {"id": "1_11"},
                        }
                    ]
                },
            }
        ],
        "summary": {"total_count": 2},
    },
    "insights": {
        "data": [
            {
                "id": "100_1/insights/post_impressions/lifetime",
                "name": "post_impressions",
                "period": "lifetime",
                "values": [{"value": 900}],
            },
            {
                "id": "100_1/insights/post_impressions_unique/lifetime",
                "name": "post_impressions_unique",
                "period": "lifetime",
                "values": [{"value": 700}],
            },
        ]
    },
}
PAGE = {
    "id": "100",
    "name": "Alder Shop",
    "username": "aldershop",
    "about": "Coffee gear",
    "category": "Shop",
    "link": "https://www.facebook.com/aldershop",
    "followers_count": 1200,
    "fan_count": 1100,
    "location": {"city": "Kiel", "country": "Germany"},
    "is_verified": True,
}


def change(field="feed", time=1714640400, **value):
    return {"object": "page", "entry": [{"id": "100", "time": time, "changes": [{"field": field, "value": value}]}]}


BY = {"from": {"id": "200", "name": "Ben"}, "created_time": 1714557600}
CHANGES = [
    change(item="status", verb="add", post_id="100_2", message="Hello", **BY),
    change(item="photo", verb="edited", post_id="100_3", photo="https://cdn.example/p.jpg", **BY),
    change(item="comment", verb="add", post_id="100_2", comment_id="2_21", parent_id="2_20", message="Hi", **BY),
    change(item="comment", verb="remove", post_id="100_2", comment_id="2_21", **BY),
    change(item="reaction", verb="add", post_id="100_2", reaction_type="love", **BY),
    change(item="reaction", verb="remove", post_id="100_2", reaction_type="love", **BY),
    change("mention", item="comment", verb="add", post_id="500_7", comment_id="7_1", **BY),
    change(
        "ratings",
        item="rating",
        verb="add",
        open_graph_story_id="77",
        reviewer_id="200",
        reviewer_name="Ben",
        recommendation_type="NEGATIVE",
        review_text="Broke",
        created_time=1714557600,
    ),
]


def test_a_post_gives_itself_its_comments_and_who_did_what(rows_of):
    found = rows_of(facebook, POST)
    assert found["posts"][0] == {
        "post_id": "100_1",
        "kind": "post",
        "profile_id": "100",
        "text": "New kettle! #kettle",
        "tags": ["kettle"],
        "url": "https://www.facebook.com/100/posts/1",
        "root_post_id": "100_1",
        "media": ["https://cdn.example/large.jpg", "https://cdn.example/a.jpg", "https://cdn.example/b.jpg"],
        "created_at": "2024-05-01T10:00:00+0000",
    }
    assert [
        (row["post_id"], row["kind"], row["parent_post_id"], row["root_post_id"]) for row in found["posts"][1:]
    ] == [("1_11", "comment", "100_1", "100_1"), ("1_12", "comment", "1_11", "100_1")]
    assert found["post_metrics"] == [
        {
            "post_id": "100_1",
            "observed_at": "2024-05-02T10:00:00+0000",
            "reactions": "31",
            "comments": "2",
            "shares": "4",
            "impressions": "900",
            "reach": "700",
        },
        {"post_id": "1_11", "observed_at": "2024-05-01T12:00:00+0000", "reactions": "2"},  # when it was answered
    ]
    assert [(row["interaction_id"], row["kind"], row["target_profile_id"]) for row in found["interactions"]] == [
        ("reaction:200:100_1", "reaction", "100"),
        ("mention:100:300:100_1", "mention", "300"),
    ]
    assert {(row["profile_id"], row["display_name"]) for row in found["profiles"]} == {
        ("100", "Alder Shop"),
        ("200", "Ben"),
        ("300", "Cleo"),
    }


def test_what_a_post_does_not_count_is_absent(rows_of):
    bare = {"id": "100_9", "message": "x", "status_type": "mobile_status_update", "likes": {"data": [{"id": "5"}]}}
    assert "post_metrics" not in rows_of(facebook, bare)


def test_a_post_without_a_time_of_update_was_read_after_the_newest_comment_with_it(rows_of):
    found = rows_of(facebook, {**POST, "updated_time": None})
    (post, _) = found["post_metrics"]
    assert (post["observed_at"], post["comments"]) == ("2024-05-01T12:00:00+0000", "2")


def test_a_page_is_a_profile_and_its_likes_are_no_followers(rows_of):
    assert rows_of(facebook, PAGE) == {
        "profiles": [
            {
                "profile_id": "100",
                "handle": "aldershop",
                "display_name": "Alder Shop",
                "bio": "Coffee gear",
                "url": "https://www.facebook.com/aldershop",
                "location": "Kiel",
                "followers_count": "1200",
                "is_verified": "true",
            }
        ]
    }
    assert "followers_count" not in rows_of(facebook, {"id": "1", "name": "P", "fan_count": 5})["profiles"][0]


def test_sharing_is_an_interaction_and_a_post_only_where_something_was_written(rows_of):
    share = {
        "id": "200_5",
        "from": {"id": "200", "name": "Ben"},
        "parent_id": "100_1",
        "status_type": "shared_story",
        "created_time": "2024-05-03T10:00:00+0000",
    }
    passed_on = {
        "interaction_id": "share:200_5",
        "kind": "share",
        "actor_profile_id": "200",
        "target_profile_id": "100",
        "post_id": "100_1",
        "created_at": "2024-05-03T10:00:00+0000",
    }
    found = rows_of(facebook, share)
    assert ("posts" in found, found["interactions"]) == (False, [passed_on])
    found = rows_of(facebook, share | {"message": "Look"})
    assert ([row["text"] for row in found["posts"]], found["interactions"]) == (["Look"], [passed_on])


def test_a_comment_alone_names_its_post_by_its_id(rows_of):
    comment = {"id": "1_11", "from": {"id": "200"}, "message": "Nice", "created_time": "2024-05-01T11:00:00+0000"}
    ((row),) = rows_of(facebook, comment)["posts"]
    assert (row["kind"], row["parent_post_id"]) == ("comment", "1")
    own = rows_of(facebook, {"id": "200_5", "from": {"id": "200"}, "message": "On my wall"})["posts"][0]
    assert (own["kind"], own["root_post_id"]) == ("post", "200_5")


def test_pages_lists_and_insights(rows_of):
    assert len(rows_of(facebook, {"data": [POST, PAGE], "paging": {}})["posts"]) == 3
    assert rows_of(facebook, {"data": []}) == {}
    follows = {
        "id": "100/insights/page_follows/day",
        "name": "page_follows",
        "period": "day",
        "values": [
            {"value": 10, "end_time": "2024-05-01T07:00:00+0000"},
            {"value": 12, "end_time": "2024-05-02T07:00:00+0000"},
        ],
    }
    assert rows_of(facebook, {"data": [follows]})["profile_metrics"] == [
        {"profile_id": "100", "observed_at": "2024-05-01T07:00:00+0000", "followers_count": "10"},
        {"profile_id": "100", "observed_at": "2024-05-02T07:00:00+0000", "followers_count": "12"},
    ]
    review = {
        "reviewer": {"id": "200", "name": "Ben"},
        "rating": 4,
        "review_text": "Good",
        "created_time": "2024-05-01T10:00:00+0000",
    }
    assert rows_of(facebook, review)["posts"] == [
        {
            "post_id": "review:200:2024-05-01T10:00:00+0000",
            "kind": "review",
            "profile_id": "200",
            "text": "Good",
            "rating": "4",
            "created_at": "2024-05-01T10:00:00+0000",
            "root_post_id": "review:200:2024-05-01T10:00:00+0000",
        }
    ]


def test_webhook_changes(rows_of):
    status, photo, comment, uncomment, love, unlove, mention, rating = (rows_of(facebook, each) for each in CHANGES)
    at, told_at = "2024-05-01T10:00:00+00:00", "2024-05-02T09:00:00+00:00"
    assert status["posts"] == [
        {
            "post_id": "100_2",
            "kind": "post",
            "profile_id": "200",
            "text": "Hello",
            "created_at": at,
            "root_post_id": "100_2",
        }
    ]
    assert (photo["posts"][0]["kind"], photo["posts"][0]["edited_at"]) == ("media", told_at)
    assert photo["posts"][0]["media"] == ["https://cdn.example/p.jpg"]
    assert comment["posts"] == [
        {
            "post_id": "2_21",
            "kind": "comment",
            "profile_id": "200",
            "text": "Hi",
            "created_at": at,
            "parent_post_id": "2_20",
            "root_post_id": "100_2",
        }
    ]
    assert uncomment == {"posts": [{"post_id": "2_21", "deleted_at": told_at}]}
    assert love["interactions"] == [
        {
            "interaction_id": "reaction:200:100_2",
            "kind": "reaction",
            "actor_profile_id": "200",
            "target_profile_id": "100",
            "post_id": "100_2",
            "created_at": at,
        }
    ]
    assert unlove["interactions"] == [{"interaction_id": "reaction:200:100_2", "deleted_at": told_at}]
    assert mention["interactions"][0]["interaction_id"] == "mention:200:100:7_1"
    assert (rating["posts"][0]["kind"], rating["posts"][0]["post_id"], "rating" in rating["posts"][0]) == (
        "review",
        "77",
        False,
    )


@pytest.mark.parametrize(
    "value",
    [
        change(item="comment", verb="hide", comment_id="2_21", post_id="100_2"),
        change("leadgen", lead_id="1"),
        change(item="like", verb="add", **BY),  # of the page
        {"object": "page", "entry": [{"id": "100", "messaging": [{"message": {"text": "private"}}]}]},
    ],
)
def test_what_tells_nothing_of_a_post_gives_no_row(rows_of, value):
    assert "posts" not in rows_of(facebook, value)
    assert "interactions" not in rows_of(facebook, value)


def test_a_post_without_an_id_is_handed_on_for_the_contract_to_refuse(rows_of):
    ((row),) = rows_of(facebook, {"message": "x", "created_time": "2024-05-01T10:00:00+0000"})["posts"]
    assert "post_id" not in row


def test_whatever_stands_in_a_payload_it_stays_readable(assert_unbreakable):
    assert_unbreakable(facebook, [POST, PAGE, *CHANGES])


# --- real payloads ------------------------------------------------------------------------------------------------

NOT_OF_THE_API = {"ATOM", "FB_NEWS_PUBLISH_ACTIVITY", "EMAIL_ACTOR_USER_ID", "MBASIC_PHOTO_ACTIVITY"}


def inside(value):
    """Every object in a payload."""
    if isinstance(value, dict):
        yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from inside(part)


def test_real_payloads_add_up(shared_data):
    path = shared_data / "platform_payloads" / "facebook.json"
    posts, accounts, interactions, refused = set(), set(), set(), set()
    with path.open("rb") as stream:
        for record in facebook.split(stream, SplitOptions()):
            try:
                for table, row in facebook.parse(record.raw, record.context):
                    key = next(iter(row.values()))
                    {"posts": posts, "profiles": accounts, "interactions": interactions}[table].add(key)
            except ParseError:
                refused.add(record.context)
    payloads = {name: value for name, value in json.loads(path.read_bytes()).items() if name not in NOT_OF_THE_API}
    assert refused == NOT_OF_THE_API

    people = [name for name in payloads if name in ("USER", "PAGE") or name.startswith("RSVP")]
    nodes = [node for value in payloads.values() for node in inside(value)]
    edges = {
        key: [each for node in nodes if isinstance(node.get(key), dict) for each in node[key].get("data", [])]
        for key in ("comments", "likes", "reactions")
    }
    whole = [value for name, value in payloads.items() if name not in people and isinstance(value, dict)]
    assert posts == {each["id"] for each in [*whole, *payloads["COMMENTS"], *edges["comments"]]}
    named = [each for node in nodes for each in node.get("message_tags", [])]
    authors = [node[key] for node in nodes for key in ("from", "owner") if key in node]
    persons = [payloads[name] for name in people]
    assert accounts == {each["id"] for each in [*authors, *named, *edges["likes"], *edges["reactions"], *persons]}
    reacting = {each["id"] for each in [*edges["likes"], *edges["reactions"]]}
    assert len(interactions) == len(reacting) + len(named) == 4
