"""Interactions between persons, from interactions between their accounts."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from transformations.canonical.instants import days

_UPON_A_POST = ("reaction", "share")
"""Kinds whose post_id is the post that was acted upon; for other kinds it is the acting post."""


def person_edges(interactions: pa.Table, links: pa.Table, left_out: pa.Table, timezone: str) -> pa.Table:
    """Interactions between persons.

    Args:
        interactions (silver.interactions: channel, actor_profile_id, target_profile_id, created_at).
        links (silver.person_links: record_kind, record_place, linked_record_id, person_id).
        left_out: accounts to leave out, the company's own and bots: channel, profile_id.
        timezone: time zone of the company, in which months are counted.
    Returns: source, target (person IDs), month (2025-02): one row per interaction between accounts of two
        persons, neither of them left out; source and target may be the same person.
    """
    accounts = links.filter(pc.equal(links["record_kind"], "profile")).select(
        ["record_place", "linked_record_id", "person_id"]
    )
    accounts = accounts.rename_columns(["channel", "profile_id", "person_id"])
    heard = accounts.join(left_out.select(["channel", "profile_id"]), ["channel", "profile_id"], join_type="left anti")
    acts = interactions.select(["channel", "actor_profile_id", "target_profile_id", "created_at"])
    for end, person in (("actor_profile_id", "source"), ("target_profile_id", "target")):
        named = heard.rename_columns(["channel", end, person])
        acts = acts.join(named, ["channel", end], join_type="inner")
    return pa.table({"source": acts["source"], "target": acts["target"], "month": months(acts["created_at"], timezone)})


def addressed(interactions: pa.Table, posts: pa.Table) -> pa.Table:
    """Interactions with the target account filled in where a platform names only the post that was liked or shared.

    Args:
        interactions (silver.interactions: kind, channel, actor_profile_id, target_profile_id, post_id, created_at).
        posts (silver.posts: channel, post_id, profile_id).
    Returns: the same rows in any order; target_profile_id is null where the post is not known.
    """
    authors = posts.select(["channel", "post_id", "profile_id"]).rename_columns(["channel", "post_id", "_author"])
    found = interactions.join(authors, ["channel", "post_id"], join_type="left outer")
    is_of_post = pc.is_in(found["kind"], pa.array(_UPON_A_POST))
    author = pc.if_else(is_of_post, found["_author"], pa.scalar(None, pa.string()))
    place = found.column_names.index("target_profile_id")
    filled = found.set_column(place, "target_profile_id", pc.coalesce(found["target_profile_id"], author))
    return filled.drop_columns(["_author"])


def months(times: pa.ChunkedArray, timezone: str) -> pa.ChunkedArray:
    """Month of each instant in a time zone.

    >>> from datetime import datetime, timezone
    >>> late = pa.chunked_array([pa.array([datetime(2025, 1, 31, 23, 30)], pa.timestamp("us", tz="UTC"))])
    >>> months(late, "Europe/Berlin").to_pylist()
    ['2025-02']
    """
    return pc.strftime(days(times, timezone), format="%Y-%m")
