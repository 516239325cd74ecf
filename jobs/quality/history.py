"""What the runs of each day found of each rule: kept for good, compared, and asked since when a rule is broken."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

import pyarrow as pa

from expectations.gate import Outcome
from jobs.lake import ops
from jobs.lake.arrow import schema_of
from jobs.settings import Settings
from transformations.contracts import contract
from transformations.contracts.ops_rows import RuleHistoryRow

if TYPE_CHECKING:
    from jobs.lake.tables import Lake

Trend = Literal["better", "worse", "same", "new"]
Key = tuple[str, str]
"""Table and code of a rule."""


@dataclass(frozen=True)
class Day:
    """What the runs of a day found of a rule.

    Attributes:
        passing, applicable: cases judged on that day; for a rule about a whole table all of its.
        ratio: passing / applicable, or the estimate from a sample; None when nothing applied.
        total_passing, total_applicable: over everything judged up to then.
    """

    day: date
    table: str
    rule: str
    property: str
    severity: str
    threshold: float
    passing: int
    applicable: int
    ratio: float | None
    total_passing: int
    total_applicable: int
    low: float | None = None
    high: float | None = None

    def state(self) -> str:
        """Of the cases judged on that day."""
        return _state(self.ratio, self.threshold)

    def total_state(self) -> str:
        """State over everything judged up to then; a sample is judged as a whole."""
        is_sample = self.low is not None
        total = self.total_passing / self.total_applicable if self.total_applicable else None
        return _state(self.ratio if is_sample else total, self.threshold)


def today(settings: Settings, instant: datetime) -> date:
    """The day of an instant where the company is."""
    return instant.astimezone(ZoneInfo(settings.company.timezone)).date()


def keep(lake: Lake, day: date, found: Sequence[tuple[Outcome, int, int]]) -> None:
    """Keeps what was found today; what earlier days found is never touched.

    Args:
        found: outcome over everything, with passing and applicable cases that were judged today.
    """
    rows: list[RuleHistoryRow] = [
        {
            "day": day,
            "table_name": o.table,
            "rule": o.code,
            "property": o.property,
            "severity": o.severity,
            "threshold": o.threshold,
            "passing": passing,
            "applicable": applicable,
            "ratio": o.estimate if o.estimate is not None else passing / applicable if applicable else None,
            "confidence_low": o.low,
            "confidence_high": o.high,
            "total_passing": o.passing,
            "total_applicable": o.applicable,
        }
        for o, passing, applicable in found
    ]
    if not rows:
        return
    codes: dict[str, list[str]] = defaultdict(list)
    for o, _, _ in found:
        codes[o.table].append(f"'{o.code}'")
    listed = (f"(table_name = '{table}' and rule in ({', '.join(of)}))" for table, of in sorted(codes.items()))
    scope = f"day = date '{day}' and ({' or '.join(listed)})"
    schema = schema_of(contract("ops.rule_history"))
    with lake.locked(["ops.rule_history.upsert"]):
        lake.write("ops.rule_history", pa.Table.from_pylist(rows, schema=schema), scope=scope)


def days(lake: Lake, where: str | None = None) -> dict[Key, list[Day]]:
    """All days of each rule, the earliest first."""
    found: dict[Key, list[Day]] = defaultdict(list)
    for row in ops.RULE_HISTORY.rows(lake, where):
        found[row["table_name"], row["rule"]].append(_day(row))
    for of in found.values():
        of.sort(key=lambda one: one.day)
    return found


def _day(row: RuleHistoryRow) -> Day:
    return Day(
        row["day"],
        row["table_name"],
        row["rule"],
        row["property"],
        row["severity"],
        row["threshold"],
        row["passing"],
        row["applicable"],
        row["ratio"],
        row["total_passing"],
        row["total_applicable"],
        row["confidence_low"],
        row["confidence_high"],
    )


def trends(of: Iterable[Day]) -> list[Trend | None]:
    """The ratio of each day against that of the last day before it that had one. Args: days of a rule, in order."""
    before: float | None = None
    found: list[Trend | None] = []
    for one in of:
        if one.ratio is None:
            found.append(None)
            continue
        if before is None:
            found.append("new")
        elif abs(one.ratio - before) < 1e-9:
            found.append("same")
        else:
            found.append("better" if one.ratio > before else "worse")
        before = one.ratio
    return found


def broken_since(states: Iterable[tuple[date, str]]) -> list[date | None]:
    """For each day the first one of the unbroken stretch of broken days that it ends; None where the rule is kept.

    Days on which nothing applied neither break nor mend. Args: day and state, in order.
    """
    since: date | None = None
    found: list[date | None] = []
    for day, state in states:
        if state == "broken":
            since = since or day
        elif state == "kept":
            since = None
        found.append(since)
    return found


def _state(ratio: float | None, threshold: float) -> str:
    if ratio is None:
        return "not_applicable"
    return "kept" if ratio >= threshold else "broken"
