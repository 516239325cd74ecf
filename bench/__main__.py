"""`python -m bench [NAME…]`: runs the measurements and prints one table: R = the peer's time / ours."""

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


def timed(work: Callable[[], object], repeats: int) -> tuple[list[float], object]:
    """Seconds of each repeat after one that warms up, and what the last one found."""
    found = work()
    seconds = []
    for _ in range(repeats):
        begun = time.perf_counter()
        found = work()
        seconds.append(time.perf_counter() - begun)
    return seconds, found


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
            own, found = timed(contest.ours, options.repeats)
            for peer, work in contest.peers.items():
                others, theirs = timed(work, options.repeats)
                if theirs != found:
                    print(f"{contest.stage}: {peer} found something else: no ratio\n{found}\n{theirs}", file=sys.stderr)
                    return 1
                ratio = statistics.median(others) / statistics.median(own)
                goal = contest.goal.get(peer)
                is_good &= goal is None or ratio >= goal
                grid.add_row(
                    contest.stage, peer, f"{statistics.median(own):.2f}", f"{statistics.median(others):.2f}",
                    f"{ratio:.2f}", f"{min(others) / max(own):.2f} to {max(others) / min(own):.2f}",
                    f"≥ {goal:g}" if goal else "",
                )  # fmt: skip
    Console().print(grid)
    return 0 if is_good else 3


if __name__ == "__main__":
    sys.exit(main())
