"""ActivityStreams 2.0, and the JSON of ActivityStreams 1.0: objects, activities, actors and collections.

2.0 (w3.org/TR/activitystreams-vocabulary, as ActivityPub servers write it) has the type of a thing in `type`, 1.0
(activitystrea.ms/specs/json/1.0, as granary writes it) in `objectType` and `verb`. The ID of a thing is its `id`, else
its first address.

| ActivityStreams | here |
|---|---|
| Note, Page, Event, Question with options (a poll) | posts of kind post; comment where they have inReplyTo |
| Article; Question; Image, Video, Audio, Document; bookmark | posts of kind article; question; media; bookmark |
| objects addressed to neither the public nor followers; ChatMessage | posts of kind message |
| Create, Update (post, update) | their object |
| Like, Announce, Follow (like, favorite, share, repost, follow) | interactions reaction, share, follow |
| Accept of a Follow | the follow |
| Undo, Reject of these (undo, unlike, stop-following) | tombstones of the interactions |
| Delete, Tombstone | tombstones of posts and profiles; an actor's posts and interactions are deleted with it |
| Mention among the tags; a person among the tags | interactions mention; tag |
| quoteUrl, `quote`, a note attached | a post, and an interaction share |
| Hashtag; Add of tags to something (tag) | tags; taggings |
| Read, View, Listen (read, view, watch, listen) | content_reads |
| totalItems of likes; replies; shares; followers, following, outbox | reactions; comments; shares; counts of the profile |
| summary of a note without a name (content warning) | title |

No other metrics. observed_at is the time when the object was written or last changed. The ID of an interaction without
one is made from actor, kind and target. Other activities (Invite, Join, Block, answers to invitations …) are not part of
the model: only their actors are read. Where no time of publication is given, `updated` is used. Many servers send likes
and follows without a time: conf may use the time of landing (`created_at: coalesce(created_at,
cast(_landed_at as string))`). Deletions and undo activities without a time use that of their signature, else that of landing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

from jobs.sources import social
from jobs.sources.base import DEFAULTS, ParseError, Record, SplitOptions
from jobs.sources.formats.activitystreams.objects import of_object
from jobs.sources.formats.activitystreams.parts import Frame
from jobs.sources.formats.activitystreams.vocabulary import KNOWN, type_of
from jobs.sources.loose import Row, listed
from jobs.sources.splitting import named

tables = {
    "profiles": (
        "profile_id",
        "handle",
        "display_name",
        "bio",
        "url",
        "location",
        "email",
        "followers_count",
        "following_count",
        "posts_count",
        "is_bot",
        "created_at",
        "deleted_at",
    ),
    "posts": (
        "post_id",
        "kind",
        "profile_id",
        "title",
        "text",
        "url",
        "media",
        "tags",
        "language",
        "created_at",
        "edited_at",
        "parent_post_id",
        "root_post_id",
        "deleted_at",
    ),
    "post_metrics": ("post_id", "observed_at", "reactions", "comments", "shares"),
    "interactions": (
        "interaction_id",
        "actor_profile_id",
        "target_profile_id",
        "post_id",
        "kind",
        "created_at",
        "deleted_at",
    ),
    "taggings": ("tagging_id", "tagger_profile_id", "object_kind", "object_id", "tag", "created_at"),
    "content_reads": ("content_id", "reader_profile_id", "read_at"),
}
lands_deletions = True
gone_with = (("posts", "profile_id", "profiles"), ("interactions", "actor_profile_id", "profiles"))


def split(stream: BinaryIO, options: SplitOptions) -> Iterator[Record]:
    """One record per object or activity."""
    return named.split_named(stream, options)


def parse(raw: bytes, context: str | None, options: SplitOptions = DEFAULTS) -> Iterator[Row]:
    """Rows of objects, activities, actors and collections."""
    yield from social.of_objects(raw, options, "an object of ActivityStreams", _object)


def _object(value: dict[str, Any]) -> Iterator[Row]:
    if not _is_ours(value):
        raise ParseError(f"not_this_format: not an object of ActivityStreams: {', '.join(sorted(value)[:5])}")
    yield from of_object(value, Frame())


def _is_ours(value: dict[str, Any]) -> bool:
    """By its type: 2.0 writes them in capitals, which other platforms' `type` does not; 1.0 has keys of its own."""
    if any(isinstance(one, str) and one[:1].isupper() and one.lower() in KNOWN for one in listed(value.get("type"))):
        return True
    if "objectType" in value or "verb" in value:
        return type_of(value) in KNOWN or value.get("objectType") is None
    return "type" not in value and isinstance(value.get("items"), list)
