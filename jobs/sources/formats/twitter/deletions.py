"""What must no longer be held: delete notices, events of the compliance streams, results of batch compliance jobs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from jobs.sources import dates, unmapped
from jobs.sources.base import WHEN_LANDED, ParseError, SplitOptions
from jobs.sources.formats.twitter.parts import id_of, time_of_id
from jobs.sources.loose import Row, distinct, first, scalar, thing, tombstone

_GONE_USER = {"user_delete", "user_suspend", "user_protect"}
EVENTS = _GONE_USER | {
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


def of_notice(notice: dict[str, Any]) -> Iterator[Row]:
    """`{"delete": {"status": {…}, "timestamp_ms": …}}` of the stream; those of direct messages and likes are ignored."""
    if isinstance(status := notice.get("status"), dict):
        yield from _gone(id_of(status), dates.epoch(scalar(notice.get("timestamp_ms")), 1000))
    elif others := {"direct_message", "favorite"} & set(notice):
        unmapped.count(f"deletions of a {min(others)}")
    else:
        raise ParseError(f"not_this_format: not a delete notice of X: {', '.join(sorted(notice)[:5])}")


def of_event(name: str, event: dict[str, Any]) -> Iterator[Row]:
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


def of_result(line: dict[str, Any], options: SplitOptions) -> Iterator[Row]:
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


def _gone(post_id: str | None, at: str | None) -> Iterator[Row]:
    """A deleted tweet or retweet."""
    at = at or time_of_id(post_id) or WHEN_LANDED
    yield tombstone("posts", "post_id", post_id, at)
    yield tombstone("interactions", "interaction_id", post_id, at)
