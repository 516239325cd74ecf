"""Hypothesis: annotations of its API, alone, as a search answer (`{"rows": […], "total": …}`) or a notification.

| Hypothesis | here |
|---|---|
| annotation, page note, highlight | posts of kind bookmark: url is the page, title the page's, text what was written |
| reply (`references`) | posts of kind comment; parent is the last reference, root the first |
| tags | tags of the post, and taggings of the page (object_kind page, object_id its address), but for a reply's |
| user `acct:name@authority` | profiles: the whole is the id, the name the handle |
| mentions | interactions of kind mention |
| notification `delete`, answer `deleted: true` | the key and deleted_at |

Annotations that only their author may read (permissions.read lists only the user) produce no row. The annotated passage
is not the annotator's text and is left out. A deletion without a time holds from the time of landing.
No metrics: Hypothesis has no likes and counts no views.

Source: h.readthedocs.io/en/latest/api-reference/v1 (Annotation), and its real-time API.
"""

from __future__ import annotations

import re
from typing import Any

from jobs.sources import dates, payload, unmapped
from jobs.sources.base import DEFAULTS, WHEN_LANDED, ParseError, SplitOptions
from jobs.sources.loose import distinct, first, things
from jobs.sources.social import Rows, answers, finished, interaction, part
from jobs.sources.splitting.named import split_named as split

__all__ = ["parse", "split", "tables"]

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
        "created_at",
        "edited_at",
        "parent_post_id",
        "root_post_id",
        "deleted_at",
    ),
    "interactions": ("interaction_id", "actor_profile_id", "target_profile_id", "post_id", "kind", "created_at"),
    "taggings": ("tagging_id", "tagger_profile_id", "object_kind", "object_id", "tag", "created_at"),
}
lands_deletions = True

_USER = re.compile(r"^acct:([^@]+)@")


def parse(raw: bytes, context: str | None, options: SplitOptions = DEFAULTS) -> Rows:
    """Rows of one annotation, search answer or notification."""
    yield from finished(_any(payload.json_value(raw, options)))


def _any(value: Any) -> Rows:
    for each in answers(value):
        yield from _answer(each)


def _answer(value: dict[str, Any]) -> Rows:
    if isinstance(value.get("rows"), list):
        for each in things(value["rows"]) + things(value.get("replies")):
            yield from _annotation(each)
    elif value.get("type") == "annotation-notification":
        is_deleted = part(value, "options", "action") == "delete"
        for each in things(value.get("payload")):
            yield from _annotation(each | ({"deleted": True} if is_deleted else {}))
    elif "id" in value and (value.get("deleted") is True or value.keys() & {"uri", "target", "permissions"}):
        yield from _annotation(value)
    elif value.get("type") not in ("whoyouare", "session-change") and "ok" not in value:
        raise ParseError("not_this_format: not an annotation of Hypothesis")


def _account(user: Any, name: Any = None) -> Rows:
    if user_id := first(user):
        match = _USER.match(user_id)
        yield "profiles", {"profile_id": user_id, "handle": match[1] if match else None, "display_name": name}


def _annotation(node: dict[str, Any]) -> Rows:
    post_id, user, page = first(node.get("id")), first(node.get("user")), first(node.get("uri"))
    created_at, updated_at = first(node.get("created")), first(node.get("updated"))
    if node.get("deleted") is True:
        yield "posts", {"post_id": post_id, "deleted_at": first(node.get("deleted_at"), updated_at) or WHEN_LANDED}
        return
    readers = distinct(part(node, "permissions", "read"))
    if user and readers == [user]:
        unmapped.count("annotations that only their author may read")
        return
    references, tags = distinct(node.get("references")), distinct(node.get("tags"))
    yield from _account(user, part(node, "user_info", "display_name"))
    yield (
        "posts",
        {
            "post_id": post_id,
            "kind": "comment" if references else "bookmark",
            "profile_id": user,
            "title": first(part(node, "document", "title", 0), part(node, "document", "title")),
            "text": node.get("text"),
            "url": page,
            "tags": tags,
            "created_at": created_at,
            "edited_at": dates.later(updated_at, created_at),
            "parent_post_id": references[-1] if references else None,
            "root_post_id": references[0] if references else post_id,
        },
    )
    for tag in tags:
        if page and post_id and not references:
            given = {"tagging_id": f"{post_id}:{tag}", "tagger_profile_id": user, "tag": tag, "created_at": created_at}
            yield "taggings", {"object_kind": "page", "object_id": page, **given}
    for named in things(node.get("mentions")):
        yield from _account(named.get("userid"), named.get("display_name"))
        yield from interaction("mention", user, named.get("userid"), post_id, created_at)
