"""Splits JSON files into records, verbatim: arrays, lines, documents, and arrays inside a document."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from jobs.sources import payload
from jobs.sources.base import ParseError, Record, SplitOptions, lines
from jobs.sources.splitting import json_scan

_STRUCTURE = re.compile(rb'["{}\[\],]')
_BRACKET_OR_STRING = re.compile(rb'["{}\[\]]')
_KEY_END = re.compile(rb"\s*:\s*")
_BOM = b"\xef\xbb\xbf"


def split_json(stream: BinaryIO, options: SplitOptions) -> Iterator[Record]:
    """Values of a JSON file, verbatim: the elements of an array, else one value per line, else whole documents.

    A document that spans lines begins with { at the start of a line. Where others of its lines do too, it ends with the
    bracket that closes it. A file without a value is one record. A value over `record_bytes` is truncated, and will not parse.
    """
    found: Iterable[bytes]
    if _is_array(stream):
        found = json_scan.streamed_parts(stream, options.record_bytes)
    else:
        found = _lines_or_documents(stream, options)
    number = 0
    for raw in found:
        number += 1
        yield Record(number, raw[: options.record_bytes + 1])
    if number == 0:
        yield Record(1, b"")


def _is_array(stream: BinaryIO) -> bool:
    """Whether the stream begins with an array: it is then positioned after the bracket, else at its start."""
    mark = stream.read(len(_BOM))
    if mark != _BOM:
        stream.seek(0)
    while (mark := stream.read(1)).isspace():
        continue
    if mark != b"[":
        stream.seek(0)
    return mark == b"["


def _lines_or_documents(stream: BinaryIO, options: SplitOptions) -> Iterable[bytes]:
    head = (line for line in lines(stream, options.record_bytes) if line.removeprefix(_BOM).strip())
    first, second = next(head, b"").removeprefix(_BOM), next(head, b"")
    stream.seek(0)
    holds_lines = _holds_lines(lines(stream, options.record_bytes), options.record_bytes)
    stream.seek(0)
    if holds_lines:
        return _balanced(stream, options)
    if first.strip() == b"{" or (
        first.startswith(b"{") and not first.rstrip().endswith(b"}") and second[:1] in b' \t"}'
    ):
        return _documents(stream, options)
    return (line for line in lines(stream, options.record_bytes) if line.removeprefix(_BOM).strip())


def _documents(stream: BinaryIO, options: SplitOptions) -> Iterator[bytes]:
    """Documents that span lines: each begins with { at the start of a line."""
    taken: list[bytes] = []
    size = 0
    for line in lines(stream, options.record_bytes):
        if line.removeprefix(_BOM).startswith(b"{") and any(part.strip() for part in taken):
            yield b"\n".join(taken).strip()
            taken, size = [], 0
        if size <= options.record_bytes:
            taken.append(line)
            size += len(line) + 1
    if rest := b"\n".join(taken).strip():
        yield rest


def _holds_lines(of_file: Iterable[bytes], limit: int) -> bool:
    """Whether the first value ends in a later line than it begins, and a line between them begins like a value.

    A line that is cut off (`{"a": 1`) is followed by others, and nothing closes it.
    """
    level = size = 0
    begins_inside = False
    for line in of_file:
        if level == 0 and not line.removeprefix(_BOM).strip():
            continue
        begins_inside = begins_inside or (level > 0 and line.startswith(b"{"))
        change = _change_of_level(line)
        level += change or 0
        size += len(line) + 1
        if change is None or level <= 0 or size > limit:
            return begins_inside and change is not None and level == 0
    return False


def _balanced(stream: BinaryIO, options: SplitOptions) -> Iterator[bytes]:
    """Documents that span lines: each ends with the line that closes its brackets."""
    taken: list[bytes] = []
    level = size = 0
    for line in lines(stream, options.record_bytes):
        level += _change_of_level(line) or 0
        if size <= options.record_bytes:
            taken.append(line)
            size += len(line) + 1
        if level <= 0:
            if document := b"\n".join(taken).strip():
                yield document
            taken, level, size = [], 0, 0
    if rest := b"\n".join(taken).strip():
        yield rest


def _change_of_level(line: bytes) -> int | None:
    """Brackets that a line opens less those that it closes; None where a string is not closed in it."""
    level, position = 0, 0
    while match := _BRACKET_OR_STRING.search(line, position):
        position = match.end()
        if match[0] == b'"':
            end = json_scan.string_end(line, position)
            if end is None:
                return None
            position = end
        else:
            level += 1 if match[0] in b"{[" else -1
    return level


def elements_at(document: bytes, path: tuple[str, ...], options: SplitOptions) -> tuple[list[bytes], bytes] | None:
    """Elements of the array at the keys of `path`, and the document with that array emptied.

    Where the document is truncated within the array, the last element is the rest, and the document is closed as if it
    were complete. None where there is no such array, or what surrounds it is not JSON.
    """
    opening = _array(document, path, options.nesting_depth)
    if opening is None:
        return None
    found, end = json_scan.parts(document, opening + 1)
    rest = document[end:] if end is not None else b"]" + b"}" * len(path)
    envelope = document[: opening + 1] + rest
    try:
        payload.json_object(envelope, options)
    except ParseError:
        return None
    return found, envelope


def _array(document: bytes, path: tuple[str, ...], depth: int) -> int | None:
    """Position of the `[` that opens the array at the path."""
    position, keys = 0, [b""]
    wanted = [key.encode() for key in path]
    is_key = False
    while match := _STRUCTURE.search(document, position):
        position, mark = match.end(), match[0]
        if mark == b'"':
            end = json_scan.string_end(document, position)
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
