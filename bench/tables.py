"""What measurements print: ratios with their spread, and how seconds grow with the data.

R = the peer's time / ours: the median of the ratios of repeats that ran side by side.
"""

from __future__ import annotations

import math
import os
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rich import box
from rich.console import Console
from rich.table import Table

_WIDE = 150


@dataclass(frozen=True)
class Ratio:
    """One stage against one peer.

    Attributes:
        ours, theirs: seconds of the repeats, in order; the same place ran side by side.
        goal: smallest R that counts as good, or None.
    """

    stage: str
    peer: str
    ours: Sequence[float]
    theirs: Sequence[float]
    goal: float | None = None

    @property
    def all(self) -> list[float]:
        return [theirs / ours for ours, theirs in zip(self.ours, self.theirs, strict=True)]

    @property
    def median(self) -> float:
        return statistics.median(self.all)

    @property
    def is_good(self) -> bool:
        return self.goal is None or self.median >= self.goal


def ratio_table(ratios: Sequence[Ratio]) -> Table:
    """Median seconds of both sides, R, its spread over the repeats, and the goal."""
    names = ("stage", "peer", "ours s", "peer s", "R", "spread of R", "goal")
    grid = _grid(names, text_columns=("stage", "peer"))
    for ratio in ratios:
        grid.add_row(
            ratio.stage,
            ratio.peer,
            f"{statistics.median(ratio.ours):.2f}",
            f"{statistics.median(ratio.theirs):.2f}",
            f"{ratio.median:.2f}",
            f"{min(ratio.all):.2f} to {max(ratio.all):.2f}",
            _goal(ratio),
        )
    return grid


def exponent(smaller: tuple[float, float], larger: tuple[float, float]) -> float | None:
    """Growth exponent between two (scale, seconds): log(time ratio) / log(scale ratio); None where a time is 0.

    1 is growth in step with the data; below 1 fixed costs weigh.
    """
    (scale, seconds), (other_scale, other_seconds) = smaller, larger
    if seconds <= 0 or other_seconds <= 0:
        return None
    return math.log(other_seconds / seconds) / math.log(other_scale / scale)


def exponents(seconds: Mapping[int, float]) -> dict[tuple[int, int], float | None]:
    """Of each scale and the next, and of the first and the last. seconds: by scale."""
    scales = sorted(seconds)
    pairs = list(pairwise(scales))
    if len(scales) > 2:
        pairs.append((scales[0], scales[-1]))
    return {(a, b): exponent((a, seconds[a]), (b, seconds[b])) for a, b in pairs}


def growth_table(title: str, rows: Mapping[str, Mapping[int, float]]) -> Table:
    """Best seconds of each row by scale, and the exponents between the scales. A time a scale lacks counts as 0."""
    scales = sorted({scale for seconds in rows.values() for scale in seconds})
    pairs = list(exponents(dict.fromkeys(scales, 1.0)))
    names = (title, *(f"{scale}× s" for scale in scales), *(f"exponent {a}→{b}" for a, b in pairs))
    grid = _grid(names, text_columns=(title,))
    for name, seconds in rows.items():
        complete = {scale: seconds.get(scale, 0.0) for scale in scales}
        found = exponents(complete).values()
        grid.add_row(
            name,
            *(f"{value:.2f}" for value in complete.values()),
            *("–" if value is None else f"{value:.2f}" for value in found),
        )
    return grid


def plain_table(names: Sequence[str], rows: Sequence[Sequence[str]], text_columns: Sequence[str]) -> Table:
    """Rows as they are."""
    grid = _grid(names, text_columns=text_columns)
    for row in rows:
        grid.add_row(*row)
    return grid


def console(*, stderr: bool = False) -> Console:
    """A pipe gets lines wide enough for the tables; a terminal its own width."""
    found = Console(stderr=stderr, highlight=False)
    if not found.is_terminal and "COLUMNS" not in os.environ:
        found = Console(stderr=stderr, highlight=False, width=_WIDE)
    return found


def _grid(names: Sequence[str], text_columns: Sequence[str]) -> Table:
    grid = Table(box=box.SIMPLE_HEAD)
    for name in names:
        grid.add_column(name, justify="left" if name in text_columns else "right")
    return grid


def _goal(ratio: Ratio) -> str:
    if ratio.goal is None:
        return ""
    return f"≥ {ratio.goal:g}" + ("" if ratio.is_good else " missed")
