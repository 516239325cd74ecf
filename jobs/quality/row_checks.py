"""Judges candidates on their way to silver, before the split: Great Expectations' verdicts and our counts by batch."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from expectations import data_docs, flags, gate, suites
from expectations import rules as registry
from expectations.gate import Outcome
from jobs.errors import GateStopped
from jobs.job import Run
from jobs.lake import ops
from jobs.lake.whole_files import write_whole
from jobs.quality import catalogue, history
from jobs.quality.explaining import check_agreement, explained
from transformations.contracts import Rule, Table, contract
from transformations.contracts.ops_rows import RuleCountRow

if TYPE_CHECKING:
    from jobs.lake.computed import Computed
    from jobs.lake.tables import Lake

WHOLE = "*"
"""batch_id in ops.rule_counts of a rule about a table as a whole."""
_ENDS = ("winner", "duplicate", "superseded")


def context(run: Run) -> registry.RuleContext:
    """What rules need of conf and clock. The future begins at the clock, whatever --to says."""
    return catalogue.context(run.settings, run.started_at, run.as_of)


def row_rules(table: Table, run: Run) -> tuple[Rule, ...]:
    return registry.row_rules(table, context(run))


@dataclass
class Judgement:
    """How the candidates of a job's tables kept their rules; kept in ops once for all of them.

    Attributes:
        counts: rows of ops.rule_counts, by table.
    """

    lake: Lake
    run: Run
    counts: dict[str, list[RuleCountRow]] = field(default_factory=dict)

    def judge_rows(
        self, table: Table, rules: Sequence[Rule], candidates: Computed, corrected: Collection[str] = ()
    ) -> list[dict[str, Any]]:
        """Validates flagged candidates before the split.

        Args: corrected: batches whose file was sent again: they are judged too, and stop nothing.
        Returns: a batch: batch_id, and how many candidates are winner, duplicate, superseded and refused.
        Raises GateStopped where a rule with severity stop is broken, or more rows are refused than conf allows.
        """
        ends = {name: flags.count_of(f"_status = '{name}'") for name in _ENDS} | {
            "refused": flags.count_of("_is_refused")
        }
        rows = candidates.sql(flags.counts_sql(rules, ["batch_id"], ends))
        statuses = [{name: row[name] for name in ("batch_id", *ends)} for row in rows]
        if not rows:
            return []
        broken = {rule.code: sum(row[f"f{place}"] for row in rows) for place, rule in enumerate(rules)}
        judged = candidates.frame([*table.names, "_uncastable"])
        results = gate.verdicts(judged, table.name, suites.row_expectations(table, rules))
        check_agreement(table.name, results, broken)
        outcomes = _outcomes(table, rules, rows)
        for place, rule in enumerate(rules):
            self.counts.setdefault(table.name, []).extend(
                {
                    "batch_id": row["batch_id"],
                    "table_name": table.name,
                    "rule": rule.code,
                    "applicable": row[f"a{place}"],
                    "passing": row[f"a{place}"] - row[f"f{place}"],
                    "computed_at": self.run.started_at,
                }
                for row in rows
            )
        kept_in = self.lake.root / "quality"
        data_docs.keep(kept_in, table, "rows", results, outcomes, self.run.run_id, self.run.started_at, write_whole)
        now = [row for row in rows if row["batch_id"] not in corrected]
        if before := sum(row["refused"] for row in rows if row["batch_id"] in corrected):
            self.run.note(
                f"{table.name}: {before:,} rows that files held before they were sent again stay refused and stop nothing "
                f"(scrm quarantine --table {table.short_name})"
            )
        total, refused = (sum(row[name] for row in now) for name in ("rows", "refused"))
        self._stop_if_broken(table, _outcomes(table, rules, now), total, refused)
        return statuses

    def _stop_if_broken(self, table: Table, outcomes: Sequence[Outcome], total: int, refused: int) -> None:
        quality = self.run.settings.base.quality
        if total >= quality.min_rows_to_stop and refused > quality.max_quarantined_ratio * total:
            worst = max(outcomes, key=lambda o: o.applicable - o.passing)
            raise GateStopped(
                f"{table.name}: {refused:,} of {total:,} rows refused, more than quality.max_quarantined_ratio allows "
                f"({quality.max_quarantined_ratio:.0%}); most often: {worst.message} ({worst.code}). "
                "Fix the mapping in conf/sources, or send the files again under their names, then run again"
            )
        if broken := [outcome for outcome in outcomes if outcome.stops]:
            raise GateStopped(explained(broken))

    def judge_totals(
        self,
        table: Table,
        column: str,
        landed: Mapping[str, Decimal | None],
        found: Mapping[str, Decimal | None],
        corrected: Collection[str] = (),
    ) -> None:
        """Holds the sum of a column against the source's control total, batch by batch.

        Args: corrected: batches whose file was sent again: they are judged too, and stop nothing.
        Raises GateStopped where the rule has severity stop and a batch differs.
        """
        rules = registry.control_rules(table, context(self.run))
        rule = next(rule for rule in rules if rule.column == column)
        wrong = []
        for batch, total in landed.items():
            agrees = abs(Decimal(total or 0) - Decimal(found.get(batch) or 0)) <= Decimal("0.005")
            self.counts.setdefault(table.name, []).append(
                {
                    "batch_id": batch,
                    "table_name": table.name,
                    "rule": rule.code,
                    "applicable": 1,
                    "passing": int(agrees),
                    "computed_at": self.run.started_at,
                }
            )
            if not agrees and batch not in corrected:
                wrong.append(f"{found.get(batch)} instead of {total}")
        now = len(landed.keys() - set(corrected))
        outcome = outcome_of(table, rule, now - len(wrong), now)
        if outcome.stops:
            raise GateStopped(f"{explained([outcome])} Differences: {', '.join(wrong[:3])}")

    def save(self) -> None:
        """Keeps the counts of each batch, and what today's batches add to the history of each rule."""
        if not self.counts:
            return
        at = self.run.started_at
        ops.RULE_COUNTS.upsert(self.lake, (row for of_table in self.counts.values() for row in of_table))
        day = history.today(self.run.settings, at)
        names = ", ".join(f"'{name}'" for name in self.counts)
        total: dict[tuple[str, str], list[int]] = {}
        fresh: dict[tuple[str, str], list[int]] = {}
        for row in ops.RULE_COUNTS.rows(self.lake, f"table_name in ({names}) and batch_id <> '{WHOLE}'"):
            is_of_today = history.today(self.run.settings, row["computed_at"]) == day
            for sums in (total, fresh) if is_of_today else (total,):
                held = sums.setdefault((row["table_name"], row["rule"]), [0, 0])
                held[0] += row["passing"]
                held[1] += row["applicable"]
        found = []
        of = context(self.run)
        for name in self.counts:
            table = contract(name)
            for rule in (*registry.row_rules(table, of), *registry.control_rules(table, of)):
                passing, applicable = fresh.get((name, rule.code), (0, 0))
                if applicable:
                    found.append((outcome_of(table, rule, *total[name, rule.code]), passing, applicable))
        history.keep(self.lake, day, found)


@contextmanager
def judging(lake: Lake, run: Run) -> Iterator[Judgement]:
    """Judges a job's candidates; what was found is kept, also where the gate stops the job."""
    judgement = Judgement(lake, run)
    try:
        yield judgement
    except GateStopped:
        judgement.save()
        raise
    judgement.save()


def _outcomes(table: Table, rules: Sequence[Rule], rows: Sequence[Mapping[str, Any]]) -> list[Outcome]:
    """How these batches kept the rules. Args: rows: of each batch, applicable (a0, …) and broken cases (f0, …) of each rule."""
    found = []
    for place, rule in enumerate(rules):
        applicable, broken = (sum(row[f"{kind}{place}"] for row in rows) for kind in "af")
        found.append(outcome_of(table, rule, applicable - broken, applicable))
    return found


def outcome_of(table: Table, rule: Rule, passing: int, applicable: int) -> Outcome:
    return Outcome(
        table.name, rule.code, rule.property, rule.severity, rule.message, passing, applicable, rule.threshold
    )
