"""ActivityStreams 2.0 and 1.0 on made-up things; test_granary.py holds them against each other on others' payloads."""

import json

import pytest

from jobs.sources.base import WHEN_LANDED, ParseError
from jobs.sources.formats import activitystreams

AT = "2024-05-01T10:00:00Z"
ADA, BO = "https://x.example/ada", "https://y.example/bo"
PUBLIC = "https://www.w3.org/ns/activitystreams#Public"


def note(**more):
    return {
        "type": "Note",
        "id": "https://x.example/n/1",
        "attributedTo": ADA,
        "content": "<p>Hi<br>you</p>",
        "published": AT,
        **more,
    }


def activity(kind, value, **more):
    return {
        "@context": "https://www.w3.org/ns/activitystreams",
        "type": kind,
        "id": "https://x.example/a/1",
        "actor": ADA,
        "published": AT,
        "object": value,
        **more,
    }


def test_a_note(rows_of):
    found = rows_of(
        activitystreams,
        note(
            summary="tea",
            inReplyTo=BO + "/n/0",
            updated="2024-05-02T10:00:00Z",
            url="https://x.example/@ada/1",
            to=[PUBLIC],
            contentMap={"pt": "<p>Hi<br>you</p>"},
            tag=[
                {"type": "Hashtag", "name": "#Tea"},
                {"type": "Mention", "href": BO, "name": "@bo"},
                {"type": "Emoji"},
            ],
            attachment=[
                {"type": "Document", "mediaType": "image/png", "url": "https://m/1.png"},
                {"type": "Document", "mediaType": "application/pdf", "url": "https://m/2.pdf"},
            ],
            replies={"type": "Collection", "totalItems": 2},
            likes={"totalItems": 0},
            shares={"totalItems": 1},
        ),
    )
    assert found["posts"] == [
        {
            "post_id": "https://x.example/n/1",
            "kind": "comment",
            "profile_id": ADA,
            "title": "tea",
            "text": "Hi\nyou",
            "url": "https://x.example/@ada/1",
            "media": ["https://m/1.png"],
            "tags": ["Tea"],
            "language": "pt",
            "created_at": AT,
            "edited_at": "2024-05-02T10:00:00Z",
            "parent_post_id": BO + "/n/0",
        }
    ]
    assert found["post_metrics"] == [
        {
            "post_id": "https://x.example/n/1",
            "observed_at": "2024-05-02T10:00:00Z",
            "reactions": "0",
            "comments": "2",
            "shares": "1",
        }
    ]
    assert found["interactions"] == [
        {
            "interaction_id": f"mention:{ADA}:{BO}:https://x.example/n/1",
            "actor_profile_id": ADA,
            "target_profile_id": BO,
            "post_id": "https://x.example/n/1",
            "kind": "mention",
            "created_at": AT,
        }
    ]


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ({"type": "Article"}, "article"),
        ({"type": "Page"}, "post"),
        ({"type": "Image", "url": "https://m/1"}, "media"),
        ({"type": "Video"}, "media"),
        ({"type": ["Note", "http://x/Own"]}, "post"),
        ({"type": "Question"}, "question"),
        ({"type": "Question", "oneOf": [{"type": "Note", "name": "yes"}]}, "post"),
        ({"type": "Note", "to": [BO]}, "message"),
        ({"type": "Note", "to": [ADA + "/followers"]}, "post"),
        ({"type": "Note", "to": [BO], "cc": "as:Public"}, "post"),
        ({"objectType": "comment"}, "comment"),
        ({"objectType": "bookmark", "targetUrl": "https://t"}, "bookmark"),
    ],
)
def test_kinds_of_objects(rows_of, value, kind):
    assert rows_of(activitystreams, {"id": "1", **value})["posts"][0]["kind"] == kind


def test_an_actor(rows_of):
    value = {
        "type": "Service",
        "id": ADA,
        "preferredUsername": "ada",
        "name": "Ada",
        "summary": "<p>tea</p>",
        "url": "https://u",
        "published": AT,
        "followers": {"totalItems": 3},
        "following": ADA + "/following",
    }
    assert rows_of(activitystreams, value) == {
        "profiles": [
            {
                "profile_id": ADA,
                "handle": "ada",
                "display_name": "Ada",
                "bio": "tea",
                "url": "https://u",
                "followers_count": "3",
                "is_bot": "true",
                "created_at": AT,
            }
        ]
    }


def test_create_and_update(rows_of):
    bare = {"type": "Note", "id": "1", "content": "x"}
    assert rows_of(activitystreams, activity("Create", bare))["posts"] == [
        {"post_id": "1", "kind": "post", "profile_id": ADA, "text": "x", "created_at": AT, "root_post_id": "1"}
    ]
    updated = activity("Update", note(), published="2024-06-01T00:00:00Z")
    assert rows_of(activitystreams, updated)["posts"][0]["edited_at"] == "2024-06-01T00:00:00Z"
    assert rows_of(activitystreams, updated)["posts"][0]["created_at"] == AT
    assert rows_of(activitystreams, activity("Create", "https://x.example/n/1")) == {}  # a bare address tells nothing


@pytest.mark.parametrize(
    ("kind", "act", "target"),
    [
        ("Like", "reaction", {"post_id": BO}),
        ("Announce", "share", {"post_id": BO}),
        ("Follow", "follow", {"target_profile_id": BO}),
    ],
)
def test_acts(rows_of, kind, act, target):
    row = {"interaction_id": "https://x.example/a/1", "actor_profile_id": ADA, "kind": act, "created_at": AT, **target}
    assert rows_of(activitystreams, activity(kind, BO)) == {"interactions": [row]}


def test_an_announced_object_is_told_too(rows_of):
    found = rows_of(
        activitystreams, activity("Announce", note(attributedTo={"type": "Person", "id": BO, "name": "Bo"}))
    )
    assert found["posts"][0]["profile_id"] == BO
    assert found["interactions"][0]["target_profile_id"] == BO
    assert found["profiles"] == [{"profile_id": BO, "display_name": "Bo"}]


def test_a_group_announces_the_activities_of_its_members(rows_of):
    inner = {"type": "Like", "id": "l", "actor": BO, "object": "n"}
    found = rows_of(activitystreams, activity("Announce", inner))
    assert found["interactions"] == [
        {"interaction_id": "l", "actor_profile_id": BO, "post_id": "n", "kind": "reaction", "created_at": AT}
    ]


FOLLOW = {"type": "Follow", "id": "f", "actor": BO, "object": ADA}


@pytest.mark.parametrize(
    ("value", "rows"),
    [
        (
            activity("Accept", FOLLOW),
            [
                {
                    "interaction_id": "f",
                    "actor_profile_id": BO,
                    "target_profile_id": ADA,
                    "kind": "follow",
                    "created_at": AT,
                }
            ],
        ),
        (activity("Reject", FOLLOW), [{"interaction_id": "f", "deleted_at": AT}]),
        (
            activity("Undo", {"type": "Follow", "actor": ADA, "object": BO}),
            [{"interaction_id": f"follow:{ADA}:{BO}", "deleted_at": AT}],
        ),
        (activity("Undo", {"type": "Announce", "id": "s"}), [{"interaction_id": "s", "deleted_at": AT}]),
        (activity("Undo", "https://x.example/a/0"), [{"interaction_id": "https://x.example/a/0", "deleted_at": AT}]),
        (
            {"verb": "stop-following", "actor": ADA, "object": BO, "published": AT},
            [{"interaction_id": f"follow:{ADA}:{BO}", "deleted_at": AT}],
        ),
    ],
)
def test_acts_are_accepted_and_undone(rows_of, value, rows):
    assert rows_of(activitystreams, value) == {"interactions": rows}


@pytest.mark.parametrize(
    ("value", "rows"),
    [
        (activity("Delete", "n"), {"posts": [{"post_id": "n", "deleted_at": AT}]}),
        (activity("Delete", ADA), {"profiles": [{"profile_id": ADA, "deleted_at": AT}]}),
        (
            {"type": "Delete", "actor": ADA, "object": {"type": "Tombstone", "id": "n", "deleted": AT}},
            {"posts": [{"post_id": "n", "deleted_at": AT}]},
        ),
        (
            {"type": "Delete", "actor": ADA, "object": {"type": "Tombstone", "id": "n"}, "signature": {"created": AT}},
            {"posts": [{"post_id": "n", "deleted_at": AT}]},
        ),
        (
            {"type": "Tombstone", "id": BO, "formerType": "Person", "deleted": AT},
            {"profiles": [{"profile_id": BO, "deleted_at": AT}]},
        ),
    ],
)
def test_deletions_are_tombstones(rows_of, value, rows):
    assert rows_of(activitystreams, value) == rows


@pytest.mark.parametrize("kind", ["Delete", "Undo"])
def test_a_deletion_without_a_time_holds_from_landing(rows_of, kind):
    found = rows_of(activitystreams, {"type": kind, "actor": ADA, "object": "n"})
    assert [row["deleted_at"] for rows in found.values() for row in rows] == [WHEN_LANDED]


def test_a_quote_is_a_post_and_a_share(rows_of):
    link = {"type": "Link", "mediaType": "application/activity+json", "href": "q", "name": "RE: q"}
    for more in ({"quoteUrl": "q"}, {"quote": "q"}, {"attachment": [{"type": "Note", "id": "q"}]}, {"tag": [link]}):
        found = rows_of(activitystreams, note(**more))
        assert [post["post_id"] for post in found["posts"]] == ["https://x.example/n/1"]
        assert [(row["kind"], row["post_id"]) for row in found["interactions"]] == [("share", "q")]


def test_tags_that_someone_gives(rows_of):
    tags = [{"type": "Hashtag", "name": "#tea"}, {"type": "Tag", "name": "green"}]
    found = rows_of(activitystreams, activity("Add", tags, target={"url": "https://shop.example/tea"}))
    assert found["taggings"] == [
        {
            "tagging_id": f"https://x.example/a/1:https://shop.example/tea:{tag}",
            "tagger_profile_id": ADA,
            "tag": tag,
            "object_kind": "page",
            "object_id": "https://shop.example/tea",
            "created_at": AT,
        }
        for tag in ("tea", "green")
    ]
    of_person = {
        "verb": "tag",
        "actor": ADA,
        "object": {"objectType": "hashtag", "displayName": "expert"},
        "published": AT,
        "target": {"objectType": "person", "id": BO},
    }
    assert rows_of(activitystreams, of_person)["taggings"][0]["object_kind"] == "person"
    assert rows_of(activitystreams, activity("Add", note(), target=ADA + "/featured")) == {}


def test_reading_is_told_of(rows_of):
    assert rows_of(activitystreams, activity("Read", "n")) == {
        "content_reads": [{"content_id": "n", "reader_profile_id": ADA, "read_at": AT}]
    }


def test_collections_hold_things(rows_of):
    page = {"type": "OrderedCollectionPage", "orderedItems": [activity("Create", note()), "https://x.example/a/9"]}
    found = rows_of(activitystreams, {"type": "OrderedCollection", "totalItems": 2, "first": page})
    assert len(found["posts"]) == 1
    assert rows_of(activitystreams, {"items": [{"verb": "post", "object": {"objectType": "note", "id": "1"}}]})["posts"]
    assert rows_of(activitystreams, {"type": "Collection", "items": []}) == {}


def test_acts_that_the_model_does_not_know_give_their_people_only(rows_of):
    ada = {"type": "Person", "id": ADA, "name": "Ada"}
    assert rows_of(activitystreams, activity("Invite", {"type": "Person", "id": BO, "name": "Bo"}, actor=ada)) == {
        "profiles": [{"profile_id": ADA, "display_name": "Ada"}, {"profile_id": BO, "display_name": "Bo"}]
    }


@pytest.mark.parametrize(
    "value",
    [
        {"type": "note", "id": "1"},  # another platform's type: 2.0 writes Note
        {"type": ["h-entry"], "properties": {}},
        {"type": "Unheard", "id": "1"},
        {"objectType": "unheard"},
        {"id": "1", "content": "x"},
    ],
)
def test_what_is_no_activitystreams_is_refused(rows_of, value):
    with pytest.raises(ParseError, match=r"^not_this_format: "):
        rows_of(activitystreams, value)


def test_things_without_ids_give_rows_without_their_key(rows_of):
    assert "post_id" not in rows_of(activitystreams, {"type": "Note", "content": "x"})["posts"][0]
    assert "interaction_id" not in rows_of(activitystreams, {"type": "Like", "actor": ADA})["interactions"][0]


def test_the_line_that_stands_for_a_quote_is_not_the_authors():
    note = {
        "type": "Note",
        "id": "https://a.example/2",
        "published": "2024-01-01T00:00:00Z",
        "content": 'So true<span class="quote-inline"><br><br>RE: <a href="https://b.example/1">https://b.example/1</a></span>',
        "quoteUrl": "https://b.example/1",
    }
    (row,) = [row for table, row in activitystreams.parse(json.dumps(note).encode(), None) if table == "posts"]
    assert row["text"] == "So true"


def test_a_time_of_no_year_gives_way_to_that_of_the_activity():
    note = {"type": "Note", "id": "https://a.example/2", "published": "0001-01-01T00:00:00Z", "content": "Hi"}
    create = {"type": "Create", "id": "https://a.example/2/a", "actor": "https://a.example/u", "object": note}
    create["published"] = "2024-01-01T00:00:00Z"
    (row,) = [row for table, row in activitystreams.parse(json.dumps(create).encode(), None) if table == "posts"]
    assert row["created_at"] == "2024-01-01T00:00:00Z"
