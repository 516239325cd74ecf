"""How well each promise is kept, from what the gate recorded. Starts no JVM."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from expectations import rules as registry
from expectations.gate import Outcome
from jobs.settings import Settings
from transformations.contracts import CONTRACTS, PROPERTIES

if TYPE_CHECKING:
    from jobs.tables import Lake


@dataclass(frozen=True)
class Refusal:
    """Rows refused for one reason. table: quarantine of a table or of a source."""

    table: str
    code: str
    property: str
    message: str
    rows: int
    examples: tuple[str, ...]


def outcomes(lake: Lake, settings: Settings) -> list[Outcome]:
    """Every rule that has been judged, over all batches, in the order of tables and properties."""
    quality = settings.base.quality
    context = registry.RuleContext(
        datetime.now(UTC), settings.company.timezone, quality.integrity_threshold, quality.integrity_severity,
        {code: registry.Override(o.severity, o.threshold) for code, o in quality.rules.items()},
    )  # fmt: skip
    sums: dict[tuple[str, str], list[int]] = {}
    written: dict[tuple[str, str], tuple[str, ...]] = {}
    for row in lake.rows("ops.rule_counts"):
        total = sums.setdefault((row["table_name"], row["rule"]), [0, 0])
        total[0] += row["passing"]
        total[1] += row["applicable"]
        if row["examples"]:
            written[(row["table_name"], row["rule"])] = tuple(row["examples"])
    shown = {(r.table, r.code): r.examples for r in quarantined(lake, None, limit=quality.examples)}
    found = []
    for table in CONTRACTS.values():
        for rule in registry.all_rules(table, context):
            if (table.name, rule.code) not in sums:
                continue
            passing, applicable = sums[(table.name, rule.code)]
            outcome = Outcome(table.name, rule.code, rule.property, rule.severity, rule.message, passing, applicable,
                              rule.threshold)  # fmt: skip
            found.append(
                replace(
                    outcome,
                    examples=written.get((table.name, rule.code))
                    or shown.get((f"quarantine.{table.short_name}", rule.code), ()),
                )
            )
    return sorted(found, key=lambda o: (o.table, PROPERTIES.index(o.property)))


def quarantined(lake: Lake, table: str | None = None, limit: int = 3) -> list[Refusal]:
    """Refused rows grouped by table and reason, most first, with coordinates of a few."""
    found = []
    for name in lake.names("quarantine"):
        if table and name.split(".")[1] != table.split(".")[-1]:
            continue
        counts: Counter[tuple[str, str, str]] = Counter()
        examples: dict[tuple[str, str, str], list[str]] = {}
        for row in lake.arrow(name, ["record_id", "reasons"]).to_pylist():
            for reason in row["reasons"]:
                key = (reason["code"], reason["property"], reason["message"])
                counts[key] += 1
                if len(examples.setdefault(key, [])) < limit:
                    examples[key].append(row["record_id"])
        found += [Refusal(name, *key, rows=n, examples=tuple(sorted(examples[key]))) for key, n in counts.items()]
    return sorted(found, key=lambda refusal: (-refusal.rows, refusal.table, refusal.code))


def as_json(found: list[Outcome]) -> list[dict[str, Any]]:
    return [{**asdict(outcome), "ratio": outcome.ratio, "state": outcome.state} for outcome in found]
