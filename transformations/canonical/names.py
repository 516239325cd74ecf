"""One order of names: digits count as numbers, so that file 9 comes before file 10 and 1.9 before 1.10."""

from __future__ import annotations

import re

DIGITS = 20
"""Places that a number is padded to; of a longer one the last ones count."""

_ZEROS = "0" * DIGITS


def natural(name: str) -> str:
    """The name with its numbers padded: compared as text, such names are in natural order.

    >>> sorted(["dump_10.csv", "dump_9.csv", "dump_9.csv@0002"], key=natural)
    ['dump_9.csv', 'dump_9.csv@0002', 'dump_10.csv']
    """
    return re.sub("[0-9]+", lambda number: (_ZEROS + number[0])[-DIGITS:], name)


def natural_sql(expression: str) -> str:
    """SQL of `natural` for a text."""
    padded = f"regexp_replace({expression}, '([0-9]+)', '{_ZEROS}$1')"
    return f"regexp_replace({padded}, '[0-9]*([0-9]{{{DIGITS}}})', '$1')"
