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
| delete operations; accounts not active | tombstones |

Not reported: impressions, reach, clicks, views. A profile_id is a did. observed_at is the earliest possible time: when
the app indexed the post or the repost that shows it. A record alone has neither address nor author: its rows are refused
for lack of a key. Identity events (a new handle) produce no row: the profile comes with the next view. Likes of feeds
and lists are ignored. Images of bare records are addressed through com.atproto.sync.getBlob.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from jobs.sources import dates, payload, social, unmapped
from jobs.sources.base import DEFAULTS, WHEN_LANDED, ParseError, Record, SplitOptions
from jobs.sources.loose import Row, distinct, first, language, listed, row, scalar, thing, things, tombstone, total
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

_APP = "https://bsky.app/profile"
_BLOB = "https://bsky.social/xrpc/com.atproto.sync.getBlob"
_POST, _LIKE, _REPOST = "app.bsky.feed.post", "app.bsky.feed.like", "app.bsky.feed.repost"
_FOLLOW, _PROFILE = "app.bsky.graph.follow", "app.bsky.actor.profile"
_ACTS = {_LIKE: "reaction", _REPOST: "share", _FOLLOW: "follow"}
_LETTERS = "234567abcdefghijklmnopqrstuvwxyz"
_KEY = re.compile(f"[{_LETTERS[:16]}][{_LETTERS}]{{12}}")
_PAGES = ("feed", "posts", "thread", "followers", "follows", "actors", "profiles", "notifications", "records")
_PEOPLE = ("followers", "follows", "repostedBy", "actors", "profiles")


def split(stream: BinaryIO, options: SplitOptions) -> Iterator[Record]:
    """One record per view, page, record or event."""
    return named.split_named(stream, options)


def parse(raw: bytes, context: str | None, options: SplitOptions = DEFAULTS) -> Iterator[Row]:
    """Rows of views, pages, records and events."""
    yield from social.finished(_rows(raw, options))


def _rows(raw: bytes, options: SplitOptions) -> Iterator[Row]:
    for value in social.objects(payload.json_value(raw, options), "an object of Bluesky"):
        yield from _object(value)


def _object(value: dict[str, Any]) -> Iterator[Row]:
    """Rows of one object, by its shape."""
    kind = (scalar(value.get("$type")) or "").removeprefix("#")
    if "did" in value and scalar(value.get("kind")) in ("commit", "identity", "account"):
        yield from _jetstream(value)
    elif "repo" in value and isinstance(value.get("ops"), list):
        yield from _firehose(value)
    elif kind in (_POST, _PROFILE, *_ACTS):
        yield from _record(None, None, kind, value, None)
    elif kind.startswith("app.bsky.embed") or kind == "blob":
        raise ParseError(f"not_this_format: {kind} is a part of a post")
    elif isinstance(value.get("post"), dict):
        yield from _feed_post(value)
    elif "likes" in value:
        yield from _likes(value)
    elif isinstance(value.get("actor"), dict) and "did" in value["actor"]:
        yield from _like(value, None)
    elif "repostedBy" in value or any(isinstance(value.get(name), (list, dict)) for name in _PAGES):
        yield from _page(value)
    elif isinstance(value.get("record") or value.get("value"), dict) and "uri" in value:
        yield from _view(value, None)
    elif "did" in value and "handle" in value:
        yield from _profile(value, None)
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
        yield from _profile(subject, None)
    for name in _PEOPLE:
        for person in things(page.get(name)):
            yield from _profile(person, None)
    for name in ("feed", "posts", "thread", "notifications", "records"):
        for one in things(page.get(name)):
            yield from _object(one)


def _did(uri: str | None) -> str | None:
    """The account that the record at an address belongs to."""
    return uri.removeprefix("at://").split("/")[0] if uri and uri.startswith("at://") else None


def _time_of_key(uri: str | None) -> str | None:
    """When a record was written, by its key: the server makes keys of the microseconds since 1970, 5 bits a character."""
    key = (uri or "").rsplit("/", 1)[-1]
    if not _KEY.fullmatch(key):
        return None
    number = 0
    for letter in key:
        number = number * 32 + _LETTERS.index(letter)
    return dates.epoch(number >> 10, 1_000_000)


def _is_post(uri: str | None) -> bool:
    """Whether an address may be a post: other schemes than at:// may be, feeds and lists are not."""
    return uri is not None and (not uri.startswith("at://") or f"/{_POST}/" in uri)


# --- views ------------------------------------------------------------------------------------------------------


def _feed_post(item: dict[str, Any]) -> Iterator[Row]:
    """A post in a feed, with its reposter, or in a thread, with the posts above and below."""
    post, reason = item["post"], thing(item.get("reason"))
    by, at = thing(reason.get("by")), scalar(reason.get("indexedAt"))
    above = thing(item.get("reply"))
    for other in (above.get("root"), above.get("parent"), item.get("parent")):
        if isinstance(other, dict):
            yield from _feed_post(other) if isinstance(other.get("post"), dict) else _shown(other)
    yield from _view(post, at)
    if by:
        uri = scalar(post.get("uri"))
        yield from _profile(by, at)
        yield row(
            "interactions",
            interaction_id=first(reason.get("uri"), f"share:{first(by.get('did')) or ''}:{uri or ''}"),
            actor_profile_id=scalar(by.get("did")),
            target_profile_id=first(thing(post.get("author")).get("did"), _did(uri)),
            post_id=uri,
            kind="share",
            created_at=at,
        )
    for reply in things(item.get("replies")):
        if isinstance(reply.get("post"), dict):
            yield from _feed_post(reply)


def _shown(view: dict[str, Any]) -> Iterator[Row]:
    """A post that another shows, if it can be seen."""
    if isinstance(view.get("record") or view.get("value"), dict):
        yield from _view(view, None)


def _view(view: dict[str, Any], seen_at: str | None) -> Iterator[Row]:
    """A record with its address, and with its author and counts where the app adds them."""
    uri, indexed_at, author = scalar(view.get("uri")), scalar(view.get("indexedAt")), thing(view.get("author"))
    record = thing(view.get("record")) or thing(view.get("value"))
    kind = scalar(record.get("$type")) or (_POST if "text" in record else "")
    did = first(author.get("did"), _did(uri))
    if author:
        yield from _profile(author, seen_at or indexed_at)
    embedded = thing(view.get("embed")) or next(iter(things(view.get("embeds"))), {})
    quoted = thing(embedded.get("record"))
    if "uri" not in quoted:
        quoted = thing(quoted.get("record"))  # a quote with pictures
    yield from _shown(quoted)
    yield from _record(uri, did, kind, record, indexed_at, embedded, quoted)
    metrics = row(
        "post_metrics",
        post_id=uri,
        observed_at=first(seen_at, indexed_at, _time_of_key(uri), record.get("createdAt")),
        reactions=scalar(view.get("likeCount")),
        comments=scalar(view.get("replyCount")),
        shares=total(view.get("repostCount"), view.get("quoteCount")),
        saves=scalar(view.get("bookmarkCount")),
    )
    if kind == _POST and set(metrics[1]) - {"post_id", "observed_at"}:
        yield metrics


def _likes(page: dict[str, Any]) -> Iterator[Row]:
    """Who likes a post."""
    for like in things(page["likes"]):
        yield from _like(like, scalar(page.get("uri")))


def _like(like: dict[str, Any], uri: str | None) -> Iterator[Row]:
    actor = thing(like.get("actor"))
    yield from _profile(actor, None)
    did = scalar(actor.get("did"))
    yield row(
        "interactions",
        interaction_id=f"reaction:{did}:{uri}" if did and uri else None,
        actor_profile_id=did,
        target_profile_id=_did(uri),
        post_id=uri,
        kind="reaction",
        created_at=dates.earlier(scalar(like.get("createdAt")), scalar(like.get("indexedAt"))),
    )


def _profile(person: dict[str, Any], seen_at: str | None) -> Iterator[Row]:
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
        url=first(person.get("website"), f"{_APP}/{handle or profile_id}"),
        is_verified=verified.get(scalar(thing(person.get("verification")).get("verifiedStatus")) or ""),
        created_at=dates.earlier(scalar(person.get("createdAt")), scalar(person.get("indexedAt"))),
        **counts,
    )
    observed_at = seen_at or scalar(person.get("indexedAt"))
    if observed_at and any(counts.values()):
        yield row("profile_metrics", profile_id=profile_id, observed_at=observed_at, **counts)


# --- records ----------------------------------------------------------------------------------------------------


def _record(
    uri: str | None,
    did: str | None,
    kind: str,
    record: dict[str, Any],
    seen_at: str | None,
    embedded: dict[str, Any] | None = None,
    quoted: dict[str, Any] | None = None,
) -> Iterator[Row]:
    """A record of a repository.

    Args:
        uri, did: its address and its owner, where known.
        seen_at: when the service saw it: the record's own time is what a client says.
        embedded, quoted: the app's view of what it embeds, where known.
    """
    created_at = dates.earlier(scalar(record.get("createdAt")), seen_at or _time_of_key(uri))
    if kind == _POST:
        yield from _post(uri, did, record, created_at, embedded or {}, quoted or {})
    elif kind in _ACTS:
        subject = record.get("subject")
        address = scalar(subject) if kind == _FOLLOW else scalar(thing(subject).get("uri"))
        if address is None:
            raise ParseError(f"no_subject: the {kind} does not name its subject")
        if kind == _FOLLOW or _is_post(address):
            yield row(
                "interactions",
                interaction_id=uri,
                actor_profile_id=did,
                kind=_ACTS[kind],
                created_at=created_at,
                target_profile_id=address if kind == _FOLLOW else _did(address),
                post_id=None if kind == _FOLLOW else address,
            )
    elif kind == _PROFILE:
        yield row(
            "profiles",
            profile_id=did,
            display_name=scalar(record.get("displayName")),
            bio=scalar(record.get("description")),
            url=first(record.get("website"), f"{_APP}/{did}" if did else None),
            created_at=created_at,
        )
    else:
        unmapped.count(f"records {kind or 'of no type'}")


def _post(
    uri: str | None,
    did: str | None,
    record: dict[str, Any],
    created_at: str | None,
    embedded: dict[str, Any],
    quoted: dict[str, Any],
) -> Iterator[Row]:
    reply, features = thing(record.get("reply")), list(_features(record))
    parent, root = (scalar(thing(reply.get(name)).get("uri")) for name in ("parent", "root"))
    key = uri.rsplit("/", 1)[-1] if uri else None
    yield row(
        "posts",
        post_id=uri,
        kind="comment" if parent else "post",
        profile_id=did,
        text=scalar(record.get("text")),
        url=f"{_APP}/{did}/post/{key}" if did and key else None,
        media=_media(embedded) or _media_of_record(did, thing(record.get("embed"))),
        tags=distinct([*(feature.get("tag") for feature in features), *listed(record.get("tags"))]),
        language=language(next(iter(listed(record.get("langs"))), None)),
        created_at=created_at,
        parent_post_id=parent,
        root_post_id=root if parent else uri,
    )
    for target in distinct([feature.get("did") for feature in features]):
        yield row(
            "interactions",
            interaction_id=f"mention:{did or ''}:{target}:{uri or ''}",
            actor_profile_id=did,
            target_profile_id=target,
            post_id=uri,
            kind="mention",
            created_at=created_at,
        )
    of_record = thing(thing(record.get("embed")).get("record"))
    quoted_uri = first(of_record.get("uri"), thing(of_record.get("record")).get("uri"), quoted.get("uri"))
    if _is_post(quoted_uri):
        yield row(
            "interactions",
            interaction_id=f"share:{did or ''}:{quoted_uri}:{uri or ''}",
            actor_profile_id=did,
            target_profile_id=first(thing(quoted.get("author")).get("did"), _did(quoted_uri)),
            post_id=quoted_uri,
            kind="share",
            created_at=created_at,
        )


def _features(record: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for facet in things(record.get("facets")):
        yield from things(facet.get("features"))


def _media(embedded: dict[str, Any]) -> list[str]:
    """Addresses of pictures and videos that the app shows with a post."""
    shown = [embedded, thing(embedded.get("media"))]  # a quote with pictures keeps them under media
    pictures = [image.get("fullsize") for one in shown for image in things(one.get("images"))]
    return distinct([*pictures, *(one.get("playlist") for one in shown)])


def _media_of_record(did: str | None, embed: dict[str, Any]) -> list[str]:
    """Addresses of the pictures and videos of a record, which names them by content."""
    if did is None:
        return []
    shown = [embed, thing(embed.get("media"))]
    blobs = [image.get("image") for one in shown for image in things(one.get("images"))]
    blobs += [one.get("video") for one in shown]
    names = [first(thing(thing(blob).get("ref")).get("$link"), thing(blob).get("cid")) for blob in blobs]
    return distinct([f"{_BLOB}?did={did}&cid={name}" for name in names if name])


# --- events -----------------------------------------------------------------------------------------------------


def _jetstream(event: dict[str, Any]) -> Iterator[Row]:
    """An event of Jetstream."""
    did, at = scalar(event["did"]), dates.epoch(scalar(event.get("time_us")), 1_000_000)
    if event["kind"] == "commit":
        commit = thing(event.get("commit"))
        path = f"{scalar(commit.get('collection')) or ''}/{scalar(commit.get('rkey')) or ''}"
        yield from _operation(did, at, scalar(commit.get("operation")), path, thing(commit.get("record")))
    elif event["kind"] == "account":
        account = thing(event.get("account"))
        if account.get("active") is False:
            yield tombstone("profiles", "profile_id", did, first(account.get("time"), at))


def _firehose(event: dict[str, Any]) -> Iterator[Row]:
    """A commit of the firehose, its records decoded."""
    did, at = scalar(event["repo"]), scalar(event.get("time"))
    for one in things(event["ops"]):
        yield from _operation(
            did, at, scalar(one.get("action")), scalar(one.get("path")) or "", thing(one.get("record"))
        )


def _operation(did: str | None, at: str | None, action: str | None, path: str, record: dict[str, Any]) -> Iterator[Row]:
    """What a commit did to one record."""
    kind, _, key = path.partition("/")
    uri = f"at://{did}/{path}" if did and key else None
    if action in ("create", "update"):
        yield from _record(uri, did, kind, record, at)
    elif action != "delete":
        raise ParseError(f"not_this_format: unknown operation of a commit: {action}")
    elif kind == _POST:
        yield tombstone("posts", "post_id", uri, at or WHEN_LANDED)
    elif kind in _ACTS:
        yield tombstone("interactions", "interaction_id", uri, at or WHEN_LANDED)
    elif kind == _PROFILE:
        yield tombstone("profiles", "profile_id", did, at or WHEN_LANDED)  # what the account wrote about itself
