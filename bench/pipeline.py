"""The whole pipeline at several sizes of the data, beside the peer script that does its work without Spark.

The data are the real sets online_retail, jaffle_shop and stackexchange_cardano, each K times with other ids and names. Ours
is `scrm run` on the example conf of each, one after the other, a lake each. Both sides run in fresh processes, in turn.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from bench import examples, ours, peer, places, tables
from bench.errors import BenchError
from jobs.job import STAGES

GOALS = {1: 0.4, 16: 1.0}
"""Smallest R that counts as good, by scale."""
LARGEST_EXPONENT = 1.05
PEER = "one script"
COMPARED = """\
What is compared: the wall clock of our three processes, interpreters and JVMs included, with the peer's own account of its one
process, imports included (starting its interpreter and making its copies are not). Ours does more: contracts, Great
Expectations, quarantine and row accounts a file, increments and reruns, history of indicators, value models and segments in
MLflow, conversations. The peer reads a few files more (votes, badges, links, tags, stores) and links persons by Splink.
Memory adds up resident pages of all processes of a side; pages they share count in each (ours: the largest of the three runs)."""


@dataclass
class Scale:
    """The repeats at one scale, in order; the same place ran side by side. ours: by example."""

    ours: list[dict[str, ours.Run]] = field(default_factory=list)
    peer: list[peer.Run] = field(default_factory=list)

    @property
    def our_seconds(self) -> list[float]:
        return [sum(run.seconds for run in repeat.values()) for repeat in self.ours]

    @property
    def peer_seconds(self) -> list[float]:
        return [run.seconds for run in self.peer]


def add_options(parser: argparse.ArgumentParser) -> None:
    examples.add_options(parser)
    parser.add_argument("--only", choices=("ours", "peer"), help="one side alone: no ratio")
    parser.add_argument(
        "--setup-peer", action="store_true", help=f"first make the peer's environment in {peer.ENVIRONMENT.name}"
    )


def run(options: argparse.Namespace) -> int:
    """Measures and prints; 0, or 3 where a goal was missed. Raises BenchError, WrongResult."""
    examples.check_options(options)
    if options.setup_peer:
        peer.set_up()
    sides = ["ours", "peer"] if options.only is None else [options.only]
    if "peer" in sides and (reason := peer.missing()):
        if options.only:
            raise BenchError(f"the peer cannot run: {reason}")
        tables.console().print(f"The peer is left out: {reason}", soft_wrap=True)
        sides = ["ours"]
    data = places.data()
    found: dict[int, Scale] = {}
    with places.work_folder(options.keep) as folder:
        for scale in sorted(set(options.scales)):
            found[scale] = _measured(data, folder / f"{scale}x", scale, sides, options)
    is_good = report(found, tables.console().print)
    if options.out:
        options.out.write_text(json.dumps(_document(found), indent=1) + "\n", encoding="utf-8")
    return 0 if is_good else 3


def _measured(data: Path, folder: Path, scale: int, sides: list[str], options: argparse.Namespace) -> Scale:
    found = Scale()
    raw = folder / "raw"
    if "ours" in sides:
        peer.copies(data, raw, scale)
    for repeat in range(options.repeats):
        place = folder / f"repeat{repeat + 1}"
        for side in sides if repeat % 2 == 0 else reversed(sides):
            _say(f"{scale}×, repeat {repeat + 1} of {options.repeats}: {side}")
            if side == "ours":
                found.ours.append(_our_runs(raw, place, scale, options.examples))
            else:
                found.peer.append(peer.run(data, place / "peer", scale, place / "peer.log"))
        if not options.keep:
            shutil.rmtree(place)
    if not options.keep:
        shutil.rmtree(raw, ignore_errors=True)
    return found


def _our_runs(raw: Path, place: Path, scale: int, chosen: Iterable[str]) -> dict[str, ours.Run]:
    return {example: examples.run(example, raw, scale, place / example) for example in chosen}


def _say(text: str) -> None:
    tables.console(stderr=True).print(text, soft_wrap=True)


def report(found: dict[int, Scale], show: Callable[[object], None]) -> bool:
    """Shows the tables of what was measured; whether every goal was reached."""
    show(_totals(found))
    if any(scale.ours for scale in found.values()):
        show(tables.growth_table("ours, best repeat", _our_growth(found)))
    if any(scale.peer for scale in found.values()):
        show(tables.growth_table(f"{PEER}, best repeat", _peer_growth(found)))
    ratios = [_ratio(number, scale) for number, scale in found.items() if _is_whole(scale)]
    if ratios:
        show(tables.ratio_table(ratios))
    show(COMPARED)
    total = {number: min(scale.our_seconds) for number, scale in found.items() if scale.ours}
    largest = max((one for one in tables.exponents(total).values() if one is not None), default=0.0)
    if grows_too_fast := largest > LARGEST_EXPONENT:
        show(f"Goal missed: ours grows with exponent {largest:.2f}; at most {LARGEST_EXPONENT:g}")
    return all(ratio.is_good for ratio in ratios) and not grows_too_fast


def _is_whole(scale: Scale) -> bool:
    """Whether both sides did all their work, so that a ratio means something."""
    return bool(scale.peer) and bool(scale.ours) and all(set(repeat) == set(peer.SETS) for repeat in scale.ours)


def _ratio(number: int, scale: Scale) -> tables.Ratio:
    return tables.Ratio(f"whole pipeline at {number}×", PEER, scale.our_seconds, scale.peer_seconds, GOALS.get(number))


def _totals(found: dict[int, Scale]):
    names = ("whole pipeline", "side", "records landed", "s, best", "s, median", "peak MiB")
    rows = []
    for number, scale in found.items():
        if scale.ours:
            peaks = [run.peak_mib for repeat in scale.ours for run in repeat.values()]
            landed = sum(run.rows for run in scale.ours[0].values())
            rows.append(_total(number, "ours", landed, scale.our_seconds, peaks))
        if scale.peer:
            peaks = [run.peak_mib for run in scale.peer]
            rows.append(_total(number, PEER, scale.peer[0].rows, scale.peer_seconds, peaks))
    return tables.plain_table(names, rows, text_columns=names[:2])


def _total(number: int, side: str, landed: int, seconds: list[float], peaks: list[int | None]) -> tuple[str, ...]:
    peak = max((peak for peak in peaks if peak is not None), default=None)
    return (
        f"{number}×",
        side,
        f"{landed:,}",
        f"{min(seconds):.2f}",
        f"{statistics.median(seconds):.2f}",
        "–" if peak is None else f"{peak:,}",
    )


def _our_growth(found: dict[int, Scale]) -> dict[str, dict[int, float]]:
    """Seconds of the best repeat by stage over the examples, by example, and in all."""
    rows: dict[str, dict[int, float]] = {name: {} for name in (ours.AROUND, *STAGES)}
    totals: dict[int, float] = {}
    for number, scale in found.items():
        if not scale.ours:
            continue
        best = scale.ours[scale.our_seconds.index(min(scale.our_seconds))]
        for stage in (ours.AROUND, *STAGES):
            rows[stage][number] = sum(run.stages[stage] for run in best.values())
        for example, run in best.items():
            rows.setdefault(f"= {example}", {})[number] = run.seconds
        totals[number] = min(scale.our_seconds)
    return rows | {"= total": totals}


def _peer_growth(found: dict[int, Scale]) -> dict[str, dict[int, float]]:
    rows: dict[str, dict[int, float]] = {}
    totals: dict[int, float] = {}
    for number, scale in found.items():
        if not scale.peer:
            continue
        best = min(scale.peer, key=lambda run: run.seconds)
        for stage, seconds in best.stages.items():
            rows.setdefault(stage, {})[number] = seconds
        totals[number] = best.seconds
    return rows | {"= total": totals}


def _document(found: dict[int, Scale]) -> dict[str, Any]:
    """Every figure, for a file."""
    return {
        "machine": {"system": platform.platform(), "python": platform.python_version(), "cores": os.cpu_count()},
        "scales": {
            number: {
                "ours": [{example: asdict(run) for example, run in repeat.items()} for repeat in scale.ours],
                "peer": [asdict(run) for run in scale.peer],
            }
            for number, scale in found.items()
        },
        "ratios": {number: _ratio(number, scale).all for number, scale in found.items() if _is_whole(scale)},
        "exponents": {
            "ours": _pairs({number: min(scale.our_seconds) for number, scale in found.items() if scale.ours}),
            "peer": _pairs({number: min(scale.peer_seconds) for number, scale in found.items() if scale.peer}),
        },
    }


def _pairs(seconds: dict[int, float]) -> dict[str, float | None]:
    return {f"{a}-{b}": value for (a, b), value in tables.exponents(seconds).items()}
