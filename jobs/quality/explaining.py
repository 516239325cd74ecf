"""Broken promises in words, for the person whose run they stopped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from expectations import gate
from expectations.gate import Outcome
from jobs.errors import GateStopped


def explained(broken: Sequence[Outcome]) -> str:
    """What is broken, how far, and what to do."""
    lines = [
        f"{o.table}.{o.code} ({o.property}): {o.message}: {o.applicable - o.passing:,} of {o.applicable:,} "
        f"({o.ratio:.1%} pass, {o.threshold:.1%} required)"
        for o in broken
    ]
    return "; ".join(lines) + ". See `scrm quality` and `scrm quarantine`; fix the source or the rule, then run again"


def check_agreement(table: str, verdicts: Mapping[str, Any], broken: Mapping[str, int]) -> None:
    """Holds Great Expectations' verdicts against our counts.

    Raises GateStopped where they contradict each other: what the gate cannot judge does not pass it, and a scheduler need
    not try again.
    """
    try:
        gate.check_agreement(table, dict(verdicts), dict(broken))
    except gate.Contradiction as error:
        raise GateStopped(str(error)) from None
