"""Instagram's Graph API and the one before it, on made-up payloads and on real ones."""

import json

from jobs.sources.base import ParseError, SplitOptions
from jobs.sources.formats import instagram

MEDIA = {
    "id": "900",
    "media_type": "CAROUSEL_ALBUM",
    "caption": "Morning #espresso #crema",
    "username": "aldershop",
    "owner": {"id": "17"},
    "permalink": "https://www.instagram.com/p/A1/",
    "timestamp": "2024-05-01T10:00:00+0000",
    "like_count": 12,
    "comments_count": 2,
    "children": {
        "data": [
            {"id": "901", "media_url": "https://cdn.example/1.jpg"},
            {"id": "902", "thumbnail_url": "https://cdn.example/2.jpg"},
        ]
    },
    "comments": {
        "data": [
            {
                "id": "c1",
                "text": "Lovely #beans",
                "timestamp": "2024-05-01T11:00:00+0000",
                "username": "ben",
                "like_count": 1,
                "from": {"id": "18", "username": "ben"},
                "replies": {
                    "data": [
                        {
                            "id": "c2",
                            "text": "Thanks",
                            "timestamp": "2024-05-01T12:00:00+0000",
                            "username": "aldershop",
                            "parent_id": "c1",
                        }
                    ]
                },
            }
        ]
    },
    "insights": {
        "data": [
            {"name": "impressions", "period": "lifetime", "values": [{"value": 300}]},
            {"name": "saved", "period": "lifetime", "values": [{"value": 4}]},
            {"name": "engagement", "period": "lifetime", "values": [{"value": 18}]},
        ]
    },
}
LEGACY = {
    "id": "123_17",
    "type": "image",
    "created_time": "1714557600",
    "link": "https://instagram.com/p/B2/",
    "user": {"id": "17", "username": "aldershop", "full_name": "Alder Shop"},
    "tags": ["espresso"],
    "caption": {"id": "5", "text": "An older one #espresso #notlisted"},
    "images": {"standard_resolution": {"url": "https://cdn.example/old.jpg"}},
    "likes": {"count": 9, "data": [{"id": "18", "username": "ben"}]},
    "comments": {
        "count": 1,
        "data": [
            {
                "id": "55",
                "text": "Oh",
                "created_time": "1714561200",
                "from": {"id": "19", "username": "cleo", "full_name": "Cleo"},
            }
        ],
    },
    "users_in_photo": [{"user": {"id": "19", "username": "cleo"}, "position": {"x": 0.1, "y": 0.2}}],
}
USER = {
    "id": "17",
    "username": "aldershop",
    "name": "Alder Shop",
    "biography": "Coffee gear",
    "website": "https://a.example",
    "followers_count": 100,
    "follows_count": 7,
    "media_count": 41,
}
INSIGHTS = {
    "data": [
        {
            "id": "900/insights/reach/lifetime",
            "name": "reach",
            "period": "lifetime",
            "values": [{"value": 250, "end_time": "2024-05-02T07:00:00+0000"}],
        },
        {"id": "900/insights/plays/lifetime", "name": "plays", "period": "lifetime", "values": [{"value": 80}]},
    ]
}
NOTIFICATION = {
    "object": "instagram",
    "entry": [
        {
            "id": "17",
            "time": 1714640400,
            "changes": [
                {
                    "field": "comments",
                    "value": {
                        "id": "c9",
                        "text": "Hi",
                        "from": {"id": "18", "username": "ben"},
                        "media": {"id": "900"},
                        "parent_id": "c1",
                    },
                },
                {"field": "mentions", "value": {"media_id": "901", "comment_id": "c4"}},
                {"field": "story_insights", "value": {"media_id": "903", "impressions": 40, "reach": 30, "replies": 1}},
            ],
        }
    ],
}


def test_a_media_of_the_graph_api(rows_of):
    found = rows_of(instagram, MEDIA)
    assert found["posts"][0] == {
        "post_id": "900",
        "kind": "media",
        "profile_id": "17",
        "text": "Morning #espresso #crema",
        "url": "https://www.instagram.com/p/A1/",
        "media": ["https://cdn.example/1.jpg", "https://cdn.example/2.jpg"],
        "tags": ["espresso", "crema"],
        "created_at": "2024-05-01T10:00:00+0000",
        "root_post_id": "900",
    }
    assert [(row["post_id"], row["profile_id"], row["parent_post_id"]) for row in found["posts"][1:]] == [
        ("c1", "18", "900"),
        ("c2", "aldershop", "c1"),  # no id is told
    ]
    assert found["post_metrics"] == [
        {
            "post_id": "900",
            "observed_at": "2024-05-01T10:00:00+0000",
            "impressions": "300",
            "saves": "4",
            "reactions": "12",
            "comments": "2",
        },
        {"post_id": "c1", "observed_at": "2024-05-01T11:00:00+0000", "reactions": "1"},
    ]
    assert {"profile_id": "17", "handle": "aldershop"} in found["profiles"]


def test_a_media_of_the_api_before(rows_of):
    found = rows_of(instagram, {"meta": {"code": 200}, "data": [LEGACY]})
    assert found["posts"] == [
        {
            "post_id": "123_17",
            "kind": "media",
            "profile_id": "17",
            "text": "An older one #espresso #notlisted",
            "url": "https://instagram.com/p/B2/",
            "media": ["https://cdn.example/old.jpg"],
            "tags": ["espresso"],
            "created_at": "2024-05-01T10:00:00+00:00",
            "root_post_id": "123_17",
        },
        {
            "post_id": "55",
            "kind": "comment",
            "profile_id": "19",
            "text": "Oh",
            "created_at": "2024-05-01T11:00:00+00:00",
            "parent_post_id": "123_17",
            "root_post_id": "123_17",
        },
    ]
    assert found["post_metrics"] == [
        {"post_id": "123_17", "observed_at": "2024-05-01T10:00:00+00:00", "reactions": "9", "comments": "1"}
    ]
    assert [row["interaction_id"] for row in found["interactions"]] == ["reaction:18:123_17", "tag:17:19:123_17"]


def test_users(rows_of):
    new = {
        "profile_id": "17",
        "handle": "aldershop",
        "display_name": "Alder Shop",
        "bio": "Coffee gear",
        "url": "https://a.example",
        "followers_count": "100",
        "following_count": "7",
        "posts_count": "41",
    }
    assert rows_of(instagram, USER) == {"profiles": [new]}
    old = {"id": "17", "username": "aldershop", "counts": {"media": 0, "followed_by": 5, "follows": 6}}
    assert rows_of(instagram, {"data": old})["profiles"] == [
        {"profile_id": "17", "handle": "aldershop", "posts_count": "0", "followers_count": "5", "following_count": "6"}
    ]
    found = rows_of(
        instagram, {"business_discovery": USER | {"media": {"data": [{"id": "9", "caption": "x"}]}}, "id": "1"}
    )
    assert found["posts"][0]["profile_id"] == "17"


def test_insights_of_a_media_are_one_observation(rows_of):
    assert rows_of(instagram, INSIGHTS) == {
        "post_metrics": [{"post_id": "900", "observed_at": "2024-05-02T07:00:00+0000", "reach": "250", "views": "80"}]
    }


def test_webhook_changes(rows_of):
    found = rows_of(instagram, NOTIFICATION)
    at = "2024-05-02T09:00:00+00:00"
    assert found["posts"] == [
        {
            "post_id": "c9",
            "kind": "comment",
            "profile_id": "18",
            "text": "Hi",
            "created_at": at,
            "parent_post_id": "c1",
            "root_post_id": "900",
        }
    ]
    assert found["post_metrics"] == [
        {"post_id": "903", "observed_at": at, "impressions": "40", "reach": "30", "comments": "1"}
    ]
    assert "interactions" not in found


def test_a_media_without_an_id_is_handed_on_for_the_contract_to_refuse(rows_of):
    ((row),) = rows_of(instagram, {"caption": "x", "timestamp": "2024-05-01T10:00:00+0000"})["posts"]
    assert "post_id" not in row


def test_whatever_stands_in_a_payload_it_stays_readable(assert_unbreakable):
    assert_unbreakable(instagram, [MEDIA, LEGACY, USER, INSIGHTS, NOTIFICATION])


def test_real_payloads_add_up(shared_data):
    path = shared_data / "platform_payloads" / "instagram.json"
    found, refused = {"posts": [], "profiles": []}, []
    with path.open("rb") as stream:
        for record in instagram.split(stream, SplitOptions()):
            try:
                for table, row in instagram.parse(record.raw, record.context):
                    found[table].append(row)
            except ParseError:
                refused.append(record.context)
    payloads = json.loads(path.read_bytes())
    assert refused == ["ATOM"]  # a feed is another format
    assert [(row["post_id"], row["text"]) for row in found["posts"]] == [
        (comment["id"], comment["text"]) for comment in payloads["COMMENTS"]
    ]
    accounts = [payloads["USER"], *(comment["from"] for comment in payloads["COMMENTS"]), *payloads["LIKES"]]
    assert {row["profile_id"]: row["handle"] for row in found["profiles"]} == {
        account["id"]: account["username"] for account in accounts
    }
    counted = {row["profile_id"]: row.get("followers_count") for row in found["profiles"]}
    assert counted[payloads["USER"]["id"]] == str(payloads["USER"]["counts"]["followed_by"])
    assert sum(count is not None for count in counted.values()) == 1
