"""Whether a record gives the values that an expression reads as times or numbers: what cannot be read is not absent."""

from __future__ import annotations

from functools import cache
from typing import Any

from jobs.settings.sources import TableMapping
from jobs.sources import expressions

_OF_EPOCHS = frozenset({"timestamp_seconds", "timestamp_millis", "timestamp_micros"})


def of_columns(mapping: TableMapping | None) -> dict[str, str]:
    """Column of a mapping -> when its null result means that a value could not be read."""
    if mapping is None:
        return {}
    if mapping.given is not None:
        return mapping.given
    return {name: found for name, expression in mapping.columns.items() if (found := given(expression))}


@cache
def given(expression: str) -> str | None:
    """SQL that holds where a null result of the expression means that it could not read what the record has.

    That is where all its texts are there, and it does nothing with them but read and compute. `try_cast` and
    `try_to_timestamp` say that what they cannot read is absent; so does every function that may give null itself.
    Returns: None where the expression reads nothing.

    >>> given("to_timestamp(day, 'dd/MM/yyyy')")
    "COALESCE(TRIM(day) <> '', FALSE)"
    """
    import sqlglot
    from sqlglot import exp

    try:
        (root,) = expressions.parsed(expression).expressions
        ways = [root.this, *root.expressions] if isinstance(root, exp.Coalesce) else [root]
        found = [texts for way in ways if (texts := _texts(way))]
        written = [" AND ".join(f"TRIM({text.sql('spark')}) <> ''" for text in texts) for texts in found]
    except (ValueError, sqlglot.errors.SqlglotError):
        return None
    if not written:
        return None
    return f"COALESCE({' OR '.join(f'({one})' if len(written) > 1 else one for one in written)}, FALSE)"


def _texts(way: Any) -> list[Any]:
    """Texts that are read, each once; none where nothing is, or where something else may be null."""
    from sqlglot import exp

    found: dict[str, Any] = {}
    reads = False
    open_ = [way]
    while open_:
        node = open_.pop()
        if not list(node.find_all(exp.Column)):
            continue
        inner = _read_by(node)
        reads = reads or bool(inner)
        inner = inner or _computed_by(node)
        if inner:
            open_ += inner
        elif _is_text(node):
            found[node.sql("spark")] = node
        else:
            return []
    return [found[text] for text in sorted(found)] if reads else []


def _read_by(node: Any) -> list[Any]:
    """What a step reads as a time or number and gives null for where it cannot."""
    from sqlglot import exp

    if isinstance(node, exp.Cast):
        is_text = node.args["to"].is_type(*exp.DataType.TEXT_TYPES)
        return [] if is_text or node.args.get("safe") else [node.this]
    if isinstance(node, exp.StrToTime | exp.TsOrDsToDate):
        return [node.this]
    return []


def _computed_by(node: Any) -> list[Any]:
    """What a step computes with and gives null for only where that is null."""
    from sqlglot import exp

    if isinstance(node, exp.Paren | exp.Neg):
        return [node.this]
    if isinstance(node, exp.Add | exp.Sub | exp.Mul):
        return [node.this, node.expression]
    if isinstance(node, exp.Div) and isinstance(node.expression, exp.Literal):
        return [node.this]
    if isinstance(node, exp.Anonymous) and str(node.this).lower() in _OF_EPOCHS:
        return list(node.expressions)
    return []


def _is_text(node: Any) -> bool:
    """Whether a step is a text of the record: a column, or what is made of columns letter by letter."""
    from sqlglot import exp

    if isinstance(node, exp.Column | exp.Literal):
        return True
    kinds = exp.Trim | exp.Replace | exp.RegexpReplace | exp.Concat | exp.DPipe | exp.Nullif | exp.Upper | exp.Lower
    kinds |= exp.Substring | exp.Left | exp.Right | exp.RegexpExtract | exp.Translate | exp.SplitPart | exp.Coalesce
    return isinstance(node, kinds) and not any(node.find_all(exp.Cast, exp.StrToTime, exp.TsOrDsToDate))
