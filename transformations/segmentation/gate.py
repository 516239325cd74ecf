"""Whether a new model may replace the champion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Thresholds of conf (models.segments)."""

    min_persons: int = 20
    min_silhouette: float = 0.15
    max_silhouette_loss: float = 0.05
    min_stability: float = 0.6
    min_share: float = 0.01
    max_moved_share: float = 0.5


def objections(candidate: Mapping[str, float], champion_silhouette: float | None, limits: Limits) -> list[str]:
    """Reasons against promoting the candidate; without any it becomes the champion.

    Args:
        candidate: its metrics: silhouette, persons, bootstrap_ari, smallest_share, and moved_share where there is a champion.
        champion_silhouette: the champion's on the same data, None where there is no champion.

    >>> objections({"silhouette": 0.31, "persons": 12.0, "bootstrap_ari": 0.9, "smallest_share": 0.1}, None, Limits())
    ['12 persons, fewer than 20']
    """
    found = []
    silhouette, persons = candidate["silhouette"], int(candidate["persons"])
    stability, share = candidate["bootstrap_ari"], candidate["smallest_share"]
    if persons < limits.min_persons:
        found.append(f"{persons} persons, fewer than {limits.min_persons}")
    if silhouette < limits.min_silhouette:
        found.append(f"silhouette {silhouette:.3f}, below {limits.min_silhouette}")
    if stability < limits.min_stability:
        found.append(f"bootstrap ARI {stability:.3f}, below {limits.min_stability}")
    if share < limits.min_share:
        found.append(f"the smallest segment has {share:.2%} of the persons, fewer than {limits.min_share:.2%}")
    if champion_silhouette is None:
        return found
    if champion_silhouette - silhouette > limits.max_silhouette_loss:
        found.append(
            f"silhouette {silhouette:.3f}, more than {limits.max_silhouette_loss} below the champion's {champion_silhouette:.3f}"
        )
    if (moved := candidate.get("moved_share", 0.0)) > limits.max_moved_share:
        found.append(f"{moved:.0%} of the persons would change their segment, more than {limits.max_moved_share:.0%}")
    return found
