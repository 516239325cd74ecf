"""Records of repositories: posts, likes, reposts, follows, profiles."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from jobs.sources import dates, unmapped
from jobs.sources.base import ParseError
from jobs.sources.formats.bluesky.lexicon import ACTS, APP, FOLLOW, POST, PROFILE, did_of, is_post, time_of_key
from jobs.sources.loose import Row, distinct, first, language, listed, row, scalar, thing, things

_BLOB = "https://bsky.social/xrpc/com.atproto.sync.getBlob"


def of_record(
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
    created_at = dates.earlier(scalar(record.get("createdAt")), seen_at or time_of_key(uri))
    if kind == POST:
        yield from _post(uri, did, record, created_at, embedded or {}, quoted or {})
    elif kind in ACTS:
        subject = record.get("subject")
        address = scalar(subject) if kind == FOLLOW else scalar(thing(subject).get("uri"))
        if address is None:
            raise ParseError(f"no_subject: the {kind} does not name its subject")
        if kind == FOLLOW or is_post(address):
            yield row(
                "interactions",
                interaction_id=uri,
                actor_profile_id=did,
                kind=ACTS[kind],
                created_at=created_at,
                target_profile_id=address if kind == FOLLOW else did_of(address),
                post_id=None if kind == FOLLOW else address,
            )
    elif kind == PROFILE:
        yield row(
            "profiles",
            profile_id=did,
            display_name=scalar(record.get("displayName")),
            bio=scalar(record.get("description")),
            url=first(record.get("website"), f"{APP}/{did}" if did else None),
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
        url=f"{APP}/{did}/post/{key}" if did and key else None,
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
    inner = thing(thing(record.get("embed")).get("record"))
    quoted_uri = first(inner.get("uri"), thing(inner.get("record")).get("uri"), quoted.get("uri"))
    if is_post(quoted_uri):
        yield row(
            "interactions",
            interaction_id=f"share:{did or ''}:{quoted_uri}:{uri or ''}",
            actor_profile_id=did,
            target_profile_id=first(thing(quoted.get("author")).get("did"), did_of(quoted_uri)),
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
