"""Judges candidates and written tables by Great Expectations checkpoints, and records how each rule was kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from pyspark.sql import functions as F

from expectations import data_docs, flags, gate, suites
from expectations import rules as registry
from expectations.by_hand import ByHand, ByHandError
from expectations.gate import Outcome
from jobs.errors import ConfError, GateStopped
from jobs.job import Run
from jobs.quality import agreement, catalogue, history, judged
from transformations.canonical import references
from transformations.contracts import CONTRACTS, Rule, Table, TableRule, contract

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from jobs.lake.tables import Lake

    Reader = Callable[[str], DataFrame]
    """Gives a table with its deleted rows."""

WHOLE = "*"
"""batch_id in ops.rule_counts of a rule about a table as a whole."""


@dataclass(frozen=True)
class Judged:
    """How candidates kept each rule: over all of them, by batch as rows of ops.rule_counts, and what became of them.

    statuses: a batch: winner, duplicate, superseded and refused candidates.
    """

    outcomes: tuple[Outcome, ...]
    counts: list[dict[str, Any]]
    statuses: list[dict[str, Any]]


def context(run: Run) -> registry.RuleContext:
    """What rules need of conf and clock. The future begins at the clock, whatever --to says."""
    return catalogue.context(run.settings, run.started_at, run.as_of)


def row_rules(table: Table, run: Run) -> tuple[Rule, ...]:
    return registry.row_rules(table, context(run))


def judge_rows(lake: Lake, run: Run, table: Table, rules: Sequence[Rule], candidates: DataFrame) -> Judged:
    """Validates flagged candidates before the split.

    Raises GateStopped where a rule with severity stop is broken, or more rows are refused than conf allows.
    """
    ends = {name: F.count_if(F.col("_status") == name) for name in ("winner", "duplicate", "superseded")}
    ends["refused"] = F.count_if(F.col("_is_refused"))
    rows = flags.counts(candidates, rules, by=["batch_id"], also=ends).collect()
    total = sum(row["rows"] for row in rows)
    statuses = [{name: row[name] for name in ("batch_id", *ends)} for row in rows]
    if not total:
        return Judged((), [], [])
    results = gate.results(candidates, table.name, suites.row_expectations(table, rules))
    unexpected = {code: gate.unexpected(one) for code, one in results.items()}
    outcomes, counts = [], []
    for place, rule in enumerate(rules):
        applicable = sum(row[f"a{place}"] for row in rows)
        outcomes.append(
            Outcome(
                table.name,
                rule.code,
                rule.property,
                rule.severity,
                rule.message,
                applicable - unexpected[rule.code],
                applicable,
                rule.threshold,
            )
        )
        counts += [
            {
                "batch_id": row["batch_id"],
                "table_name": table.name,
                "rule": rule.code,
                "applicable": row[f"a{place}"],
                "passing": row[f"a{place}"] - row[f"f{place}"],
            }
            for row in rows
        ]
    data_docs.keep(lake.root / "quality", table, "rows", results, outcomes, run.run_id, run.started_at)
    found = Judged(tuple(outcomes), counts, statuses)
    broken = [outcome for outcome in outcomes if outcome.stops]
    refused = sum(row["refused"] for row in statuses)
    quality = run.settings.base.quality
    if total >= quality.min_rows_to_stop and refused > quality.max_quarantined_ratio * total:
        record_rows(lake, run, table, found)
        worst = max(outcomes, key=lambda o: o.applicable - o.passing)
        raise GateStopped(
            f"{table.name}: {refused:,} of {total:,} rows refused, more than quality.max_quarantined_ratio allows "
            f"({quality.max_quarantined_ratio:.0%}); most often: {worst.message} ({worst.code}). "
            "Mend the source or its mapping in conf/sources, then run again"
        )
    if broken:
        record_rows(lake, run, table, found)
        raise GateStopped(_explained(broken))
    return found


def judge_totals(
    run: Run, table: Table, column: str, landed: Mapping[str, Decimal | None], found: Mapping[str, Decimal | None]
) -> list[dict[str, Any]]:
    """Holds the sum of a column against the source's control total, batch by batch.

    Returns: rows of ops.rule_counts. Raises GateStopped where the rule has severity stop and a batch differs.
    """
    (rule,) = (rule for rule in registry.control_rules(table, context(run)) if rule.column == column)
    counts, wrong = [], []
    for batch, total in landed.items():
        agrees = abs(Decimal(total or 0) - Decimal(found.get(batch) or 0)) <= Decimal("0.005")
        counts.append(
            {"batch_id": batch, "table_name": table.name, "rule": rule.code, "applicable": 1, "passing": int(agrees)}
        )
        if not agrees:
            wrong.append(f"{found.get(batch)} instead of {total}")
    outcome = Outcome(
        table.name,
        rule.code,
        rule.property,
        rule.severity,
        f"{rule.message}: {', '.join(wrong[:3])}",
        len(counts) - len(wrong),
        len(counts),
        rule.threshold,
    )
    if outcome.stops:
        raise GateStopped(_explained([outcome]))
    return counts


def record_rows(lake: Lake, run: Run, table: Table, found: Judged) -> None:
    """Counts of each batch, and what today's batches add to the history of each rule."""
    if not found.counts:
        return
    lake.upsert("ops.rule_counts", [{**row, "computed_at": run.started_at} for row in found.counts])
    day = history.today(run.settings, run.started_at)
    total: dict[str, list[int]] = {}
    fresh: dict[str, list[int]] = {}
    for row in lake.rows("ops.rule_counts", f"table_name = '{table.name}' and batch_id <> '{WHOLE}'"):
        for of in (total, fresh) if history.today(run.settings, row["computed_at"]) == day else (total,):
            held = of.setdefault(row["rule"], [0, 0])
            held[0] += row["passing"]
            held[1] += row["applicable"]
    kept = []
    for rule in (*registry.row_rules(table, context(run)), *registry.control_rules(table, context(run))):
        passing, applicable = fresh.get(rule.code, (0, 0))
        if applicable:
            over_all = Outcome(
                table.name,
                rule.code,
                rule.property,
                rule.severity,
                rule.message,
                total[rule.code][0],
                total[rule.code][1],
                rule.threshold,
            )
            kept.append((over_all, passing, applicable))
    history.keep(lake, day, kept)


def judge_tables(lake: Lake, run: Run, names: Sequence[str]) -> list[Outcome]:
    """Validates written tables: keys, references, what spans rows and tables, and what people added by hand.

    A table that was judged as it is, by the same rules, is left out. Raises GateStopped where a rule with severity stop is
    broken.
    """
    found: dict[str, list[Outcome]] = {}
    read = cache(partial(lake.read, with_deleted=True))  # many tables refer to the same few
    waiting = judged.waiting(lake, run, names)
    try:
        for table in waiting:
            found[table.name] = _judge_table(lake, run, table, read)
    finally:
        outcomes = [outcome for of in found.values() for outcome in of]
        _record_tables(lake, run, outcomes)
    day = history.today(run.settings, run.started_at)
    history.keep(lake, day, [(o, o.passing, o.applicable) for o in outcomes if o.applicable])
    judged.done(lake, run, [table for table in waiting if not any(o.stops for o in found[table.name])])
    broken = [outcome for outcome in outcomes if outcome.stops]
    if broken:
        raise GateStopped(_explained(broken))
    return outcomes


def _record_tables(lake: Lake, run: Run, found: Sequence[Outcome]) -> None:
    """Counts of rules about tables as a whole; one commit for all of them."""
    if found:
        lake.upsert(
            "ops.rule_counts",
            [
                {
                    "batch_id": WHOLE,
                    "table_name": o.table,
                    "rule": o.code,
                    "applicable": o.applicable,
                    "passing": o.passing,
                    "examples": list(o.examples),
                    "computed_at": run.started_at,
                }
                for o in found
            ],
        )


def _judge_table(lake: Lake, run: Run, table: Table, read: Reader) -> list[Outcome]:
    of, limit = context(run), run.settings.base.quality.examples
    given = [one for one in agreement.of_table(table, run.settings) if _is_there(lake, one.reference)]
    row_wise = [rule for rule in registry.reference_rules(table, of) if lake.exists(_target(table, rule))]
    whole = [rule for rule in registry.table_rules(table, of) if all(lake.exists(name) for name in rule.reads)]
    targets = [_reference(lake, table, str(rule.column), read) for rule in row_wise]
    rows = references.with_resolved(read(table.name), table, targets)
    for one in given:
        rows = agreement.with_agreement(lake, run.settings, rows, table, one)
    row_wise += agreement.rules(table, run.settings, given)
    rows = rows.persist()
    try:
        counted = flags.counts(rows, row_wise).first()
        assert counted is not None
        applicable = [counted[f"a{place}"] for place in range(len(row_wise))]
        across = _cases(lake, table, whole, rows, of, read)
        applicable += [across[rule.code][0] if rule.code in across else counted["rows"] for rule in whole]
        rules: list[Rule | TableRule] = [*row_wise, *whole]
        speaking = [rule for rule, cases in zip(rules, applicable, strict=True) if cases]
        expectations = suites.row_expectations(table, [rule for rule in row_wise if rule in speaking])
        expectations += suites.table_expectations(table, [rule for rule in whole if rule in speaking], _view)
        results = _results(rows, table, expectations, across)
        outcomes = []
        for rule, cases in zip(rules, applicable, strict=True):
            broken = gate.unexpected(results[rule.code]) if rule.code in results else 0
            if broken != across.get(rule.code, (0, broken))[1]:
                raise RuntimeError(
                    f"{table.name}.{rule.code}: Great Expectations counts {broken} broken cases, the one count of all "
                    f"rules {across[rule.code][1]}: `cases` and `query` of the rule do not say the same"
                )
            shown = _examples(lake, table, rule, rows, limit) if broken else ()
            outcomes.append(
                Outcome(
                    table.name,
                    rule.code,
                    rule.property,
                    rule.severity,
                    rule.message,
                    cases - broken,
                    cases,
                    rule.threshold,
                    shown,
                )
            )
        more, told = _judge_by_hand(lake, run, table, rows)
        outcomes += told
    finally:
        rows.unpersist()
    data_docs.keep(lake.root / "quality", table, "table", {**results, **more}, outcomes, run.run_id, run.started_at)
    return outcomes


def _judge_by_hand(lake: Lake, run: Run, table: Table, rows: DataFrame) -> tuple[dict[str, Any], list[Outcome]]:
    """Expectations added by hand, about the rows that stand: results by code, and what became of them."""
    given: list[ByHand] = []
    for one in catalogue.by_hand_of(table, run.settings, run.started_at):
        others = suites.tables_of(str(one.kwargs.get("unexpected_rows_query", ""))) - {table.name}
        if all(lake.exists(name) for name in others):
            given.append(one)
            for name in others:
                lake.read(name).createOrReplaceTempView(_view(name))
    if not given:
        return {}, []
    limit = run.settings.base.quality.examples
    standing = rows.select(*table.names)
    if "deleted_at" in table.names:
        standing = standing.where("deleted_at is null")
    try:
        counted = suites.by_hand_expectations(table, given, _view)
    except ByHandError as error:
        raise ConfError(str(error)) from None
    results = gate.results(standing, table.name, [], counted, limit)
    rows_count = standing.count()
    return results, [_of_hand(one, results[one.code], rows_count) for one in given]


def _of_hand(one: ByHand, result: Any, rows_count: int) -> Outcome:
    passing, applicable, examples = gate.cases(result, rows_count)
    threshold = 1.0 if gate.is_one_case(result) else one.threshold
    return Outcome(
        one.table, one.code, one.property, one.severity, one.message, passing, applicable, threshold, examples
    )


def _is_there(lake: Lake, reference: str) -> bool:
    """Whether a reference is a file, or a table that has been written."""
    return reference not in CONTRACTS or lake.exists(reference)


def _target(table: Table, rule: Rule) -> str:
    return str(table.field(str(rule.column)).reference)


def _reference(lake: Lake, table: Table, column: str, read: Reader) -> references.Target:
    target = contract(str(table.field(column).reference))
    key, shared = references.target_key(table, target)
    places: tuple[str, ...] = ()
    if shared:
        found = lake.sql(f"select distinct {shared[0]} as place from t", t=target.name)
        places = tuple(sorted(row["place"] for row in found.to_pylist()))
    return references.Target(column, key, shared, read(target.name), places)


def _cases(
    lake: Lake, table: Table, rules: Sequence[TableRule], rows: DataFrame, of: registry.RuleContext, read: Reader
) -> dict[str, tuple[int, int]]:
    """Cases that each rule across rows and tables speaks about, and broken ones, by code: one statement counts them all.

    The unique key is left to Great Expectations; how old data are is told without Spark.
    """
    found = {rule.code: _ages(lake, table, of) for rule in rules if rule.code == registry.FRESH}
    asked = [rule for rule in rules if rule.code not in ("key.unique", registry.FRESH)]
    if asked or any(broken for _, broken in found.values()):
        rows.createOrReplaceTempView(_view(table.name))
    for name in {name for rule in rules if rule in asked or found.get(rule.code, (0, 0))[1] for name in rule.reads}:
        read(name).createOrReplaceTempView(_view(name))
    if asked:
        counted = lake.spark.sql("select " + ", ".join(map(_counts, asked))).first()
        assert counted is not None
        found |= {rule.code: (pair[0], pair[1]) for rule, pair in zip(asked, counted, strict=True)}
    return found


def _counts(rule: TableRule) -> str:
    """SQL for a pair: cases, and broken ones."""
    if rule.cases:
        counts = f"select struct(count(*), count_if({rule.broken})) from ({rule.cases})"
        return f"({registry.with_tables(counts, _view)})"
    broken = f"select count(*) from ({rule.query})"
    return f"struct(({registry.with_tables(rule.applicable, _view)}), ({registry.with_tables(broken, _view)}))"


def _ages(lake: Lake, table: Table, of: registry.RuleContext) -> tuple[int, int]:
    """Sources of a table of which conf says how old their data may be, and those whose data are older."""
    days = of.fresh_days.get(table.name)
    if not days:
        return 0, 0
    sql, others = registry.newest_of(table)
    names = {_view(name): name for name in (table.name, *others)}
    newest = {row["source"]: row["newest"] for row in lake.sql(registry.with_tables(sql, _view), **names).to_pylist()}
    until = of.counted_to or of.as_of
    ages = {source: until - _in_utc(newest[source]) for source in days if newest.get(source)}
    return len(ages), sum(age.total_seconds() > days[source] * 86400 for source, age in ages.items())


def _in_utc(instant: datetime) -> datetime:
    """Dates that became instants carry no zone."""
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def _results(
    rows: DataFrame, table: Table, expectations: Sequence[Any], across: Mapping[str, tuple[int, int]]
) -> dict[str, Any]:
    """Great Expectations' results by code. Of rules across tables it counts those that have broken cases."""
    of = {e.meta["code"]: across.get(e.meta["code"]) for e in expectations}
    asked = [e for e in expectations if of[e.meta["code"]] is None]
    broken = [e for e in expectations if (of[e.meta["code"]] or (0, 0))[1]]
    kept = [e for e in expectations if (of[e.meta["code"]] or (0, 1))[1] == 0]
    found = gate.results(rows, table.name, asked, broken=broken)
    return found | {e.meta["code"]: gate.holding(e) for e in kept}


def _examples(lake: Lake, table: Table, rule: Rule | TableRule, rows: DataFrame, limit: int) -> tuple[str, ...]:
    """A few broken cases as `column=value, …`."""
    if isinstance(rule, Rule):
        broken = rows.where(flags.fails(rule)).select(*dict.fromkeys([*table.key, str(rule.column)]))
    else:
        rows.createOrReplaceTempView(_view(table.name))
        broken = lake.spark.sql(registry.with_tables(rule.query, _view))
    found = broken.orderBy(*broken.columns).limit(limit).collect()
    return tuple(", ".join(f"{key}={value}" for key, value in row.asDict().items()) for row in found)


def _view(name: str) -> str:
    return name.replace(".", "__")


def _explained(broken: Sequence[Outcome]) -> str:
    lines = [
        f"{o.table}.{o.code} ({o.property}): {o.message}: {o.applicable - o.passing:,} of {o.applicable:,} "
        f"({o.ratio:.1%} keep it, {o.threshold:.1%} must)"
        for o in broken
    ]
    return "; ".join(lines) + ". See `scrm quality` and `scrm quarantine`; mend the source or the rule, then run again"
