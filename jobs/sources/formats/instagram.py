"""Instagram: Graph API and Basic Display API objects, webhook changes, and the API of before 2020 ("legacy").

| Instagram | here |
|---|---|
| user | profiles (followers_count, follows_count, media_count; legacy counts) |
| media, story, reel | posts of kind media; text is the caption, tags are its hashtags (legacy: the tags listed) |
| comment, reply | posts of kind comment; a reply's parent is the comment |
| legacy likes, by name | interactions of kind reaction; the Graph API only counts likes |
| users_in_photo, tagged users | interactions of kind tag |
| like_count, comments_count, insights | post_metrics |
| webhook fields comments, live_comments, story_insights | posts, post_metrics |

Insights: impressions, reach, saved (saves), shares, views, video_views and plays (views), likes (reactions),
comments. Totals that mix them (engagement, total_interactions) are not read, nor are insights of an account.
Not reported: clicks; edits of media; deletions; IDs of mentioned accounts.
profile_id is the account's ID; where only a username is given, the username.

Source: Instagram Graph API v12 to v21 reference (IG User, IG Media, IG Comment, insights, webhooks), Basic Display
API reference, and the archived reference of API v1.
"""

from __future__ import annotations

from typing import Any

from jobs.sources import dates, payload, unmapped
from jobs.sources.base import DEFAULTS, ParseError, SplitOptions
from jobs.sources.loose import distinct, first, thing, things
from jobs.sources.social import Rows, answers, finished, hashtags, interaction, measured, part
from jobs.sources.splitting.named import split_named as split

__all__ = ["parse", "split", "tables"]

tables = {
    "profiles": (
        "profile_id",
        "handle",
        "display_name",
        "bio",
        "url",
        "followers_count",
        "following_count",
        "posts_count",
    ),
    "posts": (
        "post_id",
        "kind",
        "profile_id",
        "text",
        "url",
        "media",
        "tags",
        "created_at",
        "parent_post_id",
        "root_post_id",
        "deleted_at",
    ),
    "post_metrics": (
        "post_id",
        "observed_at",
        "impressions",
        "reach",
        "reactions",
        "comments",
        "shares",
        "saves",
        "views",
    ),
    "interactions": ("interaction_id", "actor_profile_id", "target_profile_id", "post_id", "kind", "created_at"),
}

_MEDIA_KEYS = frozenset(
    (
        "media_type",
        "media_url",
        "media_product_type",
        "permalink",
        "thumbnail_url",
        "comments_count",
        "caption",
        "images",
        "videos",
        "users_in_photo",
        "children",
        "shortcode",
        "insights",
    )
)
_ACCOUNT_KEYS = frozenset(
    ("username", "full_name", "biography", "bio", "followers_count", "follows_count", "media_count", "counts")
)
_INSIGHTS = {
    "impressions": "impressions",
    "reach": "reach",
    "saved": "saves",
    "shares": "shares",
    "views": "views",
    "video_views": "views",
    "plays": "views",
    "likes": "reactions",
    "comments": "comments",
}


def parse(raw: bytes, context: str | None, options: SplitOptions = DEFAULTS) -> Rows:
    """Rows of one object, page of objects or webhook notification."""
    yield from finished(_any(payload.json_value(raw, options)))


def _any(value: Any) -> Rows:
    for each in answers(value):
        yield from _answer(each)


def _answer(value: dict[str, Any]) -> Rows:
    if isinstance(value.get("entry"), list):
        yield from _notification(value)
    elif "id" not in value and isinstance(value.get("data"), (list, dict)):
        yield from _page(value["data"])
    elif "business_discovery" in value:
        yield from _any(value["business_discovery"])
    elif value.keys() & _MEDIA_KEYS:
        yield from _media(value)
    elif "text" in value:
        yield from _comment(value)
    elif value.keys() & _ACCOUNT_KEYS:
        yield from _account(value)
        for each in things(part(value, "media", "data")):
            yield from _media({"owner": {"id": value.get("id"), "username": value.get("username")}} | each)
    elif "timestamp" in value or "like_count" in value:
        yield from _media(value)
    else:
        raise ParseError("not_this_format: not an object of Instagram's APIs that is supported")


def _page(data: Any) -> Rows:
    """Objects of a page; insights of one media belong together."""
    if any("values" in each for each in things(data)):
        of: dict[str, dict[str, Any]] = {}
        for each in things(data):
            of.setdefault((first(each.get("id")) or "").split("/", 1)[0], {}).update(_insights([each]))
        for media_id, counts in of.items():
            yield from measured("post_metrics", "post_id", media_id, _end_time(data), **counts)
        return
    for each in data if isinstance(data, list) else [data]:
        yield from _any(each)


def _profile_id(account: Any) -> str | None:
    return first(part(account, "id"), part(account, "username"))


def _account(account: Any) -> Rows:
    if not _profile_id(account) or not isinstance(account, dict):
        return
    counts = account.get("counts")
    yield (
        "profiles",
        {
            "profile_id": _profile_id(account),
            "handle": account.get("username"),
            "display_name": first(account.get("full_name"), account.get("name")),
            "bio": first(account.get("biography"), account.get("bio")),
            "url": account.get("website"),
            "followers_count": first(account.get("followers_count"), part(counts, "followed_by")),
            "following_count": first(account.get("follows_count"), part(counts, "follows")),
            "posts_count": first(account.get("media_count"), part(counts, "media")),
        },
    )


def _time(node: dict[str, Any]) -> str | None:
    """timestamp is ISO 8601, legacy created_time is seconds since 1970."""
    return first(node.get("timestamp")) or dates.epoch(first(node.get("created_time")))


def _author(node: dict[str, Any]) -> Any:
    by = first(node.get("username"))
    for account in (node.get("owner"), node.get("from"), node.get("user")):
        if isinstance(account, dict):
            return account if "username" in account or not by else account | {"username": by}
        if first(account):
            return {"id": account, "username": by}
    return {"username": by}


def _media(node: dict[str, Any]) -> Rows:
    media_id, author, created_at = node.get("id"), _author(node), _time(node)
    caption = node.get("caption")
    text = first(part(caption, "text"), caption)
    likes, comments = node.get("likes"), node.get("comments")
    yield from _account(author)
    yield (
        "posts",
        {
            "post_id": media_id,
            "kind": "media",
            "profile_id": _profile_id(author),
            "text": text,
            "url": first(node.get("permalink"), node.get("link")),
            "media": _addresses(node),
            "tags": distinct(node.get("tags")) if isinstance(node.get("tags"), list) else hashtags(text),
            "created_at": created_at,
            "root_post_id": media_id,
        },
    )
    counted = {
        "reactions": first(node.get("like_count"), part(likes, "count")),
        "comments": first(node.get("comments_count"), part(comments, "count")),
    }
    yield from measured(
        "post_metrics", "post_id", media_id, created_at, **_insights(part(node, "insights", "data")) | _given(counted)
    )
    for comment in things(part(comments, "data")):
        yield from _comment(comment, media_id, media_id)
    for person in things(part(likes, "data")):
        yield from _account(person)
        yield from interaction("reaction", _profile_id(person), _profile_id(author), media_id, created_at)
    for tagged in things(node.get("users_in_photo")) + things(part(node, "user_tags", "data")):
        person = thing(tagged.get("user")) or tagged
        yield from _account(person)
        yield from interaction("tag", _profile_id(author), _profile_id(person), media_id, created_at)


def _addresses(node: dict[str, Any]) -> list[str]:
    """The media itself, else its preview; for an album, its content."""
    inside = things(part(node, "children", "data")) + things(node.get("carousel_media"))
    found: list[Any] = []
    for each in inside or [node]:
        legacy = part(each, "videos", "standard_resolution", "url"), part(each, "images", "standard_resolution", "url")
        found.append(first(each.get("media_url"), *legacy, each.get("thumbnail_url")))
    return distinct(found)


def _comment(node: dict[str, Any], parent_id: Any = None, root_id: Any = None) -> Rows:
    comment_id, author, created_at = node.get("id"), _author(node), _time(node)
    media_id = first(part(node, "media", "id"), root_id)
    yield from _account(author)
    yield (
        "posts",
        {
            "post_id": comment_id,
            "kind": "comment",
            "profile_id": _profile_id(author),
            "text": node.get("text"),
            "tags": hashtags(node.get("text")),
            "created_at": created_at,
            "parent_post_id": first(node.get("parent_id"), parent_id, media_id),
            "root_post_id": media_id,
        },
    )
    yield from measured("post_metrics", "post_id", comment_id, created_at, reactions=node.get("like_count"))
    for reply in things(part(node, "replies", "data")):
        yield from _comment(reply, comment_id, media_id)


# --- insights and webhooks --------------------------------------------------------------------------------------


def _given(counts: dict[str, Any]) -> dict[str, Any]:
    return {name: count for name, count in counts.items() if count is not None}


def _insights(found: Any) -> dict[str, Any]:
    counts: dict[str, Any] = {}
    for each in things(found):
        value = first(part(each, "values", -1, "value"), part(each, "total_value", "value"))
        name = first(each.get("name")) or ""
        if name in _INSIGHTS and each.get("period") in (None, "lifetime") and value is not None:
            counts.setdefault(_INSIGHTS[name], value)
    return counts


def _end_time(found: Any) -> str | None:
    """Lifetime insights have no time, unless the exporter adds the time of its request."""
    return first(*(part(each, "values", -1, "end_time") for each in things(found)))


def _notification(value: dict[str, Any]) -> Rows:
    """Comments and story insights. A mention names the mentioned account, not its author; messages are private."""
    for entry in things(value["entry"]):
        unmapped.count("private messages", len(things(entry.get("messaging"))))
        at = dates.epoch(first(entry.get("time")))
        for change in things(entry.get("changes")):
            what, field = change.get("value"), change.get("field")
            if not isinstance(what, dict):
                continue
            if field in ("comments", "live_comments"):
                yield from _comment({"timestamp": at} | what)
            elif field == "story_insights":
                counts = {"impressions": what.get("impressions"), "reach": what.get("reach")}
                counts |= {"comments": what.get("replies"), "shares": what.get("shares")}
                yield from measured("post_metrics", "post_id", what.get("media_id"), at, **counts)
            else:
                unmapped.count(f"notifications of {field}")
