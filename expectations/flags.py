"""The split in Spark: why a row is refused, which warnings it carries, and how often each rule is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from transformations.contracts import Rule

REASONS = "array<struct<code:string,property:string,message:string>>"


def fails(rule: Rule) -> Column:
    """Whether a row breaks the rule. Unknown counts as kept: existence alone speaks of nulls."""
    broken = ~F.coalesce(F.expr(rule.passes), F.lit(True))
    return broken if rule.applies == "true" else F.coalesce(F.expr(rule.applies), F.lit(False)) & broken


def _applicable(rule: Rule) -> Column:
    """How many rows a rule speaks about; for most rules that is all of them, which Spark counts once."""
    return F.count("*") if rule.applies == "true" else F.count_if(F.expr(rule.applies))


def _failing(rule: Rule) -> Column:
    """How many rows break the rule. The count leaves nulls out by itself: short expressions keep the pass compiled."""
    broken = ~F.expr(rule.passes)
    return F.count_if(broken if rule.applies == "true" else F.expr(rule.applies) & broken)


def flagged(candidates: DataFrame, rules: Sequence[Rule]) -> DataFrame:
    """Candidates with `_reasons` (broken rules that refuse the row), `_is_refused` and `flags` (broken warnings)."""
    refusing = [rule for rule in rules if rule.severity != "warn"]
    warning = [rule for rule in rules if rule.severity == "warn"]
    reasons = [
        F.when(
            fails(rule),
            F.struct(
                F.lit(rule.code).alias("code"),
                F.lit(rule.property).alias("property"),
                F.lit(rule.message).alias("message"),
            ),
        )
        for rule in refusing
    ]
    flags = [F.when(fails(rule), F.lit(rule.code)) for rule in warning]
    reasons_column = F.array_compact(F.array(*reasons)) if reasons else F.array()
    flags_column = F.array_compact(F.array(*flags)) if flags else F.array()
    return candidates.withColumns(
        {"_reasons": reasons_column.cast(REASONS), "flags": flags_column.cast("array<string>")}
    ).withColumn("_is_refused", F.size("_reasons") > 0)


def counts(
    rows: DataFrame, rules: Sequence[Rule], by: Sequence[str] = (), also: Mapping[str, Column] | None = None
) -> DataFrame:
    """How often each rule applies and is broken, in one pass.

    Args:
        by: columns to count by, none for all rows together.
        also: further aggregates by name, to share the pass.
    Returns: one row a group: `by`, rows, `also`, then `a<i>` (applicable) and `f<i>` (failing) for the i-th rule.
    """
    columns = []
    for place, rule in enumerate(rules):
        columns.append(_applicable(rule).alias(f"a{place}"))
        columns.append(_failing(rule).alias(f"f{place}"))
    shared = [value.alias(name) for name, value in (also or {}).items()]
    return rows.groupBy(*by).agg(F.count("*").alias("rows"), *shared, *columns)
