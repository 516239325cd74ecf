"""A JSON file that keeps payloads under names in capitals: {"USER": {…}, "COMMENTS": […]}, as collections of samples do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from jobs.sources.base import Record, SplitOptions, lines
from jobs.sources.payload import split_json

_FIRST_NAME = re.compile(rb'^(?:\xef\xbb\xbf)?\s*\{\s*"[A-Z][A-Z0-9_]*"\s*:')
_MEMBER = re.compile(rb'^\s*"([A-Z][A-Z0-9_]*)"\s*:\s*(.*?)\s*$', re.DOTALL)
_STRUCTURE = re.compile(rb'["{}\[\],]')
_STRING_END = re.compile(rb'["\\]')


def split_named(stream: BinaryIO, options: SplitOptions) -> Iterator[Record]:
    """One record a payload, verbatim, its name as context. Any other file is cut as `payload.split_json` cuts it."""
    head = b""
    for line in lines(stream, options.record_bytes):
        head += line[:200] + b"\n"
        if head.removeprefix(b"\xef\xbb\xbf").strip() not in (b"", b"{"):
            break
    stream.seek(0)
    if not _FIRST_NAME.match(head):
        yield from split_json(stream, options)
        return
    for number, member in enumerate(_members(stream.read()), 1):
        named = _MEMBER.match(member)
        name, raw = (named[1].decode(), named[2]) if named else (None, member.strip())
        yield Record(number, raw[: options.record_bytes + 1], name)


def _members(document: bytes) -> Iterator[bytes]:
    """Members of a JSON object as they stand. What follows a broken member is one member with it."""
    start = position = document.index(b"{") + 1
    depth = 0
    while match := _STRUCTURE.search(document, position):
        position, mark = match.end(), match[0]
        if mark == b'"':
            while (end := _STRING_END.search(document, position)) and end[0] == b"\\":
                position = end.end() + 1
            if not end:
                break
            position = end.end()
        elif mark in b"{[":
            depth += 1
        elif mark == b",":
            if depth == 0:
                yield document[start : match.start()]
                start = position
        elif depth == 0:
            yield document[start : match.start()]
            if rest := document[position:].strip():
                yield rest
            return
        else:
            depth -= 1
    if rest := document[start:].strip():
        yield rest
