"""Judges candidates and written tables by Great Expectations checkpoints, and records how each rule was kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from pyspark.sql import functions as F

from expectations import docs, flags, gate, suites
from expectations import rules as registry
from expectations.by_hand import ByHand, ByHandError
from expectations.gate import Outcome
from jobs.errors import ConfError, GateStopped
from jobs.quality import agreement, catalogue, history
from jobs.registry import Run
from transformations.canonical import references
from transformations.contracts import CONTRACTS, Rule, Table, TableRule, contract

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from jobs.tables import Lake

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
    return catalogue.context(run.settings, run.started_at)


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
            Outcome(table.name, rule.code, rule.property, rule.severity, rule.message,
                    applicable - unexpected[rule.code], applicable, rule.threshold)
        )  # fmt: skip
        counts += [
            {"batch_id": row["batch_id"], "table_name": table.name, "rule": rule.code,
             "applicable": row[f"a{place}"], "passing": row[f"a{place}"] - row[f"f{place}"]}
            for row in rows
        ]  # fmt: skip
    docs.keep(lake.root / "quality", table, "rows", results, outcomes, run.run_id, run.started_at)
    judged = Judged(tuple(outcomes), counts, statuses)
    broken = [outcome for outcome in outcomes if outcome.stops]
    refused = sum(row["refused"] for row in statuses)
    quality = run.settings.base.quality
    if total >= quality.min_rows_to_stop and refused > quality.max_quarantined_ratio * total:
        record_rows(lake, run, table, judged)
        worst = max(outcomes, key=lambda o: o.applicable - o.passing)
        raise GateStopped(
            f"{table.name}: {refused:,} of {total:,} rows refused, more than quality.max_quarantined_ratio allows "
            f"({quality.max_quarantined_ratio:.0%}); most often: {worst.message} ({worst.code}). "
            "Mend the source or its mapping in conf/sources, then run again"
        )
    if broken:
        record_rows(lake, run, table, judged)
        raise GateStopped(_explained(broken))
    return judged


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
        counts.append({"batch_id": batch, "table_name": table.name, "rule": rule.code, "applicable": 1,
                       "passing": int(agrees)})  # fmt: skip
        if not agrees:
            wrong.append(f"{found.get(batch)} instead of {total}")
    outcome = Outcome(table.name, rule.code, rule.property, rule.severity, f"{rule.message}: {', '.join(wrong[:3])}",
                      len(counts) - len(wrong), len(counts), rule.threshold)  # fmt: skip
    if outcome.stops:
        raise GateStopped(_explained([outcome]))
    return counts


def record_rows(lake: Lake, run: Run, table: Table, judged: Judged) -> None:
    """Counts of each batch, and what today's batches add to the history of each rule."""
    if not judged.counts:
        return
    lake.upsert("ops.rule_counts", [{**row, "computed_at": run.started_at} for row in judged.counts])
    day = history.today(run.settings, run.started_at)
    total: dict[str, list[int]] = {}
    fresh: dict[str, list[int]] = {}
    for row in lake.rows("ops.rule_counts", f"table_name = '{table.name}' and batch_id <> '{WHOLE}'"):
        for of in (total, fresh) if history.today(run.settings, row["computed_at"]) == day else (total,):
            held = of.setdefault(row["rule"], [0, 0])
            held[0] += row["passing"]
            held[1] += row["applicable"]
    found = []
    for rule in (*registry.row_rules(table, context(run)), *registry.control_rules(table, context(run))):
        passing, applicable = fresh.get(rule.code, (0, 0))
        if applicable:
            over_all = Outcome(table.name, rule.code, rule.property, rule.severity, rule.message, total[rule.code][0],
                               total[rule.code][1], rule.threshold)  # fmt: skip
            found.append((over_all, passing, applicable))
    history.keep(lake, day, found)


def judge_tables(lake: Lake, run: Run, names: Sequence[str]) -> list[Outcome]:
    """Validates written tables: keys, references, what spans rows and tables, and what people added by hand.

    Of gold those are judged of which contract, people or references say more than their key, which is checked at the
    write. Raises GateStopped where a rule with severity stop is broken.
    """
    found: list[Outcome] = []
    read = cache(partial(lake.read, with_deleted=True))  # many tables refer to the same few
    try:
        for name in names:
            if name in CONTRACTS and lake.exists(name) and _is_judged(run, contract(name)):
                found += _judge_table(lake, run, contract(name), read)
    finally:
        _record_tables(lake, run, found)
    day = history.today(run.settings, run.started_at)
    history.keep(lake, day, [(o, o.passing, o.applicable) for o in found if o.applicable])
    broken = [outcome for outcome in found if outcome.stops]
    if broken:
        raise GateStopped(_explained(broken))
    return found


def _is_judged(run: Run, table: Table) -> bool:
    """Whether a written table is judged as a whole."""
    if table.layer != "gold" or table.table_rules:
        return table.layer in ("silver", "gold")
    return bool(catalogue.by_hand_of(table, run.settings, run.started_at) or agreement.of_table(table, run.settings))


def _record_tables(lake: Lake, run: Run, found: Sequence[Outcome]) -> None:
    """Counts of rules about tables as a whole; one commit for all of them."""
    if found:
        lake.upsert(
            "ops.rule_counts",
            [
                {"batch_id": WHOLE, "table_name": o.table, "rule": o.code, "applicable": o.applicable,
                 "passing": o.passing, "examples": list(o.examples), "computed_at": run.started_at}
                for o in found
            ],
        )  # fmt: skip


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
        applicable += _applicable(lake, table, whole, rows, counted["rows"], read)
        rules: list[Rule | TableRule] = [*row_wise, *whole]
        speaking = [rule for rule, cases in zip(rules, applicable, strict=True) if cases]
        expectations = suites.row_expectations(table, [rule for rule in row_wise if rule in speaking])
        expectations += suites.table_expectations(table, [rule for rule in whole if rule in speaking], _view)
        results = gate.results(rows, table.name, expectations)
        outcomes = []
        for rule, cases in zip(rules, applicable, strict=True):
            broken = gate.unexpected(results[rule.code]) if rule.code in results else 0
            shown = _examples(lake, table, rule, rows, limit) if broken else ()
            outcomes.append(
                Outcome(table.name, rule.code, rule.property, rule.severity, rule.message, cases - broken, cases,
                        rule.threshold, shown)
            )  # fmt: skip
        more, told = _judge_by_hand(lake, run, table, rows)
        outcomes += told
    finally:
        rows.unpersist()
    docs.keep(lake.root / "quality", table, "table", {**results, **more}, outcomes, run.run_id, run.started_at)
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


def _applicable(
    lake: Lake, table: Table, rules: Sequence[TableRule], rows: DataFrame, rows_count: int, read: Reader
) -> list[int]:
    """Cases that each rule about the whole table speaks about."""
    asked = {place: rule for place, rule in enumerate(rules) if rule.code != "key.unique"}
    if not asked:
        return [rows_count] * len(rules)
    rows.createOrReplaceTempView(_view(table.name))
    for name in {name for rule in asked.values() for name in rule.reads}:
        read(name).createOrReplaceTempView(_view(name))
    selected = [f"({registry.with_tables(rule.applicable, _view)}) as a{place}" for place, rule in asked.items()]
    counted = lake.spark.sql(f"select {', '.join(selected)}").first()
    assert counted is not None
    return [counted[f"a{place}"] if place in asked else rows_count for place in range(len(rules))]


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
