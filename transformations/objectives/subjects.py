"""Objectives of customers, communities and segments: what each is to reach, and how far it has come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb
import pyarrow as pa

from transformations.objectives.measures import MEASURES
from transformations.objectives.periods import after, months_between, period

RECENT_MONTHS = 12
"""Months before that of as_of_date that profitability is counted over."""
_TREND_MONTHS = 24
_LEAST_TREND_MONTHS = 3
KEY = ("objective_id", "subject_kind", "subject_id", "horizon")

SUBJECTS = pa.schema(
    [(name, pa.string()) for name in ("subject_kind", "subject_id", "currency")]
    + [("members_count", pa.int64())]
    + [(name, pa.float64()) for name in ("potential", "expected_orders", "expected_spend")]
)
"""Schema of subjects: whom objectives are set for. expected_orders and expected_spend are null for groups."""
MONTHS = pa.schema(
    [("subject_kind", pa.string()), ("subject_id", pa.string()), ("month", pa.date32())]
    + [(name, pa.float64()) for name in MEASURES]
)
"""Schema of months: what each subject brought and cost a month; months without anything may be missing."""


@dataclass(frozen=True)
class Asked:
    """What objectives to set.

    Attributes: horizons: months by horizon. rules: rows with the keys of objectives.rules. named: objectives of company.yaml
        that are about one subject each.
    """

    as_of_date: date
    horizons: Mapping[str, int]
    rules: Sequence[Mapping[str, Any]]
    named: Sequence[Mapping[str, Any]] = ()


def objectives(subjects: pa.Table, months: pa.Table, asked: Asked) -> pa.Table:
    """The objectives of each subject in the current periods, with what was measured so far.

    A rule's target is the amount of the period before, made better by the rule's change, and by its least at least; where fewer
    months are held than the period before has, they are scaled up.

    Args: subjects: SUBJECTS. months: MONTHS, of months before that of as_of_date, and of this one as far as it has come.
    Returns: one row per objective: KEY, columns of gold.objectives, and actual, trend, monthly (mean of a whole month, of the
        last twelve), expected_orders, expected_spend, is_filled (some subject of the kind has the measure). Sorted by KEY.
    """
    first = min(months["month"].to_pylist(), default=asked.as_of_date)
    last = after(asked.as_of_date, 0)
    periods = [_period(horizon, size, asked.as_of_date, first) for horizon, size in asked.horizons.items()]
    with duckdb.connect() as connection:
        connection.register("subjects", subjects)
        connection.register("months", months)
        connection.register("periods", pa.Table.from_pylist(periods))
        connection.register("rules", _rules(asked.rules, ("profitability", "potential")))
        connection.register("named", _rules(asked.named, ("objective_id", "name", "subject_kind", "subject_id")))
        connection.register("measures", _measures())
        window = {
            "last": last,
            "recent": max(after(last, -RECENT_MONTHS), first),
            "trend": max(after(last, -_TREND_MONTHS), first),
        }
        numbers = {
            "recent_months": max(months_between(window["recent"], last), 0),
            "trend_months": max(months_between(window["trend"], last), 0),
            "least": _LEAST_TREND_MONTHS,
        }
        for name, value in (window | numbers).items():
            connection.execute(f"set variable {name} = ?", [value])
        return connection.sql(_OBJECTIVES).to_arrow_table()


def _period(horizon: str, months: int, day: date, first: date) -> dict[str, Any]:
    its = period(day, months)
    return {
        "horizon": horizon,
        "before": its.before,
        "period_start": its.start,
        "period_end": its.end,
        "scale": months / held if (held := months_between(max(its.before, first), its.start)) > 0 else None,
    }


_RULE = pa.schema(
    [(name, pa.string()) for name in ("horizon", "kind", "measure", "strategy")]
    + [(name, pa.float64()) for name in ("change", "least", "target")]
)


def _rules(rows: Sequence[Mapping[str, Any]], keys: Sequence[str]) -> pa.Table:
    schema = pa.schema([*((name, pa.string()) for name in keys), *_RULE])
    return pa.Table.from_pylist([dict(row) for row in rows], schema)


def _measures() -> pa.Table:
    rows = [{"measure": name, "unit": its.unit, "better": its.better} for name, its in MEASURES.items()]
    return pa.Table.from_pylist(rows)


_OBJECTIVES = f"""
with held as (
    select subject_kind, subject_id, month, measure, value
    from (unpivot months on {", ".join(MEASURES)} into name measure value value)
), filled as (
    select distinct subject_kind, measure from held
), recent as (
    select subject_kind, subject_id, coalesce(sum(contribution), sum(revenue)) as brought
    from months where month >= getvariable('recent') and month < getvariable('last') group by all
), levels as (
    select s.*, if(brought > 0 and brought >= median(brought) over (partition by subject_kind, currency), 'high', 'low')
            as profitability,
        if(potential >= median(potential) over (partition by subject_kind), 'high', 'low') as potential_level
    from (select s.*, coalesce(r.brought, 0) as brought from subjects s left join recent r using (subject_kind, subject_id)) s
), wanted as (
    select l.* exclude (potential, potential_level, profitability, brought),
        concat_ws('_', r.profitability, r.potential, r.horizon) as objective_id, r.horizon, r.kind, 'rule' as origin,
        r.measure, r.strategy, r.change, r.least, null::double as target,
        l.profitability, l.potential_level as potential, null::varchar as name
    from levels l join rules r on r.profitability = l.profitability and r.potential = l.potential_level
    union all by name
    select l.* exclude (potential, potential_level, profitability, brought),
        n.objective_id, n.horizon, n.kind, 'company' as origin, n.measure, n.strategy, n.target, n.name,
        l.profitability, l.potential_level as potential
    from levels l join named n using (subject_kind, subject_id)
), measured as (
    select w.objective_id, w.subject_kind, w.subject_id, w.horizon,
        coalesce(sum(h.value) filter (h.month >= p.before and h.month < p.period_start), 0) * any_value(p.scale) as baseline,
        coalesce(sum(h.value) filter (h.month >= p.period_start), 0) as actual,
        coalesce(sum(h.value) filter (h.month >= getvariable('recent') and h.month < getvariable('last')), 0)
            / nullif(getvariable('recent_months'), 0) as monthly,
        coalesce(sum(h.value * (date_diff('month', getvariable('trend'), h.month) - (getvariable('trend_months') - 1) / 2))
                filter (h.month >= getvariable('trend') and h.month < getvariable('last')), 0)
            / if(getvariable('trend_months') >= getvariable('least'),
                getvariable('trend_months') * (getvariable('trend_months') ** 2 - 1) / 12, null) as trend
    from wanted w join periods p using (horizon)
        left join held h on h.subject_kind = w.subject_kind and h.subject_id = w.subject_id and h.measure = w.measure
    group by all
)
select w.objective_id, w.subject_kind, w.subject_id, w.horizon,
    coalesce(w.name, w.measure || if(m.better = 'up', ': more', ': less') || ' than in the period before'
        || if(w.change > 0, ', by ' || (w.change * 100)::decimal(9, 0) || ' %', '')
        || if(w.least > 0, ', at least ' || w.least::int, '')) as name,
    w.kind, w.origin, w.measure, if(m.unit = 'money', w.currency, m.unit) as unit, m.better, true as is_total,
    p.period_start, p.period_end,
    if(f.measure is null, null, d.baseline) as baseline,
    if(f.measure is null, null, coalesce(w.target,
        if(m.better = 'up', d.baseline + greatest(abs(d.baseline) * w.change, w.least),
            d.baseline - abs(d.baseline) * w.change))) as target,
    w.profitability, w.potential, w.strategy, w.members_count,
    if(f.measure is null, null, d.actual) as actual, if(f.measure is null, null, d.trend) as trend,
    if(f.measure is null, null, d.monthly) as monthly, w.expected_orders, w.expected_spend, f.measure is not null as is_filled
from wanted w join periods p using (horizon) join measures m using (measure)
    join measured d using (objective_id, subject_kind, subject_id, horizon)
    left join filled f on f.subject_kind = w.subject_kind and f.measure = w.measure
order by {", ".join(f"w.{name}" for name in KEY)}
"""
