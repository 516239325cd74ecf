"""Models of customer value on made-up customers: seconds and memory of making histories distinct, fitting and scoring.

The customers buy at rates that are gamma-distributed and stop with a probability that is beta-distributed, counted in days. There
is no peer: the figures say how far one machine reaches. Each size runs in a process of its own, so that its memory is its own.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from typing import Any

import numpy as np

from bench import tables
from bench.errors import BenchError
from transformations.value import buying, spend
from transformations.value.buying import MBG_NBD, History
from transformations.value.likelihood import distinct

TRUE = (0.8, 40.0, 0.6, 3.0)
"""r, alpha (days), a, b of the made-up customers."""
HORIZON_DAYS = 90


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--customers", type=int, nargs="+", default=[1_000_000], metavar="N")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)


def run(options: argparse.Namespace) -> int:
    """Measures each size and prints; 0. Raises BenchError where a process fails."""
    if options.one:
        print(json.dumps(measured(options.one)))
        return 0
    rows = []
    for size in options.customers:
        command = [sys.executable, "-m", "bench", "customers", "--one", str(size)]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            raise BenchError(f"{size} customers: {done.stderr.strip().splitlines()[-1:]}")
        rows.append(json.loads(done.stdout))
    tables.console().print(shown(rows))
    return 0


def shown(rows: list[dict[str, Any]]) -> str:
    """The figures, one line per measure and size."""
    lines = []
    for row in rows:
        lines.append(
            f"{row['customers']:,} customers, {row['distinct']:,} distinct histories, {row['mib']:,} MiB at most"
        )
        lines += [f"  {name:28} {seconds:8.2f} s" for name, seconds in row["seconds"].items()]
        found = ", ".join(f"{name} {value:.4g}" for name, value in zip(buying.NAMES, row["parameters"], strict=True))
        lines.append(f"  fitted: {found}; made with: {', '.join(f'{value:g}' for value in TRUE)}")
    return "\n".join(lines)


def measured(customers: int) -> dict[str, Any]:
    """One size: seconds of each step, distinct histories, the largest resident memory, and the parameters found."""
    x, t_x, T = made_up(customers)
    seconds: dict[str, float] = {}
    begin = time.perf_counter()
    (of_x, of_t_x, of_T), weights, places = distinct(x, t_x, T)
    history = History(of_x, of_t_x, of_T, weights)
    seconds["distinct histories"] = time.perf_counter() - begin
    begin = time.perf_counter()
    fit = buying.fit(MBG_NBD, history)
    seconds["MBG/NBD fitted"] = time.perf_counter() - begin
    begin = time.perf_counter()
    repeat = x > 0
    mean = np.random.default_rng(2).gamma(4, 10, int(repeat.sum())).round(0) + 1
    (purchases, amounts), of_spend, _ = distinct(x[repeat], mean)
    spend.fit(purchases, amounts, of_spend)
    seconds["Gamma-Gamma fitted"] = time.perf_counter() - begin
    begin = time.perf_counter()
    parameters = np.asarray(fit.parameters)
    buying.p_alive(MBG_NBD, parameters, history)[places]
    buying.expected_orders(MBG_NBD, parameters, history, HORIZON_DAYS)[places]
    seconds["all scored, no intervals"] = time.perf_counter() - begin
    mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (1024 if sys.platform == "linux" else 1024**2)
    return {
        "customers": customers,
        "distinct": len(weights),
        "mib": mib,
        "seconds": seconds,
        "parameters": list(fit.parameters),
    }


def made_up(customers: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Repeat purchases, day of the last, and days observed (up to a year) of so many customers."""
    random = np.random.default_rng(1)
    r, alpha, a, b = TRUE
    rate, stops = random.gamma(r, 1 / alpha, customers), random.beta(a, b, customers)
    T = random.integers(1, 366, customers).astype(np.float64)
    x, t_x = np.zeros(customers), np.zeros(customers)
    time_now, active = np.zeros(customers), np.arange(customers)
    while len(active):
        active = active[random.random(len(active)) >= stops[active]]
        time_now[active] += random.exponential(1 / rate[active])
        active = active[time_now[active] <= T[active]]
        x[active] += 1
        t_x[active] = np.floor(time_now[active])
    return x, t_x, T
