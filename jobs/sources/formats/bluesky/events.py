"""Commit events of Jetstream and of the firehose."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from jobs.sources import dates, unmapped
from jobs.sources.base import WHEN_LANDED, ParseError
from jobs.sources.formats.bluesky.lexicon import ACTS, POST, PROFILE
from jobs.sources.formats.bluesky.records import of_record
from jobs.sources.loose import Row, first, scalar, thing, things, tombstone

_NOT_SERVED = ("desynchronized", "throttled")
"""Statuses of accounts that are still there: it is their host that lags behind or is too busy."""


def of_jetstream(event: dict[str, Any]) -> Iterator[Row]:
    """An event of Jetstream."""
    did, at = scalar(event["did"]), dates.epoch(scalar(event.get("time_us")), 1_000_000)
    if event["kind"] == "commit":
        commit = thing(event.get("commit"))
        path = f"{scalar(commit.get('collection')) or ''}/{scalar(commit.get('rkey')) or ''}"
        yield from _operation(did, at, scalar(commit.get("operation")), path, thing(commit.get("record")))
    elif event["kind"] == "account":
        account = thing(event.get("account"))
        if account.get("active") is False and scalar(account.get("status")) in _NOT_SERVED:
            unmapped.count("accounts that their host does not serve for now")
        elif account.get("active") is False:
            yield tombstone("profiles", "profile_id", did, first(account.get("time"), at) or WHEN_LANDED)


def of_firehose(event: dict[str, Any]) -> Iterator[Row]:
    """A commit of the firehose, its records decoded."""
    did, at = scalar(event["repo"]), scalar(event.get("time"))
    for one in things(event["ops"]):
        yield from _operation(
            did, at, scalar(one.get("action")), scalar(one.get("path")) or "", thing(one.get("record"))
        )


def _operation(did: str | None, at: str | None, action: str | None, path: str, record: dict[str, Any]) -> Iterator[Row]:
    """What a commit did to one record."""
    kind, _, key = path.partition("/")
    uri = f"at://{did}/{path}" if did and key else None
    if action in ("create", "update"):
        yield from of_record(uri, did, kind, record, at)
    elif action != "delete":
        raise ParseError(f"not_this_format: unknown operation of a commit: {action}")
    elif kind == POST:
        yield tombstone("posts", "post_id", uri, at or WHEN_LANDED)
    elif kind in ACTS:
        yield tombstone("interactions", "interaction_id", uri, at or WHEN_LANDED)
    elif kind == PROFILE:
        unmapped.count("deletions of profile records")  # the account and its posts stay
