"""Which of a table's first rows is its header."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def best(rows: Sequence[Iterable[str]], columns: Iterable[str]) -> int:
    """Place of the row that names most of the columns, the first of several; -1 of no rows.

    Where none names any, it is the first one with a value. A row with one value alone is no header of several columns, even
    if that is the name of one: it is a title.

    >>> best([["Sales report", ""], ["Order", "Total"], ["1", "2"]], ["Order", "Total", "Date"])
    1
    >>> best([["", ""], ["a", "b"]], ["Order"])
    1
    """
    wanted = set(columns)
    found = [{value for value in row if value} for row in rows]
    named = [len(values & wanted) if len(values) > 1 or len(wanted) < 2 else 0 for values in found]
    first = next((place for place, values in enumerate(found) if values), len(rows) - 1)
    most = max(named, default=0)
    return named.index(most) if most else first
