"""Elements of XML: their namespaces, and what is read of an item of RSS and of an entry of Atom alike."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from xml.etree.ElementTree import Element

from jobs.sources.formats.feed.posts import Channel, is_media_type
from jobs.sources.loose import first
from jobs.sources.social import Rows, measured
from jobs.sources.splitting.xml_split import namespace

ATOM = namespace("http://www.w3.org/2005/Atom")
ATOM_03 = namespace("http://purl.org/atom/ns#")
RDF = namespace("http://www.w3.org/1999/02/22-rdf-syntax-ns#")
_RSS_1 = (namespace("http://purl.org/rss/1.0/"), namespace("http://my.netscape.com/rdf/simple/0.9/"))
RSS = ("", *_RSS_1, namespace("http://backend.userland.com/rss2"))
CONTENT = namespace("http://purl.org/rss/1.0/modules/content/")
DC = namespace("http://purl.org/dc/elements/1.1/")
DCTERMS = namespace("http://purl.org/dc/terms/")
ITUNES = namespace("http://www.itunes.com/dtds/podcast-1.0.dtd")
_MEDIA = namespace("http://search.yahoo.com/mrss/")
_SLASH = namespace("http://purl.org/rss/1.0/modules/slash/")
_THREAD = namespace("http://purl.org/syndication/thread/1.0")
TOMBSTONE = namespace("http://purl.org/atompub/tombstones/1.0")
ACTIVITY = namespace("http://activitystrea.ms/spec/1.0/")
XML = namespace("http://www.w3.org/XML/1998/namespace")


def text_of(element: Element, *paths: str) -> str | None:
    """Text of the first of these children that has any."""
    for path in paths:
        for found in element.findall(path):
            if text := "".join(found.itertext()).strip():
                return text
    return None


def texts_of(element: Element, path: str) -> Iterable[str]:
    return ("".join(found.itertext()).strip() for found in element.findall(path))


def parent_of(item: Element) -> str | None:
    reply = item.find(f"{_THREAD}in-reply-to")
    return None if reply is None else first(reply.get("ref"), reply.get("href"))


def media_of(item: Element) -> list[str | None]:
    """Addresses of Media RSS; a thumbnail only where there is nothing else."""
    found = [each.get("url") for each in item.iter(f"{_MEDIA}content") if is_medium(each)]
    has_other = any(found) or item.find("enclosure") is not None
    return found if has_other else [each.get("url") for each in item.iter(f"{_MEDIA}thumbnail")]


def address_of(element: Element, attribute: str) -> str | None:
    return element.get(attribute) if is_medium(element) else None


def is_medium(element: Element) -> bool:
    medium = element.get("medium")
    return medium in ("image", "video", "audio") if medium else is_media_type(element.get("type", ""))


def of_counts(item: Element, post: dict[str, Any], channel: Channel) -> Rows:
    counts = [link.get(f"{_THREAD}count") for link in item.iter(f"{ATOM}link") if link.get("rel") == "replies"]
    views = [each.get("views") for each in item.iter(f"{_MEDIA}statistics")]
    observed_at = channel.built_at or post["edited_at"] or post["created_at"]
    comments = first(text_of(item, f"{_SLASH}comments", f"{_THREAD}total"), *counts)
    yield from measured("post_metrics", "post_id", post["post_id"], observed_at, comments=comments, views=first(*views))
