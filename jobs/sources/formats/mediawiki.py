"""MediaWiki XML dump (export format 0.3 to 0.11): full history, current revisions, stubs, Special:Export.

Each revision is a record; its context is the wiki (siteinfo) and the page, without the page's other revisions.

| dump | here |
|---|---|
| revision: id, parentid, timestamp | a post of kind wiki_edit: post_id, parent_post_id, created_at |
| page: title | title, root_post_id `page:<title>` (the change streams name pages by title only) |
| contributor: id, username; ip | profile_id (the id, else the IP address), handle |
| text | text, its markup taken off; `[[Category:…]]` are tags |
| comment (the edit's summary) | text where the dump has no texts (stubs) |
| siteinfo: base | url, with the revision |
| deleted="deleted" on text, comment, contributor | that part is null: the wiki hides it, the edit itself remains |

No metrics. Minor edits, sizes and sha1 are not read. A page that was moved begins a new thread, unless a dump with its
whole history restates it.

Source: mediawiki.org/xml/export-0.11.xsd, mediawiki.org/wiki/Help:Export.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, BinaryIO
from urllib.parse import quote
from xml.etree.ElementTree import Element

from jobs.sources import payload
from jobs.sources.base import DEFAULTS, ParseError, Record, SplitOptions
from jobs.sources.loose import distinct, language
from jobs.sources.splitting import xml_split

tables = {
    "profiles": ("profile_id", "handle", "display_name"),
    "posts": (
        "post_id",
        "kind",
        "profile_id",
        "title",
        "text",
        "url",
        "tags",
        "language",
        "created_at",
        "parent_post_id",
        "root_post_id",
    ),
}

_EXPORT = ("", xml_split.namespace("http://www.mediawiki.org/xml/export-0.11/"))
_XML_LANG = xml_split.namespace("http://www.w3.org/XML/1998/namespace") + "lang"
_CATEGORY = "14"
_FILE = "6"


def split(stream: BinaryIO, options: SplitOptions) -> Iterator[Record]:
    """One record per revision."""
    return xml_split.split_xml(stream, options, ("revision",), ("mediawiki",), head_bytes=32_768)


def parse(raw: bytes, context: str | None, options: SplitOptions = DEFAULTS) -> Iterator[tuple[str, dict[str, Any]]]:
    """Rows of one revision: the edit, and who made it."""
    revision, ancestors = xml_split.read_named(raw, context, options)
    ns, _, name = revision.tag.rpartition("}")
    ns += "}" if ns else ""
    if name != "revision" or len(ancestors) != 2 or ns not in _EXPORT:
        raise ParseError("not_this_format: expected a revision of a page of a MediaWiki dump")
    wiki, page = ancestors
    title = page.findtext(f"{ns}title")
    revision_id = revision.findtext(f"{ns}id")
    profile = _contributor(revision.find(f"{ns}contributor"), ns)
    text, tags = _said(revision, wiki, ns)
    yield (
        "posts",
        {
            "post_id": revision_id,
            "kind": "wiki_edit",
            "profile_id": profile.get("profile_id"),
            "title": title,
            "text": text,
            "url": _url(wiki.findtext(f"{ns}siteinfo/{ns}base"), title, revision_id),
            "tags": tags or None,
            "language": language(wiki.get(_XML_LANG)),
            "created_at": revision.findtext(f"{ns}timestamp"),
            "parent_post_id": parent if (parent := revision.findtext(f"{ns}parentid")) != "0" else None,
            "root_post_id": f"page:{title}" if title else None,
        },
    )
    if len(profile) > 1:
        yield "profiles", profile


def _contributor(contributor: Element | None, ns: str) -> dict[str, str]:
    if contributor is None or contributor.get("deleted"):
        return {}
    name, id_ = contributor.findtext(f"{ns}username"), contributor.findtext(f"{ns}id")
    if address := contributor.findtext(f"{ns}ip"):
        return {"profile_id": address, "display_name": address}
    if not name:
        return {}
    return {"profile_id": id_ if id_ and id_ != "0" else name, "handle": name, "display_name": name}


def _said(revision: Element, wiki: Element, ns: str) -> tuple[str | None, list[str]]:
    """The revision's plain text, and its categories."""
    text, comment = revision.find(f"{ns}text"), revision.find(f"{ns}comment")
    if text is not None and text.get("deleted"):
        return None, []
    if text is None or not text.text:
        return (comment.text if comment is not None and not comment.get("deleted") else None), []
    if revision.findtext(f"{ns}model") not in (None, "wikitext"):
        return text.text, []
    names = {"14": {"category"}, "6": {"file", "image"}}
    for namespace in wiki.iterfind(f"{ns}siteinfo/{ns}namespaces/{ns}namespace"):
        if namespace.get("key") in names and namespace.text:
            names[namespace.get("key", "")].add(namespace.text.lower())
    return plain(text.text, names[_CATEGORY], names[_FILE])


# --- wikitext -------------------------------------------------------------------------------------------------

_NAMES = ("ref", "gallery", "math", "timeline", "score")
_EMPTY_NOTE = re.compile(r"<ref\b[^<>]*/>", re.IGNORECASE)
_DROPPED = re.compile(rf"<(!--|(?:{'|'.join(_NAMES)})\b)", re.IGNORECASE)
_DROPPED_ENDS = {"!--": re.compile("-->"), **{name: re.compile(rf"</{name}\s*>", re.IGNORECASE) for name in _NAMES}}
_TEMPLATE = re.compile(r"\{\{[^{}]*\}\}|\{\|(?:(?!\{\||\|\}).)*\|\}", re.S)
_LINK = re.compile(r"\[\[([^\[\]|]*)(?:\|([^\[\]]*))?\]\]")
_WEB_LINK = re.compile(r"\[(?:https?:)?//[^\s\[\]]++([^\[\]\n]*+)\]")
_LIST = re.compile(r"^[*#:;]+", re.M)
_SWITCH = re.compile(r"__[A-Z]+__")
_MOST_NESTED = 20


def plain(wikitext: str, category: set[str], file: set[str]) -> tuple[str | None, list[str]]:
    """Wikitext without markup, templates, tables and notes, and its categories.

    Args: category, file: names of those namespaces on this wiki, lower case.
    """
    tags: list[str] = []

    def shown(match: re.Match[str]) -> str:
        target, label = match[1].strip(), match[2]
        space, _, rest = target.partition(":")
        if space.strip().lower() in category:
            tags.append(rest.strip().replace("_", " "))
            return ""
        if space.strip().lower() in file:
            return ""
        return label.strip() if label else target.removeprefix(":")

    text = payload.without(_EMPTY_NOTE.sub("", wikitext), _DROPPED, _DROPPED_ENDS)
    for pattern, by in ((_TEMPLATE, ""), (_LINK, shown)):
        for _ in range(_MOST_NESTED):
            text, count = pattern.subn(by, text)
            if not count:
                break
    text = _LIST.sub("", _SWITCH.sub("", _WEB_LINK.sub(r"\1", text)))
    lines = (line.strip() for line in text.split("\n"))
    text = "\n".join(line.strip("=") if line.startswith("=") and line.endswith("=") else line for line in lines)
    return payload.plain_text(re.sub("'{2,}", "", text)), distinct(tags)


def _url(base: str | None, title: str | None, revision_id: str | None) -> str | None:
    """Address of a revision: base is that of the main page."""
    if not base or not title or "?" in base:
        return None
    return f"{base.rpartition('/')[0]}/{quote(title.replace(' ', '_'), safe='/:@!$*(),;~')}?oldid={revision_id}"
