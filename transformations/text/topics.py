"""Topics that posts mention most."""

from __future__ import annotations

import pyarrow as pa

MOST = 5


def top_topics(said: pa.Table, groups: pa.Table, most: int = MOST) -> dict[str, list[str]]:
    """The topics that each group's posts mention most often.

    Args:
        said: person_id, topic, acts_count (posts that mention it).
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
