"""Spark SQL expressions of conf: whether they can be right, and which columns they use. Without a JVM."""

from __future__ import annotations

import itertools
import re
from functools import cache
from pathlib import Path
from typing import Any

from jobs.errors import ConfError
from jobs.settings.sources import Source
from jobs.sources import formats, messages
from transformations.canonical.names import did_you_mean
from transformations.contracts import contract

_SHIFT = re.compile(r"(?i)\b((?:to|from)_utc_timestamp)\s*\(")
_BACKTICKS = "a name with spaces or signs in it is written in backticks: '`{}`'"
# Words that a bracket may follow and that are no functions.
_SYNTAX = frozenset(
    {
        "and",
        "or",
        "not",
        "in",
        "like",
        "ilike",
        "rlike",
        "regexp",
        "between",
        "is",
        "as",
        "when",
        "then",
        "else",
        "case",
    }
    | {"end", "distinct", "from", "for", "using", "array", "map", "struct", "decimal", "dec", "numeric", "char", "div"}
    | {
        "character",
        "varchar",
        "interval",
        "escape",
        "over",
        "filter",
        "within",
        "group",
        "any",
        "some",
        "all",
        "exists",
    }
    | {"partition", "order", "by"}
)


@cache
def columns_of(expression: str) -> tuple[str, ...]:
    """Names of the columns in an expression, sorted. Raises ValueError with the reason where it does not parse.

    >>> columns_of("upper(trim(StockCode)) || '-' || Country")
    ('Country', 'StockCode')
    """
    from sqlglot import exp

    return tuple(sorted({_name(column) for column in parsed(expression).find_all(exp.Column)}))


def _name(column: Any) -> str:
    """A column's name; of a field of a map (_headers.kind) the map's."""
    return str(column.table if column.table in messages.COLUMNS else column.name)


@cache
def may_lack(expression: str) -> frozenset[str]:
    """Columns that the expression expects to be missing: those within coalesce."""
    from sqlglot import exp

    tree = parsed(expression)
    within = {_name(column) for one in tree.find_all(exp.Coalesce) for column in one.find_all(exp.Column)}
    return frozenset(within)


def parsed(expression: str) -> Any:
    """The expression, parsed. Raises ValueError with the reason where it does not parse."""
    import sqlglot
    from sqlglot import exp

    try:
        tree = sqlglot.parse_one(f"select {expression}", read="spark")
    except sqlglot.errors.SqlglotError as error:
        first = error.errors[0] if getattr(error, "errors", None) else {}
        reason = first.get("description") or str(error).split("\n")[0]
        raise ValueError(f"{reason} ({_BACKTICKS.format(expression)})" if _is_plain(expression) else reason) from None
    if not isinstance(tree, exp.Select) or len(tree.expressions) != 1:
        raise ValueError("expected one expression")
    return tree


def _is_plain(expression: str) -> bool:
    """Whether the text may be meant as a column's name: no brackets, quotes or calls."""
    return not any(mark in expression for mark in "()'\"`[]=<>") and "\n" not in expression


@cache
def functions() -> dict[str, str]:
    """Functions of Spark SQL in lower case -> "", or of which kind they are: adds_up, makes_rows or looks_around."""
    text = (Path(__file__).parent / "functions.txt").read_text(encoding="utf-8")
    words = (line.partition(" ") for line in text.splitlines() if not line.startswith("#"))
    return {name: kind for name, _, kind in words}


@cache
def fault_of(expression: str, *, adds_up: bool = False) -> str | None:
    """Why an expression over one record cannot be right, or None. Whether its columns exist is asked elsewhere.

    Args: adds_up: it is a control total, which adds up over records.

    >>> fault_of("uper(name)")
    'there is no function uper; did you mean upper?'
    """
    import sqlglot
    from sqlglot import exp

    try:
        tree = parsed(expression)
    except ValueError as error:
        return f"it is not a valid Spark SQL expression: {error}"
    (one,) = tree.expressions
    if isinstance(one, exp.Alias):
        return f"it reads as {one.this.sql('spark')} under another name; {_BACKTICKS.format(expression.strip())}"
    if any(isinstance(node, exp.Query) for node in one.walk()) or any(tree.args.get(key) for key in ("from_", "from")):
        return "it contains a query; an expression sees one record of its own source"
    if isinstance(one, exp.Star):
        return "name one column"
    for column in one.find_all(exp.Column):
        if column.table and column.table not in messages.COLUMNS and not column.find_ancestor(exp.Lambda):
            whole = ".".join(part.name for part in column.parts)
            head, _, rest = whole.partition(".")
            return (
                f"{whole} reads a field of a column {head}, and a source's values are text; write get_json_object({head}, "
                f"'$.{rest}') where it holds JSON, and '`{whole}`' in backticks where that is the column's name"
            )
    tokens = sqlglot.tokenize(expression, read="spark")
    called = [
        token.text
        for token, following in itertools.pairwise(tokens)
        if following.text == "(" and token.text[:1].isalpha() and token.token_type.name != "STRING"
    ]
    kinds = {
        name: functions().get(name.lower()) for name in called if name.lower() not in _SYNTAX or name.lower() in _KINDS
    }
    for name, kind in kinds.items():
        if kind is None:
            return f"there is no function {name}{did_you_mean(name.lower(), functions())}"
        if kind == "makes_rows":
            return f"{name} makes several rows of a record, and a record gives one row to a table"
        if kind == "looks_around" or any(
            token.text.lower() == "over" for token in tokens if token.token_type.name == "OVER"
        ):
            return f"{name} looks at other records, and which are read together depends on the run; map one record at a time"
        if kind == "adds_up" and not adds_up:
            return f"{name} adds up over records, and a mapping sees one; sums belong in control_totals"
    if adds_up and not any(kind == "adds_up" for kind in kinds.values()):
        return "it adds nothing up; expected an aggregate such as sum(quantity * unit_price)"
    return None


_KINDS = frozenset({"any", "some", "every"})  # aggregates that have the name of syntax


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
    return ", ".join(f"`{name}` {type_}" for name, type_ in types_of(source).items())


def types_of(source: Source) -> dict[str, str]:
    """The columns that the source's expressions can use -> their types."""
    platform = formats.platform_of(source)
    lists = {
        name
        for table, names in (platform.tables if platform else {}).items()
        for name in names
        if contract(f"silver.{table}").field(name).is_array
    }
    own = {name: "array<string>" if name in lists else "string" for name in source_columns(source)}
    return own | beside(source)


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
                f"{source.file}: key {key} is {expression!r}: {unknown[0]} is not a column of {source.format}'s {origin}"
                f"{did_you_mean(unknown[0], platform.tables[origin])}; expected one of {', '.join(platform.tables[origin])}"
            )


def check(source: Source) -> None:
    """Raises ConfError naming file, key and reason for the first expression that cannot be right, or shifts times twice."""
    for key, expression in of_source(source).items():
        if expression.strip() == "_ordinal" and ".columns." in key:
            continue
        fault = fault_of(expression, adds_up=key.startswith("control_totals."))
        if not fault and "_ordinal" in columns_of(expression):
            fault = "_ordinal stands on its own, as the whole of a mapped column"
        if not fault and source.timezone != "UTC" and (shift := _SHIFT.search(expression)):
            fault = (
                f"times in expressions are local to timezone ({source.timezone}) already, and {shift[1]} would shift them "
                f"again; leave it out, or write convert_timezone('ZONE', '{source.timezone}', …) for times that are local to "
                "another zone"
            )
        if fault:
            raise ConfError(f"{source.file}: key {key} is {expression!r}: {fault}")
