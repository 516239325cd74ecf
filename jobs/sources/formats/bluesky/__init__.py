"""Bluesky and other services of the AT Protocol's app.bsky lexicons.

Views as the API gives them: feeds, threads, posts, profiles, notifications, likes, reposters, followers, lists of
records; records alone; commit events of Jetstream (`{did, time_us, kind, commit}`) and of the firehose as JSON (`{repo,
time, ops}`). Definition: the lexicons of github.com/bluesky-social/atproto (app.bsky.*, com.atproto.repo.*) and
github.com/bluesky-social/jetstream.

| app.bsky | here |
|---|---|
| feed.post; with `reply` | posts of kind post; comment, with parent_post_id, root_post_id; ids are at:// addresses |
| feed.like, feed.repost, graph.follow | interactions reaction, share, follow with the record's address as id |
| embedded post (quote) | a post, and an interaction share; the quoted post where it is embedded |
| facets: tags, mentions; record.tags | tags; interactions mention |
| likeCount; replyCount; repostCount + quoteCount; bookmarkCount | reactions; comments; shares; saves |
| verification | is_verified |
| delete operations of posts, likes, reposts, follows | tombstones |
| accounts not active | tombstones; their posts and interactions are deleted with them |

Not reported: impressions, reach, clicks, views. A profile_id is a did. observed_at is the earliest possible time:
when the app indexed the post or the repost that shows it. A record alone has neither address nor author: its rows are
refused for lack of a key. An account that becomes active again comes back when it is read again, the rest with a run
of --full. An account that its host only cannot serve (desynchronized, throttled) stays. So does one whose profile
record is deleted: it goes on, and what it wrote about itself before is kept. Identity events (a new handle) produce
no row: the profile comes with the next view. Likes of feeds and lists are ignored. Images of bare records are
addressed through com.atproto.sync.getBlob.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

from jobs.sources import social, unmapped
from jobs.sources.base import DEFAULTS, ParseError, Record, SplitOptions
from jobs.sources.formats.bluesky import events, records, views
from jobs.sources.formats.bluesky.lexicon import ACTS, POST, PROFILE
from jobs.sources.loose import Row, first, scalar, thing, things
from jobs.sources.splitting import named

tables = {
    "profiles": (
        "profile_id",
        "handle",
        "display_name",
        "bio",
        "url",
        "followers_count",
        "following_count",
        "posts_count",
        "is_verified",
        "created_at",
        "deleted_at",
    ),
    "profile_metrics": ("profile_id", "observed_at", "followers_count", "following_count", "posts_count"),
    "posts": (
        "post_id",
        "kind",
        "profile_id",
        "text",
        "url",
        "media",
        "tags",
        "language",
        "created_at",
        "parent_post_id",
        "root_post_id",
        "deleted_at",
    ),
    "post_metrics": ("post_id", "observed_at", "reactions", "comments", "shares", "saves"),
    "interactions": (
        "interaction_id",
        "actor_profile_id",
        "target_profile_id",
        "post_id",
        "kind",
        "created_at",
        "deleted_at",
    ),
}
lands_deletions = True
gone_with = (("posts", "profile_id", "profiles"), ("interactions", "actor_profile_id", "profiles"))

_PAGES = ("feed", "posts", "thread", "followers", "follows", "actors", "profiles", "notifications", "records")
_PEOPLE = ("followers", "follows", "repostedBy", "actors", "profiles")


def split(stream: BinaryIO, options: SplitOptions) -> Iterator[Record]:
    """One record per view, page, record or event."""
    return named.split_named(stream, options)


def parse(raw: bytes, context: str | None, options: SplitOptions = DEFAULTS) -> Iterator[Row]:
    """Rows of views, pages, records and events."""
    yield from social.of_objects(raw, options, "an object of Bluesky", _object)


def _object(value: dict[str, Any]) -> Iterator[Row]:
    """Rows of one object, by its shape."""
    kind = (scalar(value.get("$type")) or "").removeprefix("#")
    if "did" in value and scalar(value.get("kind")) in ("commit", "identity", "account"):
        yield from events.of_jetstream(value)
    elif "repo" in value and isinstance(value.get("ops"), list):
        yield from events.of_firehose(value)
    elif kind in (POST, PROFILE, *ACTS):
        yield from records.of_record(None, None, kind, value, None)
    elif kind.startswith("app.bsky.embed") or kind == "blob":
        raise ParseError(f"not_this_format: {kind} is a part of a post")
    elif isinstance(value.get("post"), dict):
        yield from views.of_feed_post(value)
    elif "likes" in value:
        yield from views.of_likes(value)
    elif isinstance(value.get("actor"), dict) and "did" in value["actor"]:
        yield from views.of_like(value, None)
    elif "repostedBy" in value or any(isinstance(value.get(name), (list, dict)) for name in _PAGES):
        yield from _page(value)
    elif isinstance(value.get("record") or value.get("value"), dict) and "uri" in value:
        yield from views.of_view(value, None)
    elif "did" in value and "handle" in value:
        yield from views.of_profile(value, None)
    elif value.get("notFound") is True or value.get("blocked") is True:
        unmapped.count("posts that are not shown (deleted, or blocked)")
    elif "error" in value and "message" in value:
        raise ParseError(
            f"not_this_format: the API answered with an error: {first(value['error'])}: {first(value['message'])}"
        )
    else:
        raise ParseError(f"not_this_format: not a view, record or event of Bluesky: {', '.join(sorted(value)[:5])}")


def _page(page: dict[str, Any]) -> Iterator[Row]:
    """A page of the API: posts, people, notifications or records."""
    subject = thing(page.get("subject"))
    if "did" in subject:
        yield from views.of_profile(subject, None)
    for name in _PEOPLE:
        for person in things(page.get(name)):
            yield from views.of_profile(person, None)
    for name in ("feed", "posts", "thread", "notifications", "records"):
        for one in things(page.get(name)):
            yield from _object(one)
