"""Pinboard: the JSON export (Settings, Backup), answers of API v1 (posts/all, posts/get, posts/recent), public feeds.

| Pinboard | feed | here |
|---|---|---|
| href | u | url of the post; the page tagged |
| description | d | title (Pinboard's old name for it) |
| extended | n | text |
| tags | t | tags, and taggings of the page (object_kind page, object_id its address) |
| time | dt | created_at |
| hash | | post_id: MD5 of the address; `<user>:<hash>` where the payload names the user |
| user (posts/get, posts/recent) | a | profiles, profile_id, tagger_profile_id |
| toread | | not read: it is a task, not a property of the page |

Every bookmark is a post of kind bookmark. Private ones (shared "no") produce no row: they are personal notes that no
audience of a channel may see; private tags (they begin with a dot) are left out as well. The export has no user: conf
adds one where it is known (`tables: posts: columns: {profile_id: "'name'"}`, `taggings: columns:
{tagger_profile_id: "'name'"}`). No metrics. Edits and deletions are not reported; `deletes:
missing_in_full_dump` in conf finds bookmarks that an export no longer contains.

Source: pinboard.in/api (v1), pinboard.in/howto (feeds).
"""

from __future__ import annotations

import hashlib
from typing import Any

from jobs.sources import payload, unmapped
from jobs.sources.base import DEFAULTS, ParseError, SplitOptions
from jobs.sources.loose import distinct, first, things
from jobs.sources.social import Rows, finished, refuse_what_is_no_answer
from jobs.sources.splitting.json_split import split_json as split

__all__ = ["parse", "split", "tables"]

tables = {
    "profiles": ("profile_id", "handle", "url"),
    "posts": (
        "post_id",
        "kind",
        "profile_id",
        "title",
        "text",
        "url",
        "tags",
        "created_at",
        "root_post_id",
        "deleted_at",
    ),
    "taggings": ("tagging_id", "tagger_profile_id", "object_kind", "object_id", "tag", "created_at"),
}

_OF_FEED = {"u": "href", "d": "description", "n": "extended", "t": "tags", "dt": "time", "a": "user"}


def parse(raw: bytes, context: str | None, options: SplitOptions = DEFAULTS) -> Rows:
    """Rows of one bookmark, or of a response with several."""
    yield from finished(_any(payload.json_value(raw, options)))


def _any(value: Any) -> Rows:
    if isinstance(value, list):
        for each in value:
            yield from _any(each)
        return
    refuse_what_is_no_answer(value)
    if isinstance(value.get("posts"), list):
        for each in things(value["posts"]):
            yield from _bookmark({"user": value.get("user")} | each)
    elif "href" in value:
        yield from _bookmark(value)
    elif "u" in value and "dt" in value:
        yield from _bookmark({_OF_FEED.get(name, name): content for name, content in value.items()})
    else:
        raise ParseError("not_this_format: not a bookmark of Pinboard (neither href nor u and dt)")


def _bookmark(mark: dict[str, Any]) -> Rows:
    if mark.get("shared") in ("no", False):
        unmapped.count("private bookmarks")
        return
    page, user, created_at = first(mark.get("href")), first(mark.get("user")), first(mark.get("time"))
    post_id = first(mark.get("hash")) or (hashlib.md5(page.encode("utf-8", "replace")).hexdigest() if page else None)
    if post_id and user:
        post_id = f"{user}:{post_id}"
    if user:
        yield "profiles", {"profile_id": user, "handle": user, "url": f"https://pinboard.in/u:{user}"}
    given = mark.get("tags")
    tags = [tag for tag in distinct(given.split() if isinstance(given, str) else given) if not tag.startswith(".")]
    yield (
        "posts",
        {
            "post_id": post_id,
            "kind": "bookmark",
            "profile_id": user,
            "title": mark.get("description"),
            "text": mark.get("extended"),
            "url": page,
            "tags": tags,
            "created_at": created_at,
            "root_post_id": post_id,
        },
    )
    for tag in tags:
        if page and post_id:
            tagging = {
                "tagging_id": f"{post_id}:{tag}",
                "tagger_profile_id": user,
                "tag": tag,
                "created_at": created_at,
            }
            yield "taggings", {"object_kind": "page", "object_id": page, **tagging}
