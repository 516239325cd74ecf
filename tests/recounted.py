"""Indicators counted a second time, in plain Python over random rows: what those of the catalogue have to agree with."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from pyspark.sql import DataFrame

from transformations.indicators.definitions import CATALOGUE

EVER = date(1970, 1, 1)
HALF = timedelta(minutes=30)
"""Random instants are whole half hours."""
SEEDS = st.integers(0, 2**32 - 1)
ZONES = ("America/St_Johns", "Europe/Berlin", "UTC")
FEW = settings(max_examples=4, deadline=None, phases=[Phase.generate])
"""Few and large examples, not made smaller: each runs the engine."""

_BORDERS = tuple(date(2026, month, day) for month, day in ((1, 31), (2, 1), (2, 2), (2, 28), (3, 1), (3, 2), (3, 8)))
Numbers = dict[str, object]
Key = tuple[str, str, date, str, str]


@dataclass(frozen=True)
class Group:
    """The rows of a period and of a value of a dimension.

    Attributes:
        ever: rows of the same value, of any period or of none. beside: rows of the same period, of any value or of none.
    """

    rows: list[dict]
    ever: list[dict]
    beside: list[dict]
    dimension: str

    def count(self, condition: Callable[[dict], object]) -> int:
        return sum(1 for row in self.rows if condition(row))

    def distinct(self, of: Callable[[dict], object]) -> int:
        """Different values; None counts for nothing."""
        return len({of(row) for row in self.rows} - {None})

    def sums(self, name: str) -> int | Decimal:
        """The sum of a column, where nothing is 0."""
        return sum((row[name] for row in self.rows if row[name] is not None), 0)


def moment(draw: random.Random) -> datetime:
    """An instant close to the border of a month, of a week or of summer time; many of them are equal."""
    first = datetime.combine(draw.choice(_BORDERS), datetime.min.time(), UTC)
    return first + HALF * draw.randrange(-12, 48)


def local_day(at: datetime, zone: str) -> date:
    return at.astimezone(ZoneInfo(zone)).date()


def business_clock(
    hours: Mapping[str, Sequence[str]], holidays: Sequence[date], zone: str
) -> Callable[[datetime, datetime], int]:
    """Seconds of business hours between two instants of early 2026, half hour by half hour."""

    def is_open(at: datetime) -> bool:
        local = at.astimezone(ZoneInfo(zone))
        ends = (span.split("-") for span in hours.get(local.strftime("%A").lower(), ()))
        return local.date() not in holidays and any(begin <= local.strftime("%H:%M") < end for begin, end in ends)

    first = datetime(2026, 1, 25, tzinfo=UTC)
    passed = [0]
    for place in range(48 * 60):
        passed.append(passed[-1] + 1800 * is_open(first + HALF * place))
    return lambda begin, end: max(passed[(end - first) // HALF] - passed[(begin - first) // HALF], 0)


def some(draw: random.Random, *values: object, nulls: float = 0.2) -> object:
    """One of the values, or None."""
    return None if draw.random() < nulls else draw.choice(values)


def collected(rows: DataFrame, schema: pa.Schema) -> pa.Table:
    """What the engine computed, as the job hands it on."""
    return pa.table(rows.toArrow()).select(schema.names).cast(schema)


def recounted(indicator_id: str, rows: Sequence[dict], count: Callable[[Group], Numbers | None]) -> dict[Key, Numbers]:
    """What an indicator has to be in each period and value of each dimension that the catalogue declares.

    Args:
        rows: each with day (None: of no period), and its dimensions: a value, a list of values, or None.
        count: numerator, denominator and what else is to be compared; None where there is no row.
    Returns: by indicator, grain, beginning of the period, dimension and value: what count gives, and the value.
    """
    its = CATALOGUE[indicator_id]
    groups: dict[tuple, list[dict]] = defaultdict(list)
    ever: dict[tuple, list[dict]] = defaultdict(list)
    for row in rows:
        for place in _places(row, its.dimensions):
            ever[place].append(row)
            for grain in its.grains:
                if grain == "all" or row["day"] is not None:
                    groups[grain, _beginning(grain, row["day"]), *place].append(row)
    counted = {
        key: count(Group(of, ever[key[2:]], groups[(*key[:2], "all", "all")], key[2])) for key, of in groups.items()
    }
    return {
        (indicator_id, *key): {"value": _value(numbers, its.aggregation)} | numbers
        for key, numbers in counted.items()
        if numbers is not None
    }


def _places(row: dict, dimensions: Sequence[str]) -> Iterator[tuple[str, str]]:
    for dimension in dimensions:
        value = "all" if dimension == "all" else row[dimension]
        several = set(value) if isinstance(value, list) else {value}
        yield from ((dimension, its) for its in several if its is not None)


def _beginning(grain: str, day: date | None) -> date:
    if grain == "all" or day is None:
        return EVER
    return {"day": day, "week": day - timedelta(days=day.weekday()), "month": day.replace(day=1)}[grain]


def _value(numbers: Numbers, aggregation: str) -> float | None:
    above, below = numbers["numerator"], numbers.get("denominator")
    if aggregation != "ratio":
        return None if above is None else float(above)
    return float(Fraction(above) / Fraction(below)) if above is not None and below else None


def lasting(share: Fraction, seconds: str = "seconds", ended: str = "is_ended") -> Callable[[Group], Numbers]:
    """Counts how long rows last: the time until which a share of them has ended, by Kaplan-Meier step by step."""

    def count(group: Group) -> Numbers:
        done = [row[seconds] for row in group.rows if row[ended]]
        left, value = Fraction(1), None
        for time in sorted(set(done)):
            at_risk = group.count(lambda row, time=time: row[seconds] >= time)
            left *= 1 - Fraction(done.count(time), at_risk)
            if left <= 1 - share:
                value = float(time)
                break
        return {
            "value": value,
            "numerator": sum(done),
            "denominator": len(done),
            "observations_count": len(group.rows),
            "coverage_ratio": len(done) / len(group.rows),
        }

    return count


def assert_agree(found: pa.Table, *expected: dict[Key, Numbers]) -> None:
    """Every row of the expected indicators is there, none beside them, and each of their numbers is the expected one."""
    wanted = {key: numbers for of in expected for key, numbers in of.items()}
    names = {key[0] for key in wanted}
    rows = {}
    for row in found.to_pylist():
        if row["indicator_id"] in names:
            key = tuple(row[name] for name in ("indicator_id", "grain", "period_start", "dimension", "dimension_value"))
            assert key not in rows, f"{key} is there twice"
            rows[key] = row
    beside, missing = sorted(set(rows) - set(wanted)), sorted(set(wanted) - set(rows))
    assert not beside, f"rows that should not be there: {beside}"
    assert not missing, f"rows that are not there: {missing}"
    wrong = {key: _differing(rows[key], numbers) for key, numbers in wanted.items()}
    listed = "\n".join(f"{' '.join(map(str, key))}: {of}" for key, of in wrong.items() if of)
    assert not listed, f"numbers as (found, expected):\n{listed}"


def _differing(row: dict, numbers: Numbers) -> dict[str, tuple]:
    """Name -> (found, expected), of numbers that differ. Parts are exact, what is divided is close."""
    pairs = {name: (row[name], number) for name, number in numbers.items()}
    return {name: pair for name, pair in pairs.items() if not _same(*pair)}


def _same(found: object, expected: object) -> bool:
    if isinstance(found, float) and expected is not None:
        return found == pytest.approx(float(expected), rel=1e-9)
    return found == expected


def assert_adds_up(found: pa.Table, indicator_id: str, *dimensions: str, over_time: bool = True) -> None:
    """The values of each dimension add up to all in each period, and the periods of each grain to the time as a whole."""
    sums: dict[tuple, Decimal] = defaultdict(Decimal)
    for row in found.to_pylist():
        if row["indicator_id"] == indicator_id:
            sums[row["dimension"], row["grain"], row["period_start"]] += row["numerator"]
    total = {key[1:]: number for key, number in sums.items() if key[0] == "all"}
    for dimension in dimensions:
        assert {key[1:]: number for key, number in sums.items() if key[0] == dimension} == total
    of_grains: dict[str, Decimal] = defaultdict(Decimal)
    for (grain, _), number in total.items():
        of_grains[grain] += number
    assert not over_time or len(set(of_grains.values())) == 1
