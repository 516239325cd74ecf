"""Names of app.bsky's records, and what an address of a record says."""

from __future__ import annotations

import re

from jobs.sources import dates

APP = "https://bsky.app/profile"
POST, _LIKE, _REPOST = "app.bsky.feed.post", "app.bsky.feed.like", "app.bsky.feed.repost"
FOLLOW, PROFILE = "app.bsky.graph.follow", "app.bsky.actor.profile"
ACTS = {_LIKE: "reaction", _REPOST: "share", FOLLOW: "follow"}
_LETTERS = "234567abcdefghijklmnopqrstuvwxyz"
_KEY = re.compile(f"[{_LETTERS[:16]}][{_LETTERS}]{{12}}")


def did_of(uri: str | None) -> str | None:
    """The account that the record at an address belongs to."""
    return uri.removeprefix("at://").split("/")[0] if uri and uri.startswith("at://") else None


def time_of_key(uri: str | None) -> str | None:
    """When a record was written, by its key: the server makes keys of the microseconds since 1970, 5 bits a character."""
    key = (uri or "").rsplit("/", 1)[-1]
    if not _KEY.fullmatch(key):
        return None
    number = 0
    for letter in key:
        number = number * 32 + _LETTERS.index(letter)
    return dates.epoch(number >> 10, 1_000_000)


def is_post(uri: str | None) -> bool:
    """Whether an address may be a post: other schemes than at:// may be, feeds and lists are not."""
    return uri is not None and (not uri.startswith("at://") or f"/{POST}/" in uri)
