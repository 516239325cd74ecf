"""Errors that end a command with one message and an exit code, without a stack trace."""

from __future__ import annotations


class ScrmError(Exception):
    """An error that a person can fix. The message says what was found, where, and what to do."""

    exit_code = 1


class ConfError(ScrmError):
    """Wrong usage or conf: nothing has run (exit code 2)."""

    exit_code = 2


class GateStopped(ScrmError):
    """A rule with severity stop is broken: nothing downstream runs (exit code 3)."""

    exit_code = 3
