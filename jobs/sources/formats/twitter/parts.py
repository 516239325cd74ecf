"""What v1.1 and v2 write alike: texts, IDs and the times in them, versions, files of videos, mentions, accounts."""

from __future__ import annotations

import html
from collections.abc import Iterator
from typing import Any

from jobs.sources import dates
from jobs.sources.loose import Row, first, language, row, scalar, thing, things

_SNOWFLAKE_EPOCH = 1_288_834_974_657
_FIRST_SNOWFLAKE = 29_700_859_247


def id_of(value: dict[str, Any]) -> str | None:
    return first(value.get("id_str"), value.get("id"))


def unescaped(*texts: Any) -> str | None:
    """The API escapes &, < and > in texts as entities."""
    text = first(*texts)
    return html.unescape(text) if text else None


def address_of(post_id: str | None) -> str | None:
    return f"https://twitter.com/i/web/status/{post_id}" if post_id else None


def time_of_id(post_id: str | None) -> str | None:
    """When a tweet was created, by its ID (IDs contain the time since November 2010)."""
    if post_id is None or not post_id.isdecimal() or not _FIRST_SNOWFLAKE <= int(post_id) < 2**63:
        return None
    return dates.epoch((int(post_id) >> 22) + _SNOWFLAKE_EPOCH, 1000)


def newer_version(post_id: str | None, versions: list[str]) -> str | None:
    """ID of the version that replaced a tweet, by its edit history."""
    return versions[versions.index(post_id) + 1] if post_id in versions[:-1] else None


def language_of(code: Any) -> str | None:
    """X's own codes (qme, qht, …) mean that a tweet has no words."""
    found = language(code)
    return None if found and len(found) == 3 and found.startswith("q") else found


def best_variant(variants: Any) -> str | None:
    """Address of the MP4 file of the highest bit rate."""
    files = [one for one in things(variants) if one.get("content_type") == "video/mp4"]
    return scalar(max(files, key=_bit_rate).get("url")) if files else None


def _bit_rate(variant: dict[str, Any]) -> int:
    text = first(variant.get("bitrate"), variant.get("bit_rate")) or ""
    return int(text) if text.isdecimal() else 0


def of_mentions(actor: str | None, targets: list[str], post_id: str | None, at: str | None) -> Iterator[Row]:
    for target in targets:
        yield row(
            "interactions",
            interaction_id=f"mention:{actor or ''}:{target}:{post_id or ''}",
            actor_profile_id=actor,
            target_profile_id=target,
            post_id=post_id,
            kind="mention",
            created_at=at,
        )


def of_account(
    user: dict[str, Any], profile_id: str, handle: Any, created_at: str | None, seen_at: str | None, *counted: Any
) -> Iterator[Row]:
    """The profile of a user of either version, and its metrics (followers, following, posts) where there is a time."""
    counts = dict(zip(("followers_count", "following_count", "posts_count"), map(scalar, counted), strict=True))
    yield row(
        "profiles",
        profile_id=profile_id,
        handle=scalar(handle),
        display_name=unescaped(user.get("name")),
        bio=unescaped(user.get("description")),
        url=_website(user),
        location=unescaped(user.get("location")),
        is_verified=scalar(user.get("verified")),
        created_at=created_at,
        **counts,
    )
    if seen_at and any(counts.values()):
        yield row("profile_metrics", profile_id=profile_id, observed_at=seen_at, **counts)


def _website(user: dict[str, Any]) -> str | None:
    """The user's web address, not shortened by X."""
    links = things(thing(thing(user.get("entities")).get("url")).get("urls"))
    return first(*(link.get("expanded_url") for link in links), user.get("url"))
