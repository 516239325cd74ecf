"""Actors: profiles."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from jobs.sources import payload
from jobs.sources.formats.activitystreams.parts import id_of, name_of, total_of, url_of
from jobs.sources.formats.activitystreams.vocabulary import ACTORS, type_of
from jobs.sources.loose import Row, first, row, scalar, things


def of_actor(value: dict[str, Any]) -> Iterator[Row]:
    """A profile."""
    location = value.get("location")
    yield row(
        "profiles",
        profile_id=id_of(value),
        handle=first(value.get("preferredUsername"), value.get("username")),
        display_name=name_of(value),
        bio=payload.plain_text(first(value.get("summary"), value.get("description"))),
        url=url_of(value.get("url")) or url_of(value.get("urls")),
        location=name_of(location) if isinstance(location, dict) else scalar(location),
        email=scalar(value.get("email")),
        followers_count=total_of(value.get("followers")),
        following_count=total_of(value.get("following")),
        posts_count=total_of(value.get("outbox")),
        is_bot="true" if type_of(value) in ("service", "application") else None,
        created_at=scalar(value.get("published")),
    )


def of_people(*values: Any) -> Iterator[Row]:
    """Profiles of the embedded actors that have an ID."""
    for value in values:
        for one in things(value):
            if id_of(one) and (type_of(one) in ACTORS or not type_of(one)) and len(one) > 2:
                yield from of_actor(one)
