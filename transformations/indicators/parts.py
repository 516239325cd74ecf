"""The additive parts of indicators, and what is computed from them: value, interval, coverage."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from transformations.indicators import intervals
from transformations.indicators.definitions import CATALOGUE
from transformations.indicators.definitions.indicator import Indicator
from transformations.indicators.groups import BEGINNING, KEYS, in_groups

_GROUP = [
    ("grain", pa.string()),
    ("period_start", pa.date32()),
    ("dimension", pa.string()),
    ("dimension_value", pa.string()),
]
OVER_NOTHING = "the denominator is 0"
"""Why a ratio is null whose parts are known."""
_DOUBLES = ("value", "confidence_low", "confidence_high", "coverage_ratio")
ROWS = pa.schema(
    [
        *_GROUP,
        ("indicator_id", pa.string()),
        ("numerator", pa.decimal128(38, 4)),
        ("denominator", pa.decimal128(38, 4)),
        ("observations_count", pa.int64()),
        ("unit", pa.string()),
        *((name, pa.float64()) for name in _DOUBLES),
        ("persons_count", pa.int64()),
        ("missing_reason", pa.string()),
    ]
)
"""One row per indicator and group: the result of every family of indicators."""


@dataclass(frozen=True)
class Parts:
    """What an indicator adds up in a group: SQL over the group's sums.

    Attributes:
        numerator, denominator: the additive parts; no denominator for a sum or a distinct count.
        observations_count: rows that it is computed from.
        measured, in_scope: rows that could be measured, and all rows in scope.
        positive, negative: for the interval of a difference of shares.
        currency: currency of the group's amounts; where it is null the amounts are not added and the group has no row.
        persons: distinct persons whose rows it adds up; null where they are not counted.
        unmeasured: why the numerator is null.
    """

    numerator: str
    observations_count: str
    denominator: str = "null"
    measured: str = "null"
    in_scope: str = "null"
    positive: str = "null"
    negative: str = "null"
    currency: str | None = None
    persons: str = "null"
    unmeasured: str = "null"


@dataclass(frozen=True)
class Family:
    """Indicators that are computed from the same rows.

    Attributes:
        parts: by indicator_id.
        sums: aggregates over the rows of a group, SQL by name.
        one, many: dimensions, as in_groups takes them.
        over_groups: further columns, SQL by name over the sums; may refer to other groups by a window.
        by: column whose values are counted, persons for example: the rows of each of them in a group are first aggregated
            by of_each, and the sums are then over these.
        of_each: aggregates over the rows of a group and value of `by`, SQL by name.
    """

    parts: Mapping[str, Parts]
    sums: Mapping[str, str]
    one: tuple[str, ...] = ()
    many: Mapping[str, str] | None = None
    over_groups: Mapping[str, str] | None = None
    by: str = ""
    of_each: Mapping[str, str] | None = None


def indicator_rows(family: Family, **tables: pa.Table) -> pa.Table:
    """The indicators of a family, each in the grains and dimensions that the catalogue declares.

    Args: tables: the rows as `rows`, with the column day (null where only the grain all is asked for).
    Returns: the columns of ROWS.
    """
    declared = [CATALOGUE[indicator_id] for indicator_id in family.parts]
    grains = [grain for grain in ("all", "month", "week", "day") if any(grain in its.grains for its in declared)]
    keys = ", ".join(KEYS)
    grouped = in_groups("rows", grains=grains, one=family.one, many=family.many)
    if family.by:
        each = f"{keys}, {family.by}"
        grouped = f"select {each}, {_columns(family.of_each or {})} from ({grouped}) its group by {each}"
    query = f"""
        select {keys}, {_columns(family.sums)} from ({grouped}) its group by {keys}"""
    with duckdb.connect() as connection:
        for name, table in tables.items():
            connection.register(name, table)
        return _computed(connection, family, query)


def rows_of_groups(family: Family, groups: pa.Table) -> pa.Table:
    """As `indicator_rows`, of groups that the engine has added up (grouping.grouped): its sums are not used.

    Args: groups: the columns of KEYS, and those that parts and over_groups of the family refer to.
    Returns: the columns of ROWS.
    """
    with duckdb.connect() as connection:
        connection.register("groups", groups)
        return _computed(connection, family, "from groups")


def _computed(connection: duckdb.DuckDBPyConnection, family: Family, sums: str) -> pa.Table:
    """The indicators of a family by SQL that gives its groups: KEYS and sums."""
    more = f", {_columns(family.over_groups)}" if family.over_groups else ""
    selects = (_select(CATALOGUE[indicator_id], parts) for indicator_id, parts in family.parts.items())
    query = f"""
        with sums as ({sums}), extended as materialized (select * {more} from sums)
        {" union all ".join(selects)}
        order by all"""
    return divided(connection.sql(query).to_arrow_table())


def _columns(expressions: Mapping[str, str]) -> str:
    return ", ".join(f"{expression} as {name}" for name, expression in expressions.items())


def _select(indicator: Indicator, parts: Parts) -> str:
    unit = f"'{indicator.unit}'"
    if parts.currency:
        unit = f"({parts.currency})" if indicator.unit == "money" else f"if({parts.currency} is null, null, {unit})"
    return f"""
        select {", ".join(KEYS)}, '{indicator.indicator_id}' as indicator_id,
            ({parts.numerator})::decimal(38, 4) as numerator, ({parts.denominator})::decimal(38, 4) as denominator,
            ({parts.observations_count})::bigint as observations_count,
            {", ".join(f"({getattr(parts, name)})::double as {name}" for name in _COUNTS)},
            ({parts.persons})::bigint as persons_count, ({parts.unmeasured})::varchar as unmeasured, {unit}::varchar as unit
        from extended
        where {is_in("grain", indicator.grains)} and {is_in("dimension", indicator.dimensions)} and {unit} is not null"""


_COUNTS = [field.name for field in fields(Parts) if field.name in ("measured", "in_scope", "positive", "negative")]


def is_in(column: str, names: Iterable[str]) -> str:
    """SQL condition that a column has one of these names.

    >>> is_in("grain", ("all", "month"))
    "grain in ('all', 'month')"
    """
    listed = ", ".join(f"'{name}'" for name in names)
    return f"{column} in ({listed})"


def divided(parts: pa.Table) -> pa.Table:
    """Value, interval and coverage from the parts; a ratio over nothing is null.

    Args: parts: the columns of KEYS, indicator_id, unit, unmeasured (why the numerator is null) and those of Parts.
    Returns: the columns of ROWS.
    """
    numbers = {name: _numbers(parts[name]) for name in ("numerator", "denominator", *_COUNTS)}
    ids = np.array(parts["indicator_id"].to_pylist(), dtype=object)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = numbers["numerator"] / numbers["denominator"]
        coverage = numbers["measured"] / numbers["in_scope"]
    value = np.where(_is(ids, "aggregation", "ratio"), ratio, numbers["numerator"])
    low, high = np.full(len(ids), np.nan), np.full(len(ids), np.nan)
    for kind, limits in _LIMITS.items():
        chosen = _is(ids, "interval", kind)
        low[chosen], high[chosen] = limits({name: column[chosen] for name, column in numbers.items()})
    doubles = dict(zip(_DOUBLES, (value, low, high, coverage), strict=True))
    given = parts.append_column("missing_reason", _reasons(parts, value))
    columns = [_or_null(doubles[f.name]) if f.name in doubles else given[f.name].cast(f.type) for f in ROWS]
    return pa.table(columns, schema=ROWS)


def _reasons(parts: pa.Table, value: NDArray[np.float64]) -> pa.Array:
    """Why a value is null, and null where it is not."""
    reasons: list[str | None] = [None] * len(value)
    for place in np.flatnonzero(~np.isfinite(value)):
        why = parts["unmeasured"][place].as_py() if parts["numerator"][place].as_py() is None else None
        reasons[place] = why or OVER_NOTHING
    return pa.array(reasons, pa.string())


_LIMITS = {
    "wilson": lambda n: intervals.wilson(n["numerator"], n["denominator"]),
    "difference": lambda n: intervals.difference(n["positive"], n["negative"], n["denominator"]),
}


def _numbers(column: pa.ChunkedArray) -> NDArray[np.float64]:
    """Numbers with null as NaN. Decimals are converted one by one: Arrow's own cast does not round to nearest."""
    return np.array([np.nan if its is None else float(its) for its in column.to_pylist()])


def _or_null(numbers: NDArray[np.float64]) -> pa.Array:
    return pa.array(numbers, mask=~np.isfinite(numbers))


def _is(ids: NDArray, attribute: str, wanted: str) -> NDArray[np.bool_]:
    chosen = {its.indicator_id for its in CATALOGUE.values() if getattr(its, attribute) == wanted}
    return np.array([indicator_id in chosen for indicator_id in ids], dtype=bool)


def without_value(indicator_id: str, why: str) -> pa.Table:
    """The row of an indicator that conf or a missing source leaves without a value: the columns of ROWS."""
    its = CATALOGUE[indicator_id]
    group = dict(zip(KEYS, (its.grains[0], BEGINNING, "all", "all"), strict=True))
    row = group | {"indicator_id": indicator_id, "unit": its.unit, "observations_count": 0, "missing_reason": why}
    return pa.Table.from_pylist([row], schema=ROWS)


def is_total(rows: pa.Table) -> pa.ChunkedArray:
    """Which rows have the grain all and the dimension all."""
    return pc.and_(pc.equal(rows["grain"], "all"), pc.equal(rows["dimension"], "all"))
