"""Objects and activities, which hold each other: a post its replies and likes, an activity the post that it is about."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from jobs.sources import dates, payload, unmapped
from jobs.sources.formats.activitystreams import deletions
from jobs.sources.formats.activitystreams.actors import of_actor, of_people
from jobs.sources.formats.activitystreams.parts import (
    Frame,
    author_of,
    content_of,
    hashtags_of,
    id_of,
    is_private,
    items_of,
    key_of,
    media_of,
    name_of,
    quoted_by,
    tags_of,
    total_of,
    url_of,
)
from jobs.sources.formats.activitystreams.vocabulary import (
    ACTORS,
    ACTS,
    COLLECTIONS,
    POSTS,
    READS,
    UNDONE,
    VERBS,
    type_of,
)
from jobs.sources.loose import Row, first, listed, row, scalar, thing, things

_OBJECT_KINDS = {
    "person": "person",
    "organization": "group",
    "group": "group",
    "product": "product",
    "page": "page",
    "article": "page",
    "bookmark": "page",
}


def of_object(value: dict[str, Any], frame: Frame) -> Iterator[Row]:
    """Rows of one thing, by its type."""
    kind = type_of(value)
    if kind in VERBS:
        yield from _activity(kind, value, frame)
    elif kind in ACTORS:
        yield from of_actor(value)
    elif kind in COLLECTIONS or (not kind and isinstance(value.get("items"), list)):
        _count_addresses(value)
        for one in items_of(value):
            yield from of_object(one, frame)
    elif kind == "tombstone":
        yield from deletions.of_gone(value, None, frame.at)
    elif kind in POSTS or not kind:
        yield from _post(kind, value, frame)
    elif kind:
        unmapped.count(f"objects of type {kind}")


def _count_addresses(collection: dict[str, Any]) -> None:
    """Counts what a collection only refers to: likes.json and bookmarks.json of an archive are lists of addresses."""
    listing = [*listed(collection.get("items")), *listed(collection.get("orderedItems"))]
    name = (scalar(collection.get("id")) or "").rstrip("/").rsplit("/", 1)[-1].removesuffix(".json")
    known = name if re.fullmatch("[a-z]+", name) else "things"
    unmapped.count(f"{known} (addresses only)", sum(isinstance(one, str) for one in listing))


def _post(kind: str, value: dict[str, Any], frame: Frame) -> Iterator[Row]:
    """A post, its author, its replies, and its mentions."""
    post_id, author = id_of(value), author_of(value)
    published, updated = scalar(value.get("published")), scalar(value.get("updated"))
    created_at = dates.earlier(published, first(frame.at, updated))
    actor = id_of(author) or (frame.actor if author is None else None)
    parent = id_of(value.get("inReplyTo")) or frame.parent
    text, code = content_of(value)
    title = name_of(value)
    if kind in ("note", "comment") and title is None:
        title = payload.plain_text(scalar(value.get("summary")))
    yield from of_people(author)
    yield row(
        "posts",
        post_id=post_id,
        kind=_kind(kind, value, parent),
        profile_id=actor,
        title=title,
        text=text,
        url=first(scalar(value.get("targetUrl")), url_of(value.get("url"))),
        media=media_of(value, POSTS.get(kind, "")),
        tags=hashtags_of(value),
        language=code,
        created_at=created_at,
        edited_at=dates.later(updated, created_at),
        parent_post_id=parent,
        root_post_id=None if parent else post_id,
    )
    metrics = row(
        "post_metrics",
        post_id=post_id,
        observed_at=first(updated, created_at),
        reactions=total_of(value.get("likes")),
        comments=total_of(value.get("replies")),
        shares=total_of(value.get("shares")),
    )
    if set(metrics[1]) - {"post_id", "observed_at"}:
        yield metrics
    yield from _named_people(value, actor, post_id, created_at)
    yield from _quotes(value, actor, post_id, created_at)
    for reply in items_of(thing(value.get("replies"))):
        yield from of_object(reply, Frame(parent=post_id))


def _kind(kind: str, value: dict[str, Any], parent: str | None) -> str:
    found = POSTS.get(kind, "post")
    if kind == "question" and any(name in value for name in ("oneOf", "anyOf", "options")):
        found = "post"  # a poll asks for votes, not for answers
        unmapped.count("polls (their options and votes)")
    if found == "post" and parent:
        found = "comment"
    return "message" if is_private(value) else found


def _named_people(value: dict[str, Any], actor: str | None, post_id: str | None, at: str | None) -> Iterator[Row]:
    """Mentions, tagged people, and interactions with the post that are among its tags (1.0)."""
    for tag in tags_of(value):
        kind, target = type_of(tag), id_of(tag)
        if kind in ("mention", "person") and target:
            act = "mention" if kind == "mention" else "tag"
            yield row(
                "interactions",
                interaction_id=f"{act}:{actor or ''}:{target}:{post_id or ''}",
                actor_profile_id=actor,
                target_profile_id=target,
                post_id=post_id,
                kind=act,
                created_at=at,
            )
        elif kind in ACTS and ("object" in tag or "author" in tag or "actor" in tag):
            yield from _acts(ACTS[kind], tag, Frame(at=at))


def _quotes(value: dict[str, Any], actor: str | None, post_id: str | None, at: str | None) -> Iterator[Row]:
    """Posts that this one quotes: by address, by a link among its tags, or as attachments."""
    for address, one in quoted_by(value).items():
        author = author_of(one)
        if "content" in one:
            yield from _post("note", {**one, "id": address, "name": None}, Frame())  # a link's name is its own
        yield row(
            "interactions",
            interaction_id=f"share:{actor or ''}:{address}:{post_id or ''}",
            actor_profile_id=actor,
            target_profile_id=id_of(author),
            post_id=address,
            kind="share",
            created_at=at,
        )


def _activity(kind: str, value: dict[str, Any], frame: Frame) -> Iterator[Row]:
    """An activity, and its actors where they are embedded."""
    actor = value.get("actor") or value.get("author") or value.get("attributedTo")
    at = first(value.get("published"), value.get("created"), frame.at, value.get("updated"))
    inner = Frame(id_of(actor) or frame.actor, at)
    if kind in ACTS:
        yield from _acts(ACTS[kind], value, inner)
        return
    yield from of_people(actor)
    if kind in UNDONE:
        yield from deletions.of_undone(UNDONE[kind], value, inner)
    elif kind in ("create", "post", "update"):
        yield from _changed(kind, value, inner)
    elif kind == "delete":
        for one in listed(value.get("object")):
            yield from deletions.of_gone(
                one, inner.actor, first(value.get("published"), deletions.signed_at(value), value.get("updated"))
            )
    elif kind in ("undo", "reject"):
        at = first(value.get("published"), deletions.signed_at(value), value.get("updated"))
        for one in listed(value.get("object")):
            yield from deletions.of_undo(one, replace(inner, at=at), is_undo=kind == "undo")
    elif kind == "accept":
        for one in things(value.get("object")):
            if type_of(one) == "follow":
                yield from _acts("follow", one, replace(inner, actor=None))
    elif kind in ("add", "tag"):
        yield from _tagged(value, inner)
    elif kind in READS:
        for one in listed(value.get("object")):
            yield row("content_reads", content_id=id_of(one), reader_profile_id=inner.actor, read_at=inner.at)
    else:
        unmapped.count(f"activities of type {kind}")
        yield from of_people(*(one for one in things(value.get("object")) if type_of(one) in ACTORS))


def _changed(kind: str, value: dict[str, Any], frame: Frame) -> Iterator[Row]:
    """The object of a Create or Update. A mere address has no content."""
    for one in things(value.get("object")):
        of_type = type_of(one)
        if of_type == "bookmark" or (not id_of(one) and of_type in POSTS):
            one = {**one, "id": id_of(one) or id_of(value)}  # in 1.0 the activity has the id
        if kind == "update" and of_type in POSTS:
            one = {"updated": frame.at, **one}
            frame = replace(frame, at=None) if "published" in one else frame
        yield from of_object(one, frame)


def _acts(kind: str, value: dict[str, Any], frame: Frame) -> Iterator[Row]:
    """Likes, shares and follows: one row per object. Activities that a group announces count themselves."""
    actor = value.get("actor") or value.get("author") or value.get("attributedTo")
    objects = listed(value.get("object"))
    at = first(value.get("published"), value.get("created"), frame.at, value.get("updated"))
    if kind == "share" and any(isinstance(one, dict) and type_of(one) in VERBS for one in objects):
        for one in things(objects):
            yield from of_object(one, Frame(at=at))
        return
    yield from of_people(actor)
    doer = id_of(actor) or frame.actor
    for one in objects or [None]:
        target, body = id_of(one), thing(one)
        own = first(value.get("id"), url_of(value.get("url")))
        key = f"{own}:{target or ''}" if own and len(objects) > 1 else own
        if kind == "follow":
            yield from of_people(one)
        elif "content" in body or "name" in body or "displayName" in body:
            yield from _post(type_of(body), body, Frame())
        yield row(
            "interactions",
            interaction_id=key or key_of(kind, doer, target),
            actor_profile_id=doer,
            target_profile_id=target if kind == "follow" else id_of(author_of(body)),
            post_id=None if kind == "follow" else target,
            kind=kind,
            created_at=at,
        )


def _tagged(value: dict[str, Any], frame: Frame) -> Iterator[Row]:
    """Tags that someone adds to something; other additions (to a featured collection, say) are ignored."""
    target = value.get("target")
    object_id = id_of(target)
    of_type = type_of(thing(target))
    for one in things(value.get("object")):
        if type_of(one) not in ("hashtag", "tag"):
            continue
        tag = (name_of(one) or "").lstrip("#")
        kind = _OBJECT_KINDS.get(of_type, "post" if of_type in POSTS else "page")
        yield row(
            "taggings",
            tagging_id=f"{first(value.get('id'), frame.actor) or ''}:{object_id or ''}:{tag}",
            tagger_profile_id=frame.actor,
            object_kind=kind,
            object_id=object_id,
            tag=tag or None,
            created_at=frame.at,
        )
