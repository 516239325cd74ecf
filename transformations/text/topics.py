"""Topics that posts mention most."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

MOST = 5


def top_topics(said: pa.Table, groups: pa.Table, most: int = MOST) -> dict[str, list[str]]:
    """The topics that each group's posts mention most often.

    Args:
        said: one row per post and topic: person_id, topic.
        groups: person_id, name: the group that a person belongs to (a community, or the person alone).
        most: largest number of topics per group.
    Returns: name of the group → topics, the most frequent first, ties by name. Groups without any are left out.
    """
    counts = (
        groups.select(["person_id", "name"])
        .join(said.select(["person_id", "topic"]), "person_id", join_type="inner")
        .group_by(["name", "topic"])
        .aggregate([([], "count_all")])
        .sort_by([("name", "ascending"), ("count_all", "descending"), ("topic", "ascending")])
    )
    topics: dict[str, list[str]] = {}
    for name, topic in zip(counts["name"].to_pylist(), counts["topic"].to_pylist(), strict=True):
        of_group = topics.setdefault(name, [])
        if len(of_group) < most:
            of_group.append(topic)
    return topics


def topics_said(posts: pa.Table, enrichments: pa.Table, links: pa.Table) -> pa.Table:
    """Topics that each person's posts mention.

    Args:
        posts (silver.posts: channel, post_id, profile_id, and any more columns to keep),
        enrichments (silver.post_enrichments: channel, post_id, topics), links (silver.person_links).
    Returns: person_id, topic and the other columns of posts, one row per post and topic; posts whose author is
        not linked to a person are left out.
    """
    named = enrichments.select(["channel", "post_id", "topics"])
    places = pc.list_parent_indices(named["topics"])
    pairs = named.select(["channel", "post_id"]).take(places)
    pairs = pairs.append_column("topic", pc.list_flatten(named["topics"]))
    accounts = links.filter(pc.equal(links["record_kind"], "profile")).select(
        ["record_place", "linked_record_id", "person_id"]
    )
    authored = posts.join(
        accounts.rename_columns(["channel", "profile_id", "person_id"]), ["channel", "profile_id"], join_type="inner"
    )
    said = pairs.join(authored, ["channel", "post_id"], join_type="inner")
    return said.drop_columns(["channel", "post_id", "profile_id"])
