"""Why a measurement cannot go on. Its exit code is the command's."""

from __future__ import annotations


class BenchError(Exception):
    """Missing data or bad usage."""

    exit_code = 2


class WrongResult(BenchError):
    """A side failed or found something else than is known: its time counts for nothing."""

    exit_code = 1
