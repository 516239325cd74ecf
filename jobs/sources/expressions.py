"""Spark SQL expressions of conf: whether they parse, and which columns they use. Without a JVM."""

from __future__ import annotations

import re
from functools import cache

from jobs.errors import ConfError
from jobs.settings.sources import Source
from jobs.sources import formats, messages
from transformations.contracts import contract

_SHIFT = re.compile(r"(?i)\b((?:to|from)_utc_timestamp)\s*\(")


@cache
def columns_of(expression: str) -> tuple[str, ...]:
    """Names of the columns in an expression, sorted. Raises ValueError with the reason where it does not parse.

    >>> columns_of("upper(trim(StockCode)) || '-' || Country")
    ('Country', 'StockCode')
    """
    import sqlglot
    from sqlglot import exp

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
    """Columns of the source's records that its expressions use, sorted."""
    names = {name for expression in of_source(source).values() for name in columns_of(expression)}
    return sorted(names - set(beside(source)) - {"_ordinal"})


def beside(source: Source) -> dict[str, str]:
    """Columns beside a record's own that expressions can use, and their types."""
    everywhere = {"_file": "string", "_line": "bigint", "_landed_at": "timestamp"}
    return everywhere | (messages.COLUMNS if source.kafka else {})


def ddl_of(source: Source) -> str:
    """The columns that the source's expressions can use, as Spark SQL DDL."""
    platform = formats.platform_of(source)
    lists = {
        name
        for table, names in (platform.tables if platform else {}).items()
        for name in names
        if contract(f"silver.{table}").field(name).is_array
    }
    own = {name: "array<string>" if name in lists else "string" for name in source_columns(source)}
    return ", ".join(f"`{name}` {type_}" for name, type_ in (own | beside(source)).items())


def check_origin(source: Source, table: str) -> None:
    """Raises ConfError where an expression uses a column that the platform's rows do not have."""
    platform = formats.platform_of(source)
    if platform is None:
        return
    origin = formats.origin_of(source, table)
    known = {*platform.tables[origin], *beside(source), "_ordinal"}
    for key, expression in of_source(source).items():
        unknown = sorted(set(columns_of(expression)) - known) if key.startswith(f"tables.{table}.") else []
        if unknown:
            raise ConfError(
                f"{source.file}: key {key} is {expression!r}: {unknown[0]} is not a column of {source.format}'s {origin}; "
                f"expected one of {', '.join(platform.tables[origin])}"
            )


def check(source: Source) -> None:
    """Raises ConfError naming file, key and reason for the first expression that does not parse, or shifts times twice."""
    for key, expression in of_source(source).items():
        if source.timezone != "UTC" and (shift := _SHIFT.search(expression)):
            raise ConfError(
                f"{source.file}: key {key} is {expression!r}: times in expressions are local to timezone "
                f"({source.timezone}) already, and {shift[1]} would shift them again; leave it out, or write "
                f"convert_timezone('ZONE', '{source.timezone}', …) for times that are local to another zone"
            )
        try:
            columns_of(expression)
        except ValueError as error:
            raise ConfError(
                f"{source.file}: key {key} is {expression!r}, which is not a valid Spark SQL expression: {error}"
            ) from None
