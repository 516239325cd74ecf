"""Pinboard's export, answers and feeds, on made-up bookmarks."""

import io
import json

from jobs.sources.base import SplitOptions
from jobs.sources.formats import pinboard

AT, PAGE = "2024-05-01T10:00:00Z", "https://www.example.org/"
MARK = {
    "href": PAGE,
    "description": "An example",
    "extended": "For later use",
    "meta": "92959a96fd69146c5fe7cbde6e5720f2",
    "hash": "3c76cc1eef59aaa8725f79f7e845395c",
    "time": AT,
    "shared": "yes",
    "toread": "no",
    "tags": "web .mine docs",
}
ANSWER = {
    "date": AT,
    "user": "ada",
    "posts": [MARK, MARK | {"href": "https://b.example/", "hash": "b", "shared": "no"}],
}
FEED = [
    {"u": PAGE, "d": "An example", "n": "", "dt": AT, "a": "ada", "t": ["web", "docs"]},
    {"u": "x", "dt": AT, "t": [""]},
]


def test_a_bookmark_is_a_post_and_its_tags_are_tags_of_the_page(rows_of):
    mark = MARK["hash"]
    assert rows_of(pinboard, MARK) == {
        "posts": [
            {
                "post_id": mark,
                "kind": "bookmark",
                "title": "An example",
                "text": "For later use",
                "url": PAGE,
                "tags": ["web", "docs"],
                "created_at": AT,
                "root_post_id": mark,
            }
        ],
        "taggings": [
            {"tagging_id": f"{mark}:web", "object_kind": "page", "object_id": PAGE, "tag": "web", "created_at": AT},
            {"tagging_id": f"{mark}:docs", "object_kind": "page", "object_id": PAGE, "tag": "docs", "created_at": AT},
        ],
    }


def test_private_bookmarks_give_no_row(rows_of):
    assert rows_of(pinboard, MARK | {"shared": "no"}) == {}


def test_an_answer_names_the_user(rows_of):
    found = rows_of(pinboard, ANSWER)
    assert [(row["post_id"], row["profile_id"]) for row in found["posts"]] == [(f"ada:{MARK['hash']}", "ada")]
    assert found["profiles"] == [{"profile_id": "ada", "handle": "ada", "url": "https://pinboard.in/u:ada"}]
    assert {row["tagger_profile_id"] for row in found["taggings"]} == {"ada"}


def test_a_feed_has_the_same_ids_as_the_api(rows_of):
    found = rows_of(pinboard, FEED)
    assert found["posts"][0]["post_id"] == f"ada:{MARK['hash']}"  # MD5 of the address
    assert (found["posts"][0]["tags"], "tags" in found["posts"][1]) == (["web", "docs"], False)


def test_an_export_is_a_record_a_bookmark():
    raw = json.dumps([MARK, MARK | {"hash": "b"}]).encode()
    assert [json.loads(record.raw)["hash"] for record in pinboard.split(io.BytesIO(raw), SplitOptions())] == [
        MARK["hash"],
        "b",
    ]


def test_a_bookmark_without_an_address_is_handed_on_for_the_contract_to_refuse(rows_of):
    ((row),) = rows_of(pinboard, {"href": "", "time": AT, "tags": "web"})["posts"]
    assert "post_id" not in row


def test_whatever_stands_in_a_payload_it_stays_readable(assert_unbreakable):
    assert_unbreakable(pinboard, [MARK, ANSWER, FEED])
