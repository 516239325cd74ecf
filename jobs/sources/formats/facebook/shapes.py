"""What an object of the Graph API is, by its keys: most do not say so."""

from __future__ import annotations

from typing import Any

from jobs.sources.loose import first
from jobs.sources.social import part

POST_KEYS = frozenset(
    (
        "type",
        "status_type",
        "updated_time",
        "story",
        "permalink_url",
        "is_published",
        "shares",
        "to",
        "link",
        "picture",
        "full_picture",
        "attachments",
        "parent_id",
        "images",
        "source",
    )
)
_COMMENT_KEYS = frozenset(
    (
        "parent",
        "object",
        "comment_count",
        "like_count",
        "user_likes",
        "can_remove",
        "can_hide",
        "is_hidden",
        "attachment",
    )
)
_ACCOUNT_KEYS = frozenset(
    (
        "name",
        "username",
        "first_name",
        "last_name",
        "about",
        "bio",
        "website",
        "fan_count",
        "followers_count",
        "category",
        "profile_type",
    )
)
_POST_TYPES = frozenset(
    ("status", "link", "photo", "video", "note", "offer", "event", "album", "app", "news.publishes")
)


def type_of(node: dict[str, Any]) -> str | None:
    return first(part(node, "metadata", "type"), node.get("type"))


def is_account(node: dict[str, Any]) -> bool:
    if type_of(node) in ("user", "page", "group"):
        return True
    is_content = node.keys() & {"from", "created_time", "message", "story", "start_time", "status_type", "images"}
    return bool(node.keys() & _ACCOUNT_KEYS) and "id" in node and not is_content and type_of(node) not in _POST_TYPES


def is_comment(node: dict[str, Any]) -> bool:
    if node.keys() & _COMMENT_KEYS or type_of(node) == "comment":
        return True
    before, _, after = (first(node.get("id")) or "").partition("_")
    is_whose = before != first(part(node, "from", "id"))
    return bool(after) and is_whose and "message" in node and not node.keys() & POST_KEYS
