"""API v1.1: statuses with what they embed, users, and events of the user stream."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from jobs.sources import dates
from jobs.sources.formats.twitter.parts import (
    address_of,
    best_variant,
    id_of,
    language_of,
    newer_version,
    of_account,
    of_mentions,
    time_of_id,
    unescaped,
)
from jobs.sources.loose import Row, distinct, first, row, scalar, thing, things, tombstone, total


def is_status(value: dict[str, Any]) -> bool:
    has_text = any(name in value for name in ("text", "full_text", "retweeted_status"))
    return id_of(value) is not None and has_text and isinstance(value.get("user"), dict)


def of_status(status: dict[str, Any], seen_at: str | None = None) -> Iterator[Row]:
    """A status, those that it embeds, and their users.

    Args: seen_at: time of the status that embeds this one.
    """
    post_id, user = id_of(status), thing(status.get("user"))
    created_at = _created(status.get("created_at")) or time_of_id(post_id)
    observed_at = seen_at or created_at
    actor = first(user.get("id_str"), user.get("id"), user.get("screen_name"))
    yield from of_user(user, observed_at)
    if isinstance(retweeted := status.get("retweeted_status"), dict):
        yield from of_status(retweeted, observed_at)
        yield _share(post_id, actor, retweeted, created_at)
        return
    quoted = status.get("quoted_status")
    if isinstance(quoted, dict):
        yield from of_status(quoted, observed_at)
    if newer := newer_version(post_id, _versions(status)):
        yield tombstone("posts", "post_id", post_id, time_of_id(newer) or created_at)
        return
    whole = thing(status.get("extended_tweet"))
    entities = thing(whole.get("entities")) or thing(status.get("entities"))
    extended = thing(whole.get("extended_entities")) or thing(status.get("extended_entities"))
    parent = first(status.get("in_reply_to_status_id_str"), status.get("in_reply_to_status_id"))
    yield row(
        "posts",
        post_id=post_id,
        kind="comment" if parent else "post",
        profile_id=actor,
        text=unescaped(whole.get("full_text"), status.get("full_text"), status.get("text")),
        url=address_of(post_id),
        media=_media([*things(extended.get("media")), *things(entities.get("media"))]),
        tags=distinct([tag.get("text") for tag in things(entities.get("hashtags"))]),
        language=language_of(status.get("lang")),
        created_at=created_at,
        parent_post_id=parent,
        root_post_id=None if parent else post_id,
    )
    yield from _older_versions(post_id, _versions(status))
    metrics = row(
        "post_metrics",
        post_id=post_id,
        observed_at=observed_at,
        reactions=scalar(status.get("favorite_count")),
        comments=scalar(status.get("reply_count")),
        shares=total(status.get("retweet_count"), status.get("quote_count")),
    )
    if len(metrics[1]) > 2:
        yield metrics
    mentioned = distinct([first(one.get("id_str"), one.get("id")) for one in things(entities.get("user_mentions"))])
    yield from of_mentions(actor, mentioned, post_id, created_at)
    quoted_id = first(status.get("quoted_status_id_str"), status.get("quoted_status_id"), id_of(thing(quoted)))
    if quoted_id:
        share_id = f"share:{actor or ''}:{quoted_id}:{post_id or ''}"
        yield _share(share_id, actor, {"id_str": quoted_id, "user": thing(quoted).get("user")}, created_at)


def _versions(status: dict[str, Any]) -> list[str]:
    return distinct(thing(status.get("edit_history")).get("edit_tweet_ids"))


def _older_versions(post_id: str | None, versions: list[str]) -> Iterator[Row]:
    """The versions that a tweet replaced, deleted when it was written."""
    for older in versions[: versions.index(post_id)] if post_id in versions else []:
        yield tombstone("posts", "post_id", older, time_of_id(post_id))


def _share(share_id: str | None, actor: str | None, original: dict[str, Any], at: str | None) -> Row:
    author = thing(original.get("user"))
    return row(
        "interactions",
        interaction_id=share_id,
        actor_profile_id=actor,
        kind="share",
        post_id=id_of(original),
        target_profile_id=first(author.get("id_str"), author.get("id"), author.get("screen_name")),
        created_at=at,
    )


def _media(entries: list[dict[str, Any]]) -> list[str]:
    """Addresses of media entities, the best file of a video, each once."""
    found: dict[str, str] = {}
    for entry in entries:
        address = best_variant(thing(entry.get("video_info")).get("variants"))
        address = address or first(entry.get("media_url_https"), entry.get("media_url"))
        if address:
            found.setdefault(first(entry.get("id_str"), entry.get("id")) or address, address)
    return distinct(list(found.values()))


def of_user(user: dict[str, Any], seen_at: str | None) -> Iterator[Row]:
    """A user of v1.1, and its metrics where a status has a time."""
    profile_id = first(user.get("id_str"), user.get("id"), user.get("screen_name"))
    if profile_id is None:
        return
    created_at, counted = _created(user.get("created_at")), ("followers_count", "friends_count", "statuses_count")
    yield from of_account(user, profile_id, user.get("screen_name"), created_at, seen_at, *map(user.get, counted))


def of_event(event: dict[str, Any]) -> Iterator[Row]:
    """An event of the user stream."""
    name, at = scalar(event.get("event")), _created(event.get("created_at"))
    source, target = thing(event.get("source")), thing(event.get("target"))
    actor = first(source.get("id_str"), source.get("id"), source.get("screen_name"))
    aimed_at = first(target.get("id_str"), target.get("id"), target.get("screen_name"))
    for user in (source, target):
        yield from of_user(user, at)
    status = thing(event.get("target_object"))
    if is_status(status):
        yield from of_status(status, at)
    if name in ("follow", "unfollow"):
        kind, key, post_id = "follow", f"follow:{actor or ''}:{aimed_at or ''}", None
    elif name in ("favorite", "unfavorite"):
        kind, post_id = "reaction", id_of(status)
        key = f"reaction:{actor or ''}:{post_id or ''}"
    else:
        return
    if name.startswith("un"):
        yield tombstone("interactions", "interaction_id", key, at)
        return
    yield row(
        "interactions",
        interaction_id=key,
        actor_profile_id=actor,
        target_profile_id=aimed_at,
        post_id=post_id,
        kind=kind,
        created_at=at,
    )


def _created(text: Any) -> str | None:
    """`Wed Oct 10 20:19:24 +0000 2018` as ISO 8601."""
    parts = (scalar(text) or "").split()
    if len(parts) != 6:
        return scalar(text)
    return dates.text(" ".join((parts[0] + ",", parts[2], parts[1], parts[5], parts[3], parts[4])))
