"""Removal notices on the engine: read as Python reads them, and a deletion wherever a post comes from."""

from datetime import UTC, datetime

import pytest

from jobs.engine import sessions
from transformations.canonical import mapping, removals
from transformations.contracts import contract
from transformations.text.words import is_removal_notice

POSTS = contract("silver.posts")
COLUMNS = {
    "post_id": "id",
    "kind": "'comment'",
    "profile_id": "author",
    "title": "title",
    "text": "body",
    "created_at": "at",
    "edited_at": "edited",
}
AT, EDITED = "2024-01-01T10:00:00Z", "2024-01-02T10:00:00Z"
NOTICES = (
    "[deleted]",
    "[removed]",
    " [Removed]\n",
    "\\[deleted\\]",
    "[ Removed by Reddit on account of violating the [content policy](/help/contentpolicy). ]",
    "(post deleted by author)",
    "This content isn\u2019t available at the moment",
    "This tweet has been deleted.",
    "[GEL\u00d6SCHT]",
    "Nachricht gel\u00f6scht",
    "Ce commentaire a \u00e9t\u00e9 supprim\u00e9 par son auteur",
    "\u042d\u0442\u043e \u0441\u043e\u043e\u0431\u0449\u0435\u043d\u0438\u0435 \u0443\u0434\u0430\u043b\u0435\u043d\u043e",
    "\u3053\u306e\u6295\u7a3f\u306f\u524a\u9664\u3055\u308c\u307e\u3057\u305f",
    "Dit\u00a0bericht is  verwijderd.",
)
TEXTS = (
    "I deleted it",
    "deleted",
    "[edited]",
    "[deleted] is what I see",
    "[deleted]\nand more",
    "Post deleted",
    "The comment was removed by a colleague",
    "[removed] " * 40,
    "",
)


def _cast(spark, *rows: dict[str, str | None]) -> dict:
    names = ("id", "author", "title", "body", "at", "edited")
    ddl = "batch_id string, line bigint" + "".join(f", {name} string" for name in names)
    frame = sessions.frame(spark, [("b", 1, *(row.get(name) for name in names)) for row in rows], ddl)
    mapped = mapping.mapped(frame, POSTS, COLUMNS, {"channel": "x"})
    return {row["post_id"]: row.asDict() for row in mapping.cast(mapped, POSTS, "UTC", ("batch_id", "line")).collect()}


def test_the_engine_reads_notices_as_python_does(spark):
    texts = sessions.frame(spark, [(text,) for text in NOTICES + TEXTS], "text string")
    found = {row["text"] for row in texts.where(removals.is_notice(texts["text"])).collect()}
    assert found == {text for text in NOTICES + TEXTS if is_removal_notice(text)} == set(NOTICES)


def test_a_post_with_a_notice_is_a_deletion_as_of_its_last_change(spark):
    found = _cast(
        spark,
        {"id": "1", "author": "[deleted]", "title": "Kettles", "body": "[removed]", "at": AT},
        {"id": "2", "author": "ann", "body": "[deleted]", "at": AT, "edited": EDITED},
        {"id": "3", "author": "ann", "body": "[deleted] is what I see", "at": AT},
        {"id": "4", "author": "ann", "body": "[deleted]"},
    )
    kept = {
        key: (row["deleted_at"] and row["deleted_at"].astimezone(UTC), row["text"], row["title"], row["profile_id"])
        for key, row in found.items()
    }
    assert kept == {
        "1": (datetime(2024, 1, 1, 10, tzinfo=UTC), None, None, None),
        "2": (datetime(2024, 1, 2, 10, tzinfo=UTC), None, None, None),
        "3": (None, "[deleted] is what I see", None, "ann"),
        "4": (None, None, None, "ann"),  # since when is not known: the row lacks its created_at
    }
    assert (found["1"]["created_at"], found["1"]["kind"], found["1"]["_uncastable"]) == (None, None, [])


@pytest.mark.parametrize("author", ["[deleted]", "[Removed]", " [deleted user] "])
def test_what_a_dump_writes_for_an_account_that_is_gone_is_no_account(spark, author):
    (row,) = _cast(spark, {"id": "1", "author": author, "body": "Still here", "at": AT}).values()
    assert (row["profile_id"], row["text"], row["deleted_at"]) == (None, "Still here", None)


def test_other_tables_have_no_notices():
    assert removals.may_tell(POSTS, COLUMNS)
    assert not removals.may_tell(POSTS, ("post_id",))
    assert not removals.may_tell(contract("silver.customers"), ("text",))
