"""The values of one CSV record: quoted ones without their quotes, and whether a quote stands where none may."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache


@lru_cache(maxsize=16)
def reader(delimiter: str, escape: str | None) -> Callable[[str], tuple[list[str], bool]]:
    """A function from a record to its values and whether its quotes are broken.

    A quote opens only at the start of a value. Broken is a quoted value that is not closed, or that goes on after its closing
    quote (blanks may follow it); it is taken as it stands. Args: escape: what escapes a quote beside a second quote.
    """
    quoted = _quoted(delimiter, escape)

    def read(record: str) -> tuple[list[str], bool]:
        if '"' not in record:
            return record.split(delimiter), False
        values: list[str] = []
        place, is_broken = 0, False
        while True:
            if record.startswith('"', place):
                found = quoted.match(record, place)
                if found is not None and found["end"] is not None:
                    values.append(_unescaped(found["inside"], escape))
                    place = found.end("blanks")
                else:
                    is_broken = True
                    if found is None:  # never closed
                        values.append(_unescaped(record[place + 1 :], escape) or '"')
                        return values, True
                    end = record.find(delimiter, found.end("inside") + 1)
                    values.append(record[place:] if end < 0 else record[place:end])
                    place = len(record) if end < 0 else end
            else:
                end = record.find(delimiter, place)
                values.append(record[place:] if end < 0 else record[place:end])
                place = len(record) if end < 0 else end
            if place == len(record):
                return values, is_broken
            place += len(delimiter)

    return read


def _quoted(delimiter: str, escape: str | None) -> re.Pattern[str]:
    """A quoted value, with `end` where the delimiter or nothing but blanks follows it."""
    blanks = "".join(f"\\x{code:02x}" for code in range(0x21) if chr(code) != delimiter)
    inside = f'[^"{re.escape(escape)}]++|{re.escape(escape)}.?|""' if escape else '[^"]++|""'
    return re.compile(
        f'"(?P<inside>(?:{inside})*+)"(?:(?P<blanks>[{blanks}]*+)(?P<end>(?={re.escape(delimiter)}|\\Z)))?', re.DOTALL
    )


def _unescaped(inside: str, escape: str | None) -> str:
    if escape and escape in inside:
        return re.sub(f'{re.escape(escape)}(["{re.escape(escape)}])|""', lambda found: found[1] or '"', inside)
    return inside.replace('""', '"')
