"""Flickr's REST API, on made-up payloads and on real ones."""

import json

from jobs.sources.base import ParseError, SplitOptions
from jobs.sources.formats import flickr

INFO = {
    "photo": {
        "id": "700",
        "secret": "5e",
        "server": "65",
        "media": "photo",
        "views": "31",
        "owner": {"nsid": "7@N01", "username": "ada", "realname": "Ada L.", "location": "", "path_alias": "ada-photos"},
        "title": {"_content": "Kettle &amp; cup"},
        "description": {"_content": "Seen at <b>breakfast</b>"},
        "dates": {"posted": "1714557600", "taken": "2024-04-01 08:00:00", "lastupdate": "1714640400"},
        "comments": {"_content": 2},
        "tags": {
            "tag": [
                {
                    "id": "1-700-1",
                    "author": "7@N01",
                    "authorname": "ada",
                    "raw": "Cast Iron",
                    "_content": "castiron",
                    "machine_tag": 0,
                },
                {
                    "id": "1-700-2",
                    "author": "8@N01",
                    "authorname": "ben",
                    "raw": "kettle",
                    "_content": "kettle",
                    "machine_tag": False,
                },
                {"id": "1-700-3", "author": "7@N01", "raw": "geo:lat=1", "_content": "geo:lat1", "machine_tag": 1},
            ]
        },
        "urls": {"url": [{"type": "photopage", "_content": "https://www.flickr.com/photos/ada-photos/700/"}]},
        "people": {"haspeople": 1, "person": [{"nsid": "9@N01", "username": "cleo", "added_by": "7@N01"}]},
    },
    "stat": "ok",
}
SEARCH = {
    "photos": {
        "page": 1,
        "total": 1,
        "photo": [
            {
                "id": "701",
                "owner": "8@N01",
                "ownername": "ben",
                "secret": "6f",
                "server": "66",
                "title": "Cup",
                "dateupload": "1714557600",
                "lastupdate": "1714557700",
                "tags": "cup tea",
                "views": "5",
                "url_l": "https://live.staticflickr.com/66/701_l.jpg",
                "ispublic": 1,
            }
        ],
    },
    "stat": "ok",
}
COMMENTS = {
    "comments": {
        "photo_id": "700",
        "comment": [
            {
                "id": "6-700-1",
                "author": "8@N01",
                "authorname": "ben",
                "realname": "Ben",
                "datecreate": "1714561200",
                "permalink": "https://www.flickr.com/photos/ada-photos/700/#comment1",
                "_content": "So <i>good</i>",
            }
        ],
    },
    "stat": "ok",
}
FAVORITES = {
    "photo": {
        "id": "700",
        "total": 12,
        "person": [
            {"nsid": "8@N01", "username": "ben", "favedate": "1714561200"},
            {"nsid": "9@N01", "username": "cleo", "favedate": "1714564800"},
        ],
    },
    "stat": "ok",
}
PERSON = {
    "person": {
        "id": "7@N01",
        "nsid": "7@N01",
        "username": {"_content": "ada"},
        "realname": {"_content": "Ada L."},
        "location": {"_content": "Kiel"},
        "description": {"_content": "I <b>brew</b>"},
        "profileurl": {"_content": "https://www.flickr.com/people/ada-photos/"},
        "photos": {"count": {"_content": "12"}},
    },
    "stat": "ok",
}


def test_a_photo_with_its_tags_and_people(rows_of):
    found = rows_of(flickr, INFO)
    assert found["posts"] == [
        {
            "post_id": "700",
            "kind": "media",
            "profile_id": "7@N01",
            "title": "Kettle & cup",
            "text": "Seen at breakfast",
            "url": "https://www.flickr.com/photos/ada-photos/700/",
            "media": ["https://live.staticflickr.com/65/700_5e_b.jpg"],
            "tags": ["Cast Iron", "kettle"],
            "created_at": "2024-05-01T10:00:00+00:00",
            "root_post_id": "700",
        }
    ]
    assert found["post_metrics"] == [
        {"post_id": "700", "observed_at": "2024-05-02T09:00:00+00:00", "comments": "2", "views": "31"}
    ]
    assert found["taggings"] == [  # machine tags are the camera's
        {
            "tagging_id": "1-700-1",
            "tagger_profile_id": "7@N01",
            "object_kind": "post",
            "object_id": "700",
            "tag": "Cast Iron",
        },
        {
            "tagging_id": "1-700-2",
            "tagger_profile_id": "8@N01",
            "object_kind": "post",
            "object_id": "700",
            "tag": "kettle",
        },
    ]
    assert found["interactions"] == [
        {
            "interaction_id": "tag:7@N01:9@N01:700",
            "kind": "tag",
            "actor_profile_id": "7@N01",
            "target_profile_id": "9@N01",
            "post_id": "700",
            "created_at": "2024-05-01T10:00:00+00:00",
        }
    ]
    assert {row["profile_id"]: row["display_name"] for row in found["profiles"]} == {
        "7@N01": "Ada L.",
        "8@N01": "ben",
        "9@N01": "cleo",
    }


def test_photos_of_a_list(rows_of):
    assert rows_of(flickr, SEARCH)["posts"] == [
        {
            "post_id": "701",
            "kind": "media",
            "profile_id": "8@N01",
            "title": "Cup",
            "url": "https://www.flickr.com/photos/8@N01/701/",
            "media": ["https://live.staticflickr.com/66/701_l.jpg"],
            "tags": ["cup", "tea"],
            "created_at": "2024-05-01T10:00:00+00:00",
            "root_post_id": "701",
        }
    ]


def test_comments_and_favorites(rows_of):
    assert rows_of(flickr, COMMENTS)["posts"] == [
        {
            "post_id": "6-700-1",
            "kind": "comment",
            "profile_id": "8@N01",
            "text": "So good",
            "url": "https://www.flickr.com/photos/ada-photos/700/#comment1",
            "created_at": "2024-05-01T11:00:00+00:00",
            "parent_post_id": "700",
            "root_post_id": "700",
        }
    ]
    found = rows_of(flickr, FAVORITES)
    assert [(row["interaction_id"], row["created_at"]) for row in found["interactions"]] == [
        ("reaction:8@N01:700", "2024-05-01T11:00:00+00:00"),
        ("reaction:9@N01:700", "2024-05-01T12:00:00+00:00"),
    ]
    assert found["post_metrics"] == [{"post_id": "700", "observed_at": "2024-05-01T12:00:00+00:00", "reactions": "12"}]


def test_people(rows_of):
    ada = {
        "profile_id": "7@N01",
        "handle": "ada",
        "display_name": "Ada L.",
        "bio": "I brew",
        "location": "Kiel",
        "url": "https://www.flickr.com/people/ada-photos/",
        "posts_count": "12",
    }
    assert rows_of(flickr, PERSON) == {"profiles": [ada]}
    assert rows_of(flickr, b"jsonFlickrApi(" + json.dumps(PERSON).encode() + b");") == {"profiles": [ada]}
    contacts = {"contacts": {"contact": [{"nsid": "8@N01", "username": "ben"}]}, "stat": "ok"}
    assert rows_of(flickr, contacts)["profiles"][0]["handle"] == "ben"


def test_people_of_a_photo_that_is_not_named_have_no_time(rows_of):
    people = {"people": {"person": [{"nsid": "9@N01", "username": "cleo", "added_by": "7@N01"}]}, "stat": "ok"}
    ((row),) = rows_of(flickr, people)["interactions"]
    assert ("created_at" in row, "post_id" in row) == (False, False)  # the contract refuses it


def test_a_failure_is_refused_and_what_has_no_id_is_handed_on(rows_of):
    try:
        rows_of(flickr, {"stat": "fail", "code": 1, "message": "Photo not found"})
    except ParseError as error:
        refused = str(error)
    assert refused == "not_this_format: the API answered with an error: Photo not found"
    assert "post_id" not in rows_of(flickr, {"photo": {"title": {"_content": "x"}}})["posts"][0]


def test_whatever_stands_in_a_payload_it_stays_readable(assert_unbreakable):
    assert_unbreakable(flickr, [INFO, SEARCH, COMMENTS, FAVORITES, PERSON])


def test_real_payloads_add_up(shared_data):
    path = shared_data / "platform_payloads" / "flickr.json"
    found, refused = {}, set()
    with path.open("rb") as stream:
        for record in flickr.split(stream, SplitOptions()):
            try:
                for table, row in flickr.parse(record.raw, record.context):
                    found.setdefault(table, []).append(row)
            except ParseError:
                refused.add(record.context)
    payloads = json.loads(path.read_bytes())
    answers = {name for name, value in payloads.items() if "stat" in value or "photos" in value}
    assert refused == payloads.keys() - answers  # ActivityStreams, and a list of addresses

    photo, listed = payloads["PHOTO_INFO"]["photo"], payloads["CONTACTS_PHOTOS"]["photos"]["photo"]
    comments = payloads["PHOTO_COMMENTS"]["comments"]["comment"]
    favorites = payloads["PHOTO_FAVORITES"]["photo"]["person"]
    assert {row["post_id"] for row in found["posts"]} == {photo["id"], *(each["id"] for each in [*listed, *comments])}
    assert len(found["posts"]) == 1 + len(listed) + len(comments)
    assert {row["actor_profile_id"] for row in found["interactions"]} == {each["nsid"] for each in favorites}
    assert [row["tagging_id"] for row in found["taggings"]] == [tag["id"] for tag in photo["tags"]["tag"]]
    accounts = {photo["owner"]["nsid"], payloads["PERSON_INFO"]["person"]["nsid"]}
    accounts |= {each["author"] for each in comments} | {each["nsid"] for each in favorites}
    assert {row["profile_id"] for row in found["profiles"]} == accounts  # lists of photos name no owners
