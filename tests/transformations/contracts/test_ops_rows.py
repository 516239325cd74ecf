"""The typed rows of ops tables have the columns and types of their contracts."""

from datetime import date, datetime
from types import NoneType, UnionType
from typing import Literal, Union, get_args, get_origin, get_type_hints

import pytest

from transformations.contracts import Field, ops
from transformations.contracts.ops_rows import ROWS

TYPES = {
    "string": str,
    "int": int,
    "bigint": int,
    "double": float,
    "boolean": bool,
    "date": date,
    "timestamp": datetime,
    "array<string>": list[str],
}


def parts(hint: object) -> set[object]:
    return set(get_args(hint)) if get_origin(hint) in (Union, UnionType) else {hint}


def expected(field: Field) -> object:
    """The Python type of a column: its allowed values where it has a few, else the type of its Spark type."""
    return Literal[field.allowed] if field.allowed else TYPES[field.type]


def test_each_ops_table_has_a_type():
    assert list(ROWS) == [table.name for table in ops.TABLES]
    assert len(set(ROWS.values())) == len(ROWS)


@pytest.mark.parametrize("table", ops.TABLES, ids=lambda table: table.name)
def test_names_and_types_are_those_of_the_contract(table):
    hints = get_type_hints(ROWS[table.name])
    assert tuple(hints) == table.names
    found = {name: parts(hint) - {NoneType} for name, hint in hints.items()}
    assert found == {field.name: {expected(field)} for field in table.columns}


@pytest.mark.parametrize("table", ops.TABLES, ids=lambda table: table.name)
def test_the_key_is_always_given_and_never_null(table):
    row = ROWS[table.name]
    assert row.__required_keys__ == frozenset(table.key)
    hints = get_type_hints(row)
    assert [name for name in table.key if NoneType in parts(hints[name])] == []
