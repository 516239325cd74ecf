"""A command in a fresh process: its seconds from start to end, and the memory of it and all its children."""

from __future__ import annotations

import contextlib
import itertools
import os
import resource
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")
_EVERY_SECONDS = 0.1
_SAMPLES_A_FAMILY = 5  # who belongs to it changes seldom, and asking costs much: a JVM has many threads


@dataclass(frozen=True)
class Ran:
    """How a command went.

    Attributes:
        seconds: from start to end, the interpreter's start included.
        peak_mib: highest sum of resident memory over the process and its descendants, sampled ten times a second;
            pages they share count in each. None where the system has no /proc.
        has_jvm: whether a JVM was among them; None where the system has no /proc.
    """

    exit_code: int
    seconds: float
    peak_mib: int | None
    has_jvm: bool | None


def run(command: Sequence[str | Path], environment: Mapping[str, str], log: Path) -> Ran:
    """Runs a command to its end; what it prints goes to `log`."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as out:
        begun = time.perf_counter()
        process = subprocess.Popen(command, env=dict(environment), stdout=out, stderr=subprocess.STDOUT)
        watch = _Watch(process.pid)
        exit_code = process.wait()
        seconds = time.perf_counter() - begun
        watch.end()
    return Ran(exit_code, seconds, watch.peak_mib, watch.has_jvm)


def tail(log: Path, lines: int = 20) -> str:
    """The last lines of what a command printed."""
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])


class _Watch:
    """Samples a process and its descendants until it is told to end."""

    def __init__(self, pid: int) -> None:
        has_proc = (_PROC / "self" / "statm").is_file()
        self.peak_mib: int | None = 0 if has_proc else None
        self.has_jvm: bool | None = False if has_proc else None
        self._pid = pid
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)
        if has_proc:
            self._thread.start()

    def end(self) -> None:
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join()

    def _sample(self) -> None:
        page = resource.getpagesize()
        family: list[int] = []
        for sample in itertools.count():
            if sample % _SAMPLES_A_FAMILY == 0:
                family = _family(self._pid)
                self.has_jvm = self.has_jvm or any(_read(pid, "comm").strip() == "java" for pid in family)
            pages = sum(int((_read(pid, "statm") or "0 0").split()[1]) for pid in family)
            self.peak_mib = max(self.peak_mib or 0, pages * page >> 20)
            if self._ended.wait(_EVERY_SECONDS):
                return


def _family(pid: int) -> list[int]:
    """A process and all below it, as far as they are still there."""
    found = [pid]
    for parent in found:  # grows while it is walked
        with contextlib.suppress(FileNotFoundError):
            for thread in os.listdir(f"{_PROC}/{parent}/task"):
                found += map(int, _read(parent, f"task/{thread}/children").split())
    return found


def _read(pid: int, name: str) -> str:
    """What a process's file holds; nothing when it has ended."""
    try:
        with open(f"{_PROC}/{pid}/{name}") as file:
            return file.read()
    except (FileNotFoundError, ProcessLookupError):
        return ""
