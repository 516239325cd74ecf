"""YouTube's Data API v3, on made-up resources."""

import pytest

from jobs.sources import unmapped
from jobs.sources.base import ParseError
from jobs.sources.formats import youtube

AT = "2024-05-01T10:00:00Z"
VIDEO = {
    "kind": "youtube#video",
    "etag": "x",
    "id": "v1",
    "snippet": {
        "publishedAt": AT,
        "channelId": "UC1",
        "channelTitle": "Alder TV",
        "title": "How to brew",
        "description": "All about #brewing",
        "tags": ["coffee", "brewing"],
        "defaultAudioLanguage": "en-GB",
        "thumbnails": {"default": {"url": "https://i.example/d.jpg"}, "high": {"url": "https://i.example/h.jpg"}},
    },
    "statistics": {"viewCount": "1500", "likeCount": "40", "favoriteCount": "0", "commentCount": "6"},
}
CHANNEL = {
    "kind": "youtube#channel",
    "id": "UC1",
    "snippet": {
        "title": "Alder TV",
        "description": "Films",
        "customUrl": "@aldertv",
        "publishedAt": "2020-01-01T00:00:00Z",
        "country": "DE",
        "defaultLanguage": "de",
    },
    "statistics": {"viewCount": "9", "subscriberCount": "77", "hiddenSubscriberCount": False, "videoCount": "3"},
}


def comment(id_, text, **more):
    return {
        "kind": "youtube#comment",
        "id": id_,
        "snippet": {
            "textDisplay": text,
            "authorDisplayName": "@ben",
            "authorChannelId": {"value": "UC2"},
            "authorChannelUrl": "http://www.youtube.com/@ben",
            "likeCount": 2,
            "publishedAt": AT,
            "updatedAt": AT,
            **more,
        },
    }


THREAD = {
    "kind": "youtube#commentThread",
    "id": "c1",
    "snippet": {
        "channelId": "UC1",
        "videoId": "v1",
        "totalReplyCount": 1,
        "topLevelComment": comment("c1", "Great &amp; <b>short</b>", videoId="v1"),
    },
    "replies": {
        "comments": [comment("c1.r1", "Yes", parentId="c1", textOriginal="Yes!", updatedAt="2024-05-02T10:00:00Z")]
    },
}
PLACE_IN_LIST = {
    "kind": "youtube#playlistItem",
    "id": "pi1",
    "snippet": {
        "publishedAt": "2024-06-01T10:00:00Z",
        "channelId": "UC9",
        "channelTitle": "Best of",
        "title": "How to brew",
        "description": "",
        "resourceId": {"kind": "youtube#video", "videoId": "v1"},
        "videoOwnerChannelId": "UC1",
        "videoOwnerChannelTitle": "Alder TV",
    },
    "contentDetails": {"videoId": "v1", "videoPublishedAt": AT},
}
RESULTS = {
    "kind": "youtube#searchListResponse",
    "items": [
        {
            "kind": "youtube#searchResult",
            "id": {"kind": "youtube#video", "videoId": "v2"},
            "snippet": {
                "publishedAt": AT,
                "channelId": "UC1",
                "channelTitle": "Alder TV",
                "title": "Q&amp;A",
                "description": "",
            },
        },
        {
            "kind": "youtube#searchResult",
            "id": {"kind": "youtube#channel", "channelId": "UC3"},
            "snippet": {"publishedAt": AT, "channelId": "UC3", "title": "Cleo", "description": "Mugs"},
        },
        {"kind": "youtube#searchResult", "id": {"kind": "youtube#playlist", "playlistId": "PL1"}, "snippet": {}},
    ],
}


def activity(what, details, **more):
    snippet = {"type": what, "publishedAt": AT, "channelId": "UC2", "channelTitle": "Ben", **more}
    return {"kind": "youtube#activity", "id": f"act-{what}", "snippet": snippet, "contentDetails": {what: details}}


ACTIVITIES = [
    activity("like", {"resourceId": {"kind": "youtube#video", "videoId": "v1"}}),
    activity("subscription", {"resourceId": {"kind": "youtube#channel", "channelId": "UC1"}}),
    activity("playlistItem", {"resourceId": {"videoId": "v1"}, "playlistId": "PL1"}),
    activity("upload", {"videoId": "v3"}, title="My mug", description=""),
    activity("recommendation", {"resourceId": {"videoId": "v4"}}),
]
SUBSCRIPTION = {
    "kind": "youtube#subscription",
    "id": "s1",
    "snippet": {"publishedAt": AT, "title": "Alder TV", "resourceId": {"channelId": "UC1"}, "channelId": "UC2"},
}


def test_a_video_and_its_numbers(rows_of):
    found = rows_of(youtube, {"kind": "youtube#videoListResponse", "items": [VIDEO]})
    assert found["posts"] == [
        {
            "post_id": "v1",
            "kind": "media",
            "profile_id": "UC1",
            "title": "How to brew",
            "text": "All about #brewing",
            "url": "https://www.youtube.com/watch?v=v1",
            "media": ["https://i.example/h.jpg"],
            "tags": ["coffee", "brewing"],
            "language": "en",
            "created_at": AT,
            "root_post_id": "v1",
        }
    ]
    assert found["post_metrics"] == [
        {"post_id": "v1", "observed_at": AT, "views": "1500", "reactions": "40", "comments": "6"}
    ]
    assert found["profiles"] == [{"profile_id": "UC1", "display_name": "Alder TV"}]
    assert rows_of(youtube, VIDEO) == found


def test_what_a_video_hides_is_absent_not_zero(rows_of):
    hidden = VIDEO | {"statistics": {"viewCount": "0", "favoriteCount": "0"}}
    assert rows_of(youtube, hidden)["post_metrics"] == [{"post_id": "v1", "observed_at": AT, "views": "0"}]
    assert "post_metrics" not in rows_of(youtube, VIDEO | {"statistics": {"favoriteCount": "0"}})


def test_a_channel_that_hides_its_subscribers_has_none_measured(rows_of):
    assert rows_of(youtube, CHANNEL)["profiles"] == [
        {
            "profile_id": "UC1",
            "display_name": "Alder TV",
            "handle": "aldertv",
            "bio": "Films",
            "location": "DE",
            "url": "https://www.youtube.com/channel/UC1",
            "language": "de",
            "followers_count": "77",
            "posts_count": "3",
            "created_at": "2020-01-01T00:00:00Z",
        }
    ]
    hidden = CHANNEL | {"statistics": {"subscriberCount": "0", "hiddenSubscriberCount": True}}
    assert "followers_count" not in rows_of(youtube, hidden)["profiles"][0]


def test_a_thread_of_comments(rows_of):
    found = rows_of(youtube, THREAD)
    assert found["posts"] == [
        {
            "post_id": "c1",
            "kind": "comment",
            "profile_id": "UC2",
            "text": "Great & short",
            "created_at": AT,
            "parent_post_id": "v1",
            "root_post_id": "v1",
        },
        {
            "post_id": "c1.r1",
            "kind": "comment",
            "profile_id": "UC2",
            "text": "Yes!",
            "created_at": AT,
            "edited_at": "2024-05-02T10:00:00Z",
            "parent_post_id": "c1",
            "root_post_id": "v1",
        },
    ]
    assert [(row["post_id"], row["reactions"], row.get("comments")) for row in found["post_metrics"]] == [
        ("c1", "2", "1"),
        ("c1.r1", "2", None),
    ]
    assert {row["observed_at"] for row in found["post_metrics"]} == {"2024-05-02T10:00:00Z"}  # as of the newest comment
    assert found["profiles"] == [
        {"profile_id": "UC2", "display_name": "@ben", "handle": "ben", "url": "http://www.youtube.com/@ben"}
    ]


@pytest.mark.parametrize("same", ["2024-05-01T10:00:00-0000", "2024-05-01T12:00:00+02:00", "2024-05-01T10:00:00.000Z"])
def test_the_same_instant_in_another_zone_is_no_edit(rows_of, same):
    (row,) = rows_of(youtube, comment("c1", "Nice", videoId="v1", updatedAt=same))["posts"]
    assert "edited_at" not in row


def test_a_rejected_comment_is_deleted_and_one_that_waits_is_left_out(rows_of):
    rejected = comment("c1", "Spam", videoId="v1", moderationStatus="rejected", updatedAt="2024-05-02T10:00:00Z")
    gone = {"posts": [{"post_id": "c1", "deleted_at": "2024-05-02T10:00:00Z"}]}
    assert rows_of(youtube, rejected) == gone
    with unmapped.counting() as found:
        assert rows_of(youtube, comment("c2", "Hm", videoId="v1", moderationStatus="heldForReview")) == {}
        assert rows_of(youtube, comment("c3", "Hm", videoId="v1", moderationStatus="likelySpam")) == {}
    assert found == {"comments that are not approved": 2}
    shown = comment("c4", "Nice", videoId="v1", moderationStatus="published")
    assert rows_of(youtube, shown)["posts"][0]["text"] == "Nice"


def test_a_place_in_anothers_list_is_a_share(rows_of):
    found = rows_of(youtube, PLACE_IN_LIST)
    assert (found["posts"][0]["profile_id"], found["posts"][0]["created_at"]) == ("UC1", AT)
    assert found["interactions"] == [
        {
            "interaction_id": "share:pi1",
            "kind": "share",
            "actor_profile_id": "UC9",
            "target_profile_id": "UC1",
            "post_id": "v1",
            "created_at": "2024-06-01T10:00:00Z",
        }
    ]
    own = PLACE_IN_LIST | {"snippet": PLACE_IN_LIST["snippet"] | {"channelId": "UC1"}}
    assert "interactions" not in rows_of(youtube, own)
    gone = {"kind": "youtube#playlistItem", "id": "pi2", "snippet": {"title": "Deleted video", "channelId": "UC9"}}
    assert rows_of(youtube, gone) == {}


def test_search_results(rows_of):
    found = rows_of(youtube, RESULTS)
    assert [(row["post_id"], row["title"]) for row in found["posts"]] == [("v2", "Q&A")]
    assert {row["profile_id"] for row in found["profiles"]} == {"UC1", "UC3"}


def test_activities_and_subscriptions(rows_of):
    found = [rows_of(youtube, each) for each in ACTIVITIES]
    assert [row["interaction_id"] for each in found for row in each.get("interactions", [])] == [
        "reaction:UC2:v1",
        "follow:UC2:UC1",
        "share:UC2:v1",
    ]
    assert [row["post_id"] for each in found for row in each.get("posts", [])] == ["v3"]
    assert rows_of(youtube, SUBSCRIPTION)["interactions"][0]["interaction_id"] == "follow:UC2:UC1"


@pytest.mark.parametrize("value", [{"items": [VIDEO]}, {"kind": "books#volume", "id": "1"}, {"kind": 7}, [1]])
def test_what_is_no_resource_of_youtube_is_refused(rows_of, value):
    with pytest.raises(ParseError, match=r"^not_this_format: "):
        rows_of(youtube, value)


def test_a_video_without_an_id_is_handed_on_for_the_contract_to_refuse(rows_of):
    found = rows_of(youtube, {key: value for key, value in VIDEO.items() if key != "id"})
    assert ("post_id" in found["posts"][0], "url" in found["posts"][0]) == (False, False)


def test_whatever_stands_in_a_payload_it_stays_readable(assert_unbreakable):
    assert_unbreakable(youtube, [VIDEO, CHANNEL, THREAD, PLACE_IN_LIST, RESULTS, *ACTIVITIES, SUBSCRIPTION])
