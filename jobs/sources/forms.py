"""Steps of an expression that have another form, in which both engines give Spark's answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from transformations.canonical import casting

TypeOf = Callable[[Any], str]
Form = tuple[str, str]
"""SQL that takes the place of a step, and the type of its result."""

_WHOLE = {"tinyint": 3, "smallint": 5, "int": 10, "bigint": 20}
"""Whole numbers -> digits of the decimal that Spark takes them for beside a decimal."""
_MOST_DIGITS = 38
_ISO_DAY = "%Y-%mstrict-%dstrict"
"""What sqlglot makes of yyyy-MM-dd, which it leaves out when it writes."""


def of(node: Any, type_of: TypeOf) -> Form | None:
    """The form that a step always takes, or None.

    Args: type_of: type of a step within it, which may take another form by that.
    """
    from sqlglot import exp

    for kind, form in ((exp.Cast, _cast), (exp.TsOrDsToDate, _to_date), (exp.Substring, _substring)):
        if isinstance(node, kind):
            return form(node, type_of)
    return _json(node, type_of) if node.key == "fromjson" else None


def otherwise(node: Any, type_of: TypeOf) -> Form | None:
    """The form of a step that is not known to give Spark's answers as it is, or None. Args: as for `of`."""
    from sqlglot import exp

    for kind, form in (
        (exp.Add | exp.Sub | exp.Mul, _decimals),
        (exp.Neg, _negative),
        (exp.Round, _round),
        (exp.Bracket, _element_at),
        (exp.ArrayContains, _contains),
        (exp.DateDiff, _days_between),
    ):
        if isinstance(node, kind):
            return form(node, type_of)
    return None


def _cast(node: Any, type_of: TypeOf) -> Form | None:
    """Of text: Spark reads numbers, truth values and days in more notations."""
    from sqlglot import exp

    to = node.args["to"].sql("spark").lower().replace(", ", ",")
    if type_of(node.this) != "string" or (isinstance(node.this, exp.Literal) and not to.startswith("decimal")):
        return None
    text, is_try = node.this.sql("spark"), bool(node.args.get("safe"))
    if to in _WHOLE and not is_try:
        return casting.whole(text, to), to
    if to.startswith("decimal("):
        return casting.decimal(text, to), to
    if to == "boolean":
        return casting.boolean(text), to
    return (casting.day(text), to) if to == "date" and not is_try else None


def _to_date(node: Any, type_of: TypeOf) -> Form | None:
    """Of text without a format, or with yyyy-MM-dd."""
    from sqlglot import exp

    format_ = node.args.get("format")
    if type_of(node.this) != "string" or isinstance(node.this, exp.Literal):
        return None
    if format_ is None:
        return casting.day(node.this.sql("spark")), "date"
    return (casting.iso_day(node.this.sql("spark")), "date") if format_.this == _ISO_DAY else None


def _substring(node: Any, type_of: TypeOf) -> Form | None:
    """From a place that is computed: it may be null, or before the text."""
    from sqlglot import exp

    numbers = [node.args[name] for name in ("start", "length") if node.args.get(name) is not None]
    if all(isinstance(one, exp.Literal) for one in numbers):
        return None
    types = [type_of(one.this if _is_negative(one) else one) for one in numbers]
    numbers = [node.args[name] for name in ("start", "length") if node.args.get(name) is not None]  # their forms
    if type_of(node.this) != "string" or not {*types} <= {"tinyint", "smallint", "int"}:
        return None
    return casting.part(node.this.sql("spark"), *(one.sql("spark") for one in numbers)), "string"


def _decimals(node: Any, type_of: TypeOf) -> Form | None:
    """Sums, differences and products of decimals that are exact: Spark takes a literal 3 for a decimal of one digit."""
    from sqlglot import exp

    if any(isinstance(side, exp.Interval) for side in (node.this, node.expression)):
        return None
    types = [type_of(side.this if _is_negative(side) else side) for side in (node.this, node.expression)]
    if not any(type_.startswith("decimal") for type_ in types):
        return None
    sides = [_as_decimal(*side) for side in zip((node.this, node.expression), types, strict=True)]  # in their forms
    if None in sides:
        return None
    (one, (precision, scale)), (other, (digits, places)) = sides  # type: ignore[misc]
    if node.key == "mul":
        found = precision + digits + 1, scale + places
    else:
        found = max(precision - scale, digits - places) + max(scale, places) + 1, max(scale, places)
    if found[0] > _MOST_DIGITS:
        return None
    to = f"decimal({found[0]},{found[1]})"
    sign = {"add": "+", "sub": "-", "mul": "*"}[node.key]
    return f"cast({one} {sign} {other} as {to})", to


def _as_decimal(node: Any, type_: str) -> tuple[str, tuple[int, int]] | None:
    """SQL of a side as a decimal, with its digits and places; None where it is none."""
    from sqlglot import exp

    literal = node.this if _is_negative(node) else node
    whole = _WHOLE.get(type_)
    if isinstance(literal, exp.Literal) and type_ in _WHOLE:
        whole = len(str(int(literal.this)))
    if whole is not None:
        return f"cast({node.sql('spark')} as decimal({whole},0))", (whole, 0)
    if not type_.startswith("decimal"):
        return None
    precision, scale = map(int, type_[8:-1].split(","))
    return f"({node.sql('spark')})", (precision, scale)


def _negative(node: Any, type_of: TypeOf) -> Form | None:
    """Of a decimal: the embedded engine knows no sign before one."""
    from sqlglot import exp

    if isinstance(node.this, exp.Literal) or not (type_ := type_of(node.this)).startswith("decimal"):
        return None
    return f"cast(0 - ({node.this.sql('spark')}) as {type_})", type_


def _round(node: Any, type_of: TypeOf) -> Form | None:
    """Of a decimal: Spark's result has as many digits as it can need."""
    from sqlglot import exp

    if not (type_ := type_of(node.this)).startswith("decimal"):
        return None
    places = node.args.get("decimals")
    if places is not None and not (isinstance(places, exp.Literal) and places.this.isdigit()):
        return None
    precision, scale = map(int, type_[8:-1].split(","))
    kept = min(scale, int(places.this) if places is not None else 0)
    to = f"decimal({min(precision - scale + 1 + kept, 38)},{kept})"
    # portable: what is rounded is a decimal
    return f"cast(round({node.this.sql('spark')}, {kept}) as {to})", to


def _element_at(node: Any, type_of: TypeOf) -> Form | None:
    """element_at(list, n) of a list that may be shorter."""
    from sqlglot import exp

    if node.args.get("offset") != 1 or len(node.expressions) != 1:
        return None
    place, type_ = node.expressions[0], type_of(node.this)
    if not type_.startswith("array<") or not isinstance(place, exp.Literal) or place.is_string or int(place.this) < 1:
        return None
    return f"({node.this.sql('spark')})[{int(place.this) - 1}]", type_[6:-1]


def _contains(node: Any, type_of: TypeOf) -> Form | None:
    """array_contains: null, not false, where the value is not there and something in the list is unknown."""
    from sqlglot import exp

    value = node.args["expression"]
    if type_of(node.this) != "array<string>" or not isinstance(value, exp.Literal) or not value.is_string:
        return None
    listed, sought = node.this.sql("spark"), value.sql("spark")
    has_unknown = f"exists({listed}, one -> one is null)"
    return f"case when array_contains({listed}, {sought}) then true when not {has_unknown} then false end", "boolean"


def _days_between(node: Any, type_of: TypeOf) -> Form | None:
    """datediff of two days: Spark counts them in an int."""
    if {type_of(node.this), type_of(node.expression)} != {"date"}:
        return None
    return f"cast({node.sql('spark')} as int)", "int"


def _json(node: Any, type_of: TypeOf) -> Form | None:
    """A list of texts that is read out of JSON."""
    from sqlglot import exp

    schema = node.args.get("expression")
    if not isinstance(schema, exp.Literal) or len([value for value in node.args.values() if value]) > 2:
        return None
    if str(schema.this).lower().replace(" ", "") != "array<string>" or type_of(node.this) != "string":
        return None
    return casting.list_of_json(node.this.sql("spark")), "array<string>"


def _is_negative(node: Any) -> bool:
    from sqlglot import exp

    return isinstance(node, exp.Neg) and isinstance(node.this, exp.Literal)
