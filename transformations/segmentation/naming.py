"""Names of value segments, by the position of their centre."""

from __future__ import annotations

from collections.abc import Sequence

STRONG = 0.75
"""Standard deviations above the average person from which value counts as high."""

_DESCRIPTIONS = {
    "champions": "Bought recently, far more often and for far more than others",
    "loyal": "Bought recently, more often and for more than others",
    "promising": "Bought recently, but rarely or for little so far",
    "at risk": "Were worth more than others, but have not bought for a long time",
    "dormant": "Bought rarely or for little, and not for a long time",
}


def named(centres: Sequence[Sequence[float]]) -> list[dict[str, str]]:
    """A name for each centre; a second segment of the same kind is numbered 2, in the given order.

    Args: centres: in scaled features (recency, purchase rate, monetary); 0 is the average person.
    Returns: one entry per centre: segment_id, name, description.

    >>> [segment["name"] for segment in named([(-1.0, 1.2, 0.9), (0.8, -0.5, -0.4)])]
    ['champions', 'dormant']
    """
    rows: list[dict[str, str]] = []
    seen: dict[str, int] = {}
    for recency, frequency, monetary in centres:
        kind = _kind(recency, (frequency + monetary) / 2)
        seen[kind] = seen.get(kind, 0) + 1
        name = kind if seen[kind] == 1 else f"{kind} {seen[kind]}"
        rows.append({"segment_id": f"value_{name.replace(' ', '_')}", "name": name, "description": _DESCRIPTIONS[kind]})
    return rows


def _kind(recency: float, worth: float) -> str:
    if recency > 0:
        return "at risk" if worth >= 0 else "dormant"
    if worth >= STRONG:
        return "champions"
    return "loyal" if worth >= 0 else "promising"
