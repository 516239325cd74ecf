"""Stratified samples: how many rows of each stratum to draw, and what the judged ones say of all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from transformations.indicators import intervals


@dataclass(frozen=True)
class Stratum:
    """A stratum of the sampled table.

    Attributes:
        rows: rows that it has. judged, right: those of its sample that were judged, and that were right.
    """

    rows: int
    judged: int
    right: int


@dataclass(frozen=True)
class Estimate:
    """Share of right rows among all, with its 95 % interval."""

    ratio: float
    low: float
    high: float


def allocation(sizes: Mapping[str, int], wanted: int, least: int = 5) -> dict[str, int]:
    """Rows to draw of each stratum: in proportion to its size, but not fewer than `least` where it has as many.

    Where there is no room for `least` of each, that minimum is lowered; where there are more strata than wanted rows,
    the largest get one each. Ties go by name, so that the same sizes give the same answer.
    """
    wanted = min(wanted, sum(sizes.values()))
    order = sorted((name for name in sizes if sizes[name]), key=lambda name: (-sizes[name], name))
    drawn = dict.fromkeys(sizes, 0)
    if wanted < len(order):
        return drawn | dict.fromkeys(order[:wanted], 1)
    while order and sum(min(sizes[name], least) for name in order) > wanted:
        least -= 1
    free, left = list(order), wanted
    while free:  # strata whose share is below the minimum get it, and the others share the rest
        share = left / sum(sizes[name] for name in free)
        low = [name for name in free if sizes[name] * share < min(sizes[name], least)]
        if not low:
            break
        for name in low:
            drawn[name] = min(sizes[name], least)
            left -= drawn[name]
        free = [name for name in free if name not in low]
    if free:
        shares = {name: sizes[name] * left / sum(sizes[name] for name in free) for name in free}
        drawn |= {name: int(share) for name, share in shares.items()}
        over = left - sum(drawn[name] for name in free)
        for name in sorted(free, key=lambda name: (-(shares[name] % 1), -sizes[name], name))[:over]:
            drawn[name] += 1
    return drawn


def place(seed: int, key: str) -> str:
    """What orders rows within a stratum: the same seed draws the same rows."""
    return sha256(f"{seed}|{key}".encode()).hexdigest()


def estimate(strata: Sequence[Stratum]) -> Estimate | None:
    """Share of right rows among all rows of the strata that were judged; None where nothing was.

    Each stratum weighs by its rows (stratified mean). The interval is Wilson's with Kish's effective sample size, so a
    sample that leaves large strata thin gives a wide one.

    Source: Cochran 1977, chapter 5; Kish 1965, section 11.7; Wilson 1927.
    """
    judged = [one for one in strata if one.judged]
    if not judged:
        return None
    total = sum(max(one.rows, one.judged) for one in judged)
    share = sum(max(one.rows, one.judged) / total * one.right / one.judged for one in judged)
    weights = [(max(one.rows, one.judged) / one.judged, one.judged) for one in judged]
    n = sum(w * count for w, count in weights) ** 2 / sum(w * w * count for w, count in weights)
    low, high = intervals.wilson(share * n, n)
    return Estimate(share, float(low), float(high))
