"""Stratified samples: how many rows of each stratum to draw, and estimates from the judged ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from transformations.indicators import intervals


@dataclass(frozen=True)
class Stratum:
    """A stratum of the sampled table.

    Attributes:
        rows: rows of the stratum. judged, right: rows of its sample that were judged, and that were right.
    """

    rows: int
    judged: int
    right: int


@dataclass(frozen=True)
class Estimate:
    """Estimated share of right rows among all, with its 95 % confidence interval."""

    ratio: float
    low: float
    high: float


def allocation(sizes: Mapping[str, int], wanted: int, least: int = 5) -> dict[str, int]:
    """Rows to draw from each stratum: in proportion to its size, but at least `least` where it has as many.

    Where the wanted rows do not suffice for `least` of each, that minimum is lowered; where there are more strata than
    wanted rows, the largest get one each. Ties are broken by name, so that equal sizes give equal results.

    >>> allocation({"en": 900, "de": 90, "fr": 10}, 100)
    {'en': 86, 'de': 9, 'fr': 5}
    """
    wanted = min(wanted, sum(sizes.values()))
    order = sorted((name for name in sizes if sizes[name]), key=lambda name: (-sizes[name], name))
    drawn = dict.fromkeys(sizes, 0)
    if wanted < len(order):
        return drawn | dict.fromkeys(order[:wanted], 1)
    while order and sum(min(sizes[name], least) for name in order) > wanted:
        least -= 1
    free, left = list(order), wanted
    while free:  # strata whose share is below the minimum get the minimum, and the others share the rest
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
    """Sort key of rows within a stratum: the same seed draws the same rows."""
    return sha256(f"{seed}|{key}".encode()).hexdigest()


def estimate(strata: Sequence[Stratum]) -> Estimate | None:
    """Share of right rows among all rows of the judged strata; None where nothing was judged.

    Each stratum is weighted by its rows (stratified mean). The interval is Wilson's with Kish's effective sample size:
    a sample with few rows from large strata has a wide interval.

    Source: Cochran 1977, chapter 5; Kish 1965, section 11.7; Wilson 1927.

    >>> found = estimate([Stratum(rows=900, judged=50, right=45), Stratum(rows=100, judged=50, right=25)])
    >>> round(found.ratio, 2), round(found.low, 2), round(found.high, 2)
    (0.86, 0.75, 0.93)
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
