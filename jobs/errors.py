"""Errors that end a command with one message and an exit code, without a stack trace."""

from __future__ import annotations


class ScrmError(Exception):
    """Something that a person can mend. The message names what, where and what to do."""

    exit_code = 1


class ConfError(ScrmError):
    """Bad usage or conf: nothing has run (exit code 2)."""

    exit_code = 2


class GateStopped(ScrmError):
    """A promise with severity stop is broken: nothing downstream runs (exit code 3)."""

    exit_code = 3
