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

from collections.abc import Iterator
from typing import Any, BinaryIO

from jobs.sources import social, unmapped
from jobs.sources.base import DEFAULTS, ParseError, Record, SplitOptions
from jobs.sources.formats.twitter import deletions, v1, v2
from jobs.sources.loose import Row, first, thing, things
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

# portable: IDs, reasons and actions are texts
result_id = (
    "case when get_json_object(decode(raw, 'UTF-8'), '$.reason') is not null "
    "and get_json_object(decode(raw, 'UTF-8'), '$.reason') <> 'scrub_geo' "
    "and get_json_object(decode(raw, 'UTF-8'), '$.action') = 'delete' then get_json_object(decode(raw, 'UTF-8'), '$.id') end"
)

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


def split(stream: BinaryIO, options: SplitOptions) -> Iterator[Record]:
    """One record per status, page or event."""
    return named.split_named(stream, options)


def parse(raw: bytes, context: str | None, options: SplitOptions = DEFAULTS) -> Iterator[Row]:
    """Rows of statuses, users, events and pages of either API version."""
    yield from social.of_objects(raw, options, "an object of X", lambda value: _object(value, options))


def _object(value: dict[str, Any], options: SplitOptions = DEFAULTS) -> Iterator[Row]:
    """Rows of one object, by its shape."""
    if isinstance(value.get("data"), (dict, list)):
        yield from v2.of_page(value)
    elif isinstance(value.get("delete"), dict):
        yield from deletions.of_notice(value["delete"])
    elif "event" in value and isinstance(value.get("source"), dict):
        yield from v1.of_event(value)
    elif value.get("action") in ("delete", "scrub_geo") and "reason" in value and "id" in value:
        yield from deletions.of_result(value, options)
    elif (
        ("statuses" in value and "accounts" not in value)
        or "globalObjects" in value
        or ("users" in value and "next_cursor" in value)
    ):
        found = thing(value.get("globalObjects")) or value
        for user in _members(found.get("users")):
            yield from v1.of_user(user, None)
        for status in _members(found.get("statuses") or found.get("tweets")):
            if "statuses" in found and not v1.is_status(status):
                raise ParseError(f"not_this_format: not a status of X: {', '.join(sorted(status)[:5])}")
            yield from v1.of_status(status)
    elif v2.is_tweet(value):
        yield from v2.of_tweet(value, {}, {}, {}, v2.time_of_tweet(value))
    elif v1.is_status(value):
        yield from v1.of_status(value)
    elif "screen_name" in value:
        yield from v1.of_user(value, None)
    elif thing(value.get("meta")).get("result_count") is not None or _HOUSEKEEPING & set(value):
        for name in sorted(_HOUSEKEEPING & set(value)):
            unmapped.count(f"notices {name}")
        unmapped.count(v2.NOT_SHOWN, len(things(value.get("errors"))))
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
