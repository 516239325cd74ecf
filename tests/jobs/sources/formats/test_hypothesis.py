"""Hypothesis annotations, on made-up payloads."""

from jobs.sources.base import WHEN_LANDED
from jobs.sources.formats import hypothesis

AT, LATER = "2024-05-01T10:00:00.000000+00:00", "2024-05-02T10:00:00.000000+00:00"
ADA, BEN = "acct:ada@hypothes.is", "acct:ben@hypothes.is"
PAGE = "https://www.example.org/grinders"
NOTE = {
    "id": "n1",
    "created": AT,
    "updated": LATER,
    "user": ADA,
    "uri": PAGE,
    "text": "Worth a look",
    "tags": ["grinder", "burrs"],
    "group": "__world__",
    "permissions": {"read": ["group:__world__"], "admin": [ADA]},
    "target": [{"source": PAGE, "selector": [{"type": "TextQuoteSelector", "exact": "a passage of the page"}]}],
    "document": {"title": ["All about grinders"]},
    "user_info": {"display_name": "Ada L."},
    "links": {},
    "mentions": [{"userid": BEN, "username": "ben", "display_name": "Ben"}],
}
REPLY = NOTE | {
    "id": "n3",
    "user": BEN,
    "updated": AT,
    "references": ["n1", "n2"],
    "tags": [],
    "mentions": [],
    "text": "Agreed",
    "user_info": {"display_name": None},
}
PRIVATE = NOTE | {"id": "n4", "permissions": {"read": [ADA]}}


def told(action, *payload):
    return {"type": "annotation-notification", "options": {"action": action}, "payload": list(payload)}


def test_an_annotation_is_a_bookmark_and_its_tags_are_tags_of_the_page(rows_of):
    found = rows_of(hypothesis, NOTE)
    assert found["posts"] == [
        {
            "post_id": "n1",
            "kind": "bookmark",
            "profile_id": ADA,
            "title": "All about grinders",
            "text": "Worth a look",
            "url": PAGE,
            "tags": ["grinder", "burrs"],
            "created_at": AT,
            "edited_at": LATER,
            "root_post_id": "n1",
        }
    ]
    assert found["taggings"][0] == {
        "tagging_id": "n1:grinder",
        "tagger_profile_id": ADA,
        "object_kind": "page",
        "object_id": PAGE,
        "tag": "grinder",
        "created_at": AT,
    }
    assert [row["tag"] for row in found["taggings"]] == ["grinder", "burrs"]
    assert [row["interaction_id"] for row in found["interactions"]] == [f"mention:{ADA}:{BEN}:n1"]
    assert found["profiles"] == [
        {"profile_id": ADA, "handle": "ada", "display_name": "Ada L."},
        {"profile_id": BEN, "handle": "ben", "display_name": "Ben"},
    ]


def test_a_reply_is_a_comment_with_parent_and_root(rows_of):
    found = rows_of(hypothesis, REPLY | {"tags": ["agreed"]})
    ((row),) = found["posts"]
    assert (row["tags"], "taggings" in found) == (["agreed"], False)
    assert (row["kind"], row["parent_post_id"], row["root_post_id"], "edited_at" in row) == (
        "comment",
        "n2",
        "n1",
        False,
    )


def test_the_same_instant_in_another_zone_is_no_edit(rows_of):
    at = {"created": "2024-05-01T10:00:00Z"}
    ((same),) = rows_of(hypothesis, NOTE | at | {"updated": "2024-05-01T12:00:00.000000+02:00"})["posts"]
    ((later),) = rows_of(hypothesis, NOTE | at | {"updated": "2024-05-01T12:00:01+02:00"})["posts"]
    assert ("edited_at" in same, later["edited_at"]) == (False, "2024-05-01T12:00:01+02:00")


def test_search_answers_hold_several_and_private_ones_give_no_row(rows_of):
    found = rows_of(hypothesis, {"total": 3, "rows": [NOTE, REPLY, PRIVATE]})
    assert [row["post_id"] for row in found["posts"]] == ["n1", "n3"]
    assert rows_of(hypothesis, PRIVATE) == {}
    assert rows_of(hypothesis, {"total": 0, "rows": []}) == {}


def test_notifications_and_deletions(rows_of):
    assert rows_of(hypothesis, told("create", NOTE)) == rows_of(hypothesis, NOTE)
    gone = {"posts": [{"post_id": "n1", "deleted_at": LATER}]}
    assert rows_of(hypothesis, told("delete", {"id": "n1", "updated": LATER})) == gone
    assert rows_of(hypothesis, {"id": "n1", "deleted": True, "deleted_at": LATER}) == gone
    undated = {"posts": [{"post_id": "n1", "deleted_at": WHEN_LANDED}]}
    assert rows_of(hypothesis, {"id": "n1", "deleted": True}) == undated
    assert rows_of(hypothesis, told("delete", {"id": "n1"})) == undated
    assert rows_of(hypothesis, {"type": "whoyouare", "userid": ADA, "ok": True}) == {}


def test_an_annotation_without_an_id_is_handed_on_for_the_contract_to_refuse(rows_of):
    found = rows_of(hypothesis, {"rows": [{key: value for key, value in NOTE.items() if key != "id"}]})
    assert ("post_id" in found["posts"][0], "taggings" in found) == (False, False)


def test_whatever_stands_in_a_payload_it_stays_readable(assert_unbreakable):
    assert_unbreakable(hypothesis, [NOTE, REPLY, PRIVATE, told("delete", {"id": "n1"}), {"rows": [NOTE, REPLY]}])
