"""Positions of brackets and commas in JSON bytes, outside of strings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

_STRUCTURE = re.compile(rb'["{}\[\],]')
_STRING_END = re.compile(rb'["\\]')
_REST_OF_STRING = re.compile(rb'(?:[^"\\]++|\\.)*+', re.DOTALL)
_NO_BRACKET = re.compile(rb'(?:[^"{}\[\]]++|"(?:[^"\\]++|\\.)*+")*+', re.DOTALL)
_NO_BRACKET_NOR_COMMA = re.compile(rb'(?:[^"{}\[\],]++|"(?:[^"\\]++|\\.)*+")*+', re.DOTALL)
_CHUNK = 1 << 20


def marks(document: bytes, start: int = 0) -> Iterator[tuple[int, bytes]]:
    """Position and character of each bracket and comma from `start` on; ends at an unclosed string."""
    position: int | None = start
    while position is not None and (match := _STRUCTURE.search(document, position)):
        if match[0] == b'"':
            position = string_end(document, match.end())
        else:
            yield match.start(), match[0]
            position = match.end()


def string_end(document: bytes, position: int) -> int | None:
    """Position after the quotation mark that ends the string starting at `position`; None where it is unclosed."""
    while end := _STRING_END.search(document, position):
        if end[0] == b'"':
            return end.end()
        position = end.end() + 1
    return None


def parts(document: bytes, start: int) -> tuple[list[bytes], int | None]:
    """The parts between commas within brackets, verbatim, from the first byte inside, and the position that closes them.

    None where the document ends before: the last part is then the rest. What follows a broken part belongs to it.
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


def streamed_parts(stream: BinaryIO, limit: int, chunk_bytes: int = _CHUNK) -> Iterator[bytes]:
    """The same as `parts` for a stream from the first byte inside the brackets on, and then what follows them.

    A semicolon after them is ignored. Keeps one chunk and one part in memory. A part over `limit` bytes is truncated to
    one byte more.
    """
    part, level = _Part(limit), 0
    is_in_string = is_escaped = False
    while chunk := stream.read(chunk_bytes):
        position = start = 0
        while position < len(chunk):
            if is_escaped:
                position, is_escaped = position + 1, False
            elif is_in_string:
                position = _string_rest(chunk, position)
                mark = chunk[position : position + 1]
                is_in_string, is_escaped = mark != b'"', mark == b"\\"
                position += len(mark)
            else:
                pattern = _NO_BRACKET if level else _NO_BRACKET_NOR_COMMA
                found = pattern.match(chunk, position)
                position = found.end() if found else position
                mark = chunk[position : position + 1]
                if mark == b'"':  # this chunk does not close it
                    is_in_string = True
                elif mark == b"," or (mark in (b"}", b"]") and not level):
                    part.add(chunk[start:position])
                    start = position + 1
                    if mark == b",":
                        yield part.taken()
                    else:
                        if last := part.taken():
                            yield last
                        part.add(chunk[start:])
                        while chunk := stream.read(chunk_bytes):
                            part.add(chunk)
                        if (rest := part.taken()) not in (b"", b";"):
                            yield rest
                        return
                elif mark:
                    level += 1 if mark in (b"{", b"[") else -1
                position += len(mark)
        part.add(chunk[start:])
    if last := part.taken():
        yield last


def _string_rest(chunk: bytes, position: int) -> int:
    found = _REST_OF_STRING.match(chunk, position)
    return found.end() if found else position


class _Part:
    """A part that is collected piece by piece, without surrounding space."""

    def __init__(self, limit: int) -> None:
        self._limit = limit + 1
        self._bytes = bytearray()
        self._is_cut = False

    def add(self, piece: bytes) -> None:
        piece = piece if self._bytes else piece.lstrip()
        room = self._limit - len(self._bytes)
        self._is_cut = self._is_cut or (len(piece) > room and bool(piece[room:].strip()))
        self._bytes += piece[:room]

    def taken(self) -> bytes:
        found = bytes(self._bytes) if self._is_cut else bytes(self._bytes).rstrip()
        self._bytes.clear()
        self._is_cut = False
        return found
