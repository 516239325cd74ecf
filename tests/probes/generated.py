"""Rows that meet the SQL of our own: of every type some that are usual and some that are not."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from transformations.contracts import Table

VALUES: dict[str, list[Any]] = {
    "string": [
        *(None, "", "17.0", "17.0\n", "1.791405e+18", "N/A", "n/a ", "EUR", "Ünï", "x\n"),
        *("9007199254740994.0", "9007199254740994.0\n"),
        *("a@b.de", "a@b", "a\u00a0@b.de", "a@b.de\n"),
    ],
    "int": [None, 0, 1, -1, 5, 2147483647],
    "bigint": [None, 0, 1, -7, 9223372036854775807],
    "double": [None, 0.0, 0.575, -1.5, 1.0, float("nan")],
    "boolean": [None, True, False],
    "date": [None, date(2024, 6, 30), date(1850, 1, 1), date(2031, 1, 1)],
    "timestamp": [
        None,
        datetime(2024, 6, 30, 23, 30, tzinfo=UTC),
        datetime(1969, 12, 31, 23, 59, 59, 500000, tzinfo=UTC),
        datetime(2031, 1, 1, tzinfo=UTC),
    ],
    "decimal": [None, Decimal(0), Decimal("1.5"), Decimal("-2.25"), Decimal("100.01")],
    "array<string>": [None, [], ["a"], ["b", "a", "b"]],
}


def rows_of(table: Table, count: int = 12) -> list[tuple[Any, ...]]:
    """Rows of a table's columns and `_uncastable`: every column goes through its values, each at a pace of its own."""
    columns: list[Iterator[Any]] = []
    for place, field in enumerate(table.columns):
        allowed = list(field.allowed or ())[:3]
        kind = "decimal" if field.type.startswith("decimal") else field.type
        values = [*allowed, *VALUES.get(kind, [None])]
        columns.append(itertools.islice(itertools.cycle(values), place % len(values), None))
    marks = itertools.cycle([[], [table.columns[0].name], []])
    return [(*(next(column) for column in columns), next(marks)) for _ in range(count)]


def ddl_of(table: Table) -> str:
    """DDL of these rows."""
    return ", ".join(f"`{field.name}` {field.type}" for field in table.columns) + ", _uncastable array<string>"
