"""Standard output and error as they are: a reader that has gone, a full disk, a terminal that knows only ASCII."""

from __future__ import annotations

import codecs
import errno
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO

_PLAIN = str.maketrans(
    {"–": "-", "—": "-", "…": "...", "·": "|", "→": "->", "↑": "^", "↓": "v", "≥": ">=", "≤": "<=", "×": "x"}
)
"""Signs of our own that have a plain form; other characters become an escape, so that no value is lost."""


class Written:
    """What became of what was written. error: the first that a write met, None where the reader of a pipe had gone."""

    error: OSError | None = None


@contextmanager
def robust() -> Iterator[Written]:
    """Standard output and error that never end a command: what cannot be written any more is left out."""
    written = Written()
    standard = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = _robust(sys.stdout, 1, written), _robust(sys.stderr, 2, written)
    try:
        yield written
    finally:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        sys.stdout, sys.stderr = standard


def is_read() -> bool:
    """Whether standard output still goes anywhere: long output may end where it does not."""
    raw = getattr(getattr(sys.stdout, "buffer", None), "raw", None)
    return not (isinstance(raw, _Forgiving) and raw.is_gone)


def _robust(stream: Any, number: int, written: Written) -> TextIO:
    """The stream of the process, made robust; one that somebody has put in its place is left alone."""
    if stream is None:  # closed by who started us
        return open(os.devnull, "w", encoding="utf-8")
    if stream not in (sys.__stdout__, sys.__stderr__):
        return stream
    stream.flush()
    raw: Any = _Forgiving(number, written)
    is_utf8 = stream.encoding.lower().replace("-", "") == "utf8"
    return io.TextIOWrapper(
        io.BufferedWriter(raw),
        encoding=stream.encoding,
        errors="backslashreplace" if is_utf8 else _in_plain,
        line_buffering=stream.isatty() or number == 2,
    )


class _Forgiving(io.FileIO):
    """A file descriptor whose writes never fail."""

    def __init__(self, number: int, written: Written) -> None:
        super().__init__(number, "w", closefd=False)
        self._written, self.is_gone = written, False

    def write(self, data: Any, /) -> int:
        size = memoryview(data).nbytes
        if self.is_gone:
            return size
        try:
            return super().write(data)
        except OSError as error:
            self.is_gone = True
            if error.errno != errno.EPIPE and self._written.error is None:
                self._written.error = error
            return size


def _plainly(error: UnicodeError) -> tuple[str | bytes, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    signs = error.object[error.start : error.end]
    return signs.translate(_PLAIN).encode("ascii", "backslashreplace"), error.end


_in_plain = "scrm-plain"
codecs.register_error(_in_plain, _plainly)
