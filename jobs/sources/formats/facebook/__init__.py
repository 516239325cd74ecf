"""Facebook: objects of the Graph API, one or a page of them (`{"data": […]}`), and webhook changes of a page's feed.

| Facebook | here |
|---|---|
| user, page, group | profiles; followers_count for pages only |
| post, link, note (article), event | posts of kind post |
| photo, video, album | posts of kind media |
| comment, reply | posts of kind comment; a reply's parent is the comment |
| rating, recommendation | posts of kind review; a recommendation without stars has no rating |
| reaction, like | interactions of kind reaction, one per person and post |
| shared post (`parent_id`) | an interaction of kind share, and a post where the sharer wrote something |
| message_tags; tags, with_tags | interactions of kind mention; tag |
| webhook `verb: remove` | the key and deleted_at (the time of the notification) |
| summaries, insights | post_metrics: impressions, reach, clicks, reactions, comments, shares, views |
| page insight page_follows | profile_metrics |

Not reported: saves. observed_at is the newest time of a post and of the comments with it: it was read then or later.
Counts are read from a summary, never from a page of a list, which may be incomplete.
Not read: Messenger conversations, answers to an event's invitation, `likes` of a page (no followers).
A comment on its own refers to its post by the first half of its ID.

Source: Graph API v2 to v19 reference (user, page, page-post, photo, album, event, comment, insights, ratings) and
its webhooks reference for pages, field `feed`.
"""

from __future__ import annotations

from typing import Any

from jobs.sources import payload
from jobs.sources.base import DEFAULTS, ParseError, SplitOptions
from jobs.sources.formats.facebook.accounts import of_account
from jobs.sources.formats.facebook.insights import of_insight
from jobs.sources.formats.facebook.posts import of_comment, of_post, of_review
from jobs.sources.formats.facebook.shapes import POST_KEYS, is_account, is_comment
from jobs.sources.formats.facebook.webhooks import of_notification
from jobs.sources.social import Rows, answers, finished
from jobs.sources.splitting.named import split_named as split

__all__ = ["parse", "split", "tables"]

tables = {
    "profiles": (
        "profile_id",
        "handle",
        "display_name",
        "bio",
        "url",
        "location",
        "language",
        "followers_count",
        "is_verified",
    ),
    "profile_metrics": ("profile_id", "observed_at", "followers_count"),
    "posts": (
        "post_id",
        "kind",
        "profile_id",
        "title",
        "text",
        "url",
        "media",
        "tags",
        "created_at",
        "edited_at",
        "parent_post_id",
        "root_post_id",
        "rating",
        "deleted_at",
    ),
    "post_metrics": (
        "post_id",
        "observed_at",
        "impressions",
        "reach",
        "clicks",
        "reactions",
        "comments",
        "shares",
        "views",
    ),
    "interactions": (
        "interaction_id",
        "actor_profile_id",
        "target_profile_id",
        "post_id",
        "kind",
        "created_at",
        "deleted_at",
    ),
}


def parse(raw: bytes, context: str | None, options: SplitOptions = DEFAULTS) -> Rows:
    """Rows of one Graph API object, list of objects or webhook notification."""
    yield from finished(_any(payload.json_value(raw, options)))


def _any(value: Any) -> Rows:
    for each in answers(value):
        yield from _answer(each)


def _answer(value: dict[str, Any]) -> Rows:
    if isinstance(value.get("entry"), list):
        yield from of_notification(value)
    elif "id" not in value and isinstance(value.get("data"), list):
        for each in value["data"]:
            yield from _any(each)
    elif "values" in value and "period" in value:
        yield from of_insight(value)
    elif "reviewer" in value or "recommendation_type" in value:
        yield from of_review(value)
    elif is_account(value):
        yield from of_account(value)
    elif is_comment(value):
        yield from of_comment(value)
    elif value.keys() & (POST_KEYS | {"message", "created_time", "start_time"}):
        yield from of_post(value)
    else:
        raise ParseError("not_this_format: not an object of the Graph API that is supported")
