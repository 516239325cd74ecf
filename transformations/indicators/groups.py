"""Which groups a row belongs to: periods and values of its dimensions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

KEYS = ("grain", "period_start", "dimension", "dimension_value")
BEGINNING = date(1970, 1, 1)
"""period_start of the grain `all`: the first day of the data would change when late data arrive."""


def in_groups(
    rows: str, *, grains: Sequence[str], one: Sequence[str] = (), many: Mapping[str, str] | None = None
) -> str:
    """SQL that repeats each row for every period and dimension value that it belongs to, adding the columns of KEYS.

    The dimension all with the value all is always among them.

    Args:
        rows: a table with the column day; a row with null belongs to the grain all alone.
        grains: a selection of all, month, week (ISO) and day.
        one: dimensions that are columns with one value; a row with null belongs to no value of the dimension.
        many: dimensions as {name: column with a list}; the row belongs to each distinct value.
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
              where its_value.dimension_value is not null)
        where its_period.period_start is not null"""


def _value(name: str, value: str) -> str:
    return f"{{'dimension': '{name}', 'dimension_value': {value}::varchar}}"


def _start(grain: str) -> str:
    return f"date '{BEGINNING}'" if grain == "all" else f"date_trunc('{grain}', day)::date"


def period_end(grain: str, start: date) -> date | None:
    """First day after the period; None for the grain all, which never ends.

    >>> period_end("month", date(2024, 2, 1))
    datetime.date(2024, 3, 1)
    >>> period_end("week", date(2024, 12, 30))
    datetime.date(2025, 1, 6)
    """
    if grain == "day":
        return start + timedelta(days=1)
    if grain == "week":
        return start + timedelta(days=7)
    if grain == "month":
        return (start.replace(day=1) + timedelta(days=32)).replace(day=1)
    return None


def is_final(grain: str, start: date, *, timezone: str, as_of: datetime, late_days: int) -> bool:
    """Whether late_days after the period's end have passed, in the company's time zone; never for the grain all.

    >>> from datetime import timezone as tz
    >>> noon = datetime(2025, 3, 1, 12, tzinfo=tz.utc)
    >>> is_final("month", date(2025, 2, 1), timezone="UTC", as_of=noon, late_days=0)
    True
    >>> is_final("month", date(2025, 2, 1), timezone="UTC", as_of=noon, late_days=30)
    False
    """
    end = period_end(grain, start)
    if end is None:
        return False
    return datetime.combine(end + timedelta(days=late_days), time(), ZoneInfo(timezone)) <= as_of


def is_within(grain: str, start: date, window: tuple[datetime | None, datetime | None], timezone: str) -> bool:
    """Whether the whole period is within the half-open window of instants; the grain all only in (None, None)."""
    first, last = window
    end = period_end(grain, start)
    if end is None:
        return first is None and last is None
    zone = ZoneInfo(timezone)
    return (first is None or first <= datetime.combine(start, time(), zone)) and (
        last is None or datetime.combine(end, time(), zone) <= last
    )
