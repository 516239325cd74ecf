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

Not reported: saves. Counts are read from a summary, never from a page of a list, which may be incomplete.
Not read: Messenger conversations, answers to an event's invitation, `likes` of a page (no followers).
A comment on its own refers to its post by the first half of its ID.

Source: Graph API v2 to v19 reference (user, page, page-post, photo, album, event, comment, insights, ratings) and
its webhooks reference for pages, field `feed`.
"""

from __future__ import annotations

import re
from typing import Any

from jobs.sources import dates, payload, unmapped
from jobs.sources.base import DEFAULTS, ParseError, SplitOptions
from jobs.sources.loose import distinct, first, things
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

_POST_KEYS = frozenset(
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
_MEDIA_TYPES = frozenset(("photo", "video", "album", "added_photos", "added_video"))
_METRICS = {
    "post_impressions": "impressions",
    "post_impressions_unique": "reach",
    "post_clicks": "clicks",
    "post_video_views": "views",
}
_POST_ITEMS = frozenset(("post", "status", "photo", "video", "share", "link", "album", "note", "event"))
_POST_LINK = re.compile(r"^https?://(?:\w+\.)?facebook\.com/(\d+)/(?:posts|photos|videos)/(\d+)/?(?:\?|$)")


def parse(raw: bytes, context: str | None, options: SplitOptions = DEFAULTS) -> Rows:
    """Rows of one Graph API object, list of objects or webhook notification."""
    yield from finished(_any(payload.json_value(raw, options)))


def _any(value: Any) -> Rows:
    for each in answers(value):
        yield from _answer(each)


def _answer(value: dict[str, Any]) -> Rows:
    if isinstance(value.get("entry"), list):
        yield from _notification(value)
    elif "id" not in value and isinstance(value.get("data"), list):
        for each in value["data"]:
            yield from _any(each)
    elif "values" in value and "period" in value:
        yield from _insight(value)
    elif "reviewer" in value or "recommendation_type" in value:
        yield from _review(value)
    elif _is_account(value):
        yield from _account(value)
    elif _is_comment(value):
        yield from _comment(value)
    elif value.keys() & (_POST_KEYS | {"message", "created_time", "start_time"}):
        yield from _post(value)
    else:
        raise ParseError("not_this_format: not an object of the Graph API that is supported")


def _type(node: dict[str, Any]) -> str | None:
    return first(part(node, "metadata", "type"), node.get("type"))


def _is_account(node: dict[str, Any]) -> bool:
    if _type(node) in ("user", "page", "group"):
        return True
    is_content = node.keys() & {"from", "created_time", "message", "story", "start_time", "status_type", "images"}
    return bool(node.keys() & _ACCOUNT_KEYS) and "id" in node and not is_content and _type(node) not in _POST_TYPES


def _is_comment(node: dict[str, Any]) -> bool:
    if node.keys() & _COMMENT_KEYS or _type(node) == "comment":
        return True
    before, _, after = (first(node.get("id")) or "").partition("_")
    is_whose = before != first(part(node, "from", "id"))
    return bool(after) and is_whose and "message" in node and not node.keys() & _POST_KEYS


def _account(node: Any) -> Rows:
    if not first(part(node, "id")):
        return
    place = node.get("location")
    yield (
        "profiles",
        {
            "profile_id": node["id"],
            "handle": node.get("username"),
            "display_name": node.get("name"),
            "bio": first(node.get("about"), node.get("bio"), node.get("description")),
            "url": first(node.get("link"), node.get("website")),
            "location": first(part(place, "name"), part(place, "city")) if isinstance(place, dict) else place,
            "language": (first(node.get("locale")) or "")[:2],
            "followers_count": node.get("followers_count"),
            "is_verified": first(node.get("is_verified"), node.get("verified")),
        },
    )


# --- posts and what belongs to them -----------------------------------------------------------------------------


def _post(node: dict[str, Any]) -> Rows:
    post_id, author, created_at = node.get("id"), _author(node), _created(node)
    actor = first(part(author, "id"))
    yield from _account(author)
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


def _comment(node: dict[str, Any], parent_id: Any = None, root_id: Any = None) -> Rows:
    comment_id, author, created_at = node.get("id"), _author(node), _created(node)
    actor = first(part(author, "id"))
    before, _, after = (first(comment_id) or "").partition("_")
    commented = first(root_id, part(node, "object", "id"), before if after else None)
    yield from _account(author)
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


def _hanging(node: dict[str, Any], post_id: Any, root_id: Any, author_id: Any, created_at: Any) -> Rows:
    """What belongs to a post or comment: metrics, comments, reactions, mentioned and tagged people."""
    observed_at = first(node.get("updated_time"), created_at)
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
        **_lifetime(node),
    )
    for comment in things(part(node, "comments", "data")):
        yield from _comment(comment, post_id, root_id)
    reacting = things(part(likes, "data")) + things(part(node, "reactions", "data"))
    for person in {first(each.get("id")): each for each in reacting}.values():
        yield from _account(person)
        yield from interaction("reaction", person.get("id"), author_id, post_id, created_at)
    for named in _named(node.get("message_tags")):
        yield from _account({"id": named.get("id"), "name": named.get("name")})
        yield from interaction("mention", author_id, named.get("id"), post_id, created_at)
    for named in things(part(node, "tags", "data")) + things(part(node, "with_tags", "data")):
        yield from _account({"id": named.get("id"), "name": named.get("name")})
        by, tagged_at = part(named, "tagging_user", "id"), first(named.get("created_time"), created_at)
        yield from interaction("tag", first(by, author_id), named.get("id"), post_id, tagged_at)


def _author(node: dict[str, Any]) -> Any:
    return node.get("from") or node.get("owner")


def _created(node: dict[str, Any]) -> str | None:
    return first(node.get("created_time"), node.get("publish_time"))


def _edited(node: dict[str, Any]) -> str | None:
    """Last of the edits that the object lists; updated_time moves with every comment too."""
    edits = distinct([edit.get("edit_time") for edit in things(part(node, "edit_actions", "data"))])
    return dates.latest(edits)


def _kind(node: dict[str, Any]) -> str:
    types = {_type(node), first(node.get("status_type"))}
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


def _review(node: dict[str, Any]) -> Rows:
    reviewer, created_at = node.get("reviewer"), _created(node)
    by = first(part(reviewer, "id"))
    post_id = first(part(node, "open_graph_story", "id"), node.get("open_graph_story_id"), node.get("id"))
    post_id = post_id or (f"review:{by}:{created_at}" if by else None)
    yield from _account(reviewer)
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


# --- insights ---------------------------------------------------------------------------------------------------


def _lifetime(node: dict[str, Any]) -> dict[str, Any]:
    """Lifetime insights of a post."""
    found = things(part(node, "insights", "data"))
    return {
        _METRICS[name]: part(each, "values", -1, "value")
        for each in found
        if (name := first(each.get("name"))) in _METRICS and each.get("period") == "lifetime"
    }


def _insight(node: dict[str, Any]) -> Rows:
    """One insight of a post or page, one value per time. Its id is `<object>/insights/<name>/<period>`."""
    of, name = (first(node.get("id")) or "").split("/", 1)[0] or None, first(node.get("name"))
    for each in things(node.get("values")):
        if name in _METRICS and node.get("period") == "lifetime":
            yield from measured(
                "post_metrics", "post_id", of, each.get("end_time"), **{_METRICS[name]: each.get("value")}
            )
        elif name == "page_follows":
            followers = {"followers_count": each.get("value")}
            yield from measured("profile_metrics", "profile_id", of, each.get("end_time"), **followers)


# --- webhooks ---------------------------------------------------------------------------------------------------


def _notification(value: dict[str, Any]) -> Rows:
    for entry in things(value["entry"]):
        unmapped.count("private messages", len(things(entry.get("messaging"))))
        for change in things(entry.get("changes")):
            what = change.get("value")
            if isinstance(what, dict):
                yield from _change(what, first(change.get("field")), entry)


def _change(what: dict[str, Any], field: str | None, entry: dict[str, Any]) -> Rows:
    """One change. Hidden and shown again changes nothing here; fields other than feed, mention, ratings are not read."""
    item, verb, page_id = first(what.get("item")), first(what.get("verb")), entry.get("id")
    at = dates.epoch(what.get("created_time")) or dates.epoch(entry.get("time"))
    notified_at = dates.epoch(entry.get("time")) or at
    by = what.get("from") or {"id": what.get("sender_id"), "name": what.get("sender_name")}
    by_id = first(part(by, "id"))
    if verb in ("hide", "unhide", "block", "unblock", "mute") or field not in ("feed", "mention", "ratings"):
        unmapped.count(f"notifications of {field}: {verb}" if verb else f"notifications of {field}")
        return
    if field == "mention":
        if verb != "remove":
            named_in = first(what.get("comment_id"), what.get("post_id"))
            yield from _account(by)
            yield from interaction("mention", by_id, page_id, named_in, at)
    elif item in ("like", "reaction"):
        yield from _reaction(what, by, at, None if verb != "remove" else notified_at)
    elif item == "comment":
        if verb == "remove":
            yield "posts", {"post_id": what.get("comment_id"), "deleted_at": notified_at}
        else:
            yield from _comment(
                _as_node(what, "comment_id", by, at, notified_at), what.get("parent_id"), what.get("post_id")
            )
    elif item == "rating":
        story = what.get("open_graph_story_id")
        reviewer = {"id": what.get("reviewer_id"), "name": what.get("reviewer_name")}
        if verb == "remove":
            yield "posts", {"post_id": story, "deleted_at": notified_at}
        else:
            yield from _review(what | {"reviewer": reviewer, "created_time": at})
    elif item in _POST_ITEMS:
        if verb == "remove":
            yield "posts", {"post_id": what.get("post_id"), "deleted_at": notified_at}
        else:
            yield from _post(_as_node(what, "post_id", by, at, notified_at))
    else:
        unmapped.count(f"notifications of {field}: {item}")


def _as_node(what: dict[str, Any], id_key: str, by: Any, at: Any, edited_at: Any) -> dict[str, Any]:
    """A change's value as an object of the Graph API."""
    is_media = what.get("item") in ("photo", "video", "album")
    node = {"id": what.get(id_key), "from": by, "created_time": at, "message": what.get("message")}
    node |= {"link": what.get("link"), "full_picture": what.get("photo"), "permalink_url": what.get("permalink_url")}
    if what.get("verb") in ("edit", "edited"):
        node["edit_actions"] = {"data": [{"edit_time": edited_at}]}
    pictures = [{"media": {"image": {"src": each}}} for each in distinct(what.get("photos"))]
    return node | {"attachments": {"data": pictures}, "type": what.get("item") if is_media else None}


def _reaction(what: dict[str, Any], by: Any, at: Any, removed_at: str | None) -> Rows:
    upon = first(what.get("comment_id"), what.get("post_id"))
    if not upon:
        return  # a like of the page itself
    owner = upon.partition("_")[0] if "comment_id" not in what and "_" in upon else None
    yield from _account(by)
    for table, row in interaction("reaction", part(by, "id"), owner, upon, at):
        if removed_at:
            yield table, {"interaction_id": row["interaction_id"], "deleted_at": removed_at}
        else:
            yield table, row
