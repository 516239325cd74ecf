"""The split in Spark: why a row is refused, which warnings it carries, and how often each rule is kept.

Each rule is evaluated once a row. Its answer stands beside the row: `_f<i>` says that the i-th rule is broken, and where the
rule does not speak of every row, `_a<i>` that it speaks of this one. Reasons, flags and counts read these columns.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pyspark.sql import DataFrame

from expectations.rules import literal
from transformations.contracts import Rule

REASONS = "array<struct<code:string,property:string,message:string>>"


def answers(rules: Sequence[Rule]) -> list[str]:
    """SQL of the columns that `answered` adds. Unknown counts as kept: existence alone speaks of nulls."""
    columns = []
    for place, rule in enumerate(rules):
        applies = f"coalesce({rule.applies}, false)"
        if rule.applies != "true":
            columns.append(f"{applies} as _a{place}")
        of_those = "" if rule.applies == "true" else f"{applies} and "
        columns.append(f"{of_those}not coalesce({rule.passes}, true) as _f{place}")
    return columns


def answer_columns(rules: Sequence[Rule]) -> list[str]:
    """Names of the columns that `answered` adds."""
    return [column.rsplit(" as ", 1)[1] for column in answers(rules)]


def answered(rows: DataFrame, rules: Sequence[Rule]) -> DataFrame:
    """Rows with what each rule says of them: `_a<i>` and `_f<i>`, never null."""
    return rows.selectExpr("*", *answers(rules))


def flagged(candidates: DataFrame, rules: Sequence[Rule]) -> DataFrame:
    """Candidates with each rule's answers, `_reasons` (broken rules that refuse the row), `_is_refused` and `flags`.

    flags: codes of broken warnings.
    """
    refusing = {place: rule for place, rule in enumerate(rules) if rule.severity != "warn"}
    warning = {place: rule for place, rule in enumerate(rules) if rule.severity == "warn"}
    reasons = [f"if(_f{place}, {_reason(rule)}, null)" for place, rule in refusing.items()]
    warnings = [f"if(_f{place}, {literal(rule.code)}, null)" for place, rule in warning.items()]
    is_refused = " or ".join(f"_f{place}" for place in refusing) or "false"
    return answered(candidates.drop("flags"), rules).selectExpr(
        "*",
        f"cast(array_compact(array({', '.join(reasons)})) as {REASONS}) as _reasons",
        f"cast(array_compact(array({', '.join(warnings)})) as array<string>) as flags",
        f"{is_refused} as _is_refused",
    )


def _reason(rule: Rule) -> str:
    named = (("code", rule.code), ("property", rule.property), ("message", rule.message))
    return f"named_struct({', '.join(f'{literal(name)}, {literal(text)}' for name, text in named)})"


def count_of(condition: str) -> str:
    """SQL that counts the rows of a condition, 0 where there are none. (DuckDB's count_if gives null for only nulls.)"""
    return f"count(case when {condition} then 1 end)"


def counts_sql(rules: Sequence[Rule], by: Sequence[str] = (), also: Mapping[str, str] | None = None) -> str:
    """SQL over answered `rows`, the same in Spark and DuckDB: how often each rule applies and is broken.

    Args:
        by: columns to count by, none for all rows together.
        also: further aggregates by name, to share the pass.
    Returns: one row a group: `by`, rows, `also`, then `a<i>` (applicable) and `f<i>` (broken) for the i-th rule.
    """
    columns = [*by, "count(*) as rows", *(f"{value} as {name}" for name, value in (also or {}).items())]
    for place, rule in enumerate(rules):
        applicable = "count(*)" if rule.applies == "true" else count_of(f"_a{place}")
        columns += [
            f"{applicable} as a{place}",
            f"coalesce(count_if(_f{place}), 0) as f{place}",
        ]  # DuckDB: null of no rows
    grouped = f" group by {', '.join(by)}" if by else ""
    return f"select {', '.join(columns)} from rows{grouped}"
