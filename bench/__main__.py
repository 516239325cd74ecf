"""`python -m bench [NAME…]`: runs the measurements and prints one table.

R = the peer's time / ours: the median of the ratios of repeats that ran side by side.
"""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

from rich import box
from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Contest:
    """One stage measured against peers.

    Attributes:
        stage: what is done.
        ours: does it our way; returns what it found.
        peers: name -> does the same; returns what it found, which must be equal.
        goal: smallest ratio that counts as good, by peer.
    """

    stage: str
    ours: Callable[[], object]
    peers: dict[str, Callable[[], object]]
    goal: dict[str, float]


@dataclass(frozen=True)
class Measured:
    """Seconds of one side's repeats, in order, and what the last one found."""

    seconds: list[float]
    found: object


def measured(contest: Contest, repeats: int) -> dict[str, Measured]:
    """Ours (under "") and each peer: a warm-up each, then repeats side by side, so that the machine's other load hits all.

    Who begins changes from repeat to repeat.
    """
    sides = {"": contest.ours, **contest.peers}
    seconds: dict[str, list[float]] = {name: [] for name in sides}
    found = {name: work() for name, work in sides.items()}
    for repeat in range(repeats):
        for name in list(sides) if repeat % 2 == 0 else reversed(sides):
            begun = time.perf_counter()
            found[name] = sides[name]()
            seconds[name].append(time.perf_counter() - begun)
    return {name: Measured(seconds[name], found[name]) for name in sides}


def main() -> int:
    names = [module.name for module in pkgutil.iter_modules(sys.modules["bench"].__path__) if module.name[0] != "_"]
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(names)}; all by default")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    grid = Table("stage", "peer", "ours s", "peer s", "R", "spread of R", "goal", box=box.SIMPLE_HEAD)
    is_good = True
    for name in options.names or names:
        for contest in importlib.import_module(f"bench.{name}").contests(options.rows):
            sides = measured(contest, options.repeats)
            own = sides.pop("")
            for peer, other in sides.items():
                if other.found != own.found:
                    print(
                        f"{contest.stage}: {peer} found something else: no ratio\n{own.found}\n{other.found}",
                        file=sys.stderr,
                    )
                    return 1
                ratios = [theirs / ours for ours, theirs in zip(own.seconds, other.seconds, strict=True)]
                goal = contest.goal.get(peer)
                is_good &= goal is None or statistics.median(ratios) >= goal
                grid.add_row(
                    contest.stage,
                    peer,
                    f"{statistics.median(own.seconds):.2f}",
                    f"{statistics.median(other.seconds):.2f}",
                    f"{statistics.median(ratios):.2f}",
                    f"{min(ratios):.2f} to {max(ratios):.2f}",
                    f"≥ {goal:g}" if goal else "",
                )
    Console().print(grid)
    return 0 if is_good else 3


if __name__ == "__main__":
    sys.exit(main())
