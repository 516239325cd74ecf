"""Deleted posts and profiles, and interactions that were undone: tombstones."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from jobs.sources.base import WHEN_LANDED
from jobs.sources.formats.activitystreams.parts import Frame, id_of, key_of
from jobs.sources.formats.activitystreams.vocabulary import ACTORS, ACTS, type_of
from jobs.sources.loose import Row, first, listed, scalar, thing, tombstone


def of_undone(kind: str, value: dict[str, Any], frame: Frame) -> Iterator[Row]:
    """1.0 has verbs of its own for undoing."""
    for one in listed(value.get("object")):
        yield _ended(key_of(kind, frame.actor, id_of(one)), frame.at)


def of_undo(value: Any, frame: Frame, *, is_undo: bool) -> Iterator[Row]:
    """What an Undo or Reject reverts: an activity, or its address."""
    body = thing(value)
    if not body:
        yield _ended(scalar(value), frame.at)
    elif kind := ACTS.get(type_of(body)):
        doer = id_of(body.get("actor")) or (frame.actor if is_undo else None)
        for one in listed(body.get("object")) or [None]:
            yield _ended(first(body.get("id")) or key_of(kind, doer, id_of(one)), frame.at)
    elif is_undo and not type_of(body):
        yield _ended(id_of(body), frame.at)


def _ended(key: str | None, at: str | None) -> Row:
    return tombstone("interactions", "interaction_id", key, at or WHEN_LANDED)


def of_gone(value: Any, actor: str | None, at: str | None) -> Iterator[Row]:
    """A deleted post or profile."""
    body, key = thing(value), id_of(value)
    at = first(body.get("deleted"), at) or WHEN_LANDED
    former = (scalar(body.get("formerType")) or "").lower()
    if key == actor or former in ACTORS or type_of(body) in ACTORS:
        yield tombstone("profiles", "profile_id", key, at)
    else:
        yield tombstone("posts", "post_id", key, at)


def signed_at(value: dict[str, Any]) -> str | None:
    """When an activity was signed: servers send deletions without a time of their own."""
    return scalar(thing(value.get("signature")).get("created"))
