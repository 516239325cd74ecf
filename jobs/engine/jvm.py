"""The JVM as a process: known from its first moment, ended when the command ends."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Iterator
from typing import Any

_SECONDS_TO_END = 5.0
_started: list[subprocess.Popen[bytes]] = []


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


def end_of_itself() -> str | None:
    """How a JVM of this process ended though nobody ended it: its signal or exit code; None where there was none or it runs."""
    codes = [process.poll() for process in _started]
    if not codes or codes[-1] is None:
        return None
    code = codes[-1]
    number = -code if code < 0 else code - 128  # a shell in between reports 128 and the signal
    known = {one.value: one.name for one in signal.Signals}
    return known.get(number, f"exit code {code}")


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
