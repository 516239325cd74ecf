"""Where brackets and commas stand in JSON bytes, outside of strings."""

from __future__ import annotations

import re
from collections.abc import Iterator

_STRUCTURE = re.compile(rb'["{}\[\],]')
_STRING_END = re.compile(rb'["\\]')


def marks(document: bytes, start: int = 0) -> Iterator[tuple[int, bytes]]:
    """Place and sign of each bracket and comma from `start` on; ends at a string that nothing closes."""
    position: int | None = start
    while position is not None and (match := _STRUCTURE.search(document, position)):
        if match[0] == b'"':
            position = string_end(document, match.end())
        else:
            yield match.start(), match[0]
            position = match.end()


def string_end(document: bytes, position: int) -> int | None:
    """Place after the quotation mark that ends a string whose first byte is at `position`; None where none does."""
    while end := _STRING_END.search(document, position):
        if end[0] == b'"':
            return end.end()
        position = end.end() + 1
    return None


def parts(document: bytes, start: int) -> tuple[list[bytes], int | None]:
    """What commas part within brackets, verbatim, from the first byte inside of them on, and the place that closes them.

    None where the document ends before: the last part is then what is left. What follows a broken part is one with it.
    """
    found: list[bytes] = []
    level = 0
    for place, mark in marks(document, start):
        if mark in b"{[":
            level += 1
        elif mark == b",":
            if level == 0:
                found.append(document[start:place].strip())
                start = place + 1
        elif level:
            level -= 1
        else:
            if last := document[start:place].strip():
                found.append(last)
            return found, place
    if last := document[start:].strip():
        found.append(last)
    return found, None
