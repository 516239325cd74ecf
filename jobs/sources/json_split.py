"""Cuts the elements of an array that stands inside of a JSON document, verbatim."""

from __future__ import annotations

import re

from jobs.sources import payload
from jobs.sources.base import ParseError, SplitOptions

_STRUCTURE = re.compile(rb'["{}\[\],]')
_STRING_END = re.compile(rb'["\\]')
_KEY_END = re.compile(rb"\s*:\s*")


def elements_at(document: bytes, path: tuple[str, ...], options: SplitOptions) -> tuple[list[bytes], bytes] | None:
    """Elements of the array that the keys of `path` lead to, and the document with that array emptied.

    Cut off within the array, the last element is what is left, and the rest of the document is closed as if it were
    whole. None where there is no such array, or what stands around it is no JSON.
    """
    opening = _array(document, path, options.nesting_depth)
    if opening is None:
        return None
    found, end = _elements(document, opening + 1)
    rest = document[end:] if end is not None else b"]" + b"}" * len(path)
    envelope = document[: opening + 1] + rest
    try:
        payload.json_object(envelope, options)
    except ParseError:
        return None
    return found, envelope


def _array(document: bytes, path: tuple[str, ...], depth: int) -> int | None:
    """Place of the `[` that opens the array at the path."""
    position, keys = 0, [b""]
    wanted = [key.encode() for key in path]
    is_key = False
    while match := _STRUCTURE.search(document, position):
        position, mark = match.end(), match[0]
        if mark == b'"':
            end = _end_of_string(document, position)
            if end is None:
                return None
            colon = _KEY_END.match(document, end) if is_key else None
            if colon:
                keys[-1], is_key = document[position : end - 1], False
                position = colon.end()
                if keys[1:] == wanted and document[position : position + 1] == b"[":
                    return position
            else:
                position = end
        elif mark in b"{[":
            keys.append(b"")
            is_key = mark == b"{"
            if len(keys) > depth:
                return None
        elif mark == b",":
            is_key = True
        elif len(keys) > 1:
            keys.pop()
    return None


def _elements(document: bytes, start: int) -> tuple[list[bytes], int | None]:
    """Elements from the array's first byte on, and the place of its `]`; None where the document ends before."""
    found: list[bytes] = []
    position, level = start, 0
    while match := _STRUCTURE.search(document, position):
        position, mark = match.end(), match[0]
        if mark == b'"':
            end = _end_of_string(document, position)
            if end is None:
                break
            position = end
        elif mark in b"{[":
            level += 1
        elif mark == b"," and level == 0:
            found.append(document[start : position - 1].strip())
            start = position
        elif mark in b"}]":
            level -= 1
            if level < 0:
                if last := document[start : position - 1].strip():
                    found.append(last)
                return found, position - 1
    found.append(document[start:].strip())
    return found, None


def _end_of_string(document: bytes, position: int) -> int | None:
    """Place after the quotation mark that ends a string; None where none does."""
    while end := _STRING_END.search(document, position):
        if end[0] == b'"':
            return end.end()
        position = end.end() + 1
    return None
