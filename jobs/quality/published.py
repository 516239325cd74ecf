"""Consistency of the lake and what is published of it: row by row, table by table. Starts no JVM."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from expectations.gate import Outcome
from jobs.lake import ops
from jobs.quality import catalogue
from jobs.settings import Settings
from transformations.contracts import CONTRACTS
from transformations.contracts.ops_rows import PublicationRow

if TYPE_CHECKING:
    from jobs.lake.tables import Lake


@dataclass(frozen=True)
class Comparison:
    """A published table against the lake.

    Attributes:
        same: rows that both hold. either: rows that stand in one of them at least.
        examples: keys of some that stand in one only.
    """

    same: int
    either: int
    examples: tuple[str, ...] = ()

    @property
    def is_same(self) -> bool:
        return self.same == self.either


def keep(lake: Lake, day: date, found: dict[str, Comparison]) -> None:
    """Keeps what a comparison of today found, by table."""
    ops.PUBLICATIONS.upsert(
        lake,
        [
            {"day": day, "table_name": name, "passing": of.same, "applicable": of.either, "examples": list(of.examples)}
            for name, of in sorted(found.items())
        ],
    )


def days(lake: Lake) -> dict[str, list[PublicationRow]]:
    """Kept comparisons by table, the earliest first."""
    found: dict[str, list[PublicationRow]] = {}
    for row in sorted(ops.PUBLICATIONS.rows(lake), key=lambda row: row["day"]):
        found.setdefault(row["table_name"], []).append(row)
    return found


def outcomes(lake: Lake, settings: Settings) -> list[Outcome]:
    """What the last comparison of each published table found."""
    last = {name: rows[-1] for name, rows in days(lake).items()}
    found = {
        name: Comparison(row["passing"], row["applicable"], tuple(row["examples"] or ())) for name, row in last.items()
    }
    return judged(found, settings)


def judged(found: dict[str, Comparison], settings: Settings) -> list[Outcome]:
    """The rule of each table that was compared."""
    return [
        Outcome(
            name, rule.code, rule.property, rule.severity, rule.message, of.same, of.either, rule.threshold, of.examples
        )
        for name, of in found.items()
        if name in CONTRACTS
        for rule in catalogue.published_rules(CONTRACTS[name], settings)
    ]
