"""Reddit: listings and things of the API (t1 comments, t3 links, t2 accounts), alone or as lines of an archive.

Things come as `{"kind": "t3", "data": {…}}`, in listings, in comment trees (`replies`), and bare, as archives of Reddit
keep them (Pushshift's lines). Definition: github.com/reddit-archive/reddit/wiki/JSON and reddit.com/dev/api.

| Reddit | here |
|---|---|
| link or self post (t3); comment (t1) | posts of kind post; comment; ids are full names (t3_…, t1_…), however they are written |
| link_id, parent_id | root_post_id, parent_post_id |
| address that a link submits | text where it has none of its own; media where it is a picture or video |
| link_flair_text | tags |
| crosspost | a post, and an interaction share; the original where it is embedded |
| score; num_comments; num_crossposts; view_count | reactions; comments; shares; views |
| subreddit subscribers of an account | followers_count |
| [deleted], [removed] as text, removed_by_category | a tombstone; [deleted] as author: a post without one |

Not reported: impressions, reach, clicks, saves, voters; a hidden score is null. Deletions have no time: the time when an
archive saw the thing (retrieved_on) is used, else that of its last edit or creation; it was deleted then or later.
observed_at is the same time. Texts are Markdown, as written. Messages (t4), subreddits (t5), awards (t6) and `more`
produce no rows.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from jobs.sources import dates, social, unmapped
from jobs.sources.base import DEFAULTS, ParseError, Record, SplitOptions
from jobs.sources.loose import Row, distinct, first, row, scalar, thing, things, tombstone
from jobs.sources.splitting import named

tables = {
    "profiles": ("profile_id", "handle", "display_name", "bio", "url", "followers_count", "is_bot", "created_at"),
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
        "deleted_at",
    ),
    "post_metrics": ("post_id", "observed_at", "reactions", "comments", "shares", "views"),
    "interactions": ("interaction_id", "actor_profile_id", "target_profile_id", "post_id", "kind", "created_at"),
}

_SITE = "https://www.reddit.com"
_GONE = ("[deleted]", "[removed]")
_FULL_NAME = re.compile(r"t[1-6]_[0-9a-z]+")
_WITHOUT_ROWS = ("t4", "t5", "t6", "more", "LabeledMulti", "wikipage", "UserList", "modaction")

_LEFT_OUT = {"t4": "messages", "t5": "subreddits", "t6": "awards", "more": "lists of comments that were not loaded"}


def split(stream: BinaryIO, options: SplitOptions) -> Iterator[Record]:
    """One record per listing or thing."""
    return named.split_named(stream, options)


def parse(raw: bytes, context: str | None, options: SplitOptions = DEFAULTS) -> Iterator[Row]:
    """Rows of listings and things."""
    yield from social.of_objects(raw, options, "a thing of Reddit", _object)


def _object(value: dict[str, Any]) -> Iterator[Row]:
    """Rows of one object, by its shape."""
    kind, data = scalar(value.get("kind")), thing(value.get("data"))
    if kind == "Listing":
        for child in things(data.get("children")):
            yield from _object(child)
    elif kind in _THINGS:
        yield from _THINGS[kind](data)
    elif kind in _WITHOUT_ROWS:
        unmapped.count(_LEFT_OUT.get(kind or "", f"things of kind {kind}"))
    elif isinstance(answer := thing(thing(value.get("json")).get("data")).get("things"), list):  # to morechildren
        for child in things(answer):
            yield from _object(child)
    elif "body" in value and "link_id" in value:
        yield from _comment(value)
    elif "title" in value and "subreddit" in value and "created_utc" in value:
        yield from _link(value)
    elif "link_karma" in value or "comment_karma" in value:
        yield from _account(value)
    elif "error" in value:
        said = first(value.get("message"), value["error"])
        raise ParseError(f"not_this_format: the API answered with an error: {said}")
    else:
        raise ParseError(f"not_this_format: not a listing or thing of Reddit: {', '.join(sorted(value)[:5])}")


def _full_name(kind: str, data: dict[str, Any]) -> str | None:
    """The ID with its kind, as replies refer to it."""
    name = scalar(data.get("name"))
    return name if name and name.startswith(f"{kind}_") else _named(kind, data.get("id")) or name


def _named(kind: str, id_: Any) -> str | None:
    """The full name of an ID in any notation: full, bare in base 36, or as the number that it stands for (Pushshift)."""
    text = _base_36(id_) if isinstance(id_, int) and not isinstance(id_, bool) else scalar(id_)
    return text if text is None or _FULL_NAME.fullmatch(text) else f"{kind}_{text}"


def _base_36(number: int) -> str:
    digits = ""
    while number > 0:
        number, digit = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
    return digits or "0"


def _parent(data: dict[str, Any], root: str | None) -> str | None:
    """What a comment answers: the comment, or the post where the ID is the post's or missing (Pushshift's newer lines)."""
    parent = _named("t1", data.get("parent_id"))
    return root if parent is None or (root and parent == f"t1_{root.partition('_')[2]}") else parent


def _text(value: Any) -> str | None:
    """The API escapes &, < and > in texts as entities."""
    text = scalar(value)
    return html.unescape(text) if text else None


def _time(*values: Any) -> str | None:
    """The first time given: seconds since 1970 or, in archives, a text without a zone, which is in UTC too."""
    return dates.utc(dates.epoch(first(*values)))


def _times(data: dict[str, Any]) -> tuple[str | None, str | None, str | None]:
    """When a thing was created, last edited, and seen."""
    created_at, edited = _time(data.get("created_utc"), data.get("created")), data.get("edited")
    edited_at = _time(edited) if edited and not isinstance(edited, bool) else None
    seen = _time(data.get("retrieved_utc"), data.get("retrieved_on"))
    return created_at, edited_at, seen or edited_at or created_at


def _author(data: dict[str, Any]) -> Iterator[Row]:
    """The author of a thing, as far as it is known."""
    profile_id, handle = _author_id(data), scalar(data.get("author"))
    if profile_id:
        yield row(
            "profiles",
            profile_id=profile_id,
            handle=handle,
            url=f"{_SITE}/user/{handle}" if handle else None,
            is_bot="true" if handle == "AutoModerator" else None,
        )


def _author_id(data: dict[str, Any]) -> str | None:
    handle = scalar(data.get("author"))
    return None if handle in _GONE else first(_named("t2", data.get("author_fullname")), handle)


def _link(data: dict[str, Any]) -> Iterator[Row]:
    """A link or self post (t3)."""
    post_id, actor = _full_name("t3", data), _author_id(data)
    created_at, edited_at, seen_at = _times(data)
    yield from _author(data)
    originals = things(data.get("crosspost_parent_list"))
    for original in originals:
        yield from _link({"retrieved_utc": data.get("retrieved_utc"), **original})
    if _is_removed(data, data.get("selftext"), data.get("title")):
        yield tombstone("posts", "post_id", post_id, seen_at)
        return
    if data.get("poll_data"):
        unmapped.count("polls (their options and votes)")
    submitted = None if data.get("is_self") is True else first(data.get("url_overridden_by_dest"), data.get("url"))
    media, permalink = _media(data, submitted), scalar(data.get("permalink"))
    yield row(
        "posts",
        post_id=post_id,
        kind="post",
        profile_id=actor,
        title=_text(data.get("title")),
        text=_text(data.get("selftext")) or (None if media else _text(submitted)),
        url=f"{_SITE}{permalink}" if permalink else None,
        media=media,
        tags=distinct([_text(data.get("link_flair_text"))]),
        created_at=created_at,
        edited_at=edited_at,
        root_post_id=post_id,
    )
    yield from _metrics(
        post_id,
        seen_at,
        reactions=_score(data),
        comments=scalar(data.get("num_comments")),
        shares=scalar(data.get("num_crossposts")),
        views=scalar(data.get("view_count")),
    )
    if shared := _named("t3", data.get("crosspost_parent")):
        target = next((_author_id(one) for one in originals if _full_name("t3", one) == shared), None)
        yield row(
            "interactions",
            interaction_id=f"share:{actor or ''}:{shared}:{post_id or ''}",
            actor_profile_id=actor,
            target_profile_id=target,
            post_id=shared,
            kind="share",
            created_at=created_at,
        )


def _is_removed(data: dict[str, Any], *texts: Any) -> bool:
    """Whether a thing was deleted by its author or removed by others, by its texts or by who removed it."""
    return first(data.get("removed_by_category")) is not None or any(map(social.is_removal_notice, texts))


def _media(data: dict[str, Any], submitted: str | None) -> list[str]:
    """Addresses of the pictures and videos that a post submits."""
    hosted = thing(_first_thing(data.get("secure_media"), data.get("media")).get("reddit_video"))
    if video := scalar(hosted.get("fallback_url")):
        return [html.unescape(video)]
    pictures = thing(data.get("media_metadata"))
    in_order = [scalar(one.get("media_id")) for one in things(thing(data.get("gallery_data")).get("items"))]
    sources = [thing(thing(pictures.get(one)).get("s")) for one in in_order or pictures if one]
    found = distinct([_text(first(source.get("u"), source.get("mp4"), source.get("gif"))) for source in sources])
    if not found and submitted and data.get("post_hint") in ("image", "hosted:video", "rich:video"):
        return [html.unescape(submitted)]
    return found


def _first_thing(*values: Any) -> dict[str, Any]:
    """The first non-empty object."""
    return next((value for value in values if isinstance(value, dict) and value), {})


def _score(data: dict[str, Any]) -> str | None:
    is_hidden = data.get("score_hidden") is True or data.get("hide_score") is True
    return None if is_hidden else first(data.get("score"), data.get("ups"))


def _metrics(post_id: str | None, observed_at: str | None, **counts: str | None) -> Iterator[Row]:
    if any(counts.values()):
        yield row("post_metrics", post_id=post_id, observed_at=observed_at, **counts)


def _comment(data: dict[str, Any]) -> Iterator[Row]:
    """A comment (t1) and the comments under it."""
    post_id, root = _full_name("t1", data), _named("t3", data.get("link_id"))
    created_at, edited_at, seen_at = _times(data)
    yield from _author(data)
    if _is_removed(data, data.get("body")):
        yield tombstone("posts", "post_id", post_id, seen_at)
    else:
        permalink = scalar(data.get("permalink"))
        yield row(
            "posts",
            post_id=post_id,
            kind="comment",
            profile_id=_author_id(data),
            text=_text(data.get("body")),
            url=f"{_SITE}{permalink}" if permalink else None,
            created_at=created_at,
            edited_at=edited_at,
            parent_post_id=_parent(data, root),
            root_post_id=root,
        )
        yield from _metrics(post_id, seen_at, reactions=_score(data))
    if isinstance(data.get("replies"), dict):
        yield from _object(data["replies"])


def _account(data: dict[str, Any]) -> Iterator[Row]:
    """An account (t2). Its page is a subreddit, whose subscribers follow it."""
    page, handle = thing(data.get("subreddit")), scalar(data.get("name"))
    bare = scalar(data.get("id"))
    yield row(
        "profiles",
        profile_id=_named("t2", bare) or handle,
        handle=handle,
        display_name=_text(page.get("title")),
        bio=_text(page.get("public_description")),
        url=f"{_SITE}/user/{handle}" if handle else None,
        followers_count=scalar(page.get("subscribers")),
        is_bot="true" if handle == "AutoModerator" else None,
        created_at=_time(data.get("created_utc"), data.get("created")),
    )


_THINGS = {"t1": _comment, "t2": _account, "t3": _link}
