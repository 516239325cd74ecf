"""What is read of a thing: addresses, names, text, media, tags, whom it is for, what it quotes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from jobs.sources import payload, social
from jobs.sources.formats.activitystreams.vocabulary import POSTS, type_of
from jobs.sources.loose import distinct, first, language, listed, scalar, thing, things

_PUBLIC = re.compile(r"(^as:|^|activitystreams#)public$|/followers$|/followers/|^@(public|unlisted|followers)$", re.I)


@dataclass(frozen=True)
class Frame:
    """Defaults that an object takes from the activity or object around it."""

    actor: str | None = None
    at: str | None = None
    parent: str | None = None


def url_of(value: Any) -> str | None:
    """The first address of a thing: text, a link, or a list of these."""
    for one in listed(value):
        address = first(one.get("href"), one.get("value"), one.get("url")) if isinstance(one, dict) else scalar(one)
        if address:
            return address
    return None


def id_of(value: Any) -> str | None:
    """The id of a thing that is given as an address, an object or a list of these."""
    for one in listed(value):
        found = first(one.get("id"), url_of(one.get("url")), one.get("href")) if isinstance(one, dict) else scalar(one)
        if found:
            return found
    return None


def key_of(kind: str, actor: str | None, target: str | None) -> str | None:
    """The ID of an interaction that has none."""
    return f"{kind}:{actor or ''}:{target}" if target else None


def name_of(value: dict[str, Any]) -> str | None:
    names = thing(value.get("nameMap"))
    return payload.plain_text(first(value.get("name"), value.get("displayName"), value.get("title"), *names.values()))


def author_of(value: dict[str, Any]) -> Any:
    return next((value[name] for name in ("attributedTo", "author", "authors", "actor") if value.get(name)), None)


def content_of(value: dict[str, Any]) -> tuple[str | None, str | None]:
    """The text, and its language where there is only one."""
    by_language = thing(value.get("contentMap"))
    markup = first(value.get("content"), *by_language.values())
    text = payload.plain_text(markup)
    if "quote-inline" in (markup or "") or quoted_by(value):  # the author's words alone
        text = social.without_quote(text)
    return text, language(next(iter(by_language))) if len(by_language) == 1 else None


def total_of(value: Any) -> str | None:
    return scalar(thing(value).get("totalItems"))


def items_of(collection: dict[str, Any]) -> list[dict[str, Any]]:
    """The things of a collection that are embedded, and not just referred to by address."""
    found = things(collection.get("items")) or things(collection.get("orderedItems"))
    page = collection.get("first")
    return found or (items_of(page) if isinstance(page, dict) else [])


def media_of(value: dict[str, Any], kind: str) -> list[str]:
    """Addresses of an object's pictures, videos and sound, each once."""
    found: list[str | None] = [url_of(one) for one in listed(value.get("image"))]
    found += [url_of(one) for one in listed(value.get("stream"))]
    for one in [*things(value.get("attachment")), *things(value.get("attachments"))]:
        of_type = POSTS.get(type_of(one), "media" if "stream" in one and not type_of(one) else "")
        if of_type == "media" and _is_media(one):
            inner = [url_of(part) for name in ("stream", "image") for part in listed(one.get(name))]
            found += [address for address in inner if address] or [url_of(one.get("url"))]
    if kind == "media":
        links = [link for one in things(value.get("url")) for link in (one, *things(one.get("tag")))]
        files = [
            link for link in links if (scalar(link.get("mediaType")) or "").startswith(("video/", "audio/", "image/"))
        ]
        streams = [link for link in links if link.get("mediaType") == "application/x-mpegURL"]
        found += [url_of(link) for link in (files or streams)[:1]]
        if not any(found) and isinstance(value.get("url"), str) and "type" in value:
            found.append(value["url"])
    return distinct(found)


def _is_media(attachment: dict[str, Any]) -> bool:
    """A document is a picture, video or sound unless its media type says otherwise."""
    media_type = first(attachment.get("mediaType"), attachment.get("mimeType"))
    return media_type is None or media_type.startswith(("image/", "video/", "audio/"))


def tags_of(value: dict[str, Any]) -> list[dict[str, Any]]:
    return [*things(value.get("tag")), *things(value.get("tags"))]


def hashtags_of(value: dict[str, Any]) -> list[str]:
    """Names of hashtags; in 1.0 a tag may have nothing but a name."""
    names = []
    for tag in tags_of(value):
        is_bare = not type_of(tag) and "verb" not in tag and "url" not in tag and "href" not in tag
        if type_of(tag) in ("hashtag", "tag") or is_bare:
            names.append((first(tag.get("name"), tag.get("displayName")) or "").lstrip("#"))
    return distinct(names)


def quoted_by(value: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Address of each quoted post, and what the payload holds of it."""
    quoted: dict[str, dict[str, Any]] = {}
    attached = [*things(value.get("attachment")), *things(value.get("attachments"))]
    linked = [tag for tag in tags_of(value) if "activity" in (scalar(tag.get("mediaType")) or "")]
    for one in (*linked, *(one for one in attached if type_of(one) in ("note", "comment"))):
        if address := id_of(one):
            quoted.setdefault(address, one)
    for name in ("quote", "quoteUrl", "quoteUri", "_misskey_quote"):
        if address := id_of(value.get(name)):
            quoted.setdefault(address, thing(value.get(name)))
    return quoted


def is_private(value: dict[str, Any]) -> bool:
    """Whether it has recipients, and they are neither the public nor followers."""
    given = [one for name in ("to", "cc", "bto", "bcc", "audience") for one in listed(value.get(name))]
    addressees = [first(one.get("id"), one.get("alias")) if isinstance(one, dict) else scalar(one) for one in given]
    return bool(addressees) and not any(one and _PUBLIC.search(one) for one in addressees)
