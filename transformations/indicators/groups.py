"""Which groups a row belongs to: the periods it lies in and the values of its dimensions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

KEYS = ("grain", "period_start", "dimension", "dimension_value")
BEGINNING = date(1970, 1, 1)
"""period_start of the grain `all`: the first day of the data would move when late data arrive."""


def in_groups(
    rows: str, *, grains: Sequence[str], one: Sequence[str] = (), many: Mapping[str, str] | None = None
) -> str:
    """SQL that repeats each row once a period and dimension value that it belongs to, adding the columns of KEYS.

    The dimension all with value all is always among them.

    Args:
        rows: a table with the column day.
        grains: of all, month, week (ISO) and day.
        one: dimensions, each a column of one value; null belongs to no value.
        many: dimensions as {name: column of a list}: the row belongs to each distinct value.
    """
    values = [_value("all", "'all'"), *(_value(name, name) for name in one)]
    lists = [f"[{', '.join(values)}]"] + [
        f"list_transform(list_distinct(coalesce({column}, [])), lambda its: {_value(name, 'its')})"
        for name, column in (many or {}).items()
    ]
    starts = [f"{{'grain': '{grain}', 'period_start': {_start(grain)}}}" for grain in grains]
    return f"""
        select * exclude (its_value, its_period), unnest(its_value), unnest(its_period)
        from (select *, unnest([{", ".join(starts)}]) as its_period
              from (select *, unnest({" || ".join(lists)}) as its_value from {rows})
              where its_value.dimension_value is not null)"""


def _value(name: str, value: str) -> str:
    return f"{{'dimension': '{name}', 'dimension_value': {value}::varchar}}"


def _start(grain: str) -> str:
    return f"date '{BEGINNING}'" if grain == "all" else f"date_trunc('{grain}', day)::date"


def period_end(grain: str, start: date) -> date | None:
    """First day after the period; None for the grain all, which never ends."""
    if grain == "day":
        return start + timedelta(days=1)
    if grain == "week":
        return start + timedelta(days=7)
    if grain == "month":
        return (start.replace(day=1) + timedelta(days=32)).replace(day=1)
    return None


def is_final(grain: str, start: date, *, timezone: str, as_of: datetime, late_days: int) -> bool:
    """Whether the period's end in the company's time zone plus late_days has passed; never for the grain all."""
    end = period_end(grain, start)
    if end is None:
        return False
    return datetime.combine(end + timedelta(days=late_days), time(), ZoneInfo(timezone)) <= as_of


def lies_within(grain: str, start: date, window: tuple[datetime | None, datetime | None], timezone: str) -> bool:
    """Whether the whole period lies in the half-open window of instants; the grain all only in an open one."""
    first, last = window
    end = period_end(grain, start)
    if end is None:
        return first is None and last is None
    zone = ZoneInfo(timezone)
    return (first is None or first <= datetime.combine(start, time(), zone)) and (
        last is None or datetime.combine(end, time(), zone) <= last
    )
