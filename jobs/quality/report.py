"""How well each promise is kept, since when it is broken, which way it goes and what to do. Starts no JVM."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import duckdb

from expectations.gate import Outcome
from jobs.quality import advice, catalogue, history, judgements, published, records
from jobs.settings import Settings
from transformations.contracts import CONTRACTS, PROPERTIES

if TYPE_CHECKING:
    from jobs.lake.tables import Lake


# DuckDB's min of several refuses 0.
_FIRST = "coalesce(min(record_id, greatest({limit}, 1))[:{limit}], [])"


@dataclass(frozen=True)
class Refusal:
    """Rows refused for one reason. table: quarantine of a table or of a source."""

    table: str
    code: str
    property: str
    message: str
    rows: int
    examples: tuple[str, ...]


@dataclass(frozen=True)
class Standing:
    """A rule with what its days say.

    Attributes:
        trend: the newest day's cases against those of the day before it; None where no day had any.
        broken_since: first day on which runs found it broken; None where it is kept.
        days: what the runs of each day found, the earliest first.
        what_to_do: for a person; empty where every case keeps the rule.
    """

    outcome: Outcome
    trend: history.Trend | None
    broken_since: date | None
    days: tuple[history.Day, ...]
    what_to_do: str


def percent(ratio: float | None) -> str:
    """Never 100 % where something is broken."""
    if ratio is None:
        return "–"
    text = f"{ratio:.2%}"
    return "<100%" if ratio < 1 and text == "100.00%" else text


def kept(of: Standing) -> str:
    """The ratio, with its interval where only a sample was judged."""
    o = of.outcome
    if o.low is None or o.high is None:
        return percent(o.ratio)
    return f"{percent(o.ratio)} ({o.low:.1%} to {o.high:.1%})"


def outcomes(lake: Lake, settings: Settings) -> list[Outcome]:
    """Every rule that has been judged, over all batches, in the order of tables and properties."""
    sums, written = _judged(lake)
    shown = {(r.table, r.code): r.examples for r in quarantined(lake, None, limit=settings.base.quality.examples)}
    found = []
    now = datetime.now(UTC)
    for table in CONTRACTS.values():
        for rule in catalogue.of_table(table, settings, now):
            if (table.name, rule.code) not in sums:
                continue
            passing, applicable = sums[(table.name, rule.code)]
            outcome = Outcome(
                table.name, rule.code, rule.property, rule.severity, rule.message, passing, applicable, rule.threshold
            )
            found.append(
                replace(
                    outcome,
                    examples=written.get((table.name, rule.code))
                    or shown.get((f"quarantine.{table.short_name}", rule.code), ()),
                )
            )
    found += records.outcomes(sums, settings)
    found += judgements.outcomes(lake, settings)
    found += published.outcomes(lake, settings)
    return sorted(found, key=lambda o: (o.table, PROPERTIES.index(o.property)))


def _judged(lake: Lake) -> tuple[dict[tuple[str, str], tuple[int, int]], dict[tuple[str, str], tuple[str, ...]]]:
    """Passing and applicable cases of each rule over all batches, and the examples that were kept with them."""
    name = "ops.rule_counts"
    if not lake.exists(name):
        return {}, {}
    summed = lake.sql(
        "select table_name, rule, sum(passing) as passing, sum(applicable) as applicable from t group by 1, 2", t=name
    )
    with_examples = lake.arrow(name, ["table_name", "rule", "examples"], where="examples is not null").to_pylist()
    return (
        {(row["table_name"], row["rule"]): (row["passing"], row["applicable"]) for row in summed.to_pylist()},
        {(row["table_name"], row["rule"]): tuple(row["examples"]) for row in with_examples if row["examples"]},
    )


def standings(lake: Lake, settings: Settings) -> list[Standing]:
    """Every rule that has been judged, with trend, since when it is broken and what to do."""
    kept = days(lake, settings)
    found = []
    for outcome in outcomes(lake, settings):
        of = tuple(kept.get((outcome.table, outcome.code), ()))
        trends = [trend for trend in history.trends(of) if trend]
        since = history.broken_since((one.day, one.total_state()) for one in of)
        is_broken = outcome.state == "broken" and bool(since)
        found.append(
            Standing(
                outcome,
                trends[-1] if trends else None,
                since[-1] if is_broken else None,
                of,
                advice.of(outcome, settings),
            )
        )
    return found


def days(lake: Lake, settings: Settings) -> dict[history.Key, list[history.Day]]:
    """What the runs of each day found of each rule, what was published included."""
    found = history.days(lake)
    for table, rows in published.days(lake).items():
        rules = catalogue.published_rules(CONTRACTS[table], settings) if table in CONTRACTS else ()
        for rule in rules:
            found[table, rule.code] = [
                history.Day(
                    row["day"],
                    table,
                    rule.code,
                    rule.property,
                    rule.severity,
                    rule.threshold,
                    row["passing"],
                    row["applicable"],
                    row["passing"] / row["applicable"] if row["applicable"] else None,
                    row["passing"],
                    row["applicable"],
                )
                for row in rows
            ]
    return found


def quarantined(lake: Lake, table: str | None = None, limit: int = 3) -> list[Refusal]:
    """Refused rows grouped by table and reason, most first, with coordinates of a few."""
    found = []
    for name in lake.names("quarantine"):
        if table and name.split(".")[1] != table.split(".")[-1]:
            continue
        for code, property, message, count, examples in _by_reason(lake, name, limit):
            found.append(Refusal(name, code, property, message, count, tuple(examples)))
    return sorted(found, key=lambda refusal: (-refusal.rows, refusal.table, refusal.code))


def _by_reason(lake: Lake, name: str, limit: int) -> list[tuple[str, str, str, int, list[str]]]:
    """Code, property, message, rows and the first coordinates of each reason, in the memory of a few batches."""
    with duckdb.connect() as connection:
        connection.register("refused", lake.stream(name, ["record_id", "reasons"]))
        return connection.execute(
            f"""select reason.code, reason.property, reason.message, count(*), {_FIRST.format(limit=limit)}
            from (select record_id, unnest(reasons) as reason from refused) group by 1, 2, 3"""
        ).fetchall()


def as_json(found: list[Standing]) -> list[dict[str, Any]]:
    """Rules ready for JSON; days as date and ratio."""
    return [
        {
            **asdict(of.outcome),
            "ratio": of.outcome.ratio,
            "state": of.outcome.state,
            "trend": of.trend,
            "broken_since": of.broken_since.isoformat() if of.broken_since else None,
            "what_to_do": of.what_to_do,
            "days": [
                {
                    "day": one.day.isoformat(),
                    "passing": one.passing,
                    "applicable": one.applicable,
                    "ratio": one.ratio,
                    "state": one.state(),
                }
                for one in of.days
            ],
        }
        for of in found
    ]
