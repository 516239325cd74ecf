"""Broken promises in words, for the person whose run they stopped."""

from __future__ import annotations

from collections.abc import Sequence

from expectations.gate import Outcome


def explained(broken: Sequence[Outcome]) -> str:
    """What is broken, how far, and what to do."""
    lines = [
        f"{o.table}.{o.code} ({o.property}): {o.message}: {o.applicable - o.passing:,} of {o.applicable:,} "
        f"({o.ratio:.1%} pass, {o.threshold:.1%} required)"
        for o in broken
    ]
    return "; ".join(lines) + ". See `scrm quality` and `scrm quarantine`; fix the source or the rule, then run again"
