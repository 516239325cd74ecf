"""Stack Exchange data dump: one XML file per table, one `<row …/>` per line.

Source: the schema that Stack Exchange publishes with its dumps. Comments have IDs of their own, so their post_id is
`comment-<Id>`. Score is an observation of reactions at the dump's end; a dump has no impressions.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

from jobs.sources import payload, social, unmapped
from jobs.sources.base import DEFAULTS, ParseError, Record, SplitOptions, lines

whole = ("profiles",)
is_utc = True
tables = {
    "profiles": ("profile_id", "handle", "display_name", "bio", "url", "location", "is_bot", "created_at"),
    "posts": (
        "post_id",
        "kind",
        "profile_id",
        "title",
        "text",
        "tags",
        "created_at",
        "edited_at",
        "parent_post_id",
        "root_post_id",
        "accepted_answer_id",
        "deleted_at",
    ),
    "post_metrics": ("post_id", "observed_at", "reactions", "comments", "saves", "views"),
}

_ROOT = re.compile(rb"^<([a-z]+)\s*/?>$")
_END = re.compile(rb"^</[a-z]+>$")
_PROLOG = re.compile(rb"^<\?xml[^>]*\?>\s*")
_NEXT_TAG = re.compile(rb"(?=<(?:row\s|[a-z]+\s*/?>|/[a-z]+>))")
_KINDS = {"1": "question", "2": "answer", "3": "wiki_edit", "4": "wiki_edit", "5": "wiki_edit", "6": "article"}


def split(stream: BinaryIO, options: SplitOptions) -> Iterator[Record]:
    """One record per `<row …/>`. Prolog and root are framing; any other line is a record that will not parse."""
    number, root, is_ended = 0, None, False
    for line in (piece for whole in lines(stream, options.record_bytes) for piece in _pieces(whole)):
        text = line.removeprefix(b"\xef\xbb\xbf").strip()
        if not text:
            continue
        if root is None and (match := _ROOT.match(text)):
            root, is_ended = match[1].decode(), text.endswith(b"/>")
            continue
        if _END.match(text):
            is_ended = True
            continue
        number += 1
        yield Record(number, line, root)
    if number == 0 and not (root and is_ended):
        yield Record(1, b"", root)


def _pieces(line: bytes) -> list[bytes]:
    """The tags of a line: a dump has one a line, unless a program wrote all of it on one."""
    text = line.removeprefix(b"\xef\xbb\xbf").strip()
    if text.startswith(b"<!"):  # declarations are refused together with what they are for
        return [line]
    if text.startswith(b"<row ") and text.endswith(b"/>") and text.find(b"<row ", 1) < 0:
        return [line]
    bare = _PROLOG.sub(b"", text)
    pieces = [piece for piece in _NEXT_TAG.split(bare) if piece.strip()]
    return pieces if len(pieces) > 1 or bare != text else [line]


def parse(raw: bytes, context: str | None, options: SplitOptions = DEFAULTS) -> Iterator[tuple[str, dict[str, Any]]]:
    """Rows of one dump row: users become profiles, posts become posts and post_metrics, comments become posts."""
    if not raw:
        raise ParseError("empty_file: the file has no rows")
    if context is None:
        raise ParseError("not_this_format: the line is outside a Stack Exchange table")
    element = payload.xml_element(raw, options)
    if element.tag != "row":
        raise ParseError(f"not_this_format: expected a row, found {element.tag}")
    if handler := _HANDLERS.get(context):
        for table, values in handler(dict(element.attrib)):
            is_gone = table == "posts" and social.is_removal_notice(values.get("text"))
            yield table, social.removed(values) if is_gone else values
    else:
        unmapped.count(f"rows of {context}")


def _user(row: dict[str, str]) -> Iterator[tuple[str, dict[str, Any]]]:
    yield (
        "profiles",
        {
            "profile_id": row.get("Id"),
            "handle": row.get("DisplayName"),
            "display_name": row.get("DisplayName"),
            "bio": payload.plain_text(row.get("AboutMe")),
            "url": row.get("WebsiteUrl") or None,
            "location": row.get("Location") or None,
            "is_bot": "true" if row.get("Id") == "-1" else None,  # the Community user is a bot
            "created_at": row.get("CreationDate"),
        },
    )


def _post(row: dict[str, str]) -> Iterator[tuple[str, dict[str, Any]]]:
    kind = _KINDS.get(row.get("PostTypeId", ""), "article")
    post_id = row.get("Id")
    yield (
        "posts",
        {
            "post_id": post_id,
            "kind": kind,
            "profile_id": row.get("OwnerUserId"),
            "title": row.get("Title"),
            "text": payload.plain_text(row.get("Body")),
            "tags": re.findall(r"[^<>|]+", row.get("Tags") or "") or None,
            "created_at": row.get("CreationDate"),
            "edited_at": row.get("LastEditDate"),
            "parent_post_id": row.get("ParentId"),
            "root_post_id": row.get("ParentId") or post_id,
            "accepted_answer_id": row.get("AcceptedAnswerId"),
        },
    )
    if kind in ("question", "answer"):
        yield (
            "post_metrics",
            {
                "post_id": post_id,
                "observed_at": row.get("LastActivityDate") or row.get("CreationDate"),
                "reactions": row.get("Score"),
                "comments": row.get("CommentCount"),
                "saves": row.get("FavoriteCount"),
                "views": row.get("ViewCount"),
            },
        )


def _comment(row: dict[str, str]) -> Iterator[tuple[str, dict[str, Any]]]:
    yield (
        "posts",
        {
            "post_id": f"comment-{row['Id']}" if "Id" in row else None,
            "kind": "comment",
            "profile_id": row.get("UserId"),
            "text": row.get("Text"),
            "created_at": row.get("CreationDate"),
            "parent_post_id": row.get("PostId"),
        },
    )


_HANDLERS: dict[str, Callable[[dict[str, str]], Iterator[tuple[str, dict[str, Any]]]]] = {
    "users": _user,
    "posts": _post,
    "comments": _comment,
}
