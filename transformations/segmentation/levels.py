"""Segments of levels 1 and 2: communities by interest, sub-communities by characteristics.

And of level 3 in communities for which conf chooses criteria of their own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from transformations.segmentation import clustering
from transformations.segmentation.describing import differences, in_short, in_words
from transformations.segmentation.features import names_of, prepared

VERSION = "communities"
"""model_version of the segments that this module forms: they follow from the communities and are in no registry."""
OTHERS, ALONE = "not_social", "no_community"
LEVEL_TYPES = {2: "characteristics", 3: "criteria"}


@dataclass(frozen=True)
class Choice:
    """What to segment by.

    Attributes:
        characteristics, criteria: by default; no criteria: by the model of value alone.
        of_community: community id or name -> the same two, for that community.
    """

    characteristics: Sequence[str]
    criteria: Sequence[str] = ()
    of_community: Mapping[str, Mapping[str, Sequence[str]]] = field(default_factory=dict)

    def of(self, level: int, community: Mapping[str, Any]) -> Sequence[str]:
        """Types of level 2, or criteria of level 3, of a community."""
        own = self.of_community.get(community["community_id"]) or self.of_community.get(community["name"] or "") or {}
        chosen = own.get(LEVEL_TYPES[level])
        return chosen if chosen is not None else (self.characteristics if level == 2 else self.criteria)


@dataclass(frozen=True)
class Limits:
    """Attributes: min_members: of a sub-community. min_stability: mean adjusted Rand index with clusters of resampled persons."""

    counts: Sequence[int]
    seed: int
    min_members: int
    min_stability: float


def segmented(
    features: pa.Table, communities: Sequence[Mapping[str, Any]], others: int, choice: Choice, limits: Limits
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Segments and their members.

    Args:
        features: person_id, community_id (null: in none) and measured features of the social customers.
        communities: community_id, name, and change: why it asks for resegmentation, or None.
        others: customers who are no social customers.
    Returns: rows of gold.segments and gold.segment_members with model_version VERSION.
    """
    ids = np.array(features["community_id"].to_pylist(), dtype=object)
    columns = {
        name: features[name].to_numpy(zero_copy_only=False).astype(np.float64)
        for name in features.column_names
        if name not in ("person_id", "community_id")
    }
    persons = np.array(features["person_id"].to_pylist(), dtype=object)
    why = "Customers who are not engaged on social software: gold.social_customers says why."
    segments = [_whole(OTHERS, "No social customers", why, others)]
    known = {community["community_id"] for community in communities}
    is_alone = np.array([its not in known for its in ids], dtype=bool)
    text = "Social customers who are in no community."
    segments.append(_whole(ALONE, "In no community", text, int(is_alone.sum())))
    members = [_member(person, ALONE, 1) for person in persons[is_alone]]
    for community in sorted(communities, key=lambda its: its["community_id"]):
        is_in = ids == community["community_id"]
        if not is_in.any():
            continue
        told = differences(columns, list(columns), is_in)
        segment_id = f"community_{community['community_id']}"
        name = community["name"] or in_short(told)
        about = f"Interested in {community['name']}. " if community["name"] else ""
        segments.append(
            _whole(segment_id, name, f"{about}{in_words(told)}", int(is_in.sum()))
            | {
                "community_id": community["community_id"],
                "asks_resegmentation": community["change"] is not None,
                "resegmentation_reason": community["change"],
            }
        )
        members += [_member(person, segment_id, 1) for person in persons[is_in]]
        theirs = {name: values[is_in] for name, values in columns.items()}
        for level in (2, 3):
            chosen = choice.of(level, community)
            if chosen:
                rows, of_rows = _divided(persons[is_in], theirs, level, chosen, community, limits)
                segments += rows
                members += of_rows
    return segments, members


def _divided(
    persons: np.ndarray,
    columns: Mapping[str, np.ndarray],
    level: int,
    chosen: Sequence[str],
    community: Mapping[str, Any],
    limits: Limits,
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Sub-communities of one community: steady clusters, else the community as a whole, with the reason."""
    used, points = prepared(columns, names_of(chosen))
    labels: np.ndarray = np.zeros(len(persons), dtype=int)
    facts: dict[str, float] = {}
    reason: str | None = None
    if len(persons) < 2 * limits.min_members:
        reason = f"fewer than {2 * limits.min_members} members"
    elif not used:
        reason = "no feature differs among the members"
    else:
        labels, facts, reason = _clusters(points, limits)
    sizes = np.bincount(labels)
    order = sorted(
        range(len(sizes)), key=lambda its: (-sizes[its], tuple(points[labels == its].mean(axis=0)) if used else ())
    )
    segments, members = [], []
    for place, label in enumerate(order, 1):
        is_in = labels == label
        told = differences(columns, used, is_in)
        segment_id = f"community_{community['community_id']}_{LEVEL_TYPES[level]}_{place}"
        text = f"Not divided: {reason}." if reason else in_words(told)
        segments.append(
            {
                "segment_id": segment_id,
                "model_version": VERSION,
                "level": level,
                "parent_segment_id": f"community_{community['community_id']}",
                "community_id": community["community_id"],
                "name": "whole community" if reason else in_short(told),
                "description": text,
                "members_count": int(is_in.sum()),
                "social_members_count": int(is_in.sum()),
                "criteria": list(chosen),
                "features": used,
            }
            | facts
        )
        members += [_member(person, segment_id, level) for person in persons[is_in]]
    return segments, members


def _clusters(points: clustering.Points, limits: Limits) -> tuple[np.ndarray, dict[str, float], str | None]:
    """The cluster of each member by the steady clusters of highest silhouette that are large enough, and how good they are.

    Where there are none all are in one, and the reason of the last attempt is returned.
    """
    best: tuple[float, np.ndarray, dict[str, float]] | None = None
    reason = "the members differ too little"
    for count in limits.counts:
        found = clustering.best(points, ("kmeans",), [count], limits.seed, limits.min_stability)
        if found is None or count * limits.min_members > len(points):
            continue
        labels, stability = found[0].labels(points), found[1]
        if np.bincount(labels, minlength=count).min() < limits.min_members:
            reason = f"a cluster would have fewer than {limits.min_members} members"
        elif stability < limits.min_stability:
            alike = f"clusters of resampled members are less alike than {limits.min_stability}"
            reason = f"{alike} (bootstrap ARI {stability:.2f})"
        else:
            quality = clustering.silhouette(points, labels, limits.seed)
            if best is None or quality > best[0]:
                best = quality, labels, {"bootstrap_ari": stability, "silhouette": quality}
    if best is None:
        return np.zeros(len(points), dtype=int), {}, reason
    return best[1], best[2], None


def _whole(segment_id: str, name: str, description: str, members: int) -> dict[str, Any]:
    return {
        "segment_id": segment_id,
        "model_version": VERSION,
        "level": 1,
        "name": name,
        "description": description,
        "members_count": members,
        "social_members_count": 0 if segment_id == OTHERS else members,
    }


def _member(person: str, segment_id: str, level: int) -> dict[str, Any]:
    return {"person_id": person, "model_version": VERSION, "segment_id": segment_id, "level": level}


def changes(evolution: Sequence[Mapping[str, Any]], alike: float, as_of_date: date) -> dict[str, str]:
    """Why communities ask for resegmentation, by id: the last month that is over left fewer of the same members than `alike`
    (Jaccard), whatever became of the community. In the first month of all nothing has changed yet.

    Args:
        evolution: rows of gold.community_evolution by month: community_id, period, previous_period, event, jaccard.
        as_of_date: its month is not over.
    """
    now = f"{as_of_date:%Y-%m}"
    months = [row for row in evolution if row["period"] and len(row["period"]) == len(now) and "W" not in row["period"]]
    over = [row for row in months if row["period"] < now]
    last = max((row["period"] for row in over), default=None)
    return {
        row["community_id"]: f"{row['event']} from {row['previous_period']} to {last}: {row['jaccard']:.0%} in both"
        for row in over
        if row["period"] == last and row["previous_period"] and row["jaccard"] is not None and row["jaccard"] < alike
    }
