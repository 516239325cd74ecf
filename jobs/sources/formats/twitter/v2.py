"""API v2: pages of posts and users, lines of the filtered stream, and posts alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from jobs.sources import dates, unmapped
from jobs.sources.base import ParseError
from jobs.sources.formats.twitter import deletions
from jobs.sources.formats.twitter.parts import (
    address_of,
    best_variant,
    language_of,
    newer_version,
    of_account,
    of_mentions,
    time_of_id,
    unescaped,
)
from jobs.sources.loose import Row, distinct, first, row, scalar, thing, things, tombstone, total

NOT_SHOWN = "errors of the API (posts or accounts that it does not show)"


def is_tweet(value: dict[str, Any]) -> bool:
    return "text" in value and ("author_id" in value or "edit_history_tweet_ids" in value)


def time_of_tweet(tweet: dict[str, Any]) -> str | None:
    return scalar(tweet.get("created_at")) or time_of_id(scalar(tweet.get("id")))


def of_page(page: dict[str, Any]) -> Iterator[Row]:
    """A page of posts or users, a line of the filtered stream, or a compliance event."""
    data = page["data"]
    if isinstance(data, dict) and "id" not in data and (names := deletions.EVENTS & set(data)):
        for name in sorted(names):
            yield from deletions.of_event(name, thing(data[name]))
        return
    includes = thing(page.get("includes"))
    unmapped.count("polls (their options and votes)", len(things(includes.get("polls"))))
    unmapped.count("places", len(things(includes.get("places"))))
    unmapped.count(NOT_SHOWN, len(things(page.get("errors"))))
    users = {scalar(user.get("id")): user for user in things(includes.get("users"))}
    media = {scalar(one.get("media_key")): one for one in things(includes.get("media"))}
    found = things(data)
    if data and not found:
        raise ParseError("not_this_format: expected the entries of a page of X to be objects")
    tweets = {scalar(tweet.get("id")): tweet for tweet in [*things(includes.get("tweets")), *found] if "text" in tweet}
    observed_at = dates.latest(map(time_of_tweet, tweets.values()))
    for user in users.values():
        yield from _user(user, observed_at)
    for tweet in things(includes.get("tweets")):
        yield from of_tweet(tweet, tweets, users, media, observed_at)
    for one in found:
        if "event_type" in one:
            raise ParseError("not_this_format: direct messages are not read")
        if "text" in one:
            yield from of_tweet(one, tweets, users, media, observed_at)
        elif "username" in one:
            yield from _user(one, observed_at)
        else:
            raise ParseError(f"not_this_format: not a post or user of X: {', '.join(sorted(one)[:5])}")


def of_tweet(
    tweet: dict[str, Any],
    tweets: dict[Any, dict[str, Any]],
    users: dict[Any, dict[str, Any]],
    media: dict[Any, dict[str, Any]],
    observed_at: str | None,
) -> Iterator[Row]:
    """A post of v2; its page contains the posts, users and media that it refers to."""
    post_id, created_at = scalar(tweet.get("id")), time_of_tweet(tweet)
    actor = first(tweet.get("author_id"), thing(tweet.get("author")).get("id"))
    refers = {scalar(one.get("type")): scalar(one.get("id")) for one in things(tweet.get("referenced_tweets"))}
    if "author" in tweet and scalar(thing(tweet["author"]).get("id")) not in users:
        yield from _user(thing(tweet["author"]), observed_at)  # flattened pages embed what they refer to
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
    if newer := newer_version(post_id, versions) or _replaced(post_id, tweets):
        yield tombstone("posts", "post_id", post_id, time_of_id(newer) or created_at)
        return
    entities, parent = thing(tweet.get("entities")), refers.get("replied_to")
    attached = [media.get(key, {}) for key in distinct(thing(tweet.get("attachments")).get("media_keys"))]
    yield row(
        "posts",
        post_id=post_id,
        kind="comment" if parent else "post",
        profile_id=actor,
        text=unescaped(thing(tweet.get("note_tweet")).get("text"), tweet.get("text")),
        url=address_of(post_id),
        media=distinct([_media_address(one) for one in attached]),
        tags=distinct([tag.get("tag") for tag in things(entities.get("hashtags"))]),
        language=language_of(tweet.get("lang")),
        created_at=created_at,
        parent_post_id=parent,
        root_post_id=first(tweet.get("conversation_id"), None if parent else post_id),
    )
    for older in versions[: versions.index(post_id)] if post_id in versions else []:
        yield tombstone("posts", "post_id", older, time_of_id(post_id) or created_at)
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
    yield from of_mentions(actor, mentioned, post_id, created_at)


def _replaced(post_id: str | None, tweets: dict[Any, dict[str, Any]]) -> str | None:
    """ID of a tweet of the same page that is a later version of this one."""
    for other_id, other in tweets.items():
        versions = distinct(other.get("edit_history_tweet_ids"))
        if other_id != post_id and post_id in versions and other_id in versions[versions.index(post_id or "") + 1 :]:
            return scalar(other_id)
    return None


def _media_address(one: dict[str, Any]) -> str | None:
    return first(best_variant(one.get("variants")), one.get("url"), one.get("preview_image_url"))


def _user(user: dict[str, Any], observed_at: str | None) -> Iterator[Row]:
    profile_id, metrics = first(user.get("id"), user.get("username")), thing(user.get("public_metrics"))
    if profile_id is None:
        return
    created_at, counted = scalar(user.get("created_at")), ("followers_count", "following_count", "tweet_count")
    yield from of_account(user, profile_id, user.get("username"), created_at, observed_at, *map(metrics.get, counted))
