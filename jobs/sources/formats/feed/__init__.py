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

from collections.abc import Iterator
from typing import BinaryIO

from jobs.sources import dates
from jobs.sources.base import DEFAULTS, WHEN_LANDED, ParseError, Record, SplitOptions
from jobs.sources.formats.feed import atom, json_feed, rss
from jobs.sources.formats.feed.elements import ATOM, ATOM_03, RSS, TOMBSTONE
from jobs.sources.social import Rows, finished
from jobs.sources.splitting import json_split, xml_split

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

_HEAD_BYTES = 16_384
_UNKNOWN_FEED = '{"version": "https://jsonfeed.org/version/1"}'


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
        yield from finished(json_feed.of_document(raw, context, options))
        return
    element, ancestors = xml_split.read_named(raw, context, options)
    ns, _, name = element.tag.rpartition("}")
    ns += "}" if ns else ""
    if name == "item" and ns in RSS:
        yield from finished(rss.of_item(element, rss.channel_of(ancestors, ns), ns))
    elif name == "entry" and ns in (ATOM, ATOM_03):
        yield from finished(atom.of_entry(element, atom.channel_of(ancestors[0] if ancestors else None, ns), ns))
    elif element.tag == f"{TOMBSTONE}deleted-entry":
        yield "posts", {"post_id": element.get("ref"), "deleted_at": dates.text(element.get("when")) or WHEN_LANDED}
    else:
        raise ParseError(f"not_this_format: expected an item of RSS or an entry of Atom, found {element.tag[:100]}")
