"""What a run's closing report says besides its jobs. Starts no JVM."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from expectations.gate import Outcome
from jobs.lake import open_lake, ops, row_accounts
from jobs.quality import report
from jobs.runner.execution import RunReport
from jobs.settings import Settings
from transformations.contracts import PROPERTIES

if TYPE_CHECKING:
    from jobs.lake.tables import Lake

INDICATORS = (
    "revenue",
    "all_lines_total",
    "active_customers",
    "return_ratio",
    "linked_customer_ratio",
    "volume",
    "net_tone",
    "coverage",
    "peer_answer_ratio",
    "first_answer_seconds",
    "first_answer_seconds_answered",
    "first_response_seconds",
)


@dataclass
class Summary:
    """Rows ready to print."""

    records: list[dict[str, Any]] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)
    equations: list[str] = field(default_factory=list)
    properties: list[dict[str, Any]] = field(default_factory=list)
    indicators: list[dict[str, str]] = field(default_factory=list)
    next_steps: list[tuple[str, str]] = field(default_factory=list)


def summary(run: RunReport, settings: Settings) -> Summary:
    """Accounts over all that ever landed, quality by property, headline indicators, where to look next."""
    lake = open_lake(settings)
    found = report.outcomes(lake, settings)
    held = ops.ROW_ACCOUNTS.rows(lake)
    records = _sums(held, "source", "bronze.", ("landed", *row_accounts.RECORD_TERMS))
    rows = _sums(held, "table", "silver.", ("emitted", *row_accounts.ROW_TERMS))
    return Summary(records, rows, _equations(lake), _properties(found), _indicators(lake), _next_steps(lake))


def _sums(held: Sequence[Mapping[str, Any]], title: str, layer: str, terms: tuple[str, ...]) -> list[dict[str, Any]]:
    """The terms of one of the two equations, summed over files, by source or table."""
    sums: dict[str, dict[str, int]] = {}
    for row in held:
        if row["table_name"].startswith(layer):
            of = sums.setdefault(row["table_name"].removeprefix(layer), dict.fromkeys(terms, 0))
            for term in terms:
                of[term] += row[term] or 0
    return [{title: name, **sums[name]} for name in sorted(sums)]


def _equations(lake: Lake) -> list[str]:
    rows = ops.ROW_ACCOUNTS.rows(lake)
    mistakes = row_accounts.mistakes(lake)
    if mistakes:
        return [f"Row accounts that do NOT add up: {len(mistakes)}", *mistakes[:10]]
    files = len({(row["batch_id"], row["file"]) for row in rows})
    landed = sum(row["landed"] or 0 for row in rows)
    return [
        f"All {landed:,} landed records of {files:,} files are accounted for, file by file:",
        "  landed = parsed + unparsable + repeated;  "
        "emitted = accepted + superseded + duplicate + quarantined + not_applicable",
    ]


def _properties(found: list[Outcome]) -> list[dict[str, Any]]:
    rows = []
    for name in PROPERTIES:
        of = [o for o in found if o.property == name and o.ratio is not None]
        if not of:
            rows.append({"property": name, "passing": "–", "rules": 0, "broken": 0, "worst": "nothing to check yet"})
            continue
        passing = sum(o.passing for o in of) / sum(o.applicable for o in of)
        worst = min(of, key=lambda o: (o.state != "broken", o.ratio))
        faults = worst.applicable - worst.passing
        rows.append(
            {
                "property": name,
                "passing": f"{passing:.2%}" if passing < 0.99995 or passing == 1 else f"{passing:.4%}",
                "rules": len(of),
                "broken": sum(o.state == "broken" for o in of),
                "worst": f"{worst.table}: {worst.message} ({faults:,} of {worst.applicable:,})" if faults else "",
            }
        )
    return rows


def _indicators(lake: Lake) -> list[dict[str, str]]:
    names = {row["indicator_id"]: row for row in lake.rows("gold.indicator_catalogue")}
    values = {
        row["indicator_id"]: row
        for row in lake.rows("gold.indicator_values", "grain = 'all' and dimension = 'all' and known_to is null")
    }
    return [
        {
            "indicator": names.get(name, {}).get("name") or name,
            "value": _value(values[name]),
            "unit": values[name]["unit"] or "",
            "over": f"{values[name]['observations_count'] or 0:,}",
        }
        for name in INDICATORS
        if name in values
    ]


def _value(row: dict[str, Any]) -> str:
    value, unit = row["value"], row["unit"] or ""
    if value is None:  # a median of waiting times is not reached while more than half still wait
        return "not reached" if unit == "seconds" and row["observations_count"] else "–"
    if unit == "ratio":
        return f"{value:.3f}"
    if unit == "seconds":
        return f"{value / 3600:,.2f} h" if value >= 3600 else f"{value:,.0f} s"
    return f"{value:,.0f}" if unit == "count" or (float(value).is_integer() and abs(value) < 1e6) else f"{value:,.2f}"


def _next_steps(lake: Lake) -> list[tuple[str, str]]:
    """Commands, each with what it shows."""
    steps = []
    if lake.exists("gold.customer_360"):
        steps.append(("scrm show gold.customer_360 --limit 5", "one row per person"))
    steps += [
        ("scrm quality", "which rules are broken, since when, and what to do"),
        ("scrm quarantine", "which rows were refused, and why"),
    ]
    published = lake.root / "published" / "scrm.duckdb"
    if published.is_file():
        steps.append((f"duckdb {published}", "the tables for BI, in schema gold"))
    return steps
