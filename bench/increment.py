"""A simulated company's first run, one more day of its data, and a run with nothing new.

The peer of the day is our own first run over all days before it. `scrm --help` shows what any command costs.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from bench import one_day_less, ours, places, processes, tables
from bench.errors import BenchError, WrongResult
from jobs.lake import row_accounts
from jobs.simulate import simulate

FIRST, DAY, NOTHING, HELP = "first run", "one more day", "nothing new", "scrm --help"
GOAL = 5.0
"""Smallest R of the day against the first run."""
MOST_SECONDS_WITH_NOTHING_NEW = 5.0
SEED = 7
Repeat = dict[str, ours.Run | processes.Ran]


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--customers", type=int, default=300, metavar="N")
    parser.add_argument("--days", type=int, default=121, metavar="D", help="the last of them is the increment (121)")
    parser.add_argument("--repeats", type=int, default=1, metavar="N", help="each with a lake from scratch (1)")
    parser.add_argument("--keep", action="store_true", help="keep company, lakes and logs, and say where they are")
    parser.add_argument("--out", type=Path, metavar="FILE.json", help="also write every figure here")


def run(options: argparse.Namespace) -> int:
    """Measures and prints; 0, or 3 where a goal was missed. Raises BenchError, WrongResult."""
    if options.repeats < 1:
        raise BenchError("--repeats is 1 or more")
    with places.work_folder(options.keep) as folder:
        try:
            simulate(folder / "company", customers=options.customers, days=options.days, seed=SEED)
        except ValueError as error:
            raise BenchError(str(error)) from None
        repeats = [_repeat(folder, folder / f"repeat{number + 1}") for number in range(options.repeats)]
    is_good = report(repeats, tables.console().print)
    if options.out:
        document = [{name: asdict(one) for name, one in repeat.items()} for repeat in repeats]
        options.out.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    return 0 if is_good else 3


def _repeat(folder: Path, place: Path) -> Repeat:
    company, data, lake = folder / "company", place / "data", place / "lake"
    left_out = one_day_less.write(company, data, one_day_less.last_day(company))
    found: Repeat = {FIRST: _run(FIRST, data, lake, place)}
    one_day_less.update(data, company)
    found[DAY] = _run(DAY, data, lake, place)
    found[NOTHING] = _run(NOTHING, data, lake, place)
    _check(found, lake, left_out)
    found[HELP] = processes.run([places.scrm(), "--help"], os.environ, place / "help.log")
    return found


def _run(name: str, data: Path, lake: Path, place: Path) -> ours.Run:
    tables.console(stderr=True).print(name)
    return ours.run([], {"SCRM_SIMULATED": str(data)}, lake, place / f"{name}.log")


def _check(found: Repeat, lake: Path, left_out: int) -> None:
    """Raises WrongResult where a run did not do what it was measured for."""
    day, nothing = found[DAY], found[NOTHING]
    assert isinstance(day, ours.Run)
    assert isinstance(nothing, ours.Run)
    if not left_out or not day.rows:
        raise WrongResult(f"the day has {left_out} lines, of which the run landed {day.rows} records")
    if nothing.rows or set(nothing.states) != {"up to date"}:
        raise WrongResult(f"nothing was new, yet {nothing.rows} records landed and jobs ended as {nothing.states}")
    if wrong := row_accounts.mistakes(ours.open_lake(lake)):
        raise WrongResult("\n".join(wrong))


def report(repeats: list[Repeat], show: Callable[[object], None]) -> bool:
    """Shows the tables of what was measured; whether every goal was reached."""
    rows = []
    for name in (FIRST, DAY, NOTHING, HELP):
        runs = [repeat[name] for repeat in repeats]
        seconds = [one.seconds for one in runs]
        peaks = [one.peak_mib for one in runs if one.peak_mib is not None]
        landed = f"{runs[0].rows:,}" if isinstance(runs[0], ours.Run) else ""
        jvm = {True: "yes", False: "no", None: "–"}[runs[0].has_jvm]
        peak = f"{max(peaks):,}" if peaks else "–"
        rows.append((name, landed, f"{min(seconds):.2f}", f"{statistics.median(seconds):.2f}", peak, jvm))
    names = ("run", "records landed", "s, best", "s, median", "peak MiB", "JVM")
    show(tables.plain_table(names, rows, text_columns=("run", "JVM")))
    show(_stages(repeats))
    first, day = ([repeat[name].seconds for repeat in repeats] for name in (FIRST, DAY))
    ratio = tables.Ratio(DAY, "own first run", day, first, GOAL)
    show(tables.ratio_table([ratio]))
    slow = [repeat[NOTHING].seconds for repeat in repeats]
    is_quick = statistics.median(slow) <= MOST_SECONDS_WITH_NOTHING_NEW
    has_jvm = any(repeat[NOTHING].has_jvm for repeat in repeats)
    if not is_quick or has_jvm:
        show(f"Goal missed: {NOTHING} is at most {MOST_SECONDS_WITH_NOTHING_NEW:g} s, without a JVM")
    return ratio.is_good and is_quick and not has_jvm


def _stages(repeats: list[Repeat]):
    """Seconds of the best repeat's jobs by stage."""
    best = {
        name: min((repeat[name] for repeat in repeats), key=lambda one: one.seconds) for name in (FIRST, DAY, NOTHING)
    }
    stages = {name: one.stages for name, one in best.items() if isinstance(one, ours.Run)}
    rows = [(stage, *(f"{seconds[stage]:.2f}" for seconds in stages.values())) for stage in stages[FIRST]]
    return tables.plain_table(("stage", *stages), rows, text_columns=("stage",))
