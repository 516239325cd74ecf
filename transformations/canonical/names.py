"""Names: one order of them, in which digits count as numbers (9 before 10, 1.9 before 1.10) and endings last (a.csv before
a-2.csv), and which one was meant."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches

DIGITS = 20
"""Places that a number is padded to; of a longer one the last ones count."""

_ZEROS = "0" * DIGITS
_ENDING = "(([.][A-Za-z][A-Za-z0-9]*)+(@[0-9]+)?[\n\r\u0085\u2028\u2029]*)$"  # engines differ in what $ is before
_FIRST = "\t"
"""Between a name and its ending: it sorts before what may go on there, such as blanks, brackets and hyphens."""


def natural(name: str) -> str:
    """The name with its numbers padded, its ending set apart: compared as text, such names are in natural order.

    >>> sorted(["dump_10.csv", "dump-2.csv", "dump.csv", "dump_9.csv", "dump_9.csv@0002"], key=natural)
    ['dump.csv', 'dump-2.csv', 'dump_9.csv', 'dump_9.csv@0002', 'dump_10.csv']
    """
    padded = re.sub("[0-9]+", lambda number: (_ZEROS + number[0])[-DIGITS:], name)
    return re.sub(_ENDING, rf"{_FIRST}\1", padded)


def natural_sql(expression: str) -> str:
    """SQL of `natural` for a text."""
    padded = f"regexp_replace({expression}, '([0-9]+)', '{_ZEROS}$1')"
    padded = f"regexp_replace({padded}, '[0-9]*([0-9]{{{DIGITS}}})', '$1')"
    return f"regexp_replace({padded}, '{_ENDING}', '{_FIRST}$1')"


def did_you_mean(name: str, known: Iterable[str], otherwise: str = "") -> str:
    """`; did you mean …?` with the most similar of the known names, else what to say otherwise, or nothing.

    >>> did_you_mean("categry", ["category", "brand"]), did_you_mean("x", ["brand"], "there is brand"), did_you_mean("x", [])
    ('; did you mean category?', '; there is brand', '')
    """
    names = {one.lower(): one for one in known}
    near = get_close_matches(name.lower(), names, n=1, cutoff=0.6)
    if near:
        return f"; did you mean {names[near[0]]}?"
    return f"; {otherwise}" if otherwise else ""
