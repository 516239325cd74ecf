"""Periods of objectives: whole months, counted from the beginning of the year, so that a target stays while its period lasts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Period:
    """Months [start, end); before it lies the period of the same length that targets are derived from."""

    before: date
    start: date
    end: date

    @property
    def months(self) -> int:
        return months_between(self.start, self.end)


def period(day: date, months: int) -> Period:
    """The period of so many months that a day lies in.

    >>> period(date(2025, 8, 31), 3)
    Period(before=datetime.date(2025, 4, 1), start=datetime.date(2025, 7, 1), end=datetime.date(2025, 10, 1))
    >>> period(date(2025, 1, 1), 12).before
    datetime.date(2024, 1, 1)
    """
    start = day.year * 12 + (day.month - 1) // months * months
    return Period(_first(start - months), _first(start), _first(start + months))


def months_between(start: date, end: date) -> int:
    """Months from one first of a month to another.

    >>> months_between(date(2024, 11, 1), date(2025, 2, 1))
    3
    """
    return (end.year - start.year) * 12 + end.month - start.month


def after(day: date, months: int) -> date:
    """The first day of the month so many months after that of a day.

    >>> after(date(2025, 11, 20), 2)
    datetime.date(2026, 1, 1)
    """
    return _first(day.year * 12 + day.month - 1 + months)


def _first(number: int) -> date:
    return date(number // 12, number % 12 + 1, 1)
