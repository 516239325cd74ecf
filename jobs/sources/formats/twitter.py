"""X (Twitter): API v1.1 and API v2, recognised by their structure.

v1.1: statuses (alone, in lists, in search answers, from the stream), users, `delete` notices and user events of the
stream. v2: pages `{data, includes, errors, meta}` of posts or users, lines of the filtered stream, posts alone (as
twarc flattens pages), events of the compliance streams. Definitions: developer.x.com, "Data dictionary" (v1.1, v2) and
"Compliance data objects".

| X | here |
|---|---|
| tweet; reply | posts of kind post; comment, with parent_post_id; conversation_id is root_post_id |
| retweet | interaction share with the retweet's id, and the original where it is embedded |
| quote | a post, and an interaction share |
| favorite, follow (events) | interactions reaction, follow; unfavorite, unfollow delete them |
| user_mentions, entities.mentions with ids | interactions mention |
| retweet_count + quote_count | shares |
| favorite_count, like_count; reply_count; bookmark_count | reactions; comments; saves |
| impression_count (public, else non-public, else organic) | impressions |
| url_link_clicks (non-public, else organic) | clicks |
| view_count of attached videos | views |

Not reported: reach. observed_at is the time of the newest tweet of the page or status: it was read then or later.
Deletions: a notice may mean a tweet or a retweet, so both tables get its key. user_delete, user_suspend and user_protect
delete the profile with its posts and interactions. Undoing them brings the profile back when it is read again, the rest
with a run of --full. For a notice without a time the tweet's creation is used, which its ID contains: it was deleted then
or later. An edited tweet has a new ID: the earlier versions are deleted, whichever page they are on. Results of batch
compliance jobs are deletions; one without redacted_at holds from the time of landing. They do not say whether an ID is a
post's or an account's: conf can (`compliance_of`), else only the reason "deleted" does. One about an ID that is not held
is in quarantine as well, with the reason not_held. Direct messages are not read.
"""

from __future__ import annotations

import html
from collections.abc import Iterator
from typing import Any, BinaryIO

from jobs.sources import dates, payload, social, unmapped
from jobs.sources.base import DEFAULTS, WHEN_LANDED, ParseError, Record, SplitOptions
from jobs.sources.loose import Row, distinct, first, language, row, scalar, thing, things, tombstone, total
from jobs.sources.splitting import named

tables = {
    "profiles": (
        "profile_id",
        "handle",
        "display_name",
        "bio",
        "url",
        "location",
        "followers_count",
        "following_count",
        "posts_count",
        "is_verified",
        "created_at",
        "deleted_at",
    ),
    "profile_metrics": ("profile_id", "observed_at", "followers_count", "following_count", "posts_count"),
    "posts": (
        "post_id",
        "kind",
        "profile_id",
        "text",
        "url",
        "media",
        "tags",
        "language",
        "created_at",
        "parent_post_id",
        "root_post_id",
        "deleted_at",
    ),
    "post_metrics": (
        "post_id",
        "observed_at",
        "impressions",
        "clicks",
        "reactions",
        "comments",
        "shares",
        "saves",
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
lands_deletions = True
gone_with = (("posts", "profile_id", "profiles"), ("interactions", "actor_profile_id", "profiles"))

# portable: identifiers are texts or whole numbers, written alike
result_id = (
    "case when get_json_object(decode(raw, 'UTF-8'), '$.reason') is not null "
    "and get_json_object(decode(raw, 'UTF-8'), '$.reason') <> 'scrub_geo' "
    "and get_json_object(decode(raw, 'UTF-8'), '$.action') = 'delete' then get_json_object(decode(raw, 'UTF-8'), '$.id') end"
)

_SNOWFLAKE_EPOCH = 1_288_834_974_657
_FIRST_SNOWFLAKE = 29_700_859_247
_HOUSEKEEPING = {
    "scrub_geo",
    "limit",
    "status_withheld",
    "user_withheld",
    "disconnect",
    "warning",
    "friends",
    "friends_str",
    "control",
    "for_user",
}
_GONE_USER = {"user_delete", "user_suspend", "user_protect"}
_COMPLIANCE = _GONE_USER | {
    "delete",
    "drop",
    "undrop",
    "withheld",
    "tweet_edit",
    "user_undelete",
    "user_unsuspend",
    "user_unprotect",
    "user_withheld",
    "user_profile_modification",
    "scrub_geo",
}


def split(stream: BinaryIO, options: SplitOptions) -> Iterator[Record]:
    """One record per status, page or event."""
    return named.split_named(stream, options)


def parse(raw: bytes, context: str | None, options: SplitOptions = DEFAULTS) -> Iterator[Row]:
    """Rows of statuses, users, events and pages of either API version."""
    yield from social.finished(_rows(raw, options))


def _rows(raw: bytes, options: SplitOptions) -> Iterator[Row]:
    for value in social.objects(payload.json_value(raw, options), "an object of X"):
        yield from _object(value, options)


def _object(value: dict[str, Any], options: SplitOptions = DEFAULTS) -> Iterator[Row]:
    """Rows of one object, by its shape."""
    if isinstance(value.get("data"), (dict, list)):
        yield from _page(value)
    elif isinstance(value.get("delete"), dict):
        yield from _delete(value["delete"])
    elif "event" in value and isinstance(value.get("source"), dict):
        yield from _event(value)
    elif value.get("action") in ("delete", "scrub_geo") and "reason" in value and "id" in value:
        yield from _result(value, options)
    elif (
        ("statuses" in value and "accounts" not in value)
        or "globalObjects" in value
        or ("users" in value and "next_cursor" in value)
    ):
        found = thing(value.get("globalObjects")) or value
        for user in _members(found.get("users")):
            yield from _user(user, None)
        for status in _members(found.get("statuses") or found.get("tweets")):
            if "statuses" in found and not _is_status(status):
                raise ParseError(f"not_this_format: not a status of X: {', '.join(sorted(status)[:5])}")
            yield from _status(status)
    elif _is_tweet(value):
        yield from _tweet(value, {}, {}, {}, _time_of_tweet(value))
    elif _is_status(value):
        yield from _status(value)
    elif "screen_name" in value:
        yield from _user(value, None)
    elif thing(value.get("meta")).get("result_count") is not None or _HOUSEKEEPING & set(value):
        for name in sorted(_HOUSEKEEPING & set(value)):
            unmapped.count(f"notices {name}")
    elif "errors" in value or ("title" in value and "status" in value and "detail" in value):
        error = next(iter(things(value.get("errors"))), value)
        said = first(error.get("detail"), error.get("message"), error.get("title"))
        raise ParseError(f"not_this_format: the API answered with an error: {said}")
    else:
        raise ParseError(f"not_this_format: not a status, user, event or page of X: {', '.join(sorted(value)[:5])}")


def _members(value: Any) -> list[dict[str, Any]]:
    """Objects of a list, or of an object with ids as keys."""
    if isinstance(value, dict):
        return things(list(value.values()))
    return things(value)


def _text(*texts: Any) -> str | None:
    """The API escapes &, < and > in texts as entities."""
    text = first(*texts)
    return html.unescape(text) if text else None


def _address(post_id: str | None) -> str | None:
    return f"https://twitter.com/i/web/status/{post_id}" if post_id else None


def _created(text: Any) -> str | None:
    """`Wed Oct 10 20:19:24 +0000 2018` as ISO 8601."""
    parts = (scalar(text) or "").split()
    if len(parts) != 6:
        return scalar(text)
    return dates.text(" ".join((parts[0] + ",", parts[2], parts[1], parts[5], parts[3], parts[4])))


def _time_of_id(post_id: str | None) -> str | None:
    """When a tweet was created, by its ID (IDs contain the time since November 2010)."""
    if post_id is None or not post_id.isdecimal() or not _FIRST_SNOWFLAKE <= int(post_id) < 2**63:
        return None
    return dates.epoch((int(post_id) >> 22) + _SNOWFLAKE_EPOCH, 1000)


def _mention_rows(actor: str | None, targets: list[str], post_id: str | None, at: str | None) -> Iterator[Row]:
    for target in targets:
        yield row(
            "interactions",
            interaction_id=f"mention:{actor or ''}:{target}:{post_id or ''}",
            actor_profile_id=actor,
            target_profile_id=target,
            post_id=post_id,
            kind="mention",
            created_at=at,
        )


def _gone(post_id: str | None, at: str | None) -> Iterator[Row]:
    """A deleted tweet or retweet."""
    at = at or _time_of_id(post_id) or WHEN_LANDED
    yield tombstone("posts", "post_id", post_id, at)
    yield tombstone("interactions", "interaction_id", post_id, at)


def _result(line: dict[str, Any], options: SplitOptions) -> Iterator[Row]:
    """A line of a batch compliance job's results: a post, or an account, that must no longer be held.

    Lines about posts and accounts look alike. Only posts are "deleted"; for other reasons both get the key, unless conf
    says what the source's results are about.
    """
    reason, about = scalar(line.get("reason")), options.compliance_of
    if line.get("action") != "delete" or reason == "scrub_geo":  # places are not kept
        unmapped.count("compliance results scrub_geo")
        return
    at = first(line.get("redacted_at")) or WHEN_LANDED
    if about == "posts" or (about is None and reason == "deleted"):
        yield from _gone(scalar(line.get("id")), at)
        return
    if about is None:
        yield from _gone(scalar(line.get("id")), at)
    yield tombstone("profiles", "profile_id", line.get("id"), at)


# --- API v1.1 ---------------------------------------------------------------------------------------------------


def _id(value: dict[str, Any]) -> str | None:
    return first(value.get("id_str"), value.get("id"))


def _is_status(value: dict[str, Any]) -> bool:
    has_text = any(name in value for name in ("text", "full_text", "retweeted_status"))
    return _id(value) is not None and has_text and isinstance(value.get("user"), dict)


def _status(status: dict[str, Any], seen_at: str | None = None) -> Iterator[Row]:
    """A status, those that it embeds, and their users.

    Args: seen_at: time of the status that embeds this one.
    """
    post_id, user = _id(status), thing(status.get("user"))
    created_at = _created(status.get("created_at")) or _time_of_id(post_id)
    observed_at = seen_at or created_at
    actor = first(user.get("id_str"), user.get("id"), user.get("screen_name"))
    yield from _user(user, observed_at)
    if isinstance(retweeted := status.get("retweeted_status"), dict):
        yield from _status(retweeted, observed_at)
        yield _share(post_id, actor, retweeted, created_at)
        return
    quoted = status.get("quoted_status")
    if isinstance(quoted, dict):
        yield from _status(quoted, observed_at)
    if newer := _newer_version(post_id, _versions_v1(status)):
        yield tombstone("posts", "post_id", post_id, _time_of_id(newer) or created_at)
        return
    whole = thing(status.get("extended_tweet"))
    entities = thing(whole.get("entities")) or thing(status.get("entities"))
    extended = thing(whole.get("extended_entities")) or thing(status.get("extended_entities"))
    parent = first(status.get("in_reply_to_status_id_str"), status.get("in_reply_to_status_id"))
    yield row(
        "posts",
        post_id=post_id,
        kind="comment" if parent else "post",
        profile_id=actor,
        text=_text(whole.get("full_text"), status.get("full_text"), status.get("text")),
        url=_address(post_id),
        media=_media([*things(extended.get("media")), *things(entities.get("media"))]),
        tags=distinct([tag.get("text") for tag in things(entities.get("hashtags"))]),
        language=_language(status.get("lang")),
        created_at=created_at,
        parent_post_id=parent,
        root_post_id=None if parent else post_id,
    )
    yield from _older_versions(post_id, _versions_v1(status))
    metrics = row(
        "post_metrics",
        post_id=post_id,
        observed_at=observed_at,
        reactions=scalar(status.get("favorite_count")),
        comments=scalar(status.get("reply_count")),
        shares=total(status.get("retweet_count"), status.get("quote_count")),
    )
    if len(metrics[1]) > 2:
        yield metrics
    mentioned = distinct([first(one.get("id_str"), one.get("id")) for one in things(entities.get("user_mentions"))])
    yield from _mention_rows(actor, mentioned, post_id, created_at)
    quoted_id = first(status.get("quoted_status_id_str"), status.get("quoted_status_id"), _id(thing(quoted)))
    if quoted_id:
        share_id = f"share:{actor or ''}:{quoted_id}:{post_id or ''}"
        yield _share(share_id, actor, {"id_str": quoted_id, "user": thing(quoted).get("user")}, created_at)


def _versions_v1(status: dict[str, Any]) -> list[str]:
    return distinct(thing(status.get("edit_history")).get("edit_tweet_ids"))


def _newer_version(post_id: str | None, versions: list[str]) -> str | None:
    """ID of the version that replaced a tweet, by its edit history."""
    return versions[versions.index(post_id) + 1] if post_id in versions[:-1] else None


def _older_versions(post_id: str | None, versions: list[str]) -> Iterator[Row]:
    """The versions that a tweet replaced, deleted when it was written."""
    for older in versions[: versions.index(post_id)] if post_id in versions else []:
        yield tombstone("posts", "post_id", older, _time_of_id(post_id))


def _share(share_id: str | None, actor: str | None, original: dict[str, Any], at: str | None) -> Row:
    author = thing(original.get("user"))
    return row(
        "interactions",
        interaction_id=share_id,
        actor_profile_id=actor,
        kind="share",
        post_id=_id(original),
        target_profile_id=first(author.get("id_str"), author.get("id"), author.get("screen_name")),
        created_at=at,
    )


def _language(code: Any) -> str | None:
    """X's own codes (qme, qht, …) mean that a tweet has no words."""
    found = language(code)
    return None if found and len(found) == 3 and found.startswith("q") else found


def _media(entries: list[dict[str, Any]]) -> list[str]:
    """Addresses of media entities, the best file of a video, each once."""
    found: dict[str, str] = {}
    for entry in entries:
        address = _best_variant(thing(entry.get("video_info")).get("variants"))
        address = address or first(entry.get("media_url_https"), entry.get("media_url"))
        if address:
            found.setdefault(first(entry.get("id_str"), entry.get("id")) or address, address)
    return distinct(list(found.values()))


def _best_variant(variants: Any) -> str | None:
    """Address of the MP4 file of the highest bit rate."""
    files = [one for one in things(variants) if one.get("content_type") == "video/mp4"]
    return scalar(max(files, key=_bit_rate).get("url")) if files else None


def _bit_rate(variant: dict[str, Any]) -> int:
    text = first(variant.get("bitrate"), variant.get("bit_rate")) or ""
    return int(text) if text.isdecimal() else 0


def _user(user: dict[str, Any], seen_at: str | None) -> Iterator[Row]:
    """A user of v1.1, and its metrics where a status has a time."""
    profile_id = first(user.get("id_str"), user.get("id"), user.get("screen_name"))
    if profile_id is None:
        return
    created_at, counted = _created(user.get("created_at")), ("followers_count", "friends_count", "statuses_count")
    yield from _account(user, profile_id, user.get("screen_name"), created_at, seen_at, *map(user.get, counted))


def _account(
    user: dict[str, Any], profile_id: str, handle: Any, created_at: str | None, seen_at: str | None, *counted: Any
) -> Iterator[Row]:
    """The profile of a user of either version, and its metrics (followers, following, posts) where there is a time."""
    counts = dict(zip(("followers_count", "following_count", "posts_count"), map(scalar, counted), strict=True))
    yield row(
        "profiles",
        profile_id=profile_id,
        handle=scalar(handle),
        display_name=_text(user.get("name")),
        bio=_text(user.get("description")),
        url=_website(user),
        location=_text(user.get("location")),
        is_verified=scalar(user.get("verified")),
        created_at=created_at,
        **counts,
    )
    if seen_at and any(counts.values()):
        yield row("profile_metrics", profile_id=profile_id, observed_at=seen_at, **counts)


def _website(user: dict[str, Any]) -> str | None:
    """The user's web address, not shortened by X."""
    links = things(thing(thing(user.get("entities")).get("url")).get("urls"))
    return first(*(link.get("expanded_url") for link in links), user.get("url"))


def _delete(notice: dict[str, Any]) -> Iterator[Row]:
    """`{"delete": {"status": {…}, "timestamp_ms": …}}` of the stream; those of direct messages and likes are ignored."""
    if isinstance(status := notice.get("status"), dict):
        yield from _gone(_id(status), dates.epoch(scalar(notice.get("timestamp_ms")), 1000))
    elif others := {"direct_message", "favorite"} & set(notice):
        unmapped.count(f"deletions of a {min(others)}")
    else:
        raise ParseError(f"not_this_format: not a delete notice of X: {', '.join(sorted(notice)[:5])}")


def _event(event: dict[str, Any]) -> Iterator[Row]:
    """An event of the user stream."""
    name, at = scalar(event.get("event")), _created(event.get("created_at"))
    source, target = thing(event.get("source")), thing(event.get("target"))
    actor = first(source.get("id_str"), source.get("id"), source.get("screen_name"))
    aimed_at = first(target.get("id_str"), target.get("id"), target.get("screen_name"))
    for user in (source, target):
        yield from _user(user, at)
    status = thing(event.get("target_object"))
    if _is_status(status):
        yield from _status(status, at)
    if name in ("follow", "unfollow"):
        kind, key, post_id = "follow", f"follow:{actor or ''}:{aimed_at or ''}", None
    elif name in ("favorite", "unfavorite"):
        kind, post_id = "reaction", _id(status)
        key = f"reaction:{actor or ''}:{post_id or ''}"
    else:
        return
    if name.startswith("un"):
        yield tombstone("interactions", "interaction_id", key, at)
        return
    yield row(
        "interactions",
        interaction_id=key,
        actor_profile_id=actor,
        target_profile_id=aimed_at,
        post_id=post_id,
        kind=kind,
        created_at=at,
    )


# --- API v2 -----------------------------------------------------------------------------------------------------


def _is_tweet(value: dict[str, Any]) -> bool:
    return "text" in value and ("author_id" in value or "edit_history_tweet_ids" in value)


def _time_of_tweet(tweet: dict[str, Any]) -> str | None:
    return scalar(tweet.get("created_at")) or _time_of_id(scalar(tweet.get("id")))


def _page(page: dict[str, Any]) -> Iterator[Row]:
    """A page of posts or users, a line of the filtered stream, or a compliance event."""
    data = page["data"]
    if isinstance(data, dict) and "id" not in data and (names := _COMPLIANCE & set(data)):
        for name in sorted(names):
            yield from _compliance(name, thing(data[name]))
        return
    includes = thing(page.get("includes"))
    unmapped.count("polls (their options and votes)", len(things(includes.get("polls"))))
    unmapped.count("places", len(things(includes.get("places"))))
    users = {scalar(user.get("id")): user for user in things(includes.get("users"))}
    media = {scalar(one.get("media_key")): one for one in things(includes.get("media"))}
    found = things(data)
    if data and not found:
        raise ParseError("not_this_format: expected the entries of a page of X to be objects")
    tweets = {scalar(tweet.get("id")): tweet for tweet in [*things(includes.get("tweets")), *found] if "text" in tweet}
    observed_at = dates.latest(map(_time_of_tweet, tweets.values()))
    for user in users.values():
        yield from _user_v2(user, observed_at)
    for tweet in things(includes.get("tweets")):
        yield from _tweet(tweet, tweets, users, media, observed_at)
    for one in found:
        if "event_type" in one:
            raise ParseError("not_this_format: direct messages are not read")
        if "text" in one:
            yield from _tweet(one, tweets, users, media, observed_at)
        elif "username" in one:
            yield from _user_v2(one, observed_at)
        else:
            raise ParseError(f"not_this_format: not a post or user of X: {', '.join(sorted(one)[:5])}")


def _tweet(
    tweet: dict[str, Any],
    tweets: dict[Any, dict[str, Any]],
    users: dict[Any, dict[str, Any]],
    media: dict[Any, dict[str, Any]],
    observed_at: str | None,
) -> Iterator[Row]:
    """A post of v2; its page contains the posts, users and media that it refers to."""
    post_id, created_at = scalar(tweet.get("id")), _time_of_tweet(tweet)
    actor = first(tweet.get("author_id"), thing(tweet.get("author")).get("id"))
    refers = {scalar(one.get("type")): scalar(one.get("id")) for one in things(tweet.get("referenced_tweets"))}
    if "author" in tweet and scalar(thing(tweet["author"]).get("id")) not in users:
        yield from _user_v2(thing(tweet["author"]), observed_at)  # flattened pages embed what they refer to
    shared = refers.get("retweeted") or refers.get("quoted")
    if shared:
        yield row(
            "interactions",
            interaction_id=post_id if "retweeted" in refers else f"share:{actor or ''}:{shared}:{post_id or ''}",
            actor_profile_id=actor,
            target_profile_id=scalar(tweets.get(shared, {}).get("author_id")),
            post_id=shared,
            kind="share",
            created_at=created_at,
        )
    if refers.get("retweeted"):
        return
    versions = distinct(tweet.get("edit_history_tweet_ids"))
    if newer := _newer_version(post_id, versions) or _replaced(post_id, tweets):
        yield tombstone("posts", "post_id", post_id, _time_of_id(newer) or created_at)
        return
    entities, parent = thing(tweet.get("entities")), refers.get("replied_to")
    attached = [media.get(key, {}) for key in distinct(thing(tweet.get("attachments")).get("media_keys"))]
    yield row(
        "posts",
        post_id=post_id,
        kind="comment" if parent else "post",
        profile_id=actor,
        text=_text(thing(tweet.get("note_tweet")).get("text"), tweet.get("text")),
        url=_address(post_id),
        media=distinct([_media_address(one) for one in attached]),
        tags=distinct([tag.get("tag") for tag in things(entities.get("hashtags"))]),
        language=_language(tweet.get("lang")),
        created_at=created_at,
        parent_post_id=parent,
        root_post_id=first(tweet.get("conversation_id"), None if parent else post_id),
    )
    for older in versions[: versions.index(post_id)] if post_id in versions else []:
        yield tombstone("posts", "post_id", older, _time_of_id(post_id) or created_at)
    public, organic = thing(tweet.get("public_metrics")), thing(tweet.get("organic_metrics"))
    private = thing(tweet.get("non_public_metrics"))
    metrics = row(
        "post_metrics",
        post_id=post_id,
        observed_at=observed_at,
        impressions=first(*(of.get("impression_count") for of in (public, private, organic))),
        clicks=first(private.get("url_link_clicks"), organic.get("url_link_clicks")),
        reactions=first(public.get("like_count"), organic.get("like_count")),
        comments=first(public.get("reply_count"), organic.get("reply_count")),
        shares=total(first(public.get("retweet_count"), organic.get("retweet_count")), public.get("quote_count")),
        saves=scalar(public.get("bookmark_count")),
        views=total(*(thing(one.get("public_metrics")).get("view_count") for one in attached)),
    )
    if len(metrics[1]) > 2:
        yield metrics
    mentioned = distinct([one.get("id") for one in things(entities.get("mentions"))])
    yield from _mention_rows(actor, mentioned, post_id, created_at)


def _replaced(post_id: str | None, tweets: dict[Any, dict[str, Any]]) -> str | None:
    """ID of a tweet of the same page that is a later version of this one."""
    for other_id, other in tweets.items():
        versions = distinct(other.get("edit_history_tweet_ids"))
        if other_id != post_id and post_id in versions and other_id in versions[versions.index(post_id or "") + 1 :]:
            return scalar(other_id)
    return None


def _media_address(one: dict[str, Any]) -> str | None:
    return first(_best_variant(one.get("variants")), one.get("url"), one.get("preview_image_url"))


def _user_v2(user: dict[str, Any], observed_at: str | None) -> Iterator[Row]:
    profile_id, metrics = first(user.get("id"), user.get("username")), thing(user.get("public_metrics"))
    if profile_id is None:
        return
    created_at, counted = scalar(user.get("created_at")), ("followers_count", "following_count", "tweet_count")
    yield from _account(user, profile_id, user.get("username"), created_at, observed_at, *map(metrics.get, counted))


def _compliance(name: str, event: dict[str, Any]) -> Iterator[Row]:
    """An event of the compliance streams."""
    at = scalar(event.get("event_at"))
    if name in ("delete", "drop"):
        yield from _gone(scalar(thing(event.get("tweet")).get("id")), at)
    elif name == "tweet_edit":
        newest = scalar(thing(event.get("tweet")).get("id"))
        for post_id in distinct(event.get("edit_tweet_ids")):
            if post_id != newest:
                yield tombstone("posts", "post_id", post_id, at)
    elif name in _GONE_USER:
        yield tombstone("profiles", "profile_id", thing(event.get("user")).get("id"), at)
