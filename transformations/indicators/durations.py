"""Quantiles of how long things take, by period and dimension, with those allowed for that have not ended."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from transformations.indicators import intervals
from transformations.indicators.definitions import CATALOGUE
from transformations.indicators.groups import KEYS, in_groups
from transformations.indicators.parts import ROWS
from transformations.indicators.survival import kaplan_meier, quantile

_PLACES = Decimal("0.0001")
Waits = tuple[NDArray[np.float64], NDArray[np.bool_]]
"""How long each lasted, in seconds, and whether it has ended."""
Limits = tuple[float | None, float | None, float | None]
"""A quantile with the limits of its interval; None where the data do not reach it."""
COUNTED = pa.schema(
    [
        ("grain", pa.string()),
        ("period_start", pa.date32()),
        ("dimension", pa.string()),
        ("dimension_value", pa.string()),
        ("seconds", pa.float64()),
        ("ended", pa.bool_()),
        ("waits", pa.int64()),
    ]
)
"""Schema of the collected result of grouping.durations."""


def censored(waits: Waits, share: float = 0.5) -> Limits:
    """Seconds after which a share has ended, by Kaplan-Meier: those still going on are censored."""
    found = quantile(kaplan_meier(*waits), share)
    return found.value, found.low, found.high


def median_of_ended(waits: Waits) -> Limits:
    """Median of those that have ended."""
    seconds, ended = waits
    if not ended.any():
        return None, None, None
    return float(np.median(seconds[ended])), *intervals.median(seconds[ended])


def duration_rows(
    durations: pa.Table,
    quantiles: Mapping[str, Callable[[Waits], Limits]],
    dimensions: tuple[str, ...],
    ended_only: tuple[str, ...] = (),
    many: Mapping[str, str] | None = None,
) -> pa.Table:
    """The indicators of durations.

    Args:
        durations: day, the dimensions, seconds (double), ended, and person (whom it is about; null: not counted).
        quantiles: what to compute, by indicator_id; all with the grains of the first.
        ended_only: indicators whose observations_count is the number of those that have ended.
        many: dimensions of which a row has several values, as groups.in_groups takes them.
    Returns: the columns of parts.ROWS.
    """
    grains = CATALOGUE[next(iter(quantiles))].grains
    query = f"""
        select {", ".join(KEYS)}, count(distinct person) as persons,
            list(seconds order by seconds, ended) as seconds, list(ended order by seconds, ended) as ended
        from ({in_groups("durations", grains=grains, one=dimensions, many=many)})
        group by all order by all"""
    with duckdb.connect() as connection:
        connection.register("durations", durations)
        return _rows(connection.sql(query).to_arrow_table(), quantiles, ended_only)


def rows_of_counted(
    counted: pa.Table, quantiles: Mapping[str, Callable[[Waits], Limits]], ended_only: tuple[str, ...] = ()
) -> pa.Table:
    """As `duration_rows`, of groups that the engine has formed.

    Args: counted: the columns of COUNTED: how many of a group lasted how long.
    """
    query = f"""
        select {", ".join(KEYS)}, null::bigint as persons,
            list(seconds order by seconds, ended) as seconds, list(ended order by seconds, ended) as ended
        from (select *, unnest(range(waits)) from counted)
        group by {", ".join(KEYS)} order by all"""
    with duckdb.connect() as connection:
        connection.register("counted", counted)
        return _rows(connection.sql(query).to_arrow_table(), quantiles, ended_only)


def _rows(
    groups: pa.Table, quantiles: Mapping[str, Callable[[Waits], Limits]], ended_only: tuple[str, ...]
) -> pa.Table:
    seconds, ended = (groups[name].combine_chunks() for name in ("seconds", "ended"))
    rows = []
    for place, group in enumerate(groups.drop_columns(["seconds", "ended"]).to_pylist()):
        waits: Waits = (_numbers(seconds[place]), _numbers(ended[place]))
        for indicator_id, computed in quantiles.items():
            of_ended = indicator_id in ended_only
            rows.append(_row(group, indicator_id, waits, computed(waits), of_ended=of_ended))
    return pa.Table.from_pylist(rows, schema=ROWS)


def _numbers(values: pa.ListScalar) -> NDArray:
    return values.values.to_numpy(zero_copy_only=False)


def _row(group: dict[str, Any], indicator_id: str, waits: Waits, found: Limits, *, of_ended: bool) -> dict[str, Any]:
    seconds, ended = waits
    done = int(ended.sum())
    its = CATALOGUE[indicator_id]
    return {name: group[name] for name in KEYS} | {
        "indicator_id": indicator_id,
        "numerator": Decimal(float(seconds[ended].sum())).quantize(_PLACES),
        "denominator": Decimal(done),
        "value": found[0],
        "unit": its.unit,
        "observations_count": done if of_ended else len(seconds),
        "confidence_low": found[1],
        "confidence_high": found[2],
        "coverage_ratio": done / len(seconds),
        "persons_count": group["persons"] if its.persons_in else None,
        "missing_reason": "so few have ended that the quantile is not reached" if found[0] is None else None,
    }
