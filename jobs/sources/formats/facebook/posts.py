"""Posts, comments and reviews, with what belongs to them: metrics, comments, reactions, mentioned and tagged people."""

from __future__ import annotations

import re
from typing import Any

from jobs.sources import dates
from jobs.sources.formats.facebook.accounts import of_account
from jobs.sources.formats.facebook.insights import lifetime
from jobs.sources.formats.facebook.shapes import type_of
from jobs.sources.loose import distinct, first, things
from jobs.sources.social import Rows, hashtags, interaction, measured, part

_MEDIA_TYPES = frozenset(("photo", "video", "album", "added_photos", "added_video"))
_POST_LINK = re.compile(r"^https?://(?:\w+\.)?facebook\.com/(\d+)/(?:posts|photos|videos)/(\d+)/?(?:\?|$)")


def of_post(node: dict[str, Any]) -> Rows:
    post_id, author, created_at = node.get("id"), _author(node), _created(node)
    actor = first(part(author, "id"))
    yield from of_account(author)
    origin = _shared(node)
    text = _text(node)
    if origin:
        yield from interaction("share", actor, origin[1], origin[0], created_at, f"share:{first(post_id)}")
    if not origin or text:
        yield (
            "posts",
            {
                "post_id": post_id,
                "kind": _kind(node),
                "profile_id": actor,
                "title": _title(node),
                "text": text,
                "url": first(
                    node.get("permalink_url"), part(node, "data", "article", "url"), node.get("link"), node.get("url")
                ),
                "media": _media(node),
                "tags": hashtags(text),
                "created_at": created_at,
                "edited_at": _edited(node),
                "root_post_id": post_id,
            },
        )
    yield from _hanging(node, post_id, post_id, actor, created_at)


def of_comment(node: dict[str, Any], parent_id: Any = None, root_id: Any = None) -> Rows:
    comment_id, author, created_at = node.get("id"), _author(node), _created(node)
    actor = first(part(author, "id"))
    before, _, after = (first(comment_id) or "").partition("_")
    commented = first(root_id, part(node, "object", "id"), before if after else None)
    yield from of_account(author)
    yield (
        "posts",
        {
            "post_id": comment_id,
            "kind": "comment",
            "profile_id": actor,
            "text": node.get("message"),
            "url": node.get("permalink_url"),
            "media": [part(node, "attachment", "media", "image", "src"), part(node, "attachment", "media", "source")],
            "tags": hashtags(node.get("message")),
            "created_at": created_at,
            "edited_at": _edited(node),
            "parent_post_id": first(part(node, "parent", "id"), parent_id, commented),
            "root_post_id": commented,
        },
    )
    yield from _hanging(node, comment_id, commented or comment_id, actor, created_at)


def of_review(node: dict[str, Any]) -> Rows:
    reviewer, created_at = node.get("reviewer"), _created(node)
    by = first(part(reviewer, "id"))
    post_id = first(part(node, "open_graph_story", "id"), node.get("open_graph_story_id"), node.get("id"))
    post_id = post_id or (f"review:{by}:{created_at}" if by else None)
    yield from of_account(reviewer)
    yield (
        "posts",
        {
            "post_id": post_id,
            "kind": "review",
            "profile_id": by,
            "text": node.get("review_text"),
            "rating": node.get("rating"),
            "created_at": created_at,
            "root_post_id": post_id,
        },
    )


def _hanging(node: dict[str, Any], post_id: Any, root_id: Any, author_id: Any, created_at: Any) -> Rows:
    """What belongs to a post or comment: metrics, comments, reactions, mentioned and tagged people."""
    observed_at = _seen(node) or created_at
    likes = node.get("likes")
    yield from measured(
        "post_metrics",
        "post_id",
        post_id,
        observed_at,
        reactions=first(
            part(node, "reactions", "summary", "total_count"),
            part(likes, "summary", "total_count"),
            part(likes, "count"),
            node.get("like_count"),
            None if isinstance(likes, (dict, list)) else likes,
        ),
        comments=first(
            part(node, "comments", "summary", "total_count"), part(node, "comments", "count"), node.get("comment_count")
        ),
        shares=part(node, "shares", "count"),
        **lifetime(node),
    )
    for comment in things(part(node, "comments", "data")):
        yield from of_comment(comment, post_id, root_id)
    reacting = things(part(likes, "data")) + things(part(node, "reactions", "data"))
    for person in {first(each.get("id")): each for each in reacting}.values():
        yield from of_account(person)
        yield from interaction("reaction", person.get("id"), author_id, post_id, created_at)
    for named in _named(node.get("message_tags")):
        yield from of_account({"id": named.get("id"), "name": named.get("name")})
        yield from interaction("mention", author_id, named.get("id"), post_id, created_at)
    for named in things(part(node, "tags", "data")) + things(part(node, "with_tags", "data")):
        yield from of_account({"id": named.get("id"), "name": named.get("name")})
        by, tagged_at = part(named, "tagging_user", "id"), first(named.get("created_time"), created_at)
        yield from interaction("tag", first(by, author_id), named.get("id"), post_id, tagged_at)


def _author(node: dict[str, Any]) -> Any:
    return node.get("from") or node.get("owner")


def _created(node: dict[str, Any]) -> str | None:
    return first(node.get("created_time"), node.get("publish_time"))


def _seen(node: dict[str, Any]) -> str | None:
    """The newest time of an object and of the comments under it: its counts were read then or later."""
    under = (_seen(comment) for comment in things(part(node, "comments", "data")))
    return dates.latest((first(node.get("updated_time")), _created(node), *under)) or first(node.get("updated_time"))


def _edited(node: dict[str, Any]) -> str | None:
    """Last of the edits that the object lists; updated_time moves with every comment too."""
    edits = distinct([edit.get("edit_time") for edit in things(part(node, "edit_actions", "data"))])
    return dates.latest(edits)


def _kind(node: dict[str, Any]) -> str:
    types = {type_of(node), first(node.get("status_type"))}
    if types & _MEDIA_TYPES or "images" in node or "cover_photo" in node:
        return "media"
    return "article" if types & {"note", "created_note", "news.publishes"} else "post"


def _text(node: dict[str, Any]) -> str | None:
    """What the author wrote. A photo's caption is its `name`; a link's `name` and `description` are the linked page's."""
    if "images" in node:
        return first(node.get("message"), node.get("name"))
    own = first(node.get("message"))
    return own or first(node.get("description")) if "start_time" in node or _kind(node) == "media" else own


def _title(node: dict[str, Any]) -> str | None:
    return None if "images" in node else first(node.get("name"), part(node, "data", "article", "title"))


def _media(node: dict[str, Any]) -> list[str]:
    picture = node.get("picture")
    found = [part(node, "images", 0, "source") or first(node.get("full_picture"), part(picture, "data", "url"))]
    if found == [None] and not isinstance(picture, dict):
        found = [picture]
    if "images" not in node:
        found.append(node.get("source"))
    for attached in things(part(node, "attachments", "data")):
        for each in [attached, *things(part(attached, "subattachments", "data"))]:
            found += [part(each, "media", "image", "src"), part(each, "media", "source")]
    return distinct(found)


def _shared(node: dict[str, Any]) -> tuple[str, str | None] | None:
    """(post, its author) that was shared, where the IDs show it."""
    if parent_id := first(node.get("parent_id")):
        author, _, after = parent_id.partition("_")
        return parent_id, author if after else None
    if node.get("status_type") == "shared_story" and (match := _POST_LINK.match(first(node.get("link")) or "")):
        return f"{match[1]}_{match[2]}", match[1]
    return None


def _named(tags: Any) -> list[dict[str, Any]]:
    """Accounts that a text names: a list, or in old payloads an object of lists by offset."""
    of = [each for value in tags.values() for each in things(value)] if isinstance(tags, dict) else things(tags)
    return [each for each in of if first(each.get("id")) and each.get("type") in (None, "user", "page", "group")]
