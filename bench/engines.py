"""Each example on both engines at several sizes of the data: seconds, memory, and where the embedded one stops paying.

The data are those of `pipeline`, each K times with other ids and names. Both engines have to end in the same tables: their
content hashes are compared, and no figure counts where they differ.
"""

from __future__ import annotations

import argparse
import json
import secrets
import shutil
import statistics
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from bench import examples, ours, peer, places, tables
from bench.errors import WrongResult
from jobs.lake.tables import Lake

SPARK, EMBEDDED = ENGINES = ("spark", "embedded")
Hashes = Mapping[str, tuple[int, int]]
Found = dict[tuple[str, int], dict[str, list[ours.Run]]]
"""Example and scale -> the runs of each engine, in order; the same place ran side by side."""


add_options = examples.add_options


def run(options: argparse.Namespace) -> int:
    """Measures and prints; 0. Raises BenchError, WrongResult."""
    examples.check_options(options)
    data = places.data()
    found: Found = {}
    with places.work_folder(options.keep) as folder:
        for scale in sorted(set(options.scales)):
            raw = folder / f"{scale}x" / "raw"
            peer.copies(data, raw, scale)
            for example in options.examples:
                found[example, scale] = _measured(raw, raw.parent / example, example, scale, options.repeats)
                if options.out:  # after each: the larger ones take long
                    options.out.write_text(json.dumps(_document(found), indent=1) + "\n", encoding="utf-8")
                if not options.keep:
                    shutil.rmtree(raw.parent / example)
            if not options.keep:
                shutil.rmtree(raw)
    show = tables.console().print
    show(table_of(found))
    for text in where_it_stops_paying(found):
        show(text)
    return 0


def _document(found: Found) -> list[dict[str, object]]:
    return [
        {"example": example, "scale": scale, **{name: [asdict(one) for one in of] for name, of in runs.items()}}
        for (example, scale), runs in found.items()
    ]


def _measured(raw: Path, folder: Path, example: str, scale: int, repeats: int) -> dict[str, list[ours.Run]]:
    runs: dict[str, list[ours.Run]] = {engine: [] for engine in ENGINES}
    ids = {"SCRM_IDENTITY_KEY": secrets.token_hex(16)}  # else each lake makes person IDs of its own
    for repeat in range(repeats):
        hashes = {}
        for engine in ENGINES if repeat % 2 == 0 else reversed(ENGINES):
            tables.console(stderr=True).print(
                f"{example}, {scale}×, repeat {repeat + 1} of {repeats}: {engine}", soft_wrap=True
            )
            lake = folder / f"{repeat + 1}-{engine}"
            runs[engine].append(examples.run(example, raw, scale, lake, {"SCRM_ENGINE": engine, **ids}))
            hashes[engine] = hashes_of(ours.open_lake(lake))
        check_equal(example, scale, hashes)
    return runs


def hashes_of(lake: Lake) -> Hashes:
    """Rows and content hash of every table that both engines have to agree on, by name."""
    names = [name for layer in ("silver", "gold", "quarantine", "withdrawn") for name in lake.names(layer)]
    return {name: lake.hash(name) for name in names}


def differing(one: Hashes, other: Hashes) -> list[str]:
    """Tables that two lakes do not agree on, those included that only one of them has."""
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


def check_equal(example: str, scale: int, hashes: Mapping[str, Hashes]) -> None:
    """Raises WrongResult where a table differs. Args: hashes: by engine, then by table."""
    if tables_found := differing(*(hashes[engine] for engine in ENGINES)):
        raise WrongResult(f"{example} at {scale}×: the engines differ in {', '.join(tables_found)}")


def table_of(found: Found):
    """A row each example and scale: median seconds and largest memory of both engines, and their ratio."""
    names = ("example", "scale", "records", "spark s", "embedded s", "spark / embedded", "spark MiB", "embedded MiB")
    rows = []
    for (example, scale), runs in found.items():
        seconds = {engine: statistics.median(run.seconds for run in runs[engine]) for engine in ENGINES}
        peaks = [max((run.peak_mib or 0 for run in runs[engine]), default=0) for engine in ENGINES]
        rows.append(
            (
                example,
                f"{scale}×",
                f"{runs[SPARK][0].rows:,}",
                f"{seconds[SPARK]:.1f}",
                f"{seconds[EMBEDDED]:.1f}",
                f"{seconds[SPARK] / seconds[EMBEDDED]:.2f}",
                *(f"{peak:,}" if peak else "–" for peak in peaks),
            )
        )
    return tables.plain_table(names, rows, text_columns=names[:2])


def where_it_stops_paying(found: Found) -> list[str]:
    """A line each example: the smallest scale at which the embedded engine took longer than Spark."""
    lines = []
    for example in dict.fromkeys(example for example, _ in found):
        slower = [
            scale
            for (name, scale), runs in found.items()
            if name == example
            and statistics.median(run.seconds for run in runs[EMBEDDED])
            > statistics.median(run.seconds for run in runs[SPARK])
        ]
        largest = max(scale for name, scale in found if name == example)
        lines.append(
            f"{example}: the embedded engine is slower from {min(slower)}× on"
            if slower
            else f"{example}: the embedded engine is quicker up to {largest}×, the largest scale that was measured"
        )
    return lines
