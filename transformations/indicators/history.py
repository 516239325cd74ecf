"""From computed indicators to gold.indicator_values: what is final, and since when each value has been known."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import duckdb
import pyarrow as pa

from transformations.canonical.instants import without_zones
from transformations.indicators.definitions import INDICATORS
from transformations.indicators.definitions.indicator import Indicator
from transformations.indicators.groups import BEGINNING, KEYS, is_final, is_within
from transformations.indicators.parts import ROWS, is_total

Window = tuple[datetime | None, datetime | None]

_KEY = ("indicator_id", *KEYS)
_COUNTS = ("numerator", "denominator", "observations_count")
_DOUBLES = ("value", "confidence_low", "confidence_high", "coverage_ratio")
_BESIDE = ("unit", "is_final", "persons_count", "missing_reason")


def finished(computed: pa.Table, *, timezone: str, as_of: datetime, late_days: int) -> pa.Table:
    """Computed indicators with is_final, and a row without a value for each indicator that has no data at all.

    Args: computed: the columns of parts.ROWS.
    """
    computed_at_all = set(computed["indicator_id"].to_pylist())
    with_total = set(computed.filter(is_total(computed))["indicator_id"].to_pylist())
    without_total = {its.indicator_id for its in INDICATORS if "all" not in its.grains}
    present = with_total | (computed_at_all & without_total)
    nothing = [
        {
            "indicator_id": its.indicator_id,
            "grain": its.grains[0],
            "period_start": BEGINNING,
            "dimension": "all",
            "dimension_value": "all",
            "unit": its.unit,
            "observations_count": 0,
            **_of_nothing(its, is_computed=its.indicator_id in computed_at_all),
        }
        for its in INDICATORS
        if its.indicator_id not in present
    ]
    rows = pa.concat_tables([computed.select(ROWS.names).cast(ROWS), pa.Table.from_pylist(nothing, schema=ROWS)])
    final = {
        period: is_final(*period, timezone=timezone, as_of=as_of, late_days=late_days) for period in _periods(rows)
    }
    return rows.append_column("is_final", pa.array([final[p] for p in _period_column(rows)], pa.bool_()))


def _of_nothing(its: Indicator, *, is_computed: bool) -> dict[str, object]:
    """Value of an indicator without a total: that of nothing, or null with the reason."""
    if is_computed:
        return {"missing_reason": "amounts of several currencies are not added: see the dimension currency"}
    if its.is_zero_of_nothing:
        return {"numerator": Decimal(0), "value": 0.0}
    return {"missing_reason": f"there is nothing to compute it from; it needs {', '.join(its.needs)}"}


def with_history(held: pa.Table, computed: pa.Table, *, now: datetime, timezone: str, window: Window) -> pa.Table:
    """The rows of gold.indicator_values after a run.

    An unchanged value keeps its row, with the new is_final, unit, persons_count and missing_reason. A value that has
    changed, or is no longer computed, is closed at `now`; the new one is known from then. Periods that are not wholly
    within the window are left unchanged; those that the indicator does not have yet are added all the same: the window
    never decides which exist.

    Args:
        held: gold.indicator_values, superseded values included.
        computed: the rows of `finished`.
        now: time of the run (aware).
        window: half-open instants whose periods are recomputed, (None, None) for all.
    Returns: the columns of `held`; equal to it where nothing changed.
    """
    there = _periods_of_indicators(held)
    periods = sorted(there | _periods_of_indicators(computed))
    is_recomputed = [one not in there or is_within(one[1], one[2], window, timezone) for one in periods]
    recomputed = pa.table(
        {
            "indicator_id": pa.array([indicator for indicator, _, _ in periods], pa.string()),
            "grain": pa.array([grain for _, grain, _ in periods], pa.string()),
            "period_start": pa.array([start for _, _, start in periods], pa.date32()),
            "is_recomputed": pa.array(is_recomputed, pa.bool_()),
        }
    )
    with duckdb.connect() as connection:
        for name, rows in (("held", without_zones(held)), ("computed", computed), ("recomputed", recomputed)):
            connection.register(name, rows)
        result = connection.sql(_HISTORY, params={"now": now.astimezone(UTC).replace(tzinfo=None)}).to_arrow_table()
    return result.select(held.column_names).cast(held.schema)


def _period_column(rows: pa.Table) -> list[tuple]:
    return list(zip(rows["grain"].to_pylist(), rows["period_start"].to_pylist(), strict=True))


def _periods(rows: pa.Table) -> set[tuple]:
    distinct = rows.select(["grain", "period_start"]).group_by(["grain", "period_start"]).aggregate([])
    return set(_period_column(distinct))


def _periods_of_indicators(rows: pa.Table) -> set[tuple]:
    columns = ["indicator_id", "grain", "period_start"]
    distinct = rows.select(columns).group_by(columns).aggregate([])
    return set(zip(*(distinct[name].to_pylist() for name in columns), strict=True))


_EQUAL = " and ".join(
    [f"h.{name} is not distinct from n.{name}" for name in _COUNTS]
    # 9 significant digits, as in the content hash
    + [f"format('{{:.8e}}', h.{name}) is not distinct from format('{{:.8e}}', n.{name})" for name in _DOUBLES]
)
_VALUES = ", ".join(f"{{0}}.{name}" for name in (*_KEY, *_COUNTS, *_DOUBLES, *_BESIDE))
_HISTORY = f"""
with current as (
    select h.*, is_recomputed from held h join recomputed using (indicator_id, grain, period_start) where known_to is null
), new as (
    select n.* from computed n join recomputed using (indicator_id, grain, period_start) where is_recomputed
)
select {_VALUES.format("h")}, known_from, known_to from held h where known_to is not null
union all by name
select {_VALUES.format("h")}, known_from, known_to from current h where not is_recomputed
union all by name
select {_VALUES.format("n")}, h.known_from, h.known_to
    from new n join current h using ({", ".join(_KEY)}) where {_EQUAL}
union all by name
select {_VALUES.format("n")}, $now::timestamp as known_from, null::timestamp as known_to
    from new n left join current h using ({", ".join(_KEY)}) where h.known_from is null or not ({_EQUAL})
union all by name
select {_VALUES.format("h")}, h.known_from, $now::timestamp as known_to
    from current h left join new n using ({", ".join(_KEY)})
    where is_recomputed and h.known_from < $now and (n.grain is null or not ({_EQUAL}))
"""
