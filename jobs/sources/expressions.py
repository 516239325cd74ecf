"""Conf's Spark SQL expressions: whether they parse, and which columns they name. Without a JVM."""

from __future__ import annotations

from functools import cache

import sqlglot
from sqlglot import exp

from jobs.errors import ConfError
from jobs.source_settings import Source
from transformations.canonical.mapping import SPECIAL_COLUMNS


@cache
def columns_of(expression: str) -> tuple[str, ...]:
    """Names of the columns in an expression, sorted. Raises ValueError with the reason where it does not parse."""
    try:
        tree = sqlglot.parse_one(f"select {expression}", read="spark")
    except sqlglot.errors.SqlglotError as error:
        first = error.errors[0] if getattr(error, "errors", None) else {}
        raise ValueError(first.get("description") or str(error).split("\n")[0]) from None
    if not isinstance(tree, exp.Select) or len(tree.expressions) != 1:
        raise ValueError("expected one expression")
    return tuple(sorted({column.name for column in tree.find_all(exp.Column)}))


def of_source(source: Source) -> dict[str, str]:
    """Every expression of a source: key in its file -> expression."""
    found = {}
    for table, mapping in source.tables.items():
        if mapping.where:
            found[f"tables.{table}.where"] = mapping.where
        for column, expression in mapping.columns.items():
            found[f"tables.{table}.columns.{column}"] = expression
    for table, totals in source.control_totals.items():
        for column, expression in totals.items():
            found[f"control_totals.{table}.{column}"] = expression
    if source.version != "_file":
        found["version"] = source.version
    return found


def source_columns(source: Source) -> list[str]:
    """Columns of the source's records that its expressions name, sorted."""
    names = {name for expression in of_source(source).values() for name in columns_of(expression)}
    return sorted(names - set(SPECIAL_COLUMNS))


def check(source: Source) -> None:
    """Raises ConfError naming file, key and reason for the first expression that does not parse."""
    for key, expression in of_source(source).items():
        try:
            columns_of(expression)
        except ValueError as error:
            raise ConfError(f"{source.file}: key {key} is {expression!r}: no Spark SQL expression: {error}") from None
