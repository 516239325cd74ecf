"""The JVM as a process: known from its first moment, ended when the command ends, its notices kept off the terminal."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jobs.engine import stderr

_SECONDS_TO_END = 5.0
_started: list[subprocess.Popen[bytes]] = []
_kept_stderr: list[int] = []


@contextlib.contextmanager
def watched() -> Iterator[None]:
    """A JVM that pyspark starts within can be ended, and is where its start is interrupted.

    pyspark forgets one that it still waits for: it then stays, because the folder is gone that it reports its port in.
    """
    from pyspark import java_gateway

    class Watched(subprocess.Popen):
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, process_group=0, **options)  # Ctrl-C at the terminal is not for it
            _started.append(self)

    vars(java_gateway)["Popen"] = Watched
    try:
        yield
    except BaseException:
        end()
        raise
    finally:
        vars(java_gateway)["Popen"] = subprocess.Popen


def end() -> None:
    """Ends the JVM of this process, also one that is just starting. What it computes is lost."""
    for process in _started:
        if process.poll() is None:
            _signal(process, signal.SIGTERM)
            try:
                process.wait(_SECONDS_TO_END)
            except subprocess.TimeoutExpired:
                _signal(process, signal.SIGKILL)
                process.wait()


def _signal(process: subprocess.Popen[bytes], number: int) -> None:
    """To the process and what it has started: spark-submit is a script that starts a JVM to find out how to start one."""
    try:
        os.killpg(process.pid, number)
    except OSError:
        process.send_signal(number)


@contextlib.contextmanager
def stderr_to(log: Path) -> Iterator[None]:
    """A JVM started within logs to a file: on the terminal its output would hide the result."""
    if os.environ.get("SCRM_SPARK_STDERR"):
        yield
        return
    log.parent.mkdir(parents=True, exist_ok=True)
    sys.stderr.flush()
    kept = os.dup(2)
    _kept_stderr.append(kept)
    try:
        with log.open("ab") as stream:
            os.dup2(stream.fileno(), 2)
        yield
    finally:
        os.dup2(kept, 2)
        _kept_stderr.remove(kept)
        os.close(kept)


def terminal() -> int:
    """The descriptor of standard error, also while what a starting JVM says there goes to a file."""
    return _kept_stderr[-1] if _kept_stderr else stderr.terminal()
