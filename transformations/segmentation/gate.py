"""Whether a new model may replace the champion."""

from __future__ import annotations

from collections.abc import Mapping


def objections(
    candidate: Mapping[str, float],
    champion_silhouette: float | None,
    *,
    min_silhouette: float,
    min_persons: int,
    max_silhouette_loss: float,
) -> list[str]:
    """Reasons against promoting the candidate; without any it becomes the champion.

    Args:
        candidate: its metrics silhouette and persons.
        champion_silhouette: the champion's on the same data, None where there is no champion.
        min_silhouette, min_persons, max_silhouette_loss: thresholds of conf (models.segments).

    >>> limits = {"min_silhouette": 0.15, "min_persons": 20, "max_silhouette_loss": 0.05}
    >>> objections({"silhouette": 0.31, "persons": 12.0}, None, **limits)
    ['12 persons, fewer than 20']
    """
    found = []
    silhouette, persons = candidate["silhouette"], int(candidate["persons"])
    if persons < min_persons:
        found.append(f"{persons} persons, fewer than {min_persons}")
    if silhouette < min_silhouette:
        found.append(f"silhouette {silhouette:.3f}, below {min_silhouette}")
    if champion_silhouette is not None and champion_silhouette - silhouette > max_silhouette_loss:
        found.append(
            f"silhouette {silhouette:.3f}, more than {max_silhouette_loss} below the champion's {champion_silhouette:.3f}"
        )
    return found
