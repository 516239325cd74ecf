"""Runs of the example confs over several copies of their data: options, and one run held against what is known of it."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path

from bench import known, ours, peer, places
from bench.errors import BenchError, WrongResult


def add_options(parser: argparse.ArgumentParser) -> None:
    """Options of every measurement over copies of the examples' data; `check_options` holds them against what can be."""
    parser.add_argument("--scales", type=int, nargs="+", default=[1, 4], metavar="K", help="copies of the data (1 4)")
    parser.add_argument("--repeats", type=int, default=1, metavar="N", help="runs of each side at each scale (1)")
    parser.add_argument(
        "--examples", nargs="+", choices=tuple(peer.SETS), default=list(peer.SETS), help="of ours; all by default"
    )
    parser.add_argument("--keep", action="store_true", help="keep copies, lakes and logs, and say where they are")
    parser.add_argument("--out", type=Path, metavar="FILE.json", help="also write every figure here")


def check_options(options: argparse.Namespace) -> None:
    """Raises BenchError where copies cannot be made so often."""
    if any(not 1 <= scale <= 26 for scale in options.scales) or options.repeats < 1:
        raise BenchError("--scales are 1 to 26 (names can be shifted in 26 ways), --repeats is 1 or more")


def run(example: str, raw: Path, scale: int, lake: Path, environment: Mapping[str, str] = {}) -> ours.Run:
    """One `scrm run` of an example over so many copies of its data; its log lies beside the lake.

    Raises WrongResult where it does not end well, or misses what is known of the data.
    """
    conf = places.ROOT / "conf" / "examples" / example
    ran = ours.run(["--conf", conf], {"SCRM_DATA": str(raw), **environment}, lake, lake.with_name(f"{lake.name}.log"))
    if wrong := known.wrong(example, lake, scale):
        raise WrongResult("\n".join(wrong))
    return ran
