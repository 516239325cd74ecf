"""Texts as numbers, truth values, days and lists: SQL that reads a text as Spark's own cast does, on either engine.

The embedded engine's casts know no exponents in decimals and no fractions in whole numbers, and read `on` and `off`.
"""

from __future__ import annotations

_BLANKS = "translate({}, '\t\n\v\f\r', '     ')"
_POWERS = "^([+-]?)([0-9]*)[.]?([0-9]*)[eE]([+-]?[0-9]{1,3})$"
_ZEROS = 60
"""More places than a decimal has."""
_OTHER_DIGITS = ("０１２３４５６７８９٠١٢٣٤٥٦٧٨٩", "01234567890123456789")
_MOST = 2147483647
_TRUE, _FALSE = "'t', 'true', 'y', 'yes', '1'", "'f', 'false', 'n', 'no', '0'"


def trimmed(value: str) -> str:
    """SQL of a text without the blanks, tabs and ends of lines around it."""
    return f"trim({_BLANKS.format(value)})"


def whole(value: str, type_: str) -> str:
    """SQL that reads a text as a whole number; a fraction is cut off, and what is no number or too large is null."""
    text = trimmed(value)
    before = f"regexp_replace({text}, '[.][0-9]*$', '')"
    return f"try_cast(if({before} in ('', '+', '-') and {text} like '%.%', '0', {before}) as {type_})"


def decimal(value: str, type_: str) -> str:
    """SQL that reads a text as a decimal, 1e3 as well as 1000; what is no number or too large is null."""
    text = f"translate({trimmed(value)}, '{_OTHER_DIGITS[0]}', '{_OTHER_DIGITS[1]}')"
    sign, before, behind, power = (f"regexp_extract({text}, '{_POWERS}', {place})" for place in (1, 2, 3, 4))
    zeros = f"repeat('0', {_ZEROS})"
    digits = f"concat({zeros}, {before}, {behind}, {zeros})"
    point = f"({_ZEROS} + length({before}) + greatest(least(cast({power} as int), {_ZEROS}), -{_ZEROS}))"
    left = f"ltrim('0', substring({digits}, 1, {point}))"
    right = f"substring({digits}, {point} + 1, 40)"
    # portable: tests/probes holds it on both engines with ends of lines
    return (
        f"try_cast(case when {value} rlike '^[0-9.+-]+$' then {value} "
        f"when {text} rlike '{_POWERS}' and {text} rlike '^[+-]?[.]?[0-9]' "
        f"then concat({sign}, '0', {left}, '.', {right}) "
        f"when {text} rlike '^[ -~]*$' then {text} end as {type_})"
    )


def boolean(value: str) -> str:
    """SQL that reads a text as true (t, true, y, yes, 1) or false (f, false, n, no, 0), in any case; null where neither."""
    text = f"lower({trimmed(value)})"
    return f"case when {text} in ({_TRUE}) then true when {text} in ({_FALSE}) then false end"


def day(value: str) -> str:
    """SQL that reads a text as a day, as Spark's cast does: a time after a T is left out, and blanks around it."""
    text = trimmed(value)
    return f"cast(if({text} rlike '^[+-]?[0-9]+-[0-9]+-[0-9]+T', substring_index({text}, 'T', 1), {text}) as date)"


def iso_day(value: str) -> str:
    """SQL that reads a text as a day written as 2024-06-30, to the letter; null where it is none."""
    return (
        f"if(length({value}) = 10 and {value} rlike '^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}', cast({value} as date), null)"
    )


def part(value: str, start: str, length: str | None = None) -> str:
    """SQL of a text from a place on (from 1; below 0 from its end), null where place or length is; Spark's substring."""
    text, place = f"({value})", f"({start})"
    if length is None:
        length = str(_MOST)
    many = f"greatest({length}, 0)"
    return (
        f"case when {place} is null or ({length}) is null then null "
        f"when {place} < -length({text}) then substring({text}, 1, greatest(length({text}) + {place} + {many}, 0)) "
        f"else substring({text}, {place}, {many}) end"
    )


def list_of_json(value: str) -> str:
    """SQL of the texts in a JSON list, null where there is none; fails at what only one engine reads, such as `[1] x`."""
    text = trimmed(value)
    fails = f"raise_error(concat('no JSON that both engines read alike; set engine: spark, or correct it: ', {value}))"
    return (
        f"case when {text} like '[%' then coalesce(from_json({text}, 'array<string>'), "
        f"if({text} like '%]%', cast({fails} as array<string>), null)) end"
    )
