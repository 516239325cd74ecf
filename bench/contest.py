"""A contest: one stage done our way and by peers, in one process and with one result."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from bench.errors import WrongResult
from bench.tables import Ratio


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


def ratios(contest: Contest, repeats: int) -> list[Ratio]:
    """One ratio a peer. Raises WrongResult where a peer found something else than we did."""
    sides = measured(contest, repeats)
    own = sides.pop("")
    for peer, other in sides.items():
        if other.found != own.found:
            raise WrongResult(f"{contest.stage}: {peer} found something else\nours: {own.found}\npeer: {other.found}")
    return [
        Ratio(contest.stage, peer, own.seconds, other.seconds, contest.goal.get(peer)) for peer, other in sides.items()
    ]
