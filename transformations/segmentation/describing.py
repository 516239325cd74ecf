"""What sets a group of persons apart, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from transformations.segmentation.features import BY_NAME

_LEAST = 0.3
_LEAST_KNOWN = 5  # a mean of fewer tells of single persons
_MOST = 3


@dataclass(frozen=True)
class Difference:
    """Attributes: inside, outside: means. size: their difference in standard deviations of all."""

    feature: str
    inside: float
    outside: float
    size: float


def differences(columns: Mapping[str, np.ndarray], names: Sequence[str], is_in: np.ndarray) -> list[Difference]:
    """What a group differs in from the others, the largest first; at most three features, by .3 standard deviations or more,
    of which five values or more are known on either side.

    Args: columns: values of persons by feature, nan where there is none. is_in: who is in the group.
    """
    found = []
    for name in names:
        values = columns[name].astype(np.float64)
        inside, outside = values[is_in & np.isfinite(values)], values[~is_in & np.isfinite(values)]
        spread = float(np.nanstd(values)) if min(len(inside), len(outside)) >= _LEAST_KNOWN else 0.0
        if spread > 1e-12:
            means = float(inside.mean()), float(outside.mean())
            found.append(Difference(name, *means, (means[0] - means[1]) / spread))
    large = [its for its in found if abs(its.size) >= _LEAST]
    return sorted(large, key=lambda its: (-abs(its.size), its.feature))[:_MOST]


def in_words(found: Sequence[Difference]) -> str:
    """A sentence on what sets a group apart.

    >>> in_words([Difference("tickets", 12.25, 3.0, 1.4), Difference("age", 30.0, 41.5, -0.5)])
    'More than the others in support tickets (12.2 against 3 tickets); less in age (30 against 41.5 years).'
    """
    parts: list[str] = []
    for word, chosen in (("more", [d for d in found if d.size > 0]), ("less", [d for d in found if d.size < 0])):
        if chosen:
            told = ", ".join(f"{BY_NAME[its.feature].meaning} ({_means(its)})" for its in chosen)
            parts.append(f"{word}{'' if parts else ' than the others'} in {told}")
    return f"{'; '.join(parts)}.".capitalize() if parts else "Much like the others."


def in_short(found: Sequence[Difference]) -> str:
    """A name made of the two largest differences.

    >>> in_short([Difference("visits", 12.25, 3.0, 1.4), Difference("net_tone", -0.2, 0.1, -0.5)])
    'more visits, less net tone'
    """
    told = [f"{'more' if its.size > 0 else 'less'} {its.feature.replace('_', ' ')}" for its in found[:2]]
    return ", ".join(told) or "all alike"


def _means(its: Difference) -> str:
    unit = BY_NAME[its.feature].unit
    numbers = f"{its.inside:.3g} against {its.outside:.3g}"
    return numbers if unit.startswith(("ratio", "none")) else f"{numbers} {unit}"
