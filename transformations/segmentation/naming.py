"""Names of value segments, by where their centre lies."""

from __future__ import annotations

from collections.abc import Sequence

STRONG = 0.75
"""Standard deviations above the average person, from which value is called high."""

_DESCRIPTIONS = {
    "champions": "Bought lately, far more often and for far more than others",
    "loyal": "Bought lately, more often and for more than others",
    "promising": "Bought lately, but seldom or for little so far",
    "at risk": "Were worth more than others, but have not bought for long",
    "dormant": "Bought seldom or for little, and not for long",
}


def named(centres: Sequence[Sequence[float]]) -> list[dict[str, str]]:
    """A name for each centre; a second segment of the same kind is numbered 2, in the order given.

    Args: centres: in scaled features (recency, frequency, monetary), 0 being the average person.
    Returns: one entry a centre: segment_id, name, description.
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
