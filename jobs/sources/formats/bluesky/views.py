"""Views of the API: posts in feeds and threads, likes, profiles."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from jobs.sources import dates
from jobs.sources.formats.bluesky.lexicon import APP, POST, did_of, time_of_key
from jobs.sources.formats.bluesky.records import of_record
from jobs.sources.loose import Row, first, row, scalar, thing, things, total


def of_feed_post(item: dict[str, Any]) -> Iterator[Row]:
    """A post in a feed, with its reposter, or in a thread, with the posts above and below."""
    post, reason = item["post"], thing(item.get("reason"))
    by, at = thing(reason.get("by")), scalar(reason.get("indexedAt"))
    above = thing(item.get("reply"))
    for other in (above.get("root"), above.get("parent"), item.get("parent")):
        if isinstance(other, dict):
            yield from of_feed_post(other) if isinstance(other.get("post"), dict) else _shown(other)
    yield from of_view(post, at)
    if by:
        uri = scalar(post.get("uri"))
        yield from of_profile(by, at)
        yield row(
            "interactions",
            interaction_id=first(reason.get("uri"), f"share:{first(by.get('did')) or ''}:{uri or ''}"),
            actor_profile_id=scalar(by.get("did")),
            target_profile_id=first(thing(post.get("author")).get("did"), did_of(uri)),
            post_id=uri,
            kind="share",
            created_at=at,
        )
    for reply in things(item.get("replies")):
        if isinstance(reply.get("post"), dict):
            yield from of_feed_post(reply)


def _shown(view: dict[str, Any]) -> Iterator[Row]:
    """A post that another shows, if it can be seen."""
    if isinstance(view.get("record") or view.get("value"), dict):
        yield from of_view(view, None)


def of_view(view: dict[str, Any], seen_at: str | None) -> Iterator[Row]:
    """A record with its address, and with its author and counts where the app adds them."""
    uri, indexed_at, author = scalar(view.get("uri")), scalar(view.get("indexedAt")), thing(view.get("author"))
    record = thing(view.get("record")) or thing(view.get("value"))
    kind = scalar(record.get("$type")) or (POST if "text" in record else "")
    did = first(author.get("did"), did_of(uri))
    if author:
        yield from of_profile(author, seen_at or indexed_at)
    embedded = thing(view.get("embed")) or next(iter(things(view.get("embeds"))), {})
    quoted = thing(embedded.get("record"))
    if "uri" not in quoted:
        quoted = thing(quoted.get("record"))  # a quote with pictures
    yield from _shown(quoted)
    yield from of_record(uri, did, kind, record, indexed_at, embedded, quoted)
    metrics = row(
        "post_metrics",
        post_id=uri,
        observed_at=first(seen_at, indexed_at, time_of_key(uri), record.get("createdAt")),
        reactions=scalar(view.get("likeCount")),
        comments=scalar(view.get("replyCount")),
        shares=total(view.get("repostCount"), view.get("quoteCount")),
        saves=scalar(view.get("bookmarkCount")),
    )
    if kind == POST and set(metrics[1]) - {"post_id", "observed_at"}:
        yield metrics


def of_likes(page: dict[str, Any]) -> Iterator[Row]:
    """Who likes a post."""
    for like in things(page["likes"]):
        yield from of_like(like, scalar(page.get("uri")))


def of_like(like: dict[str, Any], uri: str | None) -> Iterator[Row]:
    actor = thing(like.get("actor"))
    yield from of_profile(actor, None)
    did = scalar(actor.get("did"))
    yield row(
        "interactions",
        interaction_id=f"reaction:{did}:{uri}" if did and uri else None,
        actor_profile_id=did,
        target_profile_id=did_of(uri),
        post_id=uri,
        kind="reaction",
        created_at=dates.earlier(scalar(like.get("createdAt")), scalar(like.get("indexedAt"))),
    )


def of_profile(person: dict[str, Any], seen_at: str | None) -> Iterator[Row]:
    """A profile view, and its metrics where it has any."""
    profile_id, handle = first(person.get("did"), person.get("handle")), scalar(person.get("handle"))
    if profile_id is None:
        return
    counts = {
        "followers_count": scalar(person.get("followersCount")),
        "following_count": scalar(person.get("followsCount")),
        "posts_count": scalar(person.get("postsCount")),
    }
    verified = {"valid": "true", "invalid": "false", "none": "false"}
    yield row(
        "profiles",
        profile_id=profile_id,
        handle=handle,
        display_name=scalar(person.get("displayName")),
        bio=scalar(person.get("description")),
        url=first(person.get("website"), f"{APP}/{handle or profile_id}"),
        is_verified=verified.get(scalar(thing(person.get("verification")).get("verifiedStatus")) or ""),
        created_at=dates.earlier(scalar(person.get("createdAt")), scalar(person.get("indexedAt"))),
        **counts,
    )
    observed_at = seen_at or scalar(person.get("indexedAt"))
    if observed_at and any(counts.values()):
        yield row("profile_metrics", profile_id=profile_id, observed_at=observed_at, **counts)
