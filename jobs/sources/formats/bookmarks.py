"""Netscape bookmark file (NETSCAPE-Bookmark-file-1): the HTML export of browsers and bookmark services.

| file | here |
|---|---|
| `<A HREF>` | a post of kind bookmark: url; post_id is the MD5 of the address, as Pinboard makes it |
| its text, `<DD>` | title, text |
| ADD_DATE, LAST_MODIFIED (epoch in seconds, milli- or microseconds) | created_at; edited_at, where it is later |
| folders above it, TAGS | tags, and a tagging of the page each (object_kind page, object_id the address) |

A file does not name its owner. Use one source per person, where conf names the owner and makes IDs unique:
`tables: posts: columns: {profile_id: "'ann'", post_id: "concat('ann:', post_id)"}`, `taggings: columns:
{tagger_profile_id: "'ann'", tagging_id: "concat('ann:', tagging_id)"}`. The browser's own folders (its toolbar,
unfiled bookmarks) are not tags. Left out: bookmarks marked PRIVATE="1", and what is not a web page (scripts, queries,
files). An address in two folders is one post, with the tags of the later one, and a tagging for each.
No metrics. An export does not report deletions: `deletes: missing_in_full_dump` finds them.

Source: learn.microsoft.com, "Netscape Bookmark File Format"; files of Firefox, Chrome and Pinboard.
"""

from __future__ import annotations

import hashlib
import html
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from jobs.sources import dates, payload, unmapped
from jobs.sources.base import DEFAULTS, ParseError, Record, SplitOptions
from jobs.sources.loose import distinct
from jobs.sources.social import Rows, finished
from jobs.sources.splitting.xml_split import tokens

tables = {
    "posts": ("post_id", "kind", "title", "text", "url", "tags", "created_at", "edited_at", "root_post_id"),
    "taggings": ("tagging_id", "object_kind", "object_id", "tag", "created_at"),
}

_BEGINNING = re.compile(rb"(?:\xef\xbb\xbf)?\s*<!DOCTYPE\s+NETSCAPE-Bookmark-file-1\s*>", re.IGNORECASE)
_OWN_FOLDER = re.compile(rb"\b(?:PERSONAL_TOOLBAR_FOLDER|UNFILED_BOOKMARKS_FOLDER)\s*=", re.IGNORECASE)
_FOLDER_BYTES = 1_000
_ATTRIBUTE = re.compile(r"""\s([^\s=<>"'/]+)\s*=\s*("[^"]*"|'[^']*'|[^\s"'<>]+)""")


class _Folders:
    """The headings above a position of the file. None: a list without a heading, or a folder of the browser."""

    def __init__(self, depth: int) -> None:
        self.depth = depth
        self.above: list[str | None] = []
        self.deeper = 0
        self.heading: str | None = None
        self.reading: bytearray | None = None
        self.is_own = False

    def take(self, name: bytes, kind: str, raw: bytes) -> None:
        if name == b"h3" and kind == "start":
            self.reading, self.is_own = bytearray(), bool(_OWN_FOLDER.search(raw))
        elif name == b"h3" and self.reading is not None:
            text = payload.plain_text(self.reading.decode(errors="replace"))
            self.heading, self.reading = None if self.is_own else text, None
        elif name == b"dl" and kind == "start":
            if len(self.above) < self.depth:
                self.above.append(self.heading)
            else:
                self.deeper += 1
            self.heading = None
        elif name == b"dl" and kind == "end" and self.deeper:
            self.deeper -= 1
        elif name == b"dl" and kind == "end" and self.above:
            self.above.pop()
        elif self.reading is not None:
            self.add(raw)

    def add(self, raw: bytes) -> None:
        if self.reading is not None:
            self.reading += raw[: _FOLDER_BYTES - len(self.reading)]

    @property
    def context(self) -> str:
        return json.dumps([name for name in self.above if name], ensure_ascii=False)


def split(stream: BinaryIO, options: SplitOptions) -> Iterator[Record]:
    """One record per bookmark: its link and what describes it. Its context is the folders above it."""
    opening = stream.read(4096)
    stream.seek(0)
    if not _BEGINNING.match(opening):
        yield Record(1, stream.read(options.record_bytes + 1))
        return
    folders = _Folders(options.nesting_depth)
    number, raw, context, has_list = 0, None, "[]", False
    for token in tokens(stream):
        name = token.name.lower() if token.kind in ("start", "end", "empty") else b""
        ends = name in (b"dl", b"dt", b"h3") or (name == b"a" and token.kind == "start")
        if raw is not None and ends:
            number += 1
            yield Record(number, bytes(raw).rstrip(), context)
            raw = None
        if name == b"a" and token.kind == "start":
            raw, context = bytearray(), folders.context
        if raw is not None:
            raw += token.raw[: options.record_bytes + 1 - len(raw)]
        elif name:
            has_list = has_list or name == b"dl"
            folders.take(name, token.kind, token.raw)
        else:
            folders.add(token.raw)
    if raw is not None:
        yield Record(number + 1, bytes(raw).rstrip(), context)
        number += 1
    if folders.above or not has_list:  # cut off before the end of the list
        yield Record(number + 1, b"", folders.context)


@dataclass
class _Bookmark:
    """Attributes and text of the link, and the text of `<DD>`."""

    link: dict[str, str] | None = None
    texts: dict[str, bytearray] = field(default_factory=lambda: {"a": bytearray(), "dd": bytearray()})
    is_closed: bool = False

    def said(self, tag: str) -> str | None:
        return payload.plain_text(self.texts[tag].decode())


def parse(raw: bytes, context: str | None, options: SplitOptions = DEFAULTS) -> Rows:
    """Rows of one bookmark: the post, and a tagging for each tag and folder."""
    found = _read(raw, context, options)
    link = found.link
    if link is None or not link.get("href"):
        raise ParseError("not_this_format: expected a link with its address")
    if not found.is_closed:
        raise ParseError("malformed_html: the link is not closed")
    url = (link["href"] or "").strip()
    if not url.lower().startswith(("http://", "https://")) or link.get("private") == "1":
        unmapped.count("bookmarks that are private, or of no web page")
        return
    post_id = hashlib.md5(url.encode(errors="replace"), usedforsecurity=False).hexdigest()
    created_at, edited_at = (_moment(link.get(name)) for name in ("add_date", "last_modified"))
    folders: list[Any] = json.loads(context) if context else []
    tags = distinct([*folders, *(tag.strip() for tag in (link.get("tags") or "").split(","))])
    yield from finished(_rows(post_id, url, found, tags, created_at, edited_at))


def _rows(
    post_id: str, url: str, found: _Bookmark, tags: list[str], created_at: str | None, edited_at: str | None
) -> Rows:
    yield (
        "posts",
        {
            "post_id": post_id,
            "kind": "bookmark",
            "title": found.said("a"),
            "text": found.said("dd"),
            "url": url,
            "tags": tags,
            "created_at": created_at,
            "edited_at": edited_at if edited_at and created_at and edited_at > created_at else None,
            "root_post_id": post_id,
        },
    )
    for tag in tags:
        yield (
            "taggings",
            {
                "tagging_id": f"{post_id}:{tag}",
                "object_kind": "page",
                "object_id": url,
                "tag": tag,
                "created_at": created_at,
            },
        )


def _read(raw: bytes, context: str | None, options: SplitOptions) -> _Bookmark:
    if not raw.strip():
        reason = "empty_file: the file has no records" if context is None else "malformed_html: the list is not closed"
        raise ParseError(reason)
    if len(raw) > options.record_bytes:
        raise ParseError(f"too_large: the record has more than limits.record_bytes ({options.record_bytes:,}) bytes")
    try:
        text = raw.decode(options.encoding)
    except UnicodeDecodeError:
        raise ParseError(f"invalid_text: the bytes are not valid {options.encoding}") from None
    if "\0" in text:
        raise ParseError("nul_byte: the record contains a NUL character")
    if context is None and not text.lstrip()[:2].lower() == "<a":
        raise ParseError("not_this_format: not a Netscape bookmark file: its document type is missing at the beginning")
    found, within = _Bookmark(), ""
    for token in tokens(io.BytesIO(text.encode())):
        name = token.name.lower().decode() if token.kind in ("start", "end") else ""
        if name == "a" and token.kind == "start" and found.link is None:
            found.link, within = _attributes(token.raw.decode()), "a"
        elif name == "a" and token.kind == "end" and within == "a":
            within, found.is_closed = "", True
        elif name == "dd" and token.kind == "start":
            within = "dd"
        elif within:
            found.texts[within] += token.raw
    return found


def _attributes(tag: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in _ATTRIBUTE.findall(tag):
        found.setdefault(name.lower(), html.unescape(value.strip("\"'" if value[:1] in "\"'" else "")))
    return found


def _moment(epoch: str | None) -> str | None:
    """Seconds, or the milli- and microseconds of some browsers, recognised by the number of digits."""
    text = (epoch or "").strip()
    if not text.isdecimal() or int(text[:30]) == 0:
        return text if text.strip("0") else None
    return dates.epoch(text, {13: 1_000, 16: 1_000_000}.get(len(text), 1))
