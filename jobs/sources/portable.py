"""Expressions of conf on the embedded engine: only what probes show to give Spark's answers, or has a form that does.

The embedded engine differs from Spark in places without a word. So an expression is taken apart, and each of its steps
(a function with the types of its arguments) has to be among `portable.txt`: the steps that tests/probes hold against both
engines. A step that is not, but has a form that gives Spark's answers on both (a cast of text, a pattern with `\\d`), is
written in that form; everything else is refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jobs.sources import forms, literals
from jobs.sources.quotes import NotPortable, with_single_quotes
from transformations.canonical import patterns

Types = Mapping[str, str]

LOCAL = "local "
"""Before a step that gives Spark's answers where local times are not UTC as well."""

_ZONELESS = frozenset(
    {"unixmicros", "unixmillis", "timestampmicros", "timestampmillis", "unixseconds", "timestampseconds"}
    | {"coalesce", "if", "case", "nullif", "greatest", "least", "is", "not", "eq", "neq", "gt", "gte", "lt", "lte"}
    | {"nullsafeeq", "nullsafeneq", "between", "in", "max", "min", "count"}
)
"""Steps over timestamps that mean the same in every time zone of the session."""
_CLOCKS = frozenset({"strtounix", "unixtostr", "timetostr"})
"""Steps that depend on it though their types do not say so."""


def portable(expression: str, types: Types | None = None, timezone: str = "UTC") -> str:
    """The expression as the embedded engine computes it with Spark's answers: unchanged, or in a form that both share.

    Args: types: of columns that are not text. timezone: of the source's local times.
    Raises NotPortable with the reason where it may give something else.

    >>> portable("upper(trim(StockCode))")
    'UPPER(TRIM(StockCode))'
    >>> portable("s rlike '^\\\\\\\\d+x'")
    "s RLIKE '^[0-9]+x'"
    """
    return typed(expression, types or {}, timezone)[0]


def typed(expression: str, types: Types, timezone: str) -> tuple[str, str]:
    """What `portable` gives, and the type of its result. Raises NotPortable."""
    reader = Reader(types, timezone, steps())
    holder = held(expression)
    type_ = reader.type_of(holder)
    return written(holder.this), type_


def is_respelled(expression: str, types: Types | None = None) -> bool:
    """Whether the embedded engine is asked in the same words, apart from their spelling."""
    reader = Reader(types or {}, "UTC", steps())
    reader.type_of(held(expression))
    return not reader.rewritten


def held(expression: str) -> Any:
    """The expression, parsed, in brackets that hold it. Raises NotPortable."""
    import sqlglot
    from sqlglot import exp

    text = with_single_quotes(expression)
    try:
        (root,) = sqlglot.parse_one(f"select {text}", read="spark").expressions
    except (sqlglot.errors.SqlglotError, ValueError) as error:
        raise NotPortable(f"it does not parse: {str(error).splitlines()[0]}") from None
    return exp.Paren(this=root)


@cache
def steps() -> dict[str, str]:
    """Steps that give Spark's answers -> type of the result."""
    text = Path(__file__).with_name("portable.txt").read_text(encoding="utf-8")
    return dict(line.split(" -> ") for line in text.splitlines() if not line.startswith("#"))


def is_zoned(key: str, type_: str) -> bool:
    """Whether a step and the type of its result depend on the time zone of local times."""
    name, _, arguments = key.partition("(")
    if name in literals.COMPARISONS and "timestamp" in arguments and "date" in arguments:
        return True  # a day begins where the clock says so
    return name in _CLOCKS or (name not in _ZONELESS and "timestamp" in f"{arguments} {type_}")


class Reader:
    """Finds the type of each step of an expression, and rewrites the steps that have another form.

    Args: types: columns -> type. known: steps that may be used. knows_all: the types name every column, in lower case;
        otherwise those that they do not name are text.
    """

    def __init__(self, types: Types, timezone: str, known: Mapping[str, str], *, knows_all: bool = False) -> None:
        self.types = types
        self.knows_all = knows_all
        self.timezone = timezone
        self.known = known
        self.rewritten = False
        self._bound: list[dict[str, str]] = []
        self._seen: dict[int, tuple[Any, str]] = {}

    def type_of(self, node: Any) -> str:
        """The type of a step. Raises NotPortable."""
        if id(node) not in self._seen:
            self._seen[id(node)] = node, self._type_of(node)
        return self._seen[id(node)][1]

    def _type_of(self, node: Any) -> str:
        from sqlglot import exp

        text = _shown(node)  # before steps within it take another form
        if isinstance(node, exp.Paren):
            return self.type_of(node.this)
        if isinstance(node, exp.Column | exp.Identifier):
            return self._column(node)
        if isinstance(node, exp.Literal):
            return literals.type_of(node)
        if isinstance(node, exp.Null):
            return "void"
        if isinstance(node, exp.Boolean):
            return "boolean"
        if _is_unwritten(node):
            return self.type_of(node.this)
        if (form := forms.of(node, self.type_of)) is not None:
            self._put(node, *form)
            return form[1]
        self.prepare(node)
        key, _ = self.step(node)
        if (
            key in self.known
            and self.timezone != "UTC"
            and is_zoned(key, self.known[key])
            and LOCAL + key not in self.known
        ):
            raise NotPortable(
                f"{text} depends on the time zone of local times, which is {self.timezone} for this source"
            )
        if key not in self.known and (form := forms.otherwise(node, self.type_of)) is not None:
            self._put(node, *form)
            return form[1]
        if key not in self.known:
            raise NotPortable(f"{text} is not among what is known to give Spark's answers ({key})")
        return self.known[key]

    def step(self, node: Any) -> tuple[str, list[str]]:
        """The name of a step with the types of its arguments, and these types."""
        name = literals.name_of(node)
        if reason := literals.reason_of(name):
            raise NotPortable(f"{_shown(node)} is not among what is known to give Spark's answers: {reason}")
        if name == "trycast":  # what sqlglot calls Spark's cast as well
            name = "try_cast" if node.args.get("safe") else "cast"
        parts: list[str] = []
        for argument, value in node.args.items():
            if not value or argument == "safe" or (node.key == "anonymous" and argument == "this"):
                continue
            parts += self._argument(node, name, argument, value)
        types = [part.split(":")[-1] for part in parts]
        if name in ("cast", "try_cast") and types[0] in ("double", "float") and re.match("decimal|string", parts[-1]):
            raise NotPortable(f"{_shown(node)} rounds or writes a double otherwise there; compute in decimals")
        if name in literals.COMPARISONS and "string" in types and {*types} - {"string", "void"}:
            raise NotPortable(
                f"{_shown(node)} compares text with {next(t for t in types if t != 'string')}; cast the text"
            )
        return f"{name}({', '.join(dict.fromkeys(parts) if _is_variadic(name) else parts)})", types

    def _argument(self, node: Any, name: str, argument: str, value: Any) -> list[str]:
        from sqlglot import exp

        if isinstance(value, list):
            return [part for each in value for part in self._argument(node, name, argument, each)]
        if value is True:
            return [argument]
        if not isinstance(value, exp.Expression):
            return [f"{argument}={value}"]
        if isinstance(value, exp.If) and name == "case":  # a branch
            if node.args.get("this") is None and (kind := self.type_of(value.this)) != "boolean":
                raise NotPortable(f"{_shown(value.this)} is {kind}, not a condition")
            kinds = [] if node.args.get("this") is None else [f"when:{self.type_of(value.this)}"]
            return [*kinds, self.type_of(value.args["true"])]
        if isinstance(value, exp.DataType | exp.Var | exp.Interval | exp.Star):
            return [value.sql("spark").lower().replace(", ", ",")]
        if isinstance(value, exp.JSONPath):
            return ["path"]
        if isinstance(value, exp.Distinct):
            return ["distinct", *(self.type_of(each) for each in value.expressions)]
        if isinstance(value, exp.Where):
            return [self.type_of(value.this)]
        if isinstance(value, exp.Neg) and isinstance(value.this, exp.Literal) and not value.this.is_string:
            told = self._literal(node, name, argument, value.this)
            return [
                told.replace("positive:", "negative:")
                if "positive:" in told
                else told
                if told == literals.type_of(value.this)
                else f"-{told}"
            ]
        if isinstance(value, exp.Lambda):
            return [self._lambda(node, value)]
        if isinstance(value, exp.Literal):
            return [self._literal(node, name, argument, value)]
        return [self.type_of(value)]

    def _literal(self, node: Any, name: str, argument: str, value: Any) -> str:
        try:
            return literals.as_argument(name, argument, value)
        except ValueError as error:
            raise NotPortable(f"{_shown(node)}: {error}") from None

    def _lambda(self, node: Any, value: Any) -> str:
        of = self.type_of(node.expressions[0] if isinstance(node.this, str) else node.this)
        element = of[6:-1] if of.startswith("array<") else "string"
        self._bound.append({one.name: element if place == 0 else "int" for place, one in enumerate(value.expressions)})
        try:
            return f"lambda:{self.type_of(value.this)}"
        finally:
            self._bound.pop()

    def _column(self, node: Any) -> str:
        for names in reversed(self._bound):
            if node.name in names:
                return names[node.name]
        if getattr(node, "table", "") in self.types and not self.knows_all:  # a field of a map of texts
            return "string"
        if self.knows_all and node.name.lower() not in self.types:
            raise NotPortable(f"there is no column {node.name} whose type is known")
        return self.types[node.name.lower()] if self.knows_all else self.types.get(node.name, "string")

    def _put(self, node: Any, form: str, type_: str) -> None:
        """Puts a form in the place of a step; it is not looked at again."""
        import sqlglot

        (put,) = sqlglot.parse_one(f"select {form}", read="spark").expressions
        node.replace(put)
        self._seen[id(put)] = put, type_
        self.rewritten = True

    def prepare(self, node: Any) -> None:
        """Puts what both engines read alike into the place of a step's arguments. Raises NotPortable where nothing does."""
        self.write_as_text(node)
        self.check_pattern(node)
        self.leave_out_signs(node)

    def leave_out_signs(self, node: Any) -> None:
        """Makes null of a text with a sign before its year, as Spark's formats do; the embedded engine reads it."""
        import sqlglot
        from sqlglot import exp

        name = literals.name_of(node)
        if name not in literals.WITH_FORMAT:
            return
        given: list[Any] = node.expressions if node.key == "anonymous" else [node.this, node.args.get("format")]
        if len(given) != 2:
            return
        text, format_ = given
        if not isinstance(format_, exp.Literal) or isinstance(text, exp.Literal) or self.type_of(text) != "string":
            return
        text = node.expressions[0] if node.key == "anonymous" else node.this  # it may have taken another form
        signed = "+%" if any(sign in format_.this for sign in "XxZzVO") or "%z" in format_.this else "%+%"
        written = text.sql("spark")
        (put,) = sqlglot.parse_one(f"select if({written} like '{signed}', null, {written})", read="spark").expressions
        text.replace(put)
        self._seen[id(put)] = put, "string"
        self.rewritten = True

    def write_as_text(self, node: Any) -> None:
        """Writes whole numbers beside text in coalesce as text, as which Spark takes them."""
        from sqlglot import exp

        if not isinstance(node, exp.Coalesce) or self.type_of(node.this) != "string":
            return
        for each in node.expressions:
            if isinstance(each, exp.Literal) and not each.is_string and str(each.this).isdigit():
                each.replace(exp.Literal.string(str(int(each.this))))
                self.rewritten = True

    def check_pattern(self, node: Any) -> None:
        """Puts the portable form of its pattern into a step that has one. Raises NotPortable where there is none."""
        from sqlglot import exp

        use = literals.PATTERNS.get(literals.name_of(node))
        if use is None:
            return
        if use == "extract" and isinstance(group := node.args.get("group"), exp.Literal) and str(group.this) == "0":
            use = "every"
        literal = node.args.get("expression")
        if literal is None and len(node.expressions) > 1:
            literal = node.expressions[1]
        if not isinstance(literal, exp.Literal) or not literal.is_string:
            raise NotPortable(f"the pattern of {_shown(node)} is no literal")
        try:
            found = patterns.portable(literal.this, use)
            if use == "replace":
                replacement = node.args.get("replacement")
                if not isinstance(replacement, exp.Literal):
                    raise ValueError("its replacement is no literal")
                patterns.check_replacement(replacement.this)
                if found.endswith(patterns.END):  # what an end of line adds is put back
                    replacement.replace(exp.Literal.string(f"{replacement.this}${patterns.groups(found)}"))
        except ValueError as error:
            raise NotPortable(f"the pattern {literal.this!r}: {error}") from None
        if found != literal.this:
            literal.replace(exp.Literal.string(found))
            self.rewritten = True


def _is_unwritten(node: Any) -> bool:
    """Whether sqlglot put a step in that it leaves out again when it writes."""
    from sqlglot import exp

    if not isinstance(node, exp.TsOrDsToDate | exp.TimeStrToTime) or node.args.get("format") or node.parent is None:
        return False
    return node.sql("spark") not in node.parent.sql("spark")


def written(node: Any) -> str:
    """The SQL of a parsed expression. Raises NotPortable where some of it would be lost."""
    from sqlglot import errors

    try:
        return str(node.sql("spark", unsupported_level=errors.ErrorLevel.RAISE))
    except (ValueError, errors.UnsupportedError) as error:
        raise NotPortable(str(error)) from None


def _is_variadic(name: str) -> bool:
    return name in literals.VARIADIC


def _shown(node: Any) -> str:
    try:
        text = str(node.sql("spark"))
    except ValueError:  # a path in JSON that sqlglot reads and cannot write
        return str(node.key)
    return text if len(text) <= 80 else f"{text[:77]}…"
