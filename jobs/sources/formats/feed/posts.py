"""Posts, their writers and their channel, whatever the feed is written in."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from jobs.sources.loose import distinct
from jobs.sources.social import Rows


@dataclass(frozen=True)
class Person:
    """The author of an item, or the channel itself."""

    profile_id: str | None = None
    name: str | None = None
    url: str | None = None
    email: str | None = None

    def row(self) -> dict[str, Any]:
        return {"profile_id": self.profile_id, "display_name": self.name, "url": self.url, "email": self.email}


@dataclass(frozen=True)
class Channel:
    """The channel of an item's feed."""

    row: dict[str, Any]
    authors: tuple[Person, ...] = ()
    built_at: str | None = None
    base: str | None = None

    @property
    def site(self) -> str | None:
        return self.row.get("profile_id")

    def person(self, name: str | None, url: str | None = None, email: str | None = None) -> Person | None:
        """An author, by name within this site where there is no other identification."""
        label = name or (email.split("@")[0] if email else None)
        if not (url or label):
            return None
        within = f"{self.site}#{label}" if self.site else label
        return Person(url or within, name, url, email)


def of_post(post: dict[str, Any], people: list[Person], channel: Channel) -> Rows:
    """The post, its writers (the first is its author), and the channel."""
    parent = post["parent_post_id"]
    media = distinct([address for address in post["media"] if address])
    yield (
        "posts",
        post
        | {
            "kind": "comment" if parent else "article",
            "profile_id": people[0].profile_id if people else channel.site,
            "media": media,
            "root_post_id": None if parent else post["post_id"],
        },
    )
    yield from (("profiles", person.row()) for person in people)
    if channel.site:
        yield "profiles", channel.row


def hash_of(*parts: str | None) -> str | None:
    if not any(parts):
        return None
    return "sha256:" + hashlib.sha256("\0".join(part or "" for part in parts).encode()).hexdigest()[:32]


def is_media_type(type_: str) -> bool:
    """Whether it is an image, video or audio, according to its type."""
    known = ("image/", "video/", "audio/", "application/ogg", "application/x-mpegurl", "application/vnd.apple.mpegurl")
    return not type_ or type_.strip().lower().startswith((*known, "application/x-shockwave-flash"))
