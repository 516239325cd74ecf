"""Consistency of the lake and what is published of it: row by row, table by table. Starts no JVM."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from expectations.gate import Outcome
from jobs.publish.duckdb_file import Comparison
from jobs.quality import catalogue
from jobs.settings import Settings
from transformations.contracts import CONTRACTS

if TYPE_CHECKING:
    from jobs.tables import Lake


def keep(lake: Lake, day: date, found: dict[str, Comparison]) -> None:
    """Keeps what a comparison of today found, by table."""
    lake.upsert(
        "ops.publications",
        [
            {"day": day, "table_name": name, "passing": of.same, "applicable": of.either, "examples": list(of.examples)}
            for name, of in sorted(found.items())
        ],
    )  # fmt: skip


def days(lake: Lake) -> dict[str, list[dict[str, Any]]]:
    """Kept comparisons by table, the earliest first."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in sorted(lake.rows("ops.publications"), key=lambda row: row["day"]):
        found.setdefault(row["table_name"], []).append(row)
    return found


def outcomes(lake: Lake, settings: Settings) -> list[Outcome]:
    """What the last comparison of each published table found."""
    found = []
    for name, rows in days(lake).items():
        for rule in catalogue.published_rules(CONTRACTS[name], settings) if name in CONTRACTS else ():
            last = rows[-1]
            found.append(
                Outcome(name, rule.code, rule.property, rule.severity, rule.message, last["passing"], last["applicable"],
                        rule.threshold, tuple(last["examples"] or ()))
            )  # fmt: skip
    return found
