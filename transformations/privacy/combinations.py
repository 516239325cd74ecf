"""What can be computed from several totals at once: a month less its weeks, a channel's month less what other channels show.

Totals are equations between cells. A reader knows the shown cells and every equation, so a withheld cell is known where
linear algebra gives it.

What belongs to no part is no cell: how many persons are in it is not known here, so a total over it protects less. Totals of
indicators have none such: what is in no channel is a channel of its own.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

_PRIME = 2**61 - 1
"""Factors are counted modulo this prime: exact, and faster than fractions. They are 1 and -1 to begin with."""

Row = dict[Hashable, int]
"""A sum of cells with factors, which is 0."""
Interval = tuple[date, date]


@dataclass(frozen=True)
class Total:
    """A cell whose amounts are those of its parts together; what belongs to no part is in the whole alone.

    is_complete: nothing belongs to no part. Counts of persons cannot say so, who may be in several parts.
    """

    whole: Any
    parts: tuple[Any, ...]
    is_complete: bool = False


@dataclass(frozen=True)
class _Others:
    """What belongs to no part of a total: nobody says how much it is."""

    of: Total


def giving_away(persons: Mapping[Any, int], totals: Sequence[Total], hidden: Set[Any], least: int) -> set[Any]:
    """Shown cells that have to be withheld too, since all that are shown give away a cell of fewer than `least` persons.

    Of those that give one away, the one of the fewest persons; empty where nothing is given away. A total that may not be
    complete is solved both ways: a reader may know that nothing is missing, and where something is, it tells of nothing.
    Args: as of `withholding.withheld`. hidden: cells that are withheld.
    """
    found: set[Any] = set()
    for are_complete in (True, False):
        equations = [_equation(persons, total, total.is_complete or are_complete) for total in totals]
        for rows in _linked(equations, hidden):
            for row in _solved(rows, hidden):
                unknown = [cell for cell in row if _is_unknown(cell, hidden)]
                shown = row.keys() - set(unknown)
                # without a shown cell it says that there is nothing: totals that are not complete contradict each other
                if len(unknown) == 1 and shown and 0 < persons.get(unknown[0], 0) < least and not shown & found:
                    found.add(min(shown, key=lambda cell: (persons[cell], cell)))
    return found


def between_periods(
    series: Mapping[Any, Interval], persons: Mapping[Any, int], hidden: Set[Any], least: int
) -> set[Any]:
    """Shown periods that have to be withheld too, since differences of shown ones tell of fewer than `least` persons.

    What is known up to two days gives what is between them, whichever periods say it: a month less the weeks within it, and
    its rest less a week that begins there. Between two such days there is nobody, or a period of at least `least` persons.

    Args: series: cells of one group -> [first day, day after the last); days are among them, and who is on none of them is
        nobody. persons, hidden: as of `giving_away`.
    """
    days = sorted(start for cell, (start, end) in series.items() if persons[cell] and end - start == timedelta(1))
    filled = sorted(  # counted in days with somebody
        (bisect_left(days, start), bisect_left(days, end), cell)
        for cell, (start, end) in series.items()
        if persons[cell]
    )
    starts = [start for start, *_ in filled]
    known = _Groups()
    shown: dict[int, list[Any]] = defaultdict(list)
    for start, end, cell in filled:
        if cell not in hidden:
            known.join(start, end)
            shown[start].append(cell)
            shown[end].append(cell)
    last: dict[Hashable, int] = {}
    found: set[Any] = set()
    for day in range(len(days) + 1):
        before = last.get(known.of(day))
        last[known.of(day)] = day
        if before is None:
            continue
        between = filled[bisect_left(starts, before) : bisect_left(starts, day)]
        beside = shown[before] + shown[day]
        if max(persons[cell] for _, end, cell in between if end <= day) < least and not found & set(beside):
            found.add(min(beside, key=lambda cell: (persons[cell], cell)))
    return found


class _Groups:
    """Things that are linked with each other, directly or by others."""

    def __init__(self) -> None:
        self._next: dict[Hashable, Hashable] = {}

    def of(self, one: Hashable) -> Hashable:
        """The same for all that are linked."""
        while self._next.setdefault(one, one) != one:
            self._next[one] = self._next[self._next[one]]
            one = self._next[one]
        return one

    def join(self, one: Hashable, other: Hashable) -> None:
        self._next[self.of(other)] = self.of(one)


def _equation(persons: Mapping[Any, int], total: Total, is_complete: bool) -> Row:
    """The whole less its parts and what is in none of them, without cells of nobody."""
    row: Row = {}
    if persons[total.whole]:
        row[total.whole] = 1
    row |= {part: -1 for part in total.parts if persons[part]}
    if not is_complete or persons[total.whole] > sum(persons[part] for part in total.parts):
        row[_Others(total)] = -1
    return row


def _linked(rows: Iterable[Row], hidden: Set[Hashable]) -> list[list[Row]]:
    """The rows with withheld cells, in groups that have none in common."""
    groups, telling = _Groups(), []
    for row in rows:
        if unknown := [cell for cell in row if cell in hidden]:
            telling.append((unknown[0], row))
            for other in unknown:
                groups.join(unknown[0], other)
    found: dict[Hashable, list[Row]] = defaultdict(list)
    for cell, row in telling:
        found[groups.of(cell)].append(row)
    return list(found.values())


def _is_unknown(cell: Hashable, hidden: Set[Hashable]) -> bool:
    return cell in hidden or isinstance(cell, _Others)


def _solved(rows: Iterable[Row], hidden: Set[Hashable]) -> list[Row]:
    """The rows solved for unknown cells, as far as they can be: each for one that no other row has any more."""
    rows = [dict(row) for row in rows]
    places: dict[Hashable, set[int]] = defaultdict(set)
    for place, row in enumerate(rows):
        for cell in row:
            if _is_unknown(cell, hidden):
                places[cell].add(place)
    waiting = set(range(len(rows)))
    while waiting:
        pivot = min(waiting, key=lambda place: (len(rows[place]), place))
        waiting.remove(pivot)
        solving = rows[pivot]
        cells = [cell for cell in solving if cell in places]
        if not cells:
            continue
        cell = min(cells, key=lambda cell: len(places[cell]))
        for place in places[cell] - {pivot}:
            _subtract(rows[place], solving, cell)
            for other in cells:
                (places[other].add if other in rows[place] else places[other].discard)(place)
    return rows


def _subtract(row: Row, solving: Row, cell: Hashable) -> None:
    """Takes a cell out of a row by means of another that has it."""
    factor = row[cell] * pow(solving[cell], -1, _PRIME)
    for other, value in solving.items():
        left = (row.get(other, 0) - factor * value) % _PRIME
        if left:
            row[other] = left
        else:
            row.pop(other, None)
