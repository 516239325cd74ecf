"""What about a literal makes a difference to a step: its value, unless the step is known to take any text alike.

A format, pattern, character set, zone or schema is a small program, and a probe of one says nothing of another. So a
literal is told by its value, but for the arguments below, which are compared or copied letter by letter, or counted with.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from transformations.canonical import patterns

ISO = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}( [0-9]{2}:[0-9]{2}:[0-9]{2}([+-][0-9]{2}:[0-9]{2})?)?")

PLAIN = frozenset(
    {
        "coalesce",
        "if",
        "case",
        "greatest",
        "least",
        "array",
        "concat",
        "dpipe",
        "nullif",
        "nvl2",
        "nanvl",
        "neg",
        "sum",
        "max",
        "min",
        "count",
        "map",
        "struct",
    }
)
"""Steps to which neither sign nor emptiness of a literal makes a difference."""

VARIADIC = (PLAIN - {"dpipe", "nvl2", "nanvl", "neg"}) | {"concatws", "case", "in"}
"""Steps to which it makes no difference how many arguments of a type they have."""

_OPERATORS = frozenset({"add", "sub", "mul", "div", "mod", "intdiv"})
COMPARISONS = frozenset({"eq", "neq", "gt", "gte", "lt", "lte", "nullsafeeq", "nullsafeneq", "in", "between"})

_TEXTS = frozenset(
    {
        *("concatws", "contains", "startswith", "endswith", "replace", "translate", "overlay", "pad", "splitpart"),
        *("strposition", "trim", "btrim", "levenshtein", "arraytostring", "groupconcat", "bracket", "lag"),
        *("arrayappend", "arrayprepend", "arrayinsert", "arrayremove", "arrayposition", "arraycontains"),
        *("mapcontainskey", "decodecase", *_OPERATORS),
    }
)
"""Steps that compare or copy a text letter by letter: only whether it is empty makes a difference."""

_COUNTS = frozenset(
    {
        *("add", "sub", "mul", "mod", "intdiv"),  # not div: what does not divide is rounded
        *("substring", "left", "right", "pad", "repeat", "space", "overlay", "splitpart", "elt", "strposition"),
        *("bracket", "get", "arrayslice", "arrayinsert", "array_repeat", "addmonths", "tsordsadd", "timestampadd"),
        *(
            "substringindex",
            "regexpextract",
            "regexpextractall",
            "regexpsplit",
            "generateseries",
            "pmod",
            "reduce",
            "safesubtract",
        ),
        *("levenshtein", "lag", "ntile", "nthvalue"),
    }
)
"""Steps that count with a number: only whether it is below, at or above zero makes a difference."""

_NAMED = frozenset({"format", "zone", "unit", "path", "json_path"})

DIFFERS = {
    "approxdistinct": "its answers are others; write count(distinct …)",
    "chr": "from 256 on it gives another letter",
    "dayname": "it fails at years beyond those of four digits",
    "from_csv": "it fails where Spark gives null",
    "from_xml": "it reads another XML",
    "histogram_numeric": "it draws other bounds",
    "make_date": "it fails at what is no date; write a text such as 2024-06-30",
    "monthname": "it fails at years beyond those of four digits",
    "parseurl": "it decodes a query's values, and looks for a key in every part",
    "regexpinstr": "it counts bytes",
    "schema_of_json": "it knows other types",
    "sentences": "it is missing there",
    "strtounix": "it reads a sign before a year",
    "timestampdiff": "it counts months that are not whole",
    "unixtostr": "it fails at years beyond those of four digits; write timestamp_seconds(…)",
    "weekofyear": "it fails at years beyond those of four digits",
}
"""Steps that the probes' rows do not all tell apart -> how they differ."""

_XPATH = "xpath"

PATTERNS: dict[str, patterns.Use] = {
    "regexp": "test",
    "regexplike": "test",
    "regexpreplace": "replace",
    "regexpextract": "extract",
    "regexpextractall": "every",
    "regexpcount": "every",
    "regexpsubstr": "every",
    "split": "split",
    "regexpsplit": "split",
}
"""Steps with a pattern -> what is done with it."""

WITH_FORMAT = frozenset({"strtotime", "tsordstodate", "try_to_timestamp"})
"""Steps that read a time out of a text by a format."""

MISREAD = {"array_size": "size"}
"""Functions that sqlglot takes for another one."""


def reason_of(name: str) -> str | None:
    """Why a step is never asked of the embedded engine, or None."""
    return "it reads another XML" if name.startswith(_XPATH) else DIFFERS.get(name)


def name_of(node: Any) -> str:
    """The name of a step: the function's, or what sqlglot calls it."""
    return str(node.name.lower() if node.key == "anonymous" else node.key)


def is_zero_or_sign(value: Any) -> str:
    return "zero" if float(value.this) == 0 else "positive"


def as_argument(name: str, argument: str, value: Any) -> str:
    """A literal as part of a step. Raises ValueError where it has no meaning that both engines share."""
    kind = type_of(value)
    if argument in _NAMED or name in ("date_part", "datetrunc", "timestamptrunc"):
        return f"{argument}={value.this}:string"
    if name == "fromjson" and argument == "expression":
        return f"{value.this}:string"
    if name in ("like", "ilike") and argument == "expression":
        if re.search(r"(?<!\\)(\\\\)*\\([^%_\\]|$)", value.this):
            raise ValueError(f"the pattern {value.this!r}: a backslash stands before %, _ or another backslash")
        return "pattern:string"
    if name in ("cast", "try_cast"):
        if value.is_string and not ISO.fullmatch(value.this):
            raise ValueError("expected a text such as 2024-06-30 or 2024-06-30 12:00:00")
        if value.is_string:
            datetime.fromisoformat(value.this)  # raises ValueError where there is no such day or time
        return f"literal:{kind}"
    if name in COMPARISONS or name in PLAIN or (name in PATTERNS and value.is_string):
        return kind
    if value.is_string and name in _TEXTS:
        return kind if name in _OPERATORS else "empty:string" if value.this == "" else "string"
    if name == "substringindex" and value.is_string and len(value.this) == 1:
        return "letter:string"  # longer ones may overlap, which is counted otherwise
    if not value.is_string and name in _COUNTS:
        return f"{is_zero_or_sign(value)}:{kind}"
    return f"{value.this!r}:{kind}" if value.is_string else f"{value.this}:{kind}"


def type_of(value: Any) -> str:
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
