"""YouTube: resources of the Data API v3, alone or as lists (`{"kind": "youtube#…ListResponse", "items": […]}`).

| YouTube | here |
|---|---|
| channel | profiles; a hidden subscriberCount is null |
| video; search result of a video; activity upload, bulletin | posts of kind media (a bulletin is a post) |
| commentThread, comment | posts of kind comment; parent is the comment answered, else the video; root is the video |
| playlistItem, activity playlistItem | the video, and an interaction of kind share where the list is not its owner's |
| activity like, favorite | interactions of kind reaction |
| subscription, activity subscription | interactions of kind follow |
| comment of moderationStatus rejected | the key and deleted_at: it was rejected after its last change |
| viewCount, likeCount, commentCount, totalReplyCount | post_metrics: views, reactions, comments |

Not reported: impressions, reach, clicks, shares, saves (favoriteCount is always 0), dislikes; other deletions. The API has no
time of observation: for a video that of its publication is used, for a comment that of the last change, its own or of a reply
beside it; a channel's metrics are only in its profile. A deleted video in a list (without an owner) is ignored.
Comments that wait for approval (heldForReview, likelySpam) are left out: no visitor sees them.
Search results truncate descriptions; read videos after them.

Source: developers.google.com/youtube/v3/docs, resources activities, channels, commentThreads, comments,
playlistItems, search, subscriptions, videos.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from jobs.sources import dates, payload, unmapped
from jobs.sources.base import DEFAULTS, ParseError, SplitOptions
from jobs.sources.loose import first, language, things
from jobs.sources.social import Rows, answers, finished, hashtags, interaction, measured, part, plain
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
        "posts_count",
        "created_at",
    ),
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
    "post_metrics": ("post_id", "observed_at", "reactions", "comments", "views"),
    "interactions": ("interaction_id", "actor_profile_id", "target_profile_id", "post_id", "kind", "created_at"),
}

_NOT_APPROVED = ("heldForReview", "likelySpam")
_SIZES = ("maxres", "standard", "high", "medium", "default")


def parse(raw: bytes, context: str | None, options: SplitOptions = DEFAULTS) -> Rows:
    """Rows of one resource or list of resources."""
    yield from finished(_any(payload.json_value(raw, options)))


def _any(value: Any) -> Rows:
    for each in answers(value):
        yield from _answer(each)


def _answer(value: dict[str, Any]) -> Rows:
    kind = first(value.get("kind")) or ""
    if not kind.startswith("youtube#"):
        raise ParseError("not_this_format: not a resource of the YouTube Data API (kind is not youtube#…)")
    if "items" in value:
        for each in things(value["items"]):
            yield from _any({"kind": kind.removesuffix("ListResponse")} | each)
    elif read := _READERS.get(kind.removeprefix("youtube#")):
        yield from read(value)
    else:
        unmapped.count(f"resources {kind}")


def _channel_row(channel_id: Any, title: Any, **more: Any) -> Rows:
    if first(channel_id):
        yield "profiles", {"profile_id": channel_id, "display_name": title, **more}


def _channel(item: dict[str, Any]) -> Rows:
    snippet, counts = item.get("snippet"), item.get("statistics")
    handle, channel_id = first(part(snippet, "customUrl")), item.get("id")
    is_hidden = part(counts, "hiddenSubscriberCount") is True
    yield from _channel_row(
        channel_id,
        part(snippet, "title"),
        handle=handle.removeprefix("@") if handle else None,
        bio=part(snippet, "description"),
        url=f"https://www.youtube.com/channel/{first(channel_id)}",
        location=part(snippet, "country"),
        language=language(part(snippet, "defaultLanguage")),
        followers_count=None if is_hidden else part(counts, "subscriberCount"),
        posts_count=part(counts, "videoCount"),
        created_at=part(snippet, "publishedAt"),
    )


def _video_row(video_id: Any, snippet: Any, created_at: Any, channel_id: Any, channel: Any, tags: Any = None) -> Rows:
    yield from _channel_row(channel_id, channel)
    text = first(part(snippet, "description"))
    thumbnail = first(*(part(snippet, "thumbnails", size, "url") for size in _SIZES))
    yield (
        "posts",
        {
            "post_id": video_id,
            "kind": "media",
            "profile_id": channel_id,
            "title": part(snippet, "title"),
            "text": text,
            "url": f"https://www.youtube.com/watch?v={first(video_id)}" if first(video_id) else None,
            "media": [thumbnail],
            "tags": tags or hashtags(text),
            "language": language(first(part(snippet, "defaultAudioLanguage"), part(snippet, "defaultLanguage"))),
            "created_at": created_at,
            "root_post_id": video_id,
        },
    )


def _video(item: dict[str, Any]) -> Rows:
    snippet, counts, video_id = item.get("snippet"), item.get("statistics"), item.get("id")
    created_at = part(snippet, "publishedAt")
    if snippet is not None:
        channel = part(snippet, "channelId"), part(snippet, "channelTitle")
        yield from _video_row(video_id, snippet, created_at, *channel, part(snippet, "tags"))
    yield from measured(
        "post_metrics",
        "post_id",
        video_id,
        created_at,
        views=part(counts, "viewCount"),
        reactions=part(counts, "likeCount"),
        comments=part(counts, "commentCount"),
    )


def _changed(item: dict[str, Any]) -> str | None:
    """When a comment was last changed."""
    times = [first(part(item, "snippet", name)) for name in ("updatedAt", "publishedAt")]
    return dates.latest(times) or first(*times)


def _comment(item: dict[str, Any], video_id: Any = None, replies: Any = None, seen_at: str | None = None) -> Rows:
    snippet, comment_id = item.get("snippet"), item.get("id")
    name = first(part(snippet, "authorDisplayName"))
    author = first(part(snippet, "authorChannelId", "value"), name)
    created_at, updated_at = first(part(snippet, "publishedAt")), first(part(snippet, "updatedAt"))
    status = first(part(snippet, "moderationStatus"))
    if status == "rejected":
        yield "posts", {"post_id": comment_id, "deleted_at": _changed(item)}
        return
    if status in _NOT_APPROVED:
        unmapped.count("comments that are not approved")
        return
    root = first(part(snippet, "videoId"), video_id)
    handle = name.removeprefix("@") if name and name.startswith("@") else None
    yield from _channel_row(author, name, handle=handle, url=part(snippet, "authorChannelUrl"))
    yield (
        "posts",
        {
            "post_id": comment_id,
            "kind": "comment",
            "profile_id": author,
            "text": first(part(snippet, "textOriginal")) or plain(part(snippet, "textDisplay")),
            "created_at": created_at,
            "edited_at": dates.later(updated_at, created_at),
            "parent_post_id": first(part(snippet, "parentId"), root),
            "root_post_id": root,
        },
    )
    yield from measured(
        "post_metrics",
        "post_id",
        comment_id,
        seen_at or _changed(item),
        reactions=part(snippet, "likeCount"),
        comments=replies,
    )


def _thread(item: dict[str, Any]) -> Rows:
    snippet = item.get("snippet")
    video_id, top = part(snippet, "videoId"), part(snippet, "topLevelComment")
    replies = things(part(item, "replies", "comments"))
    if isinstance(top, dict):
        newest = dates.latest(map(_changed, (top, *replies)))
        yield from _comment(top, video_id, part(snippet, "totalReplyCount"), newest)
    for reply in replies:
        yield from _comment(reply, video_id)


def _playlist_item(item: dict[str, Any]) -> Rows:
    snippet = item.get("snippet")
    video_id = first(part(snippet, "resourceId", "videoId"), part(item, "contentDetails", "videoId"))
    owner, keeper = part(snippet, "videoOwnerChannelId"), part(snippet, "channelId")
    if not first(owner):
        return
    published_at = part(item, "contentDetails", "videoPublishedAt")
    if first(published_at):
        yield from _video_row(video_id, snippet, published_at, owner, part(snippet, "videoOwnerChannelTitle"))
    yield from _channel_row(keeper, part(snippet, "channelTitle"))
    if first(keeper) != first(owner):
        id_ = f"share:{first(item.get('id'))}" if first(item.get("id")) else None
        yield from interaction("share", keeper, owner, video_id, part(snippet, "publishedAt"), id_)


def _search_result(item: dict[str, Any]) -> Rows:
    """Search escapes titles as HTML."""
    snippet, found = item.get("snippet"), item.get("id")
    if first(part(found, "videoId")) and isinstance(snippet, dict):
        content = snippet | {"title": plain(snippet.get("title")), "description": plain(snippet.get("description"))}
        channel = snippet.get("channelId"), plain(snippet.get("channelTitle"))
        yield from _video_row(part(found, "videoId"), content, snippet.get("publishedAt"), *channel)
    elif first(part(found, "channelId")):
        bio = plain(part(snippet, "description"))
        yield from _channel_row(part(found, "channelId"), plain(part(snippet, "title")), bio=bio)
    else:
        unmapped.count("search results that are neither videos nor channels")


def _subscription(item: dict[str, Any]) -> Rows:
    snippet = item.get("snippet")
    followed = part(snippet, "resourceId", "channelId")
    follower = first(part(snippet, "channelId"), part(item, "subscriberSnippet", "channelId"))
    yield from _channel_row(followed, part(snippet, "title"))
    yield from _channel_row(follower, first(part(item, "subscriberSnippet", "title"), part(snippet, "channelTitle")))
    yield from interaction("follow", follower, followed, None, part(snippet, "publishedAt"))


def _activity(item: dict[str, Any]) -> Rows:
    """An activity of a channel; only its own uploads come with more than the video's ID."""
    snippet, details = item.get("snippet"), item.get("contentDetails")
    what, who, at = first(part(snippet, "type")) or "", part(snippet, "channelId"), part(snippet, "publishedAt")
    yield from _channel_row(who, part(snippet, "channelTitle"))
    video_id = part(details, what, "resourceId", "videoId")
    if what == "upload":
        channel = who, part(snippet, "channelTitle")
        yield from _video_row(part(details, "upload", "videoId"), snippet, at, *channel)
    elif what in ("like", "favorite"):
        yield from interaction("reaction", who, None, video_id, at)
    elif what == "subscription":
        yield from interaction("follow", who, part(details, what, "resourceId", "channelId"), None, at)
    elif what == "playlistItem":
        yield from interaction("share", who, None, video_id, at)
    elif what == "bulletin":
        content = {"title": part(snippet, "title"), "text": part(snippet, "description")}
        ids = {"post_id": item.get("id"), "profile_id": who, "root_post_id": item.get("id")}
        yield "posts", {"kind": "post", "created_at": at, **ids, **content}
    else:
        unmapped.count(f"activities of type {what}")


_READERS: dict[str, Callable[[dict[str, Any]], Rows]] = {
    "channel": _channel,
    "video": _video,
    "comment": _comment,
    "commentThread": _thread,
    "playlistItem": _playlist_item,
    "searchResult": _search_result,
    "subscription": _subscription,
    "activity": _activity,
}
