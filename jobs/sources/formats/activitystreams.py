"""ActivityStreams 2.0, and the JSON of ActivityStreams 1.0: objects, activities, actors and collections.

2.0 (w3.org/TR/activitystreams-vocabulary, as ActivityPub servers write it) has the type of a thing in `type`, 1.0
(activitystrea.ms/specs/json/1.0, as granary writes it) in `objectType` and `verb`. The ID of a thing is its `id`, else
its first address.

| ActivityStreams | here |
|---|---|
| Note, Page, Event, Question with options (a poll) | posts of kind post; comment where they have inReplyTo |
| Article; Question; Image, Video, Audio, Document; bookmark | posts of kind article; question; media; bookmark |
| objects addressed to neither the public nor followers; ChatMessage | posts of kind message |
| Create, Update (post, update) | their object |
| Like, Announce, Follow (like, favorite, share, repost, follow) | interactions reaction, share, follow |
| Accept of a Follow | the follow |
| Undo, Reject of these (undo, unlike, stop-following) | tombstones of the interactions |
| Delete, Tombstone | tombstones of posts and profiles; an actor's posts and interactions are deleted with it |
| Mention among the tags; a person among the tags | interactions mention; tag |
| quoteUrl, `quote`, a note attached | a post, and an interaction share |
| Hashtag; Add of tags to something (tag) | tags; taggings |
| Read, View, Listen (read, view, watch, listen) | content_reads |
| totalItems of likes; replies; shares; followers, following, outbox | reactions; comments; shares; counts of the profile |
| summary of a note without a name (content warning) | title |

No other metrics. observed_at is the time when the object was written or last changed. The ID of an interaction without
one is made from actor, kind and target. Other activities (Invite, Join, Block, answers to invitations …) are not part of
the model: only their actors are read. Where no time of publication is given, `updated` is used. Many servers send likes
and follows without a time: conf may use the time of landing (`created_at: coalesce(created_at,
cast(_landed_at as string))`). Deletions and undo activities without a time use that of their signature, else that of landing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, BinaryIO

from jobs.sources import dates, payload, social, unmapped
from jobs.sources.base import DEFAULTS, WHEN_LANDED, ParseError, Record, SplitOptions
from jobs.sources.loose import Row, distinct, first, language, listed, row, scalar, thing, things, tombstone
from jobs.sources.splitting import named

tables = {
    "profiles": (
        "profile_id",
        "handle",
        "display_name",
        "bio",
        "url",
        "location",
        "email",
        "followers_count",
        "following_count",
        "posts_count",
        "is_bot",
        "created_at",
        "deleted_at",
    ),
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
    "taggings": ("tagging_id", "tagger_profile_id", "object_kind", "object_id", "tag", "created_at"),
    "content_reads": ("content_id", "reader_profile_id", "read_at"),
}
lands_deletions = True
gone_with = (("posts", "profile_id", "profiles"), ("interactions", "actor_profile_id", "profiles"))

_POSTS = {
    "note": "post",
    "page": "post",
    "event": "post",
    "status": "post",
    "comment": "comment",
    "review": "review",
    "article": "article",
    "question": "question",
    "image": "media",
    "photo": "media",
    "video": "media",
    "audio": "media",
    "document": "media",
    "bookmark": "bookmark",
    "chatmessage": "message",
}
_ACTORS = ("person", "organization", "service", "application", "group")
_COLLECTIONS = ("collection", "orderedcollection", "collectionpage", "orderedcollectionpage")
_ACTS = {
    "like": "reaction",
    "favorite": "reaction",
    "react": "reaction",
    "dislike": "reaction",
    "emojireact": "reaction",
    "announce": "share",
    "share": "share",
    "repost": "share",
    "follow": "follow",
}
_UNDONE = {
    "unlike": "reaction",
    "unfavorite": "reaction",
    "unshare": "share",
    "stop-following": "follow",
    "unfollow": "follow",
}
_READS = ("read", "view", "watch", "listen")
_OTHER_ACTS = (
    "invite",
    "join",
    "leave",
    "block",
    "flag",
    "ignore",
    "move",
    "arrive",
    "travel",
    "offer",
    "tentativeaccept",
    "tentativereject",
    "rsvp-yes",
    "rsvp-no",
    "rsvp-maybe",
    "rsvp-interested",
    "remove",
    "untag",
    "checkin",
    "give",
)
_CHANGES = ("create", "post", "update", "delete", "undo", "accept", "reject", "add", "tag")
_VERBS = {*_ACTS, *_UNDONE, *_READS, *_OTHER_ACTS, *_CHANGES}
_WITHOUT_ROWS = ("hashtag", "tag", "mention", "place", "link", "emoji", "propertyvalue", "relationship", "profile")
_KNOWN = {*_POSTS, *_ACTORS, *_COLLECTIONS, *_VERBS, *_WITHOUT_ROWS, "tombstone", "activity"}
_PUBLIC = re.compile(r"(^as:|^|activitystreams#)public$|/followers$|/followers/|^@(public|unlisted|followers)$", re.I)
_OBJECT_KINDS = {
    "person": "person",
    "organization": "group",
    "group": "group",
    "product": "product",
    "page": "page",
    "article": "page",
    "bookmark": "page",
}


@dataclass(frozen=True)
class Frame:
    """Defaults that an object takes from the activity or object around it."""

    actor: str | None = None
    at: str | None = None
    parent: str | None = None


def split(stream: BinaryIO, options: SplitOptions) -> Iterator[Record]:
    """One record per object or activity."""
    return named.split_named(stream, options)


def parse(raw: bytes, context: str | None, options: SplitOptions = DEFAULTS) -> Iterator[Row]:
    """Rows of objects, activities, actors and collections."""
    yield from social.finished(_rows(raw, options))


def _rows(raw: bytes, options: SplitOptions) -> Iterator[Row]:
    for value in social.objects(payload.json_value(raw, options), "an object of ActivityStreams"):
        if not _is_ours(value):
            raise ParseError(f"not_this_format: not an object of ActivityStreams: {', '.join(sorted(value)[:5])}")
        yield from _object(value, Frame())


def _is_ours(value: dict[str, Any]) -> bool:
    """By its type: 2.0 writes them in capitals, which other platforms' `type` does not; 1.0 has keys of its own."""
    if any(isinstance(one, str) and one[:1].isupper() and one.lower() in _KNOWN for one in listed(value.get("type"))):
        return True
    if "objectType" in value or "verb" in value:
        return _type(value) in _KNOWN or value.get("objectType") is None
    return "type" not in value and isinstance(value.get("items"), list)


def _object(value: dict[str, Any], frame: Frame) -> Iterator[Row]:
    """Rows of one thing, by its type."""
    kind = _type(value)
    if kind in _VERBS:
        yield from _activity(kind, value, frame)
    elif kind in _ACTORS:
        yield from _actor(value)
    elif kind in _COLLECTIONS or (not kind and isinstance(value.get("items"), list)):
        _count_addresses(value)
        for one in _items(value):
            yield from _object(one, frame)
    elif kind == "tombstone":
        yield from _gone(value, None, frame.at)
    elif kind in _POSTS or not kind:
        yield from _post(kind, value, frame)
    elif kind:
        unmapped.count(f"objects of type {kind}")


def _type(value: dict[str, Any]) -> str:
    """Type of a thing, in lower case: the verb of an activity of 1.0; empty where it has none."""
    types = [one.lower() for one in listed(value.get("type")) if isinstance(one, str)]
    if types:
        return next((one for one in types if one in _KNOWN), types[0])
    object_type = (scalar(value.get("objectType")) or "").lower().rsplit("/", 1)[-1]
    verb = (scalar(value.get("verb")) or "").lower().rsplit("/", 1)[-1]
    return verb if verb and object_type in ("", "activity") else object_type


def _count_addresses(collection: dict[str, Any]) -> None:
    """Counts what a collection only refers to: likes.json and bookmarks.json of an archive are lists of addresses."""
    listing = [*listed(collection.get("items")), *listed(collection.get("orderedItems"))]
    name = (scalar(collection.get("id")) or "").rstrip("/").rsplit("/", 1)[-1].removesuffix(".json")
    known = name if re.fullmatch("[a-z]+", name) else "things"
    unmapped.count(f"{known} (addresses only)", sum(isinstance(one, str) for one in listing))


def _items(collection: dict[str, Any]) -> list[dict[str, Any]]:
    """The things of a collection that are embedded, and not just referred to by address."""
    found = things(collection.get("items")) or things(collection.get("orderedItems"))
    page = collection.get("first")
    return found or (_items(page) if isinstance(page, dict) else [])


# --- parts of things --------------------------------------------------------------------------------------------


def _url(value: Any) -> str | None:
    """The first address of a thing: text, a link, or a list of these."""
    for one in listed(value):
        address = first(one.get("href"), one.get("value"), one.get("url")) if isinstance(one, dict) else scalar(one)
        if address:
            return address
    return None


def _id(value: Any) -> str | None:
    """The id of a thing that is given as an address, an object or a list of these."""
    for one in listed(value):
        found = first(one.get("id"), _url(one.get("url")), one.get("href")) if isinstance(one, dict) else scalar(one)
        if found:
            return found
    return None


def _named(value: dict[str, Any]) -> str | None:
    names = thing(value.get("nameMap"))
    return payload.plain_text(first(value.get("name"), value.get("displayName"), value.get("title"), *names.values()))


def _content(value: dict[str, Any]) -> tuple[str | None, str | None]:
    """The text, and its language where there is only one."""
    by_language = thing(value.get("contentMap"))
    markup = first(value.get("content"), *by_language.values())
    text = payload.plain_text(markup)
    if "quote-inline" in (markup or "") or _quoted(value):  # the author's words alone
        text = social.without_quote(text)
    return text, language(next(iter(by_language))) if len(by_language) == 1 else None


def _total(value: Any) -> str | None:
    return scalar(thing(value).get("totalItems"))


def _media(value: dict[str, Any], kind: str) -> list[str]:
    """Addresses of an object's pictures, videos and sound, each once."""
    found: list[str | None] = [_url(one) for one in listed(value.get("image"))]
    found += [_url(one) for one in listed(value.get("stream"))]
    for one in [*things(value.get("attachment")), *things(value.get("attachments"))]:
        of_type = _POSTS.get(_type(one), "media" if "stream" in one and not _type(one) else "")
        if of_type == "media" and _is_media(one):
            inner = [_url(part) for name in ("stream", "image") for part in listed(one.get(name))]
            found += [address for address in inner if address] or [_url(one.get("url"))]
    if kind == "media":
        links = [link for one in things(value.get("url")) for link in (one, *things(one.get("tag")))]
        files = [
            link for link in links if (scalar(link.get("mediaType")) or "").startswith(("video/", "audio/", "image/"))
        ]
        streams = [link for link in links if link.get("mediaType") == "application/x-mpegURL"]
        found += [_url(link) for link in (files or streams)[:1]]
        if not any(found) and isinstance(value.get("url"), str) and "type" in value:
            found.append(value["url"])
    return distinct(found)


def _is_media(attachment: dict[str, Any]) -> bool:
    """A document is a picture, video or sound unless its media type says otherwise."""
    media_type = first(attachment.get("mediaType"), attachment.get("mimeType"))
    return media_type is None or media_type.startswith(("image/", "video/", "audio/"))


def _tags(value: dict[str, Any]) -> list[dict[str, Any]]:
    return [*things(value.get("tag")), *things(value.get("tags"))]


def _hashtags(value: dict[str, Any]) -> list[str]:
    """Names of hashtags; in 1.0 a tag may have nothing but a name."""
    names = []
    for tag in _tags(value):
        is_bare = not _type(tag) and "verb" not in tag and "url" not in tag and "href" not in tag
        if _type(tag) in ("hashtag", "tag") or is_bare:
            names.append((first(tag.get("name"), tag.get("displayName")) or "").lstrip("#"))
    return distinct(names)


def _is_private(value: dict[str, Any]) -> bool:
    """Whether it has recipients, and they are neither the public nor followers."""
    given = [one for name in ("to", "cc", "bto", "bcc", "audience") for one in listed(value.get(name))]
    addressees = [first(one.get("id"), one.get("alias")) if isinstance(one, dict) else scalar(one) for one in given]
    return bool(addressees) and not any(one and _PUBLIC.search(one) for one in addressees)


# --- objects ----------------------------------------------------------------------------------------------------


def _actor(value: dict[str, Any]) -> Iterator[Row]:
    """A profile."""
    location = value.get("location")
    yield row(
        "profiles",
        profile_id=_id(value),
        handle=first(value.get("preferredUsername"), value.get("username")),
        display_name=_named(value),
        bio=payload.plain_text(first(value.get("summary"), value.get("description"))),
        url=_url(value.get("url")) or _url(value.get("urls")),
        location=_named(location) if isinstance(location, dict) else scalar(location),
        email=scalar(value.get("email")),
        followers_count=_total(value.get("followers")),
        following_count=_total(value.get("following")),
        posts_count=_total(value.get("outbox")),
        is_bot="true" if _type(value) in ("service", "application") else None,
        created_at=scalar(value.get("published")),
    )


def _people(*values: Any) -> Iterator[Row]:
    """Profiles of the embedded actors that have an ID."""
    for value in values:
        for one in things(value):
            if _id(one) and (_type(one) in _ACTORS or not _type(one)) and len(one) > 2:
                yield from _actor(one)


def _author(value: dict[str, Any]) -> Any:
    return next((value[name] for name in ("attributedTo", "author", "authors", "actor") if value.get(name)), None)


def _post(kind: str, value: dict[str, Any], frame: Frame) -> Iterator[Row]:
    """A post, its author, its replies, and its mentions."""
    post_id, author = _id(value), _author(value)
    published, updated = scalar(value.get("published")), scalar(value.get("updated"))
    created_at = dates.earlier(published, first(frame.at, updated))
    actor = _id(author) or (frame.actor if author is None else None)
    parent = _id(value.get("inReplyTo")) or frame.parent
    text, code = _content(value)
    title = _named(value)
    if kind in ("note", "comment") and title is None:
        title = payload.plain_text(scalar(value.get("summary")))
    yield from _people(author)
    yield row(
        "posts",
        post_id=post_id,
        kind=_kind(kind, value, parent),
        profile_id=actor,
        title=title,
        text=text,
        url=first(scalar(value.get("targetUrl")), _url(value.get("url"))),
        media=_media(value, _POSTS.get(kind, "")),
        tags=_hashtags(value),
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
        reactions=_total(value.get("likes")),
        comments=_total(value.get("replies")),
        shares=_total(value.get("shares")),
    )
    if set(metrics[1]) - {"post_id", "observed_at"}:
        yield metrics
    yield from _named_people(value, actor, post_id, created_at)
    yield from _quotes(value, actor, post_id, created_at)
    for reply in _items(thing(value.get("replies"))):
        yield from _object(reply, Frame(parent=post_id))


def _kind(kind: str, value: dict[str, Any], parent: str | None) -> str:
    found = _POSTS.get(kind, "post")
    if kind == "question" and any(name in value for name in ("oneOf", "anyOf", "options")):
        found = "post"  # a poll asks for votes, not for answers
        unmapped.count("polls (their options and votes)")
    if found == "post" and parent:
        found = "comment"
    return "message" if _is_private(value) else found


def _named_people(value: dict[str, Any], actor: str | None, post_id: str | None, at: str | None) -> Iterator[Row]:
    """Mentions, tagged people, and interactions with the post that are among its tags (1.0)."""
    for tag in _tags(value):
        kind, target = _type(tag), _id(tag)
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
        elif kind in _ACTS and ("object" in tag or "author" in tag or "actor" in tag):
            yield from _acts(_ACTS[kind], tag, Frame(at=at))


def _quoted(value: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Address of each quoted post, and what the payload holds of it."""
    quoted: dict[str, dict[str, Any]] = {}
    attached = [*things(value.get("attachment")), *things(value.get("attachments"))]
    linked = [tag for tag in _tags(value) if "activity" in (scalar(tag.get("mediaType")) or "")]
    for one in (*linked, *(one for one in attached if _type(one) in ("note", "comment"))):
        if address := _id(one):
            quoted.setdefault(address, one)
    for name in ("quote", "quoteUrl", "quoteUri", "_misskey_quote"):
        if address := _id(value.get(name)):
            quoted.setdefault(address, thing(value.get(name)))
    return quoted


def _quotes(value: dict[str, Any], actor: str | None, post_id: str | None, at: str | None) -> Iterator[Row]:
    """Posts that this one quotes: by address, by a link among its tags, or as attachments."""
    for address, one in _quoted(value).items():
        author = _author(one)
        if "content" in one:
            yield from _post("note", {**one, "id": address, "name": None}, Frame())  # a link's name is its own
        yield row(
            "interactions",
            interaction_id=f"share:{actor or ''}:{address}:{post_id or ''}",
            actor_profile_id=actor,
            target_profile_id=_id(author),
            post_id=address,
            kind="share",
            created_at=at,
        )


# --- activities -------------------------------------------------------------------------------------------------


def _activity(kind: str, value: dict[str, Any], frame: Frame) -> Iterator[Row]:
    """An activity, and its actors where they are embedded."""
    actor = value.get("actor") or value.get("author") or value.get("attributedTo")
    at = first(value.get("published"), value.get("created"), frame.at, value.get("updated"))
    inner = Frame(_id(actor) or frame.actor, at)
    if kind in _ACTS:
        yield from _acts(_ACTS[kind], value, inner)
        return
    yield from _people(actor)
    if kind in _UNDONE:
        yield from _undone(_UNDONE[kind], value, inner)
    elif kind in ("create", "post", "update"):
        yield from _changed(kind, value, inner)
    elif kind == "delete":
        for one in listed(value.get("object")):
            yield from _gone(one, inner.actor, first(value.get("published"), _signed(value), value.get("updated")))
    elif kind in ("undo", "reject"):
        at = first(value.get("published"), _signed(value), value.get("updated"))
        for one in listed(value.get("object")):
            yield from _undo(one, replace(inner, at=at), is_undo=kind == "undo")
    elif kind == "accept":
        for one in things(value.get("object")):
            if _type(one) == "follow":
                yield from _acts("follow", one, replace(inner, actor=None))
    elif kind in ("add", "tag"):
        yield from _tagged(value, inner)
    elif kind in _READS:
        for one in listed(value.get("object")):
            yield row("content_reads", content_id=_id(one), reader_profile_id=inner.actor, read_at=inner.at)
    else:
        unmapped.count(f"activities of type {kind}")
        yield from _people(*(one for one in things(value.get("object")) if _type(one) in _ACTORS))


def _signed(value: dict[str, Any]) -> str | None:
    """When an activity was signed: servers send deletions without a time of their own."""
    return scalar(thing(value.get("signature")).get("created"))


def _changed(kind: str, value: dict[str, Any], frame: Frame) -> Iterator[Row]:
    """The object of a Create or Update. A mere address has no content."""
    for one in things(value.get("object")):
        of_type = _type(one)
        if of_type == "bookmark" or (not _id(one) and of_type in _POSTS):
            one = {**one, "id": _id(one) or _id(value)}  # in 1.0 the activity has the id
        if kind == "update" and of_type in _POSTS:
            one = {"updated": frame.at, **one}
            frame = replace(frame, at=None) if "published" in one else frame
        yield from _object(one, frame)


def _acts(kind: str, value: dict[str, Any], frame: Frame) -> Iterator[Row]:
    """Likes, shares and follows: one row per object. Activities that a group announces count themselves."""
    actor = value.get("actor") or value.get("author") or value.get("attributedTo")
    objects = listed(value.get("object"))
    at = first(value.get("published"), value.get("created"), frame.at, value.get("updated"))
    if kind == "share" and any(isinstance(one, dict) and _type(one) in _VERBS for one in objects):
        for one in things(objects):
            yield from _object(one, Frame(at=at))
        return
    yield from _people(actor)
    doer = _id(actor) or frame.actor
    for one in objects or [None]:
        target, body = _id(one), thing(one)
        own = first(value.get("id"), _url(value.get("url")))
        key = f"{own}:{target or ''}" if own and len(objects) > 1 else own
        if kind == "follow":
            yield from _people(one)
        elif "content" in body or "name" in body or "displayName" in body:
            yield from _post(_type(body), body, Frame())
        yield row(
            "interactions",
            interaction_id=key or _key(kind, doer, target),
            actor_profile_id=doer,
            target_profile_id=target if kind == "follow" else _id(_author(body)),
            post_id=None if kind == "follow" else target,
            kind=kind,
            created_at=at,
        )


def _key(kind: str, actor: str | None, target: str | None) -> str | None:
    return f"{kind}:{actor or ''}:{target}" if target else None


def _undone(kind: str, value: dict[str, Any], frame: Frame) -> Iterator[Row]:
    """1.0 has verbs of its own for undoing."""
    for one in listed(value.get("object")):
        yield _ended(_key(kind, frame.actor, _id(one)), frame.at)


def _undo(value: Any, frame: Frame, *, is_undo: bool) -> Iterator[Row]:
    """What an Undo or Reject reverts: an activity, or its address."""
    body = thing(value)
    if not body:
        yield _ended(scalar(value), frame.at)
    elif kind := _ACTS.get(_type(body)):
        doer = _id(body.get("actor")) or (frame.actor if is_undo else None)
        for one in listed(body.get("object")) or [None]:
            yield _ended(first(body.get("id")) or _key(kind, doer, _id(one)), frame.at)
    elif is_undo and not _type(body):
        yield _ended(_id(body), frame.at)


def _ended(key: str | None, at: str | None) -> Row:
    return tombstone("interactions", "interaction_id", key, at or WHEN_LANDED)


def _gone(value: Any, actor: str | None, at: str | None) -> Iterator[Row]:
    """A deleted post or profile."""
    body, key = thing(value), _id(value)
    at = first(body.get("deleted"), at) or WHEN_LANDED
    former = (scalar(body.get("formerType")) or "").lower()
    if key == actor or former in _ACTORS or _type(body) in _ACTORS:
        yield tombstone("profiles", "profile_id", key, at)
    else:
        yield tombstone("posts", "post_id", key, at)


def _tagged(value: dict[str, Any], frame: Frame) -> Iterator[Row]:
    """Tags that someone adds to something; other additions (to a featured collection, say) are ignored."""
    target = value.get("target")
    object_id = _id(target)
    of_type = _type(thing(target))
    for one in things(value.get("object")):
        if _type(one) not in ("hashtag", "tag"):
            continue
        tag = (_named(one) or "").lstrip("#")
        kind = _OBJECT_KINDS.get(of_type, "post" if of_type in _POSTS else "page")
        yield row(
            "taggings",
            tagging_id=f"{first(value.get('id'), frame.actor) or ''}:{object_id or ''}:{tag}",
            tagger_profile_id=frame.actor,
            object_kind=kind,
            object_id=object_id,
            tag=tag or None,
            created_at=frame.at,
        )
