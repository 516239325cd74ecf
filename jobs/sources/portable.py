"""Expressions of conf on the embedded engine: only what probes show to give Spark's answers, or has a form that does.

The embedded engine differs from Spark in places without a word. So an expression is taken apart, and each of its steps
(a function with the types of its arguments) has to be among `portable.txt`: the steps that tests/probes hold against both
engines. A step that is not, but has a form that gives Spark's answers on both (a cast of text, a pattern with `\\d`), is
written in that form; everything else is refused.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from transformations.canonical import casting, patterns

Types = Mapping[str, str]

LOCAL = "local "
"""Before a step that gives Spark's answers where local times are not UTC as well."""

_MERGED = {"array_size": "size"}
"""Functions that sqlglot takes for another one."""

_ISO = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}( [0-9]{2}:[0-9]{2}:[0-9]{2}([+-][0-9]{2}:[0-9]{2})?)?")

_WHOLE = ("tinyint", "smallint", "int", "bigint")
_PLAIN_ARGUMENTS = frozenset(
    {
        "coalesce",
        "if",
        "case",
        "greatest",
        "least",
        "array",
        "concat",
        "nullif",
        "sum",
        "max",
        "min",
        "count",
        "map",
        "struct",
    }
)
"""Functions to which the sign or emptiness of a literal makes no difference."""
_OPERATORS = frozenset({"add", "sub", "mul", "div", "mod", "intdiv"})
_COMPARISONS = frozenset({"eq", "neq", "gt", "gte", "lt", "lte", "nullsafeeq", "nullsafeneq", "in", "between"})
_PATTERNS: dict[str, patterns.Use] = {
    "regexplike": "test",
    "regexpreplace": "replace",
    "regexpextract": "extract",
    "regexpextractall": "test",
    "split": "split",
    "regexpsplit": "split",
    "regexpcount": "test",
    "regexpinstr": "test",
}
_ZONELESS = frozenset(
    {"unixmicros", "unixmillis", "timestampmicros", "timestampmillis", "unixseconds", "timestampseconds"}
    | {"coalesce", "if", "case", "nullif", "greatest", "least", "is", "not", "eq", "neq", "gt", "gte", "lt", "lte"}
    | {"nullsafeeq", "nullsafeneq", "between", "in", "max", "min", "count"}
)
"""Steps over timestamps that mean the same in every time zone of the session."""
_CLOCKS = frozenset({"strtounix", "unixtostr", "timetostr"})
"""Steps that depend on it though their types do not say so."""


class NotPortable(ValueError):
    """Why an expression cannot be used on the embedded engine."""


def portable(expression: str, types: Types | None = None, timezone: str = "UTC") -> str:
    """The expression as the embedded engine computes it with Spark's answers: unchanged, or in a form that both share.

    Args: types: of columns that are not text. timezone: of the source's local times.
    Raises NotPortable with the reason where it may give something else.

    >>> portable("upper(trim(StockCode))")
    'UPPER(TRIM(StockCode))'
    >>> portable("s rlike '^\\\\\\\\d+x'")
    "s RLIKE '^[0-9]+x'"
    """
    reader = Reader(types or {}, timezone, steps())
    holder = held(expression)
    reader.type_of(holder)
    try:
        return str(holder.this.sql("spark"))
    except ValueError as error:
        raise NotPortable(str(error)) from None


def is_respelled(expression: str, types: Types | None = None) -> bool:
    """Whether the embedded engine is asked in the same words, apart from their spelling."""
    reader = Reader(types or {}, "UTC", steps())
    reader.type_of(held(expression))
    return not reader.rewritten


def check_query(query: str, types: Types) -> None:
    """Raises NotPortable where a query over tables may give something else on the embedded engine.

    Args: types: of the tables' columns.
    """
    import sqlglot
    from sqlglot import exp

    try:
        tree = sqlglot.parse_one(query, read="spark")
    except sqlglot.errors.SqlglotError as error:
        raise NotPortable(f"it does not parse: {str(error).splitlines()[0]}") from None
    for select in tree.find_all(exp.Select):
        parts = [*select.expressions, *(join.args.get("on") for join in select.args.get("joins") or ())]
        parts += [clause.this for name in ("where", "having") if (clause := select.args.get(name))]
        parts += select.args["group"].expressions if select.args.get("group") else []
        for part in parts:
            reader = Reader(types, "UTC", steps())
            one = part.this if isinstance(part, exp.Alias) else part
            if one is not None and not isinstance(one, exp.Star):
                reader.type_of(one)
            if reader.rewritten:
                raise NotPortable("it has another form there; " + _OTHERWISE)
    if tree.find(exp.Window, exp.Pivot, exp.Lateral, exp.Unnest):
        raise NotPortable("windows, pivots and what makes rows are not held against Spark")


_OTHERWISE = "write casts of text as try_cast, and patterns without classes such as \\d, (?i) and $"


def held(expression: str) -> Any:
    """The expression, parsed, in brackets that hold it. Raises NotPortable."""
    import sqlglot
    from sqlglot import exp

    try:
        tokens = sqlglot.tokenize(expression, read="spark")
        for one, following in reversed(list(itertools.pairwise(tokens))):
            if one.token_type.name == following.token_type.name == "STRING" and one.end + 1 == following.start:
                expression = f"{expression[: one.end]}\\'{expression[following.start + 1 :]}"  # a doubled quote
        (root,) = sqlglot.parse_one(f"select {expression}", read="spark").expressions
    except (sqlglot.errors.SqlglotError, ValueError) as error:
        raise NotPortable(f"it does not parse: {str(error).splitlines()[0]}") from None
    for before, token in itertools.pairwise([None, *tokens]):
        if token.text.lower() in _MERGED:
            raise NotPortable(f"{token.text} is read as {_MERGED[token.text.lower()]}, which is not the same")
        if token.text == "+" and (before is None or before.text in "(,+-*/%<>=||"):
            raise NotPortable("a sign + before a text makes a number of it in Spark alone; leave it out, or cast")
    return exp.Paren(this=root)


@cache
def steps() -> dict[str, str]:
    """Steps that give Spark's answers -> type of the result."""
    text = Path(__file__).with_name("portable.txt").read_text(encoding="utf-8")
    return dict(line.split(" -> ") for line in text.splitlines() if not line.startswith("#"))


def is_zoned(key: str, type_: str) -> bool:
    """Whether a step and the type of its result depend on the time zone of local times."""
    name, _, arguments = key.partition("(")
    return name in _CLOCKS or (name not in _ZONELESS and "timestamp" in f"{arguments} {type_}")


class Reader:
    """Finds the type of each step of an expression, and rewrites the steps that have another form."""

    def __init__(self, types: Types, timezone: str, known: Mapping[str, str]) -> None:
        self.types = types
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
            return _of_literal(node)
        if isinstance(node, exp.Null):
            return "void"
        if isinstance(node, exp.Boolean):
            return "boolean"
        if _is_unwritten(node):
            return self.type_of(node.this)
        if isinstance(node, exp.Cast) and (form := self.form_of_cast(node)) is not None:
            return form
        if isinstance(node, exp.Anonymous | exp.Func) and (form := self.form_of_json(node)) is not None:
            return form
        self.write_as_text(node)
        self.check_pattern(node)
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
        if key not in self.known:
            raise NotPortable(f"{text} is not among what is known to give Spark's answers ({key})")
        return self.known[key]

    def step(self, node: Any) -> tuple[str, list[str]]:
        """The name of a step with the types of its arguments, and these types."""
        name = node.name.lower() if node.key == "anonymous" else node.key
        if name == "trycast":  # what sqlglot calls Spark's cast as well
            name = "try_cast" if node.args.get("safe") else "cast"
        parts: list[str] = []
        for argument, value in node.args.items():
            if not value or argument == "safe" or (node.key == "anonymous" and argument == "this"):
                continue
            parts += self._argument(node, name, argument, value)
        types = [part.split(":")[-1] for part in parts]
        if name in _COMPARISONS and "string" in types and {*types} - {"string", "void"}:
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
            return [_literal_argument(node, name, argument, value.this).replace("positive:", "negative:")]
        if isinstance(value, exp.Lambda):
            return [self._lambda(node, value)]
        if isinstance(value, exp.Literal):
            return [_literal_argument(node, name, argument, value)]
        return [self.type_of(value)]

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
        if getattr(node, "table", "") in self.types:  # a field of a map of texts
            return "string"
        return self.types.get(node.name, "string")

    def form_of_cast(self, node: Any) -> str | None:
        """Type of a cast of text that has a form of its own, which takes its place; None for others."""
        from sqlglot import exp

        to = node.args["to"].sql("spark").lower().replace(", ", ",")
        if self.type_of(node.this) != "string" or (isinstance(node.this, exp.Literal) and not to.startswith("decimal")):
            return None
        text, is_try = node.this.sql("spark"), bool(node.args.get("safe"))
        if to in _WHOLE and not is_try:
            form = casting.whole(text, to)
        elif to.startswith("decimal("):
            form = casting.decimal(text, to)
        elif to == "boolean":
            form = casting.boolean(text)
        else:
            return None
        self._put(node, form, to)
        return to

    def form_of_json(self, node: Any) -> str | None:
        """Type of a list that is read out of JSON, whose form takes its place; None for others."""
        from sqlglot import exp

        schema = node.args.get("expression")
        if (
            node.key != "fromjson"
            or not isinstance(schema, exp.Literal)
            or len([v for v in node.args.values() if v]) > 2
        ):
            return None
        if str(schema.this).lower().replace(" ", "") != "array<string>" or self.type_of(node.this) != "string":
            return None
        form = casting.list_of_json(node.this.sql("spark"))
        self._put(node, form, "array<string>")
        return "array<string>"

    def _put(self, node: Any, form: str, type_: str) -> None:
        """Puts a form in the place of a step; it is not looked at again."""
        import sqlglot

        (put,) = sqlglot.parse_one(f"select {form}", read="spark").expressions
        node.replace(put)
        self._seen[id(put)] = put, type_
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

        use = _PATTERNS.get(node.key)
        if use is None:
            return
        literal = node.args.get("expression")
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


def _is_variadic(name: str) -> bool:
    return name in _PLAIN_ARGUMENTS or name in ("concatws", "case", "in")


def _literal_argument(node: Any, name: str, argument: str, value: Any) -> str:
    """A literal as part of a step: what about it makes a difference is told."""
    kind = _of_literal(value)
    if argument in ("format", "zone", "unit", "path", "json_path") or name in (
        "date_part",
        "datetrunc",
        "timestamptrunc",
    ):
        return f"{argument}={value.this}:string"
    if name == "fromjson" and argument == "expression":
        return f"{value.this}:string"
    if name in ("like", "ilike") and argument == "expression":
        return "pattern:string"
    if name in ("cast", "try_cast"):
        if value.is_string and not _ISO.fullmatch(value.this):
            raise NotPortable(f"{_shown(node)}: expected a text such as 2024-06-30 or 2024-06-30 12:00:00")
        return f"literal:{kind}"
    if name in _OPERATORS:
        return f"{value.this}:{kind}" if not value.is_string else kind
    if name in _COMPARISONS or name in _PLAIN_ARGUMENTS or (name in _PATTERNS and value.is_string):
        return kind
    if value.is_string:
        return "empty:string" if value.this == "" else "string"
    return f"{'zero' if float(value.this) == 0 else 'positive'}:{kind}"


def _of_literal(value: Any) -> str:
    """The type of a literal."""
    if value.is_string:
        return "string"
    text = str(value.this)
    if "e" in text.lower():
        return "double"
    if "." in text:
        behind = len(text.split(".")[1])
        return f"decimal({max(len(text.replace('.', '').lstrip('0')), behind)},{behind})"
    number = int(text)
    return "int" if number < 1 << 31 else "bigint" if number < 1 << 63 else f"decimal({len(text)},0)"


def _shown(node: Any) -> str:
    try:
        text = str(node.sql("spark"))
    except ValueError:  # a path in JSON that sqlglot reads and cannot write
        return str(node.key)
    return text if len(text) <= 80 else f"{text[:77]}…"
