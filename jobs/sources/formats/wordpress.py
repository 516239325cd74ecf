"""WordPress export (WXR 1.0 to 1.2: Tools, Export). Each item is a record, its context the site with its authors.

| WXR | here |
|---|---|
| item of wp:post_type post, page; attachment | posts of kind article; media |
| wp:post_id; wp:comment_id | post_id; `comment-<id>` |
| dc:creator, wp:author | profile_id (the login), profiles |
| content:encoded; link | text; url |
| category of the domains category, post_tag | tags |
| wp:attachment_url | media |
| wp:post_date_gmt; wp:post_modified_gmt | created_at; edited_at, where it is later |
| wp:comment, approved | posts of kind comment; parent_post_id is wp:comment_parent, else the item |
| wp:comment of type pingback, trackback | interactions of kind mention: another site links to the post |
| wp:comment_user_id | profile_id: the author's login, else `user-<id>` |
| wp:comment_author of a guest | profile_id `guest-<hash of e-mail, else of address and name>` |
| wp:status trash, wp:comment_approved trash or spam | deleted_at: _wp_trash_meta_time, else the last change |

Left out, because no visitor sees them: drafts, pending, scheduled, private and password-protected items, unapproved
comments, and items of other types (menus, revisions, templates, data of plugins). IP addresses are not read. No metrics.
Authors beyond the longest context (about 80) have no profile.

Source: wp-admin/includes/export.php of WordPress.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import BinaryIO
from xml.etree.ElementTree import Element

from jobs.sources import dates, payload, unmapped
from jobs.sources.base import DEFAULTS, ParseError, Record, SplitOptions
from jobs.sources.loose import language
from jobs.sources.social import Rows, finished, interaction
from jobs.sources.splitting import xml_split

tables = {
    "profiles": ("profile_id", "handle", "display_name", "url", "email"),
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
    "interactions": ("interaction_id", "kind", "actor_profile_id", "target_profile_id", "post_id", "created_at"),
}

_WP = xml_split.namespace("http://wordpress.org/export/1.2/")
_CONTENT = xml_split.namespace("http://purl.org/rss/1.0/modules/content/") + "encoded"
_CREATOR = xml_split.namespace("http://purl.org/dc/elements/1.1/") + "creator"
_KINDS = {"post": "article", "page": "article", "attachment": "media"}
_SHOWN = ("publish", "inherit")
_LINKS = ("pingback", "trackback")


def split(stream: BinaryIO, options: SplitOptions) -> Iterator[Record]:
    """One record per item. Its context is the site with its authors, without its categories."""
    without = ("category", "tag", "term")
    return xml_split.split_xml(stream, options, ("item",), ("rss",), head_bytes=32_768, head_without=without)


def parse(raw: bytes, context: str | None, options: SplitOptions = DEFAULTS) -> Rows:
    """Rows of one item: the post, its comments, and their authors."""
    element, ancestors = xml_split.read_named(raw, context, options)
    item = _Fields(element)
    if element.tag != "item" or item["post_id"] is None:
        raise ParseError("not_this_format: expected an item of a WordPress export, with wp:post_id")
    yield from finished(_item(element, item, ancestors[-1] if ancestors else None))


class _Fields:
    """Texts of an element's children in the export's namespace, of any version."""

    def __init__(self, element: Element) -> None:
        self.element = element
        self.found: dict[str, str] = {}
        for child in element:
            if child.tag.startswith(_WP):
                self.found.setdefault(child.tag.rpartition("}")[2], "".join(child.itertext()).strip())

    def __getitem__(self, name: str) -> str | None:
        return self.found.get(name) or None

    def all(self, name: str) -> list[_Fields]:
        return [
            _Fields(child)
            for child in self.element
            if child.tag.startswith(_WP) and child.tag.rpartition("}")[2] == name
        ]

    def time(self, name: str) -> str | None:
        """A time in UTC; where it is not set, the site's local time without an offset."""
        for column, offset in ((f"{name}_gmt", "Z"), (name, "")):
            value = self[column]
            if value and not value.startswith("0000"):
                return value.replace(" ", "T") + offset
        return None

    def meta(self, name: str, key: str) -> str | None:
        return next((each["meta_value"] for each in self.all(name) if each["meta_key"] == key), None)


def _item(element: Element, item: _Fields, site: Element | None) -> Rows:
    kind = _KINDS.get(item["post_type"] or "")
    if kind is None:
        unmapped.count(f"items of type {item['post_type']}")
        return
    post_id, status = item["post_id"], item["status"]
    assert post_id is not None
    created_at, modified_at = item.time("post_date"), item.time("post_modified")
    if status == "trash":
        trashed_at = dates.epoch(item.meta("postmeta", "_wp_trash_meta_time"))
        yield "posts", {"post_id": post_id, "deleted_at": trashed_at or modified_at or created_at}
        return
    if status not in _SHOWN or item["post_password"]:
        unmapped.count("items that no visitor sees (drafts, private, with a password)")
        return
    login = element.findtext(_CREATOR) or None
    authors = {author["author_id"]: author for author in _Fields(site).all("author")} if site is not None else {}
    tags = [
        "".join(each.itertext()).strip()
        for each in element.findall("category")
        if each.get("domain") in ("category", "post_tag")
    ]
    yield (
        "posts",
        {
            "post_id": post_id,
            "kind": kind,
            "profile_id": login,
            "title": payload.plain_text(element.findtext("title")),
            "text": payload.plain_text(element.findtext(_CONTENT)),
            "url": (element.findtext("link") or "").strip() or None,
            "media": [item["attachment_url"]],
            "tags": tags,
            "language": language(site.findtext("language")) if site is not None else None,
            "created_at": created_at,
            "edited_at": dates.later(modified_at, created_at) if created_at else None,
            "root_post_id": post_id,
        },
    )
    if login:
        yield "profiles", {"profile_id": login, "handle": login}
    for author in authors.values():
        if login and author["author_login"] == login:
            yield "profiles", _profile(author)
    logins = {id_: author["author_login"] for id_, author in authors.items()}
    for comment in item.all("comment"):
        yield from _comment(comment, post_id, login, logins)


def _profile(author: _Fields) -> dict[str, str | None]:
    names = [name for part in ("first", "last") if (name := author[f"author_{part}_name"])]
    return {
        "profile_id": author["author_login"],
        "display_name": author["author_display_name"] or " ".join(names) or None,
        "email": author["author_email"],
    }


def _comment(comment: _Fields, post_id: str, author: str | None, logins: dict[str | None, str | None]) -> Rows:
    comment_id = f"comment-{comment['comment_id']}"
    created_at, approved = comment.time("comment_date"), comment["comment_approved"]
    trashed_at = dates.epoch(comment.meta("commentmeta", "_wp_trash_meta_time"))
    if approved == "trash" or (approved == "spam" and trashed_at):
        yield "posts", {"post_id": comment_id, "deleted_at": trashed_at or created_at}
        return
    if approved not in ("1", "approve"):
        unmapped.count("comments that are not approved")
        return
    name, url, email = (comment[f"comment_author{part}"] for part in ("", "_url", "_email"))
    user_id = comment["comment_user_id"] or "0"
    if user_id != "0":
        profile_id: str | None = logins.get(user_id) or f"user-{user_id}"
    else:
        profile_id = _guest(name, url, email)
    if comment["comment_type"] in _LINKS:
        yield from interaction("mention", url, author, post_id, created_at, comment_id)
        if url:
            yield "profiles", {"profile_id": url, "display_name": name, "url": url}
        return
    parent = comment["comment_parent"] or "0"
    yield (
        "posts",
        {
            "post_id": comment_id,
            "kind": "comment",
            "profile_id": profile_id,
            "text": payload.plain_text(comment["comment_content"]),
            "created_at": created_at,
            "parent_post_id": f"comment-{parent}" if parent != "0" else post_id,
            "root_post_id": post_id,
        },
    )
    if profile_id:
        yield "profiles", {"profile_id": profile_id, "display_name": name, "url": url, "email": email}


def _guest(name: str | None, url: str | None, email: str | None) -> str | None:
    """Guests have no account: those with the same address count as one."""
    identity = email.lower() if email else "\0".join(part for part in (url, name) if part)
    return "guest-" + hashlib.sha256(identity.encode()).hexdigest()[:16] if identity else None
