"""ActivityStreams and Bluesky against granary's pairs: a payload, and the same thing in another format.

Both sides of a pair are read with our own formats, and must tell the same. What differs stands in DIFFERENCES with its
reason; a difference that is gone must go from there too.
"""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import UTC, datetime
from itertools import zip_longest
from pathlib import Path

import pytest

from jobs.sources.base import ParseError
from jobs.sources.formats import activitystreams, bluesky

PAIRS = {
    "as2.json": ("as-from-as2.json", "as.json"),
    "as2-from-as.json": ("as.json",),
    "bsky.json": ("as-from-bsky.json", "as.json"),
    "bsky-from-as.json": ("as.json",),
}
"""Ending of a file -> endings of those that say the same."""

OTHER_KINDS = {
    "mf2": "microformats in web pages are no source format here",
    "feed": "JSON Feed has tests of its own",
    "rss": "RSS has tests of its own",
}
"""A word of a file's ending -> why its pairs are not compared here."""

BROKEN = {
    "event_with_rsvps.as.json": "a template, not JSON",
    "note_with_whitespace.as.json": "bare line ends within a string are not JSON",
}

WITHOUT_ROWS = {
    "rsvp_multiple_events.as.json": "an answer to an invitation is no act that the model knows, and it names nobody",
    "rsvp_multiple_events.as2.json": "the same",
}

# Columns whose values mean something in both formats. Where a Bluesky file was made from other people and addresses than
# its partner, only OF_ANYONE can be held against each other.
MEANING = {
    "profiles": ("profile_id", "handle", "display_name", "bio", "url", "location", "is_bot", "created_at"),
    "posts": (
        "post_id",
        "kind",
        "profile_id",
        "title",
        "text",
        "url",
        "media",
        "tags",
        "created_at",
        "edited_at",
        "parent_post_id",
    ),
    "interactions": (
        "interaction_id",
        "kind",
        "actor_profile_id",
        "target_profile_id",
        "post_id",
        "created_at",
        "deleted_at",
    ),
    "taggings": ("tagging_id", "object_kind", "object_id", "tag", "tagger_profile_id", "created_at"),
}
OF_ANYONE = {
    "profiles": ("display_name", "bio"),
    "posts": ("kind", "text", "media", "tags", "created_at"),
    "interactions": ("kind", "created_at"),
}

NO_AUTHOR = "the record alone has no address and no author; granary was told them"
NO_TIME = "granary's ActivityStreams leaves out when the record was made"
INDEXED = "the record has no time: ours is when the app indexed it, which granary leaves out"
MADE_UP_TIME = "granary put a time of its own where there was none"
NO_PERSON = "a record alone does not hold its author"
NO_SUBJECT = "the record's subject is empty: it is refused, for nobody knows what was liked or shared"
SEEN_BEFORE = "the service saw the quoted post before the time that its client says"
NO_QUOTED = "the record holds no more of the quoted post than its address"
ADDRESS = "our address of a post holds the did, which stays; granary's the handle, which may change"
NO_MEDIA = "the record does not carry the pictures and videos of the note it was made from"

DIFFERENCES: dict[tuple[str, str], dict[str, str]] = {
    ("activity_with_actor.as2.json", "activity_with_actor.as-from-as2.json"): {
        "profiles": "granary takes the activity's actor, told by another address, for the note's author too"
    },
    ("article_with_video_stream_list.as2-from-as.json", "article_with_video_stream_list.as.json"): {
        "posts.media": "granary's conversion keeps one of two streams"
    },
    ("actor.bsky.json", "actor.as-from-bsky.json"): {
        "profiles.handle": NO_AUTHOR,
        "profiles.profile_id": NO_AUTHOR,
        "profiles.url": "we give the address that the profile names, granary that of the app",
    },
    ("actor_with_featured.bsky.json", "actor_with_featured.as-from-bsky.json"): {
        "profiles.handle": NO_AUTHOR,
        "profiles.profile_id": NO_AUTHOR,
        "profiles.url": "we give the address that the profile names, granary that of the app",
    },
    ("comment_inreplyto_id.bsky.json", "comment_inreplyto_id.as-from-bsky.json"): {
        "posts.profile_id": "the post's address tells us whose it is"
    },
    ("follow.bsky.json", "follow.as-from-bsky.json"): {
        "interactions.actor_profile_id": NO_AUTHOR,
        "interactions.interaction_id": NO_AUTHOR,
        "interactions.created_at": NO_TIME,
    },
    ("follow.bsky.json", "follow.as.json"): {"interactions.created_at": MADE_UP_TIME},
    ("like.bsky-from-as.json", "like.as.json"): {
        "interactions": NO_SUBJECT,
        "refused": NO_SUBJECT,
        "profiles": NO_PERSON,
    },
    ("like.bsky.json", "like.as-from-bsky.json"): {
        "interactions.actor_profile_id": NO_AUTHOR,
        "interactions.interaction_id": NO_AUTHOR,
        "interactions.created_at": NO_TIME,
    },
    ("like.bsky.json", "like.as.json"): {"profiles": NO_PERSON},
    ("note.bsky-from-as.json", "note.as.json"): {
        "posts.media": NO_MEDIA,
        "posts.text": "granary writes the summary before the text; we keep it as title",
        "profiles": NO_PERSON,
    },
    ("note.bsky.json", "note.as-from-bsky.json"): {"posts.url": ADDRESS},
    ("note.bsky.json", "note.as.json"): {"posts.text": "the one has the other's summary as its text"},
    ("note_mastodon_with_video.bsky-from-as.json", "note_mastodon_with_video.as.json"): {"posts.media": NO_MEDIA},
    ("note_with_article_attachment.bsky-from-as.json", "note_with_article_attachment.as.json"): {
        "posts.created_at": MADE_UP_TIME
    },
    ("note_with_article_tag_indices.bsky.json", "note_with_article_tag_indices.as-from-bsky.json"): {
        "posts.profile_id": NO_AUTHOR
    },
    ("note_with_article_tag_indices.bsky.json", "note_with_article_tag_indices.as.json"): {
        "posts.created_at": MADE_UP_TIME
    },
    ("note_with_custom_feed.bsky.json", "note_with_custom_feed.as-from-bsky.json"): {
        "posts.profile_id": "the post's address tells us whose it is"
    },
    ("quote.bsky-from-as.json", "quote.as.json"): {
        "interactions": "the address of what is quoted is empty",
        "posts": NO_QUOTED,
        "profiles": NO_PERSON,
    },
    ("quote.bsky.json", "quote.as-from-bsky.json"): {"posts.url": ADDRESS, "posts.created_at": SEEN_BEFORE},
    ("quote.bsky.json", "quote.as.json"): {"posts.created_at": SEEN_BEFORE},
    ("quote_and_attachment.bsky-from-as.json", "quote_and_attachment.as.json"): {
        "interactions.created_at": MADE_UP_TIME,
        "posts.created_at": MADE_UP_TIME,
        "posts": NO_QUOTED,
        "posts.text": NO_QUOTED,
    },
    ("quote_and_attachment.bsky.json", "quote_and_attachment.as.json"): {
        "interactions.created_at": INDEXED,
        "posts.created_at": INDEXED,
    },
    ("quote_and_image.bsky-from-as.json", "quote_and_image.as.json"): {
        "interactions.created_at": MADE_UP_TIME,
        "posts.created_at": MADE_UP_TIME,
        "posts": NO_QUOTED,
        "posts.text": NO_QUOTED,
    },
    ("quote_and_image.bsky.json", "quote_and_image.as.json"): {
        "interactions.created_at": INDEXED,
        "posts.created_at": INDEXED,
    },
    ("quote_with_image.bsky.json", "quote_with_image.as.json"): {"posts.created_at": SEEN_BEFORE},
    ("quote_with_image.bsky-from-as.json", "quote_with_image.as.json"): {"posts": NO_QUOTED},
    ("repost.bsky-from-as.json", "repost.as.json"): {
        "interactions": NO_SUBJECT,
        "refused": NO_SUBJECT,
        "profiles": NO_PERSON,
        "posts": "the record holds no more of the shared post than its address",
    },
    ("repost.bsky.json", "repost.as-from-bsky.json"): {
        "interactions.created_at": NO_TIME,
        "posts.created_at": INDEXED,
        "posts.url": ADDRESS,
    },
    ("repost.bsky.json", "repost.as.json"): {
        "interactions.created_at": "the two were made at different times",
        "posts.created_at": INDEXED,
        "posts.kind": "the one shares a note, the other an article",
    },
}
"""(file, partner) -> what differs: `table.column`, or `table` where one of them has more rows -> why."""


def _files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def _pairs(names: list[str]) -> list[tuple[str, str]]:
    found = []
    for name in names:
        base, _, ending = name.partition(".")
        found += [(name, f"{base}.{other}") for other in PAIRS.get(ending, ()) if f"{base}.{other}" in names]
    return found


@pytest.fixture(scope="module")
def folder(shared_data):
    return shared_data / "platform_payloads" / "granary_testdata"


def _rows(path: Path) -> list[tuple[str, dict]]:
    """Rows of a file. What undoes something gets a time, for want of which it would be refused."""
    platform = bluesky if ".bsky" in path.name else activitystreams
    value = json.loads(path.read_bytes())
    rows = []
    for one in value if isinstance(value, list) else [value]:
        if one.get("type") == "Undo" or one.get("verb") in ("undo", "stop-following"):
            one = {"published": "2024-01-01T00:00:00Z", **one}
        try:
            rows += platform.parse(json.dumps(one).encode(), None)
        except ParseError as error:
            rows.append(("refused", {"code": str(error).split(":")[0]}))
    return rows


def _instant(text: str) -> str:
    found = datetime.fromisoformat(text)
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC).isoformat()


def _told(path: Path, meaning: dict[str, tuple[str, ...]]) -> dict[str, list[dict]]:
    """Table -> what its rows say in the columns that count, each once."""
    found = defaultdict(list)
    for table, row in _rows(path):
        chosen = {name: row[name] for name in meaning.get(table, ("code",)) if name in row}
        chosen = {name: _instant(value) if name.endswith("_at") else value for name, value in chosen.items()}
        if table not in ("post_metrics", "profile_metrics") and chosen not in found[table]:
            found[table].append(chosen)
    return {
        table: sorted(rows, key=lambda row: (row.get("kind", ""), row.get("text", ""), json.dumps(row)))
        for table, rows in found.items()
    }


def _differences(one: dict[str, list[dict]], other: dict[str, list[dict]]) -> set[str]:
    """`table.column` where rows differ, `table` where one side has more of them."""
    found = set()
    for table in {*one, *other}:
        ours = [row for row in one.get(table, ()) if row not in other.get(table, ())]
        theirs = [row for row in other.get(table, ()) if row not in one.get(table, ())]
        for left, right in zip_longest(ours, theirs):
            if left is None or right is None:
                found.add(table)
            else:
                found |= {f"{table}.{name}" for name in {*left, *right} if left.get(name) != right.get(name)}
    return found


def _compared(folder: Path, name: str, other: str) -> set[str]:
    is_same_person = ".bsky" not in name or "from-bsky" in other
    meaning = MEANING if is_same_person else OF_ANYONE
    return _differences(_told(folder / name, meaning), _told(folder / other, meaning))


def test_both_sides_of_each_pair_tell_the_same(folder):
    found = {}
    for name, other in _pairs(_files(folder)):
        if different := _compared(folder, name, other):
            found[name, other] = different
    assert found == {pair: set(reasons) for pair, reasons in DIFFERENCES.items()}


def test_there_are_as_many_pairs_as_there_were(folder):
    assert len(_pairs(_files(folder))) == 79


def test_every_file_is_compared_read_or_named(folder):
    names = _files(folder)
    in_pairs = {name for pair in _pairs(names) for name in pair}
    for name in names:
        ending = name.partition(".")[2]
        if any(word in ending for word in OTHER_KINDS) or name in in_pairs:
            continue
        if name in BROKEN:
            with pytest.raises(ParseError, match=r"^malformed_json: "):
                list(activitystreams.parse((folder / name).read_bytes(), None))
        else:
            assert _rows(folder / name), name


def test_every_file_of_a_pair_says_something(folder):
    pairs = {name for pair in _pairs(_files(folder)) for name in pair}
    assert {name for name in pairs if not _rows(folder / name)} == set(WITHOUT_ROWS)


def test_a_difference_is_seen():
    post = {"posts": [{"kind": "post", "text": "a"}]}
    assert _differences(post, {"posts": [{"kind": "comment"}]}) == {"posts.kind", "posts.text"}
    assert _differences(post, {}) == {"posts"}
