"""Which of a table's first rows is its header."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def best(rows: Sequence[Iterable[str]], columns: Iterable[str]) -> int:
    """Place of the row that names most of the columns, the first of several; -1 of no rows.

    A row that names fewer of them than two, where there are two, is taken for the header only if it is the first one with
    any value: a title is not a header because it is the name of a column.

    >>> best([["Sales report", ""], ["Order", "Total"], ["1", "2"]], ["Order", "Total", "Date"])
    1
    >>> best([["", ""], ["a", "b"]], ["Order"])
    1
    """
    wanted = set(columns)
    found = [{value for value in row if value} for row in rows]
    first = next((place for place, values in enumerate(found) if values), len(rows) - 1)
    named = [len(values & wanted) for values in found]
    most = max(named, default=0)
    if most <= named[first] if named else True:
        return first
    return named.index(most) if most >= min(2, len(wanted)) else first
