"""Feeds: RSS 2.0 (and 0.9x), RSS 1.0, Atom 1.0, JSON Feed 1.0 and 1.1. Each item is a record, its context the channel.

| RSS | Atom | JSON Feed | here |
|---|---|---|---|
| guid, else link, else a hash of title, text and date; RSS 1.0: rdf:about | id | id, else url | post_id |
| title | title | title | title |
| content:encoded, else description | content, else summary | content_text, content_html, summary | text |
| link, else a guid that is an address | link rel=alternate | url, else external_url | url |
| dc:creator, author, itunes:author, else channel | author, else the feed's | authors, else the feed's | profile_id |
| category, dc:subject | category | tags | tags |
| enclosure, media:content, media:thumbnail | the same, link rel=enclosure | image, banner_image, attachments | media |
| pubDate, else dc:date | published, else updated | date_published | created_at |
| dcterms:modified, atom:updated | updated | date_modified | edited_at, where it is later than created_at |
| thr:in-reply-to | thr:in-reply-to | | parent_post_id; the post is then a comment, else an article |
| slash:comments, thr:total | thr:total, link rel=replies thr:count | | post_metrics.comments |
| media:statistics views | the same | | post_metrics.views |
| | at:deleted-entry | | deleted_at |
| | link rel=mentioned; activity:verb favorite, like, share, follow | | interactions |

The channel is a profile: its home page is profile_id, its title display_name, its description bio. The ID of an author is
its uri, else `<home page>#<name>`: a name is unique only within its own site. observed_at is the time when the feed was
built (lastBuildDate, pubDate; updated), else when the item was last changed. Not reported: impressions, reach, clicks,
reactions, shares, saves, followers.

A post needs a date. Where a feed has none, conf can use the time of landing: `tables: posts: columns:
{created_at: "coalesce(created_at, cast(_landed_at as string))"}`. IDs are the feed's own: feeds with IDs like 17 need a
channel each. A feed without items produces no row.

Entries of a competitor's feed become releases where conf has `tables: competitor_releases: {from: posts, …}`.

Source: rssboard.org/rss-specification, web.resource.org/rss/1.0, RFC 4287, RFC 4685 (threads), RFC 6721 (deletions),
jsonfeed.org/version/1.1, activitystrea.ms (Atom Activity Streams 1.0), rssboard.org/media-rss.
"""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO
from urllib.parse import urljoin
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import tostring

from jobs.sources import dates, payload
from jobs.sources.base import DEFAULTS, WHEN_LANDED, ParseError, Record, SplitOptions
from jobs.sources.loose import distinct, first, language, listed, things
from jobs.sources.social import Rows, finished, interaction, measured
from jobs.sources.splitting import json_split, xml_split
from jobs.sources.splitting.xml_split import namespace

tables = {
    "profiles": ("profile_id", "display_name", "bio", "url", "language", "email"),
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
    "post_metrics": ("post_id", "observed_at", "comments", "views"),
    "interactions": ("interaction_id", "kind", "actor_profile_id", "target_profile_id", "post_id", "created_at"),
}
lands_deletions = True

ATOM = namespace("http://www.w3.org/2005/Atom")
_ATOM_03 = namespace("http://purl.org/atom/ns#")
_RDF = namespace("http://www.w3.org/1999/02/22-rdf-syntax-ns#")
_RSS_1 = (namespace("http://purl.org/rss/1.0/"), namespace("http://my.netscape.com/rdf/simple/0.9/"))
_RSS = ("", *_RSS_1, namespace("http://backend.userland.com/rss2"))
_CONTENT = namespace("http://purl.org/rss/1.0/modules/content/")
_DC = namespace("http://purl.org/dc/elements/1.1/")
_DCTERMS = namespace("http://purl.org/dc/terms/")
_ITUNES = namespace("http://www.itunes.com/dtds/podcast-1.0.dtd")
_MEDIA = namespace("http://search.yahoo.com/mrss/")
_SLASH = namespace("http://purl.org/rss/1.0/modules/slash/")
_THREAD = namespace("http://purl.org/syndication/thread/1.0")
_TOMBSTONE = namespace("http://purl.org/atompub/tombstones/1.0")
_ACTIVITY = namespace("http://activitystrea.ms/spec/1.0/")
_XML = namespace("http://www.w3.org/XML/1998/namespace")

_HEAD_BYTES = 16_384
_UNKNOWN_FEED = '{"version": "https://jsonfeed.org/version/1"}'
_VERBS = {"favorite": "reaction", "like": "reaction", "share": "share", "follow": "follow"}
_TO_ALL = "http://activityschema.org/collection/"
_MAIL = re.compile(r"(?<![^\s<>()])([^\s<>()][^\s<>()@]*+@[^\s<>()]++)")  # tried at the beginning of a word
_INLINE_TAG = re.compile(
    r"</?(?:a|abbr|b|big|br|cite|code|del|em|font|i|img|ins|mark|p|q|s|small|span|strike|strong|sub|sup|tt|u)\b[^<>]*>",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class _Person:
    """The author of an item, or the channel itself."""

    profile_id: str | None = None
    name: str | None = None
    url: str | None = None
    email: str | None = None

    def row(self) -> dict[str, Any]:
        return {"profile_id": self.profile_id, "display_name": self.name, "url": self.url, "email": self.email}


@dataclass(frozen=True)
class _Channel:
    """The channel of an item's feed."""

    row: dict[str, Any]
    authors: tuple[_Person, ...] = ()
    built_at: str | None = None
    base: str | None = None

    @property
    def site(self) -> str | None:
        return self.row.get("profile_id")

    def person(self, name: str | None, url: str | None = None, email: str | None = None) -> _Person | None:
        """An author, by name within this site where there is no other identification."""
        label = name or (email.split("@")[0] if email else None)
        if not (url or label):
            return None
        within = f"{self.site}#{label}" if self.site else label
        return _Person(url or within, name, url, email)


def split(stream: BinaryIO, options: SplitOptions) -> Iterator[Record]:
    """One record per item or entry. Its context is the feed without the others."""
    opening = stream.read(4096).removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    stream.seek(0)
    if opening not in (b"{", b"["):
        names, roots = ("item", "entry", "deleted-entry"), ("rss", "RDF", "feed")
        yield from xml_split.split_xml(stream, options, names, roots, head_bytes=_HEAD_BYTES)
        return
    document = stream.read().removeprefix(b"\xef\xbb\xbf")
    found = json_split.elements_at(document, ("items",), options)
    if found is None:
        yield Record(1, document[: options.record_bytes + 1])
        return
    items, envelope = found
    context = envelope.decode(errors="replace") if len(envelope) <= _HEAD_BYTES else _UNKNOWN_FEED
    for number, raw in enumerate(items, 1):
        yield Record(number, raw[: options.record_bytes + 1], context)


def parse(raw: bytes, context: str | None, options: SplitOptions = DEFAULTS) -> Rows:
    """Rows of one item: its post, the profiles of its author and channel, its metrics and mentions."""
    if (context or raw.removeprefix(b"\xef\xbb\xbf").lstrip()[:1].decode("latin-1")).startswith(("{", "[")):
        yield from finished(_of_json(raw, context, options))
        return
    element, ancestors = xml_split.read_named(raw, context, options)
    ns, _, name = element.tag.rpartition("}")
    ns += "}" if ns else ""
    if name == "item" and ns in _RSS:
        yield from finished(_of_rss(element, _rss_channel(ancestors, ns), ns))
    elif name == "entry" and ns in (ATOM, _ATOM_03):
        yield from finished(_of_atom(element, _atom_channel(ancestors[0] if ancestors else None, ns), ns))
    elif element.tag == f"{_TOMBSTONE}deleted-entry":
        yield "posts", {"post_id": element.get("ref"), "deleted_at": dates.text(element.get("when")) or WHEN_LANDED}
    else:
        raise ParseError(f"not_this_format: expected an item of RSS or an entry of Atom, found {element.tag[:100]}")


# --- RSS ------------------------------------------------------------------------------------------------------


def _rss_channel(ancestors: list[Element], ns: str) -> _Channel:
    channel: Element | None = None
    if ancestors:
        channel = ancestors[0].find(f"{ns}channel")
    if channel is None:
        return _Channel({})
    own = [link.get("href") for link in channel.findall(f"{ATOM}link") if link.get("rel") == "self"]
    title = _title(channel, f"{ns}title")
    home = _text(channel, f"{ns}link")
    row = {
        "profile_id": home or first(*own) or title,
        "display_name": title,
        "bio": payload.plain_text(_text(channel, f"{ns}description")),
        "url": home,
        "language": language(_text(channel, f"{ns}language", f"{_DC}language")),
    }
    built_at = dates.text(_text(channel, f"{ns}lastBuildDate", f"{ns}pubDate", f"{_DC}date"))
    return _Channel(row, built_at=built_at)


def _of_rss(item: Element, channel: _Channel, ns: str) -> Rows:
    title = _title(item, f"{ns}title")
    text = payload.plain_text(_text(item, f"{_CONTENT}encoded", f"{ns}description"))
    created_at = dates.text(_text(item, f"{ns}pubDate", f"{_DC}date", f"{ATOM}published"))
    guid = item.find(f"{ns}guid")
    guid_text = _text(item, f"{ns}guid") or item.get(f"{_RDF}about")
    is_address = guid_text is not None and guid_text.startswith(("http://", "https://"))
    if guid is not None and guid.get("isPermaLink", "true").strip().lower() == "false":
        is_address = False
    url = _text(item, f"{ns}link") or (guid_text if is_address else None)
    author, creator = _text(item, f"{ns}author") or "", _text(item, f"{_DC}creator")
    email = _MAIL.search(author)
    name = " ".join(_MAIL.sub("", author).replace("()", "").strip(" ()<>\"'\t\n").split())
    person = channel.person(
        creator or name or _text(item, f"{_ITUNES}author", f"{ATOM}author/{ATOM}name"),
        _text(item, f"{ATOM}author/{ATOM}uri"),
        email[1] if email else None,
    )
    post = {
        "post_id": guid_text or url or _hash(title, text, created_at),
        "title": title,
        "text": text,
        "url": url,
        "media": [*(_address(each, "url") for each in item.findall(f"{ns}enclosure")), *_media(item)],
        "tags": [*_texts(item, f"{ns}category"), *_texts(item, f"{_DC}subject")],
        "language": language(_text(item, f"{_DC}language")) or channel.row.get("language"),
        "created_at": created_at,
        "edited_at": dates.later(dates.text(_text(item, f"{_DCTERMS}modified", f"{ATOM}updated")), created_at),
        "parent_post_id": _parent(item),
    }
    yield from _post(post, [person] if person else [], channel)
    yield from _measured(item, post, channel)


# --- Atom -----------------------------------------------------------------------------------------------------


def _atom_channel(feed: Element | None, ns: str) -> _Channel:
    if feed is None:
        return _Channel({})
    base = feed.get(f"{_XML}base")
    home = _link(feed, ns, base)
    title = _construct(feed.find(f"{ns}title"))
    row = {
        "profile_id": home or _text(feed, f"{ns}id") or title,
        "display_name": title,
        "bio": _construct(feed.find(f"{ns}subtitle")) or _construct(feed.find(f"{ns}tagline")),
        "url": home,
        "language": language(feed.get(f"{_XML}lang")),
    }
    channel = _Channel(row, built_at=dates.text(_text(feed, f"{ns}updated", f"{ns}modified")), base=base)
    return _Channel(row, tuple(_people(feed, channel, ns)), channel.built_at, base)


def _of_atom(entry: Element, channel: _Channel, ns: str) -> Rows:
    base = entry.get(f"{_XML}base") or channel.base
    content = entry.find(f"{ns}content")
    source = content.get("src") if content is not None else None
    written = (f"{ns}published", f"{ns}issued", f"{ns}created", f"{_DC}date", f"{ns}pubDate")
    created_at = dates.text(_text(entry, *written, f"{ns}updated", f"{ns}modified"))
    links = entry.findall(f"{ns}link")
    post = {
        "post_id": _text(entry, f"{ns}id"),
        "title": _construct(entry.find(f"{ns}title")),
        "text": _construct(content) or _construct(entry.find(f"{ns}summary")),
        "url": _link(entry, ns, base),
        "media": [
            *(urljoin(base or "", _address(link, "href") or "") for link in links if link.get("rel") == "enclosure"),
            *([urljoin(base or "", source)] if content is not None and source and _is_medium(content) else []),
            *_media(entry),
        ],
        "tags": [each.get("term") or each.get("label") for each in entry.findall(f"{ns}category")],
        "language": language(entry.get(f"{_XML}lang")) or channel.row.get("language"),
        "created_at": created_at,
        "edited_at": dates.later(dates.text(_text(entry, f"{ns}updated", f"{ns}modified")), created_at),
        "parent_post_id": _parent(entry),
    }
    people = list(_people(entry, channel, ns)) or list(channel.authors)
    actor = people[0].profile_id if people else channel.site
    verb = (_text(entry, f"{_ACTIVITY}verb") or "post").rsplit("/", 1)[-1]
    if verb in _VERBS:
        yield from _act(entry, _VERBS[verb], actor, post, ns)
        yield from (("profiles", person.row()) for person in people)
        return
    yield from _post(post, people, channel)
    yield from _measured(entry, post, channel)
    for link in links:
        whom = link.get("href") or ""
        if link.get("rel") == "mentioned" and whom != actor and not whom.startswith(_TO_ALL):
            yield from interaction("mention", actor, whom, post["post_id"], created_at)


def _act(entry: Element, kind: str, actor: str | None, post: dict[str, Any], ns: str) -> Rows:
    """An entry that is an activity and not a text: its object is the target."""
    upon = entry.find(f"{_ACTIVITY}object")
    if upon is None:
        raise ParseError("not_this_format: an activity without an object")
    id_ = _text(upon, f"{ns}id")
    author = _text(upon, f"{ns}author/{ns}uri")
    target, post_id = (id_, None) if kind == "follow" else (author, id_)
    yield from interaction(kind, actor, target, post_id, post["created_at"], post["post_id"])


def _people(element: Element, channel: _Channel, ns: str) -> Iterator[_Person]:
    for author in element.findall(f"{ns}author"):
        name, url, email = (_text(author, f"{ns}{each}") for each in ("name", "uri", "email"))
        if person := channel.person(name, url or _text(author, f"{ns}url"), email):
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


# --- JSON Feed ------------------------------------------------------------------------------------------------


def _of_json(raw: bytes, context: str | None, options: SplitOptions) -> Rows:
    item = payload.json_object(raw, options)
    if context is None:
        feed, items = item, item.get("items")
    else:
        feed, items = payload.json_object(context.encode(), options), [item]
    if not isinstance(items, list) or "jsonfeed.org" not in str(feed.get("version")):
        raise ParseError("not_this_format: not a JSON Feed: version does not name jsonfeed.org, or items are missing")
    channel = _json_channel(feed)
    for each in items:
        if not isinstance(each, dict):
            raise ParseError(f"not_this_format: expected an item, found {type(each).__name__}")
        yield from _json_item(each, channel)


def _json_channel(feed: dict[str, Any]) -> _Channel:
    home = first(feed.get("home_page_url"))
    row = {
        "profile_id": first(home, feed.get("feed_url"), feed.get("title")),
        "display_name": first(feed.get("title")),
        "bio": first(feed.get("description")),
        "url": home,
        "language": language(feed.get("language")),
    }
    return _Channel(row, tuple(_json_people(feed, _Channel(row))))


def _json_people(value: dict[str, Any], channel: _Channel) -> Iterator[_Person]:
    for author in things(value.get("authors")) or things(value.get("author")):
        if person := channel.person(first(author.get("name")), first(author.get("url"))):
            yield person


def _json_item(item: dict[str, Any], channel: _Channel) -> Rows:
    url = first(item.get("url"), item.get("external_url"))
    created_at = dates.text(first(item.get("date_published")))
    attachments = things(item.get("attachments"))
    title = first(item.get("title"))
    markup = payload.plain_text(first(*listed(item.get("content_html"))))
    text = first(*listed(item.get("content_text"))) or markup or first(item.get("summary"))
    post = {
        "post_id": first(item.get("id"), url) or _hash(title, text, created_at),
        "title": title,
        "text": text,
        "url": url,
        "media": [
            item.get("image"),
            item.get("banner_image"),
            *(each.get("url") for each in attachments if _is_media_type(first(each.get("mime_type")) or "")),
        ],
        "tags": item.get("tags"),
        "language": language(item.get("language")) or channel.row.get("language"),
        "created_at": created_at,
        "edited_at": dates.later(dates.text(first(item.get("date_modified"))), created_at),
        "parent_post_id": None,
    }
    yield from _post(post, list(_json_people(item, channel)) or list(channel.authors), channel)


# --- common to all --------------------------------------------------------------------------------------------


def _post(post: dict[str, Any], people: list[_Person], channel: _Channel) -> Rows:
    """The post, its writers (the first is its author), and the channel."""
    parent = post["parent_post_id"]
    media = distinct([address for address in post["media"] if address])
    yield (
        "posts",
        post
        | {
            "kind": "comment" if parent else "article",
            "profile_id": people[0].profile_id if people else channel.site,
            "media": media,
            "root_post_id": None if parent else post["post_id"],
        },
    )
    yield from (("profiles", person.row()) for person in people)
    if channel.site:
        yield "profiles", channel.row


def _measured(item: Element, post: dict[str, Any], channel: _Channel) -> Rows:
    counts = [link.get(f"{_THREAD}count") for link in item.iter(f"{ATOM}link") if link.get("rel") == "replies"]
    views = [each.get("views") for each in item.iter(f"{_MEDIA}statistics")]
    observed_at = channel.built_at or post["edited_at"] or post["created_at"]
    comments = first(_text(item, f"{_SLASH}comments", f"{_THREAD}total"), *counts)
    yield from measured("post_metrics", "post_id", post["post_id"], observed_at, comments=comments, views=first(*views))


def _parent(item: Element) -> str | None:
    reply = item.find(f"{_THREAD}in-reply-to")
    return None if reply is None else first(reply.get("ref"), reply.get("href"))


def _media(item: Element) -> list[str | None]:
    """Addresses of Media RSS; a thumbnail only where there is nothing else."""
    found = [each.get("url") for each in item.iter(f"{_MEDIA}content") if _is_medium(each)]
    has_other = any(found) or item.find("enclosure") is not None
    return found if has_other else [each.get("url") for each in item.iter(f"{_MEDIA}thumbnail")]


def _address(element: Element, attribute: str) -> str | None:
    return element.get(attribute) if _is_medium(element) else None


def _is_medium(element: Element) -> bool:
    medium = element.get("medium")
    return medium in ("image", "video", "audio") if medium else _is_media_type(element.get("type", ""))


def _is_media_type(type_: str) -> bool:
    """Whether it is an image, video or audio, according to its type."""
    known = ("image/", "video/", "audio/", "application/ogg", "application/x-mpegurl", "application/vnd.apple.mpegurl")
    return not type_ or type_.strip().lower().startswith((*known, "application/x-shockwave-flash"))


def _text(element: Element, *paths: str) -> str | None:
    """Text of the first of these children that has any."""
    for path in paths:
        for found in element.findall(path):
            if text := "".join(found.itertext()).strip():
                return text
    return None


def _texts(element: Element, path: str) -> Iterable[str]:
    return ("".join(found.itertext()).strip() for found in element.findall(path))


def _title(element: Element, path: str) -> str | None:
    """RSS does not define whether a title is markup: entities are resolved, inline tags removed, List<String> is kept."""
    text = html.unescape(_INLINE_TAG.sub("", _text(element, path) or ""))
    return " ".join(text.split()) or None


def _hash(*parts: str | None) -> str | None:
    if not any(parts):
        return None
    return "sha256:" + hashlib.sha256("\0".join(part or "" for part in parts).encode()).hexdigest()[:32]
