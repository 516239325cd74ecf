"""Which numbers are withheld so that neither they nor differences of what is shown tell of fewer than some persons."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any, TypeVar

from transformations.privacy import combinations
from transformations.privacy.combinations import Interval, Total

Cell = TypeVar("Cell", bound=Hashable)


def withheld(
    persons: Mapping[Cell, int],
    totals: Sequence[Total],
    least: int,
    *,
    is_disjoint: bool = False,
    series: Sequence[Mapping[Cell, Interval]] = (),
) -> set[Cell]:
    """Cells that are not to be shown.

    These are cells with persons, but fewer than `least`, and others until no whole less its shown parts is one cell alone or
    speaks of fewer than `least` persons: first the smallest part that is left, then the whole. The same holds for a whole
    that is withheld: its parts are not all shown. Nor can such a cell be computed from several totals at once, or a time of
    few persons from periods that overlap.

    Args:
        persons: how many persons a cell speaks of. Cells of 0 persons are always shown.
        totals: wholes and parts among these cells.
        is_disjoint: nobody is in two parts of a whole; else several parts are known to speak of no more persons than the
            greatest of them.
        series: periods of the same group: cells -> [first day, day after the last).

    >>> shops = {"all": 30, "Leeds": 20, "York": 7, "Hull": 3}
    >>> sorted(withheld(shops, [Total("all", ("Hull", "Leeds", "York"))], 5))
    ['Hull', 'York']
    """
    hidden = {cell for cell, count in persons.items() if 0 < count < least}
    found = set(hidden)
    while found:
        _hide_beside(persons, totals, hidden, least, is_disjoint=is_disjoint)
        found = combinations.giving_away(persons, totals, hidden, least)
        for periods in series:
            found |= combinations.between_periods(periods, persons, hidden | found, least)
        hidden |= found
    return hidden


def _hide_beside(
    persons: Mapping[Any, int], totals: Sequence[Total], hidden: set[Any], least: int, *, is_disjoint: bool
) -> None:
    """Adds cells to those that are hidden until no total alone gives one away."""
    is_changed = bool(hidden)
    while is_changed:
        is_changed = False
        for total in totals:
            while (cell := _next(persons, total, hidden, least, is_disjoint=is_disjoint)) is not None:
                hidden.add(cell)
                is_changed = True


def _next(persons: Mapping[Any, int], total: Total, hidden: set[Any], least: int, *, is_disjoint: bool) -> Any | None:
    """The next cell of a total to withhold, None where it gives nothing away."""
    parts = [part for part in total.parts if persons[part] > 0]
    shown = sorted((part for part in parts if part not in hidden), key=lambda part: (persons[part], part))
    counts = [persons[part] for part in parts if part in hidden]
    if total.whole in hidden:
        return shown[0] if shown and not counts else None
    if not counts:
        return None
    if (others := persons[total.whole] - sum(persons[part] for part in parts)) > 0:
        counts.append(others)  # they are in no part
    if len(counts) > 1 and (sum(counts) if is_disjoint else max(counts)) >= least:
        return None
    if shown:
        return shown[0]
    return total.whole if len(counts) == 1 else None
