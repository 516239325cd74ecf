"""Ctrl-C, SIGTERM and a terminal that goes: the process ends at once, with one line and without leaving a JVM behind.

Nothing is tidied up: a run may be killed at any moment, and the next one completes what it had not finished.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading

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


def _end(number: int, frame: object) -> None:
    for name in _SIGNALS:
        if other := getattr(signal, name, None):
            signal.signal(other, signal.SIG_IGN)
    line = f"error: {MESSAGE}\n"
    with contextlib.suppress(OSError):  # nobody reads it any more
        os.write(2, (_CLEAN_LINE + line if os.isatty(2) else line).encode())
    if spark := sys.modules.get("jobs.engine.spark"):
        spark.end_jvm()
    os._exit(128 + number)
