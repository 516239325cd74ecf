"""Mastodon, and servers with its API: statuses, accounts, notifications, and events of the streaming API.

Entities alone, in lists, contexts (`ancestors`, `descendants`) and search answers (`accounts`, `statuses`); streaming
events `{stream, event, payload}` with `update`, `status.update`, `delete` and `notification`. Definition:
docs.joinmastodon.org/entities and /methods/streaming (4.5).

| Mastodon | here |
|---|---|
| status; reply; `direct` status | posts of kind post; comment, with parent_post_id; message |
| content warning (spoiler_text) | title |
| reblog | interaction share with the reblog's id, and the original |
| quote | a post, and an interaction share |
| mentions | interactions mention |
| favourite, reblog, follow (notifications) | interactions reaction, share, follow (whose target is not reported) |
| favourites_count; replies_count; reblogs_count + quotes_count | reactions; comments; shares |
| `bot` accounts | is_bot |

A channel is one server: IDs are the server's own, `acct` is the handle. Not reported: impressions, reach, clicks, saves,
views, verification of accounts. observed_at is the time when the status with the metrics was written or edited, or the
notification created. `delete` events have no time: they hold from the time of landing, also against edits of the
status. They may mean a status or a reblog, so both tables get the key.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, BinaryIO

from jobs.sources import dates, payload, social, unmapped
from jobs.sources.base import DEFAULTS, WHEN_LANDED, ParseError, Record, SplitOptions
from jobs.sources.loose import Row, distinct, first, language, row, scalar, thing, things, tombstone, total
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
        "is_bot",
        "created_at",
    ),
    "profile_metrics": ("profile_id", "observed_at", "followers_count", "following_count", "posts_count"),
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
}
lands_deletions = True

_LISTS = ("ancestors", "descendants", "statuses", "accounts")
_ACTS = {"favourite": "reaction", "reblog": "share", "follow": "follow"}
_HOUSEKEEPING = (
    "filters_changed",
    "conversation",
    "announcement",
    "announcement.reaction",
    "announcement.delete",
    "encrypted_message",
    "notifications_merged",
)


def split(stream: BinaryIO, options: SplitOptions) -> Iterator[Record]:
    """One record per status, account, notification or event."""
    return named.split_named(stream, options)


def parse(raw: bytes, context: str | None, options: SplitOptions = DEFAULTS) -> Iterator[Row]:
    """Rows of Mastodon's entities and streaming events."""
    yield from social.of_objects(raw, options, "an object of Mastodon", lambda value: _object(value, options))


def _object(value: dict[str, Any], options: SplitOptions) -> Iterator[Row]:
    """Rows of one object, by its shape."""
    if "event" in value and "payload" in value:
        yield from _event(value, options)
    elif _is_status(value):
        yield from _status(value)
    elif isinstance(value.get("account"), dict) and "type" in value:
        yield from _notification(value)
    elif "acct" in value:
        yield from _account(value, None)
    elif any(isinstance(value.get(name), list) for name in _LISTS):
        for name in _LISTS:
            for one in things(value.get(name)):
                yield from _object(one, options)
    elif "error" in value:
        raise ParseError(
            f"not_this_format: the API answered with an error: {first(value.get('error_description'), value['error'])}"
        )
    else:
        raise ParseError(f"not_this_format: not an entity of Mastodon: {', '.join(sorted(value)[:5])}")


def _is_status(value: dict[str, Any]) -> bool:
    has_body = "content" in value or isinstance(value.get("reblog"), dict)
    return isinstance(value.get("account"), dict) and has_body


def _event(event: dict[str, Any], options: SplitOptions) -> Iterator[Row]:
    """A streaming event; its payload is JSON within a string."""
    name, body = scalar(event.get("event")), event["payload"]
    if name == "delete":
        yield from _gone(scalar(body))
    elif name in ("update", "status.update", "notification"):
        value = payload.json_value(body.encode("utf-8", "replace"), options) if isinstance(body, str) else body
        if not isinstance(value, dict):
            raise ParseError(f"not_this_format: the payload of the event {name} is not an object")
        if "event" in value:
            raise ParseError("not_this_format: an event within an event")
        yield from _object(value, options)
    elif name in _HOUSEKEEPING:
        unmapped.count(f"events {name}")
    else:
        raise ParseError(f"not_this_format: unknown event of Mastodon: {name}")


def _gone(status_id: str | None) -> Iterator[Row]:
    """A deleted status or reblog."""
    yield tombstone("posts", "post_id", status_id, WHEN_LANDED)
    yield tombstone("interactions", "interaction_id", status_id, WHEN_LANDED)


def _time_of_id(status_id: str | None) -> str | None:
    """When the server received a status; None for IDs that are older than those with a time, or another server's."""
    number = int(status_id) if status_id and status_id.isdecimal() and len(status_id) < 20 else 0
    return dates.epoch(number >> 16, 1000) if number >> 16 >= 1_000_000_000_000 else None


def _created(status: dict[str, Any], seen_at: str | None) -> str | None:
    """When a status was written: by the author's server, unless the own one received or saw it before that.

    An ID made of the author's time has whole seconds: within a minute both mean the same.
    """
    said = scalar(status.get("created_at"))
    received = _time_of_id(scalar(status.get("id")))
    of_author, of_server = dates.instant(said), dates.instant(received)
    if of_author and of_server and abs(of_author - of_server) < timedelta(minutes=1):
        received = None
    return dates.earlier(dates.earlier(said, received), seen_at)


def _status(status: dict[str, Any], seen_at: str | None = None) -> Iterator[Row]:
    """A status, those that it embeds, and their accounts.

    Args: seen_at: time of the entity that embeds this status.
    """
    post_id, account = scalar(status.get("id")), thing(status.get("account"))
    created_at, edited_at = _created(status, seen_at), scalar(status.get("edited_at"))
    observed_at = seen_at or edited_at or created_at
    actor = first(account.get("id"), account.get("acct"))
    yield from _account(account, observed_at)
    if isinstance(original := status.get("reblog"), dict):
        yield from _status(original, observed_at)
        yield _act("share", post_id, account, original, created_at)
        return
    if status.get("poll"):
        unmapped.count("polls (their options and votes)")
    parent = scalar(status.get("in_reply_to_id"))
    kind = "comment" if parent else "post"
    yield row(
        "posts",
        post_id=post_id,
        kind="message" if status.get("visibility") == "direct" else kind,
        profile_id=actor,
        title=scalar(status.get("spoiler_text")),
        text=_said(status),
        url=first(status.get("url"), status.get("uri")),
        media=distinct(
            [first(one.get("url"), one.get("remote_url")) for one in things(status.get("media_attachments"))]
        ),
        tags=distinct([tag.get("name") for tag in things(status.get("tags"))]),
        language=language(status.get("language")),
        created_at=created_at,
        edited_at=edited_at,
        parent_post_id=parent,
        root_post_id=None if parent else post_id,
    )
    metrics = row(
        "post_metrics",
        post_id=post_id,
        observed_at=observed_at,
        reactions=scalar(status.get("favourites_count")),
        comments=scalar(status.get("replies_count")),
        shares=total(status.get("reblogs_count"), status.get("quotes_count")),
    )
    if len(metrics[1]) > 2:
        yield metrics
    for target in distinct([one.get("id") for one in things(status.get("mentions"))]):
        yield row(
            "interactions",
            interaction_id=f"mention:{actor or ''}:{target}:{post_id or ''}",
            actor_profile_id=actor,
            target_profile_id=target,
            post_id=post_id,
            kind="mention",
            created_at=created_at,
        )
    quote = thing(status.get("quote"))
    if isinstance(quoted := quote.get("quoted_status"), dict):
        yield from _status(quoted, observed_at)
        key = f"share:{actor or ''}:{scalar(quoted.get('id')) or ''}:{post_id or ''}"
        yield _act("share", key, account, quoted, created_at)


def _said(status: dict[str, Any]) -> str | None:
    """The author's words: without the line that stands for a quote where quotes are not shown."""
    markup = scalar(status.get("content"))
    text = payload.plain_text(markup)
    return social.without_quote(text) if status.get("quote") or "quote-inline" in (markup or "") else text


def _act(kind: str, key: str | None, account: dict[str, Any], status: dict[str, Any], at: str | None) -> Row:
    """An account's interaction with a status."""
    author = thing(status.get("account"))
    return row(
        "interactions",
        interaction_id=key,
        actor_profile_id=first(account.get("id"), account.get("acct")),
        target_profile_id=first(author.get("id"), author.get("acct")),
        post_id=scalar(status.get("id")),
        kind=kind,
        created_at=at,
    )


def _notification(notification: dict[str, Any]) -> Iterator[Row]:
    """A notification of the requesting account: who acted, and the target status."""
    at, account, status = scalar(notification.get("created_at")), thing(notification.get("account")), {}
    yield from _account(account, at)
    if _is_status(thing(notification.get("status"))):
        status = notification["status"]
        yield from _status(status, at)
    of_type = scalar(notification.get("type")) or ""
    if of_type not in (*_ACTS, "mention", "status", "update", "quote"):
        unmapped.count(f"notifications of type {of_type}")
    if kind := _ACTS.get(of_type):
        key = scalar(status.get("id")) or f"notification-{scalar(notification.get('id')) or ''}"
        yield _act(kind, f"{kind}:{first(account.get('id'), account.get('acct')) or ''}:{key}", account, status, at)


def _account(account: dict[str, Any], seen_at: str | None) -> Iterator[Row]:
    """An account, and its metrics where the embedding entity has a time."""
    profile_id = first(account.get("id"), account.get("acct"))
    if profile_id is None:
        return
    counts = {
        "followers_count": scalar(account.get("followers_count")),
        "following_count": scalar(account.get("following_count")),
        "posts_count": scalar(account.get("statuses_count")),
    }
    yield row(
        "profiles",
        profile_id=profile_id,
        handle=first(account.get("acct"), account.get("username")),
        display_name=scalar(account.get("display_name")),
        bio=payload.plain_text(scalar(account.get("note"))),
        url=first(account.get("url"), account.get("uri")),
        is_bot=scalar(account.get("bot")),
        created_at=scalar(account.get("created_at")),
        **counts,
    )
    if seen_at and any(counts.values()):
        yield row("profile_metrics", profile_id=profile_id, observed_at=seen_at, **counts)
