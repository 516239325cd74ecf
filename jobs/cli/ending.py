"""Ctrl-C, SIGTERM and a terminal that goes: the process ends at once, with one line and without leaving a JVM behind.

Nothing is tidied up: a run may be killed at any moment, and the next one completes what it had not finished.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from pathlib import Path

from jobs.engine import jvm, stderr

MESSAGE = "interrupted; the next run completes what was not finished"
_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")
_CLEAN_LINE = "\r\x1b[2K\x1b[?25h"  # bars hide the cursor


def on_signals() -> None:
    """From now on signals end the process with 128 and their number. One that is ignored (nohup, a job of a script) stays so."""
    if threading.current_thread() is not threading.main_thread():
        return
    for name in _SIGNALS:
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, _end)


def is_command() -> bool:
    """Whether this process is a call of scrm, and no other program that uses it."""
    called = Path(sys.argv[0])
    return called.name == "scrm" or called.parts[-2:] == ("jobs", "__main__.py")


def _end(number: int, frame: object) -> None:
    for name in _SIGNALS:
        if other := getattr(signal, name, None):
            signal.signal(other, signal.SIG_IGN)
    terminal = stderr.terminal()
    line = f"error: {MESSAGE}\n"
    with contextlib.suppress(OSError):  # nobody reads it any more
        os.write(terminal, (_CLEAN_LINE + line if os.isatty(terminal) else line).encode())
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for descriptor in (1, 2):  # what other threads say about a JVM that goes is of no use
        os.dup2(nowhere, descriptor)
    jvm.end()
    if embedded := sys.modules.get("jobs.engine.embedded"):  # its server ends with the process
        embedded.discard()
    os._exit(128 + number)
