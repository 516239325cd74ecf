"""Entries and feeds of Atom, also entries that are activities."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import tostring

from jobs.sources import dates, payload
from jobs.sources.base import ParseError
from jobs.sources.formats.feed.elements import (
    ACTIVITY,
    DC,
    XML,
    address_of,
    is_medium,
    media_of,
    of_counts,
    parent_of,
    text_of,
)
from jobs.sources.formats.feed.posts import Channel, Person, of_post
from jobs.sources.loose import language
from jobs.sources.social import Rows, interaction

_VERBS = {"favorite": "reaction", "like": "reaction", "share": "share", "follow": "follow"}
_TO_ALL = "http://activityschema.org/collection/"


def channel_of(feed: Element | None, ns: str) -> Channel:
    if feed is None:
        return Channel({})
    base = feed.get(f"{XML}base")
    home = _link(feed, ns, base)
    title = _construct(feed.find(f"{ns}title"))
    row = {
        "profile_id": home or text_of(feed, f"{ns}id") or title,
        "display_name": title,
        "bio": _construct(feed.find(f"{ns}subtitle")) or _construct(feed.find(f"{ns}tagline")),
        "url": home,
        "language": language(feed.get(f"{XML}lang")),
    }
    channel = Channel(row, built_at=dates.text(text_of(feed, f"{ns}updated", f"{ns}modified")), base=base)
    return Channel(row, tuple(_people(feed, channel, ns)), channel.built_at, base)


def of_entry(entry: Element, channel: Channel, ns: str) -> Rows:
    base = entry.get(f"{XML}base") or channel.base
    content = entry.find(f"{ns}content")
    source = content.get("src") if content is not None else None
    written = (f"{ns}published", f"{ns}issued", f"{ns}created", f"{DC}date", f"{ns}pubDate")
    created_at = dates.text(text_of(entry, *written, f"{ns}updated", f"{ns}modified"))
    links = entry.findall(f"{ns}link")
    post = {
        "post_id": text_of(entry, f"{ns}id"),
        "title": _construct(entry.find(f"{ns}title")),
        "text": _construct(content) or _construct(entry.find(f"{ns}summary")),
        "url": _link(entry, ns, base),
        "media": [
            *(urljoin(base or "", address_of(link, "href") or "") for link in links if link.get("rel") == "enclosure"),
            *([urljoin(base or "", source)] if content is not None and source and is_medium(content) else []),
            *media_of(entry),
        ],
        "tags": [each.get("term") or each.get("label") for each in entry.findall(f"{ns}category")],
        "language": language(entry.get(f"{XML}lang")) or channel.row.get("language"),
        "created_at": created_at,
        "edited_at": dates.later(dates.text(text_of(entry, f"{ns}updated", f"{ns}modified")), created_at),
        "parent_post_id": parent_of(entry),
    }
    people = list(_people(entry, channel, ns)) or list(channel.authors)
    actor = people[0].profile_id if people else channel.site
    verb = (text_of(entry, f"{ACTIVITY}verb") or "post").rsplit("/", 1)[-1]
    if verb in _VERBS:
        yield from _act(entry, _VERBS[verb], actor, post, ns)
        yield from (("profiles", person.row()) for person in people)
        return
    yield from of_post(post, people, channel)
    yield from of_counts(entry, post, channel)
    for link in links:
        whom = link.get("href") or ""
        if link.get("rel") == "mentioned" and whom != actor and not whom.startswith(_TO_ALL):
            yield from interaction("mention", actor, whom, post["post_id"], created_at)


def _act(entry: Element, kind: str, actor: str | None, post: dict[str, Any], ns: str) -> Rows:
    """An entry that is an activity and not a text: its object is the target."""
    upon = entry.find(f"{ACTIVITY}object")
    if upon is None:
        raise ParseError("not_this_format: an activity without an object")
    id_ = text_of(upon, f"{ns}id")
    author = text_of(upon, f"{ns}author/{ns}uri")
    target, post_id = (id_, None) if kind == "follow" else (author, id_)
    yield from interaction(kind, actor, target, post_id, post["created_at"], post["post_id"])


def _people(element: Element, channel: Channel, ns: str) -> Iterator[Person]:
    for author in element.findall(f"{ns}author"):
        name, url, email = (text_of(author, f"{ns}{each}") for each in ("name", "uri", "email"))
        if person := channel.person(name, url or text_of(author, f"{ns}url"), email):
            yield person


def _link(element: Element, ns: str, base: str | None) -> str | None:
    """The page that an entry or a feed is about; HTML where there are several."""
    links = [link for link in element.findall(f"{ns}link") if link.get("rel", "alternate") == "alternate"]
    links.sort(key=lambda link: link.get("type", "text/html") != "text/html")
    href = links[0].get("href") if links else None
    return urljoin(base or "", href.strip()) if href else None


def _construct(element: Element | None) -> str | None:
    """Plain text of an Atom text construct or content."""
    if element is None:
        return None
    kind = element.get("type", "text").lower()
    if kind in ("xhtml", "application/xhtml+xml") or element.get("mode") == "xml":
        for part in element.iter():
            part.tag = part.tag.rpartition("}")[2]
        return payload.plain_text(tostring(element, encoding="unicode", method="html"))
    text = "".join(element.itertext()).strip()
    if kind in ("html", "text/html") or element.get("mode") == "escaped":
        return payload.plain_text(text)
    return (text or None) if kind in ("text", "text/plain") or kind.endswith(("xml", "json")) else None
