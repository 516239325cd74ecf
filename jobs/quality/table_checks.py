"""Judges written tables: keys, references, trusted lists, what spans rows and tables, and what people added by hand."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from expectations import data_docs, flags, gate, suites
from expectations import rules as registry
from expectations.by_hand import ByHand, ByHandError
from expectations.gate import Outcome
from jobs.engine import sessions, side_by_side
from jobs.errors import ConfError, GateStopped
from jobs.job import Run
from jobs.lake import ops
from jobs.lake.computed import Computed
from jobs.lake.whole_files import write_whole
from jobs.quality import agreement, catalogue, history, judged
from jobs.quality.across import across, view_of
from jobs.quality.explaining import check_agreement, explained
from jobs.quality.row_checks import WHOLE, context
from transformations.canonical import references
from transformations.contracts import CONTRACTS, Rule, Table, TableRule, contract
from transformations.contracts.ops_rows import RuleCountRow
from transformations.contracts.silver.common import SEEN_ONLY

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from jobs.lake.tables import Lake
    from jobs.quality.across import Across, Cases, Listed, Reader


def judge_tables(lake: Lake, run: Run, names: Sequence[str]) -> list[Outcome]:
    """Validates written tables, once each.

    A table that was judged as it is, by the same rules, is left out. Raises GateStopped where a rule with severity stop is
    broken.
    """
    waiting = judged.waiting(lake, run, names)
    if not waiting:
        return []

    found: dict[str, list[Outcome]] = {}
    try:
        _judge_side_by_side(lake, run, {one.table.name: one.table for one in waiting}, found)
    finally:
        outcomes = [outcome for one in waiting for outcome in found.get(one.table.name, ())]
        _record(lake, run, outcomes)
    judged.done(lake, [one for one in waiting if not any(o.stops for o in found[one.table.name])])
    if broken := [outcome for outcome in outcomes if outcome.stops]:
        raise GateStopped(explained(broken))
    return outcomes


def _judge_side_by_side(lake: Lake, run: Run, tables: Mapping[str, Table], found: dict[str, list[Outcome]]) -> None:
    """Puts the outcomes of each table into `found`: as many tables at once as jobs, each thread with a session of its own."""
    workers = min(run.settings.base.limits.jobs_at_once, len(tables))
    mine = threading.local()

    def start(name: str) -> Callable[[], None]:
        run.step(f"check {name}", len(found), len(tables))

        def judge() -> None:
            if not hasattr(mine, "lake"):
                mine.lake = lake.isolated() if workers > 1 else lake
                mine.read = _reader(mine.lake)
            found[name] = _judge_table(mine.lake, run, tables[name], mine.read)

        return judge

    side_by_side.run(dict.fromkeys(tables, ()), start, lambda _: True, workers, on_interrupt=sessions.cancel_jobs)


def _reader(lake: Lake) -> Reader:
    @cache  # many tables refer to the same few
    def read(name: str, columns: tuple[str, ...] | None = None) -> DataFrame:
        return lake.read(name, columns, with_deleted=True)

    return read


def _record(lake: Lake, run: Run, found: Sequence[Outcome]) -> None:
    """Keeps the counts of rules about tables as a whole, and what today found of them."""
    if not found:
        return
    rows: list[RuleCountRow] = [
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
    ]
    ops.RULE_COUNTS.upsert(lake, rows)
    day = history.today(run.settings, run.started_at)
    history.keep(lake, day, [(o, o.passing, o.applicable) for o in found if o.applicable])


def _judge_table(lake: Lake, run: Run, table: Table, read: Reader) -> list[Outcome]:
    of, limits = context(run), run.settings.base.limits
    row_wise, rows = _with_answers(lake, run, table, of, read)
    whole = [rule for rule in registry.table_rules(table, of) if all(lake.exists(name) for name in rule.reads)]
    others = across(lake, table.name, whole, read, limits.in_memory_rows)
    try:
        counted = rows.sql(flags.counts_sql(row_wise))[0]
        cases: dict[str, Cases] = {
            rule.code: (counted[f"a{place}"], counted[f"f{place}"]) for place, rule in enumerate(row_wise)
        }
        cases |= _whole_cases(lake, table, whole, rows, counted["rows"], of, others)
        rules: list[Rule | TableRule] = [*row_wise, *whole]
        results = _verdicts(lake, table, row_wise, whole, rows, cases)
        found = {rule.code: cases[rule.code][1] for rule in rules if cases[rule.code][1]}
        broken_rules = [rule for rule in rules if rule.code in found]
        shown = _examples(table, broken_rules, row_wise, rows, run.settings.base.quality.examples, found, others)
        outcomes = []
        for rule in rules:
            applicable, broken = cases[rule.code]
            outcomes.append(
                Outcome(
                    table.name,
                    rule.code,
                    rule.property,
                    rule.severity,
                    rule.message,
                    applicable - broken,
                    applicable,
                    rule.threshold,
                    shown.get(rule.code, ()),
                )
            )
    finally:
        rows.release()
        others.release()
    more, of_hand = _judge_by_hand(lake, run, table, read)
    outcomes += of_hand
    kept_in = lake.root / "quality"
    data_docs.keep(kept_in, table, "table", {**results, **more}, outcomes, run.run_id, run.started_at, write_whole)
    return outcomes


def _with_answers(
    lake: Lake, run: Run, table: Table, of: registry.RuleContext, read: Reader
) -> tuple[list[Rule], Computed]:
    """Rules about single rows of the written table (references, trusted lists), and its rows with their answers."""
    given = [one for one in agreement.of_table(table, run.settings) if _is_there(lake, one.reference)]
    rules = [rule for rule in registry.reference_rules(table, of) if lake.exists(_target(table, rule))]
    targets = [_reference(lake, table, str(rule.column)) for rule in rules]
    columns = [*table.key, *sorted({str(rule.column) for rule in rules} - set(table.key))]
    tables = {f"r{place}": _target(table, rule) for place, rule in enumerate(rules)}
    if not given and all(map(lake.is_small, (table.name, *tables.values()))):
        answers = "".join(f", {column}" for column in flags.answers(rules))
        query = f"select *{answers} from ({references.resolved_sql(table, targets, columns)})"
        types = {name: table.field(name).type for name in columns}
        types |= dict.fromkeys([references.resolves(table.field(target.column)) for target in targets], "boolean")
        types |= dict.fromkeys(flags.answer_columns(rules), "boolean")
        return rules, lake.computed_sql(query, types, t=table.name, **tables)
    rows_of = [read(name, None) for name in tables.values()]
    rows = references.with_resolved(read(table.name, None), table, targets, rows_of)
    if given and table.derived_source == SEEN_ONLY:  # what no source describes has no values to compare
        rows = rows.where(table.given_rows)
    for one in given:
        rows = agreement.with_agreement(lake, run.settings, rows, table, one)
    rules += agreement.rules(table, run.settings, given)
    rows = flags.answered(rows, rules)
    about = sorted({str(rule.column) for rule in rules if rule.column} - set(columns))
    added = [name for name in rows.columns if name.startswith("_")]
    return rules, lake.computed(rows.select(*columns, *about, *added), is_small=lake.is_small(table.name))


def _whole_cases(
    lake: Lake,
    table: Table,
    rules: Sequence[TableRule],
    rows: Computed,
    rows_count: int,
    of: registry.RuleContext,
    others: Across,
) -> dict[str, Cases]:
    """Cases of each rule across rows and tables, by code."""
    found: dict[str, Cases] = {}
    asked = []
    for rule in rules:
        if rule.code == registry.UNIQUE:
            key = ", ".join(table.key)
            repeated = f"select count(*) as n from rows group by {key} having count(*) > 1"
            found[rule.code] = (rows_count, int(rows.sql(f"select coalesce(sum(n), 0) as n from ({repeated})")[0]["n"]))
        elif rule.code == registry.FRESH:
            found[rule.code] = _ages(lake, table, of)
        else:
            asked.append(rule)
    return found | others.counts(asked)


def _verdicts(
    lake: Lake,
    table: Table,
    row_wise: Sequence[Rule],
    whole: Sequence[TableRule],
    rows: Computed,
    cases: Mapping[str, Cases],
) -> dict[str, Any]:
    """Great Expectations' results by code, of every rule that speaks of something: one validation of the table."""
    answers = set(flags.answer_columns(row_wise))
    row_wise = [rule for rule in row_wise if cases[rule.code][0]]
    whole = [rule for rule in whole if cases[rule.code][0]]
    if not row_wise and not whole:
        return {}
    broken = [f"{cases[rule.code][1]}L as {suites.broken_column(rule)}" for rule in whole]
    frame = rows.frame([name for name in rows.columns if name not in answers]) if row_wise else lake.spark.range(1)
    expectations = suites.row_expectations(table, row_wise) + suites.table_expectations(table, whole)
    results = gate.verdicts(frame.selectExpr("*", *broken), table.name, expectations)
    asked: list[Rule | TableRule] = [*row_wise, *whole]
    check_agreement(table.name, results, {rule.code: cases[rule.code][1] for rule in asked})
    return results


def _judge_by_hand(lake: Lake, run: Run, table: Table, read: Reader) -> tuple[dict[str, Any], list[Outcome]]:
    """Expectations added by hand, about the rows that are not deleted: results by code, and what became of them."""
    given: list[ByHand] = []
    for one in catalogue.by_hand_of(table, run.settings, run.started_at):
        others = suites.tables_of(str(one.kwargs.get("unexpected_rows_query", ""))) - {table.name}
        if all(lake.exists(name) for name in others):
            given.append(one)
            for name in others:
                lake.main.read(name).createOrReplaceTempView(view_of(name))
    if not given:
        return {}, []
    limit = run.settings.base.quality.examples
    standing = lake.main.read(table.name)
    try:
        expectations = suites.by_hand_expectations(table, given, view_of)
    except ByHandError as error:
        raise ConfError(str(error)) from None
    results = gate.counted(standing, table.name, expectations, limit)
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


def _reference(lake: Lake, table: Table, column: str) -> references.Target:
    target = contract(str(table.field(column).reference))
    key, shared = references.target_key(table, target)
    places: tuple[str, ...] = ()
    if shared:
        found = lake.sql(f"select distinct {shared[0]} as place from t where {target.given_rows}", t=target.name)
        places = tuple(sorted(row["place"] for row in found.to_pylist()))
    return references.Target(column, key, shared, places, target.given_rows)


def _ages(lake: Lake, table: Table, of: registry.RuleContext) -> Cases:
    """Sources of a table of which conf says how old their data may be, and those whose data are older."""
    days = of.fresh_days.get(table.name)
    if not days:
        return 0, 0
    sql, others = registry.newest_of(table)
    names = {view_of(name): name for name in (table.name, *others)}
    newest = {row["source"]: row["newest"] for row in lake.sql(registry.with_tables(sql, view_of), **names).to_pylist()}
    until = of.counted_to or of.as_of
    ages = {source: until - _in_utc(newest[source]) for source in days if newest.get(source)}
    return len(ages), sum(age.total_seconds() > days[source] * 86400 for source, age in ages.items())


def _in_utc(instant: datetime) -> datetime:
    """Dates that became instants carry no zone."""
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def _examples(
    table: Table,
    broken: Sequence[Rule | TableRule],
    row_wise: Sequence[Rule],
    rows: Computed,
    limit: int,
    counted: Mapping[str, int],
    others: Across,
) -> dict[str, tuple[str, ...]]:
    """A few broken cases of each rule as `column=value, …`, by code."""
    found: dict[str, list[dict[str, Any]]] = {}
    spanning = []
    for rule in broken:
        if isinstance(rule, Rule):
            columns = list(dict.fromkeys([*table.key, str(rule.column)]))
            query = f"select {', '.join(columns)} from rows where _f{row_wise.index(rule)}"
            found[rule.code] = rows.sql(f"{query} order by {_nulls_first(columns)} limit {limit}")
        elif rule.code == registry.UNIQUE:
            query = f"select {', '.join(table.key)} from rows group by {', '.join(table.key)} having count(*) > 1"
            found[rule.code] = rows.sql(f"{query} order by {_nulls_first(table.key)} limit {limit}")
        else:
            spanning.append(rule)
    if spanning:
        listed = others.listed(spanning, limit)
        found |= {rule.code: _checked(table, rule, listed[rule.code], counted[rule.code]) for rule in spanning}
    return {
        code: tuple(", ".join(f"{key}={_shown(value)}" for key, value in case.items()) for case in cases)
        for code, cases in found.items()
    }


def _checked(table: Table, rule: TableRule, listed: Listed, counted: int) -> list[dict[str, Any]]:
    """The first broken cases of a rule. Raises RuntimeError where its two SQL texts do not say the same."""
    if listed.number != counted:
        raise RuntimeError(
            f"{table.name}.{rule.code}: `query` lists {listed.number} broken cases, `cases` and `broken` count "
            f"{counted}; make them say the same in the rule's contract"
        )
    return listed.first


def _nulls_first(columns: Sequence[str]) -> str:
    return ", ".join(f"{name} nulls first" for name in columns)


def _shown(value: Any) -> Any:
    """A value as examples show it, instants in UTC."""
    return value.astimezone(UTC).replace(tzinfo=None) if isinstance(value, datetime) and value.tzinfo else value
