"""Items and channels of RSS 2.0, 1.0 and 0.9x."""

from __future__ import annotations

import html
import re
from xml.etree.ElementTree import Element

from jobs.sources import dates, payload
from jobs.sources.formats.feed.elements import (
    ATOM,
    CONTENT,
    DC,
    DCTERMS,
    ITUNES,
    RDF,
    address_of,
    media_of,
    of_counts,
    parent_of,
    text_of,
    texts_of,
)
from jobs.sources.formats.feed.posts import Channel, hash_of, of_post
from jobs.sources.loose import first, language
from jobs.sources.social import Rows

_MAIL = re.compile(r"(?<![^\s<>()])([^\s<>()][^\s<>()@]*+@[^\s<>()]++)")  # tried at the beginning of a word
_INLINE_TAG = re.compile(
    r"</?(?:a|abbr|b|big|br|cite|code|del|em|font|i|img|ins|mark|p|q|s|small|span|strike|strong|sub|sup|tt|u)\b[^<>]*>",
    re.IGNORECASE,
)


def channel_of(ancestors: list[Element], ns: str) -> Channel:
    channel: Element | None = None
    if ancestors:
        channel = ancestors[0].find(f"{ns}channel")
    if channel is None:
        return Channel({})
    own = [link.get("href") for link in channel.findall(f"{ATOM}link") if link.get("rel") == "self"]
    title = _title(channel, f"{ns}title")
    home = text_of(channel, f"{ns}link")
    row = {
        "profile_id": home or first(*own) or title,
        "display_name": title,
        "bio": payload.plain_text(text_of(channel, f"{ns}description")),
        "url": home,
        "language": language(text_of(channel, f"{ns}language", f"{DC}language")),
    }
    built_at = dates.text(text_of(channel, f"{ns}lastBuildDate", f"{ns}pubDate", f"{DC}date"))
    return Channel(row, built_at=built_at)


def of_item(item: Element, channel: Channel, ns: str) -> Rows:
    title = _title(item, f"{ns}title")
    text = payload.plain_text(text_of(item, f"{CONTENT}encoded", f"{ns}description"))
    created_at = dates.text(text_of(item, f"{ns}pubDate", f"{DC}date", f"{ATOM}published"))
    guid = item.find(f"{ns}guid")
    guid_text = text_of(item, f"{ns}guid") or item.get(f"{RDF}about")
    is_address = guid_text is not None and guid_text.startswith(("http://", "https://"))
    if guid is not None and guid.get("isPermaLink", "true").strip().lower() == "false":
        is_address = False
    url = text_of(item, f"{ns}link") or (guid_text if is_address else None)
    author, creator = text_of(item, f"{ns}author") or "", text_of(item, f"{DC}creator")
    email = _MAIL.search(author)
    name = " ".join(_MAIL.sub("", author).replace("()", "").strip(" ()<>\"'\t\n").split())
    person = channel.person(
        creator or name or text_of(item, f"{ITUNES}author", f"{ATOM}author/{ATOM}name"),
        text_of(item, f"{ATOM}author/{ATOM}uri"),
        email[1] if email else None,
    )
    post = {
        "post_id": guid_text or url or hash_of(title, text, created_at),
        "title": title,
        "text": text,
        "url": url,
        "media": [*(address_of(each, "url") for each in item.findall(f"{ns}enclosure")), *media_of(item)],
        "tags": [*texts_of(item, f"{ns}category"), *texts_of(item, f"{DC}subject")],
        "language": language(text_of(item, f"{DC}language")) or channel.row.get("language"),
        "created_at": created_at,
        "edited_at": dates.later(dates.text(text_of(item, f"{DCTERMS}modified", f"{ATOM}updated")), created_at),
        "parent_post_id": parent_of(item),
    }
    yield from of_post(post, [person] if person else [], channel)
    yield from of_counts(item, post, channel)


def _title(element: Element, path: str) -> str | None:
    """RSS does not define whether a title is markup: entities are resolved, inline tags removed, List<String> is kept."""
    text = html.unescape(_INLINE_TAG.sub("", text_of(element, path) or ""))
    return " ".join(text.split()) or None
