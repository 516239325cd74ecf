"""JSON files with payloads under names in capitals, such as collections of samples: {"USER": {…}, "COMMENTS": […]}."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from jobs.sources.base import Record, SplitOptions, lines
from jobs.sources.splitting import json_scan
from jobs.sources.splitting.json_split import split_json

_FIRST_NAME = re.compile(rb'^(?:\xef\xbb\xbf)?\s*\{\s*"[A-Z][A-Z0-9_]*"\s*:')
_MEMBER = re.compile(rb'^\s*"([A-Z][A-Z0-9_]*)"\s*:\s*(.*?)\s*$', re.DOTALL)


def split_named(stream: BinaryIO, options: SplitOptions) -> Iterator[Record]:
    """One record per payload, verbatim, its name as context. Other files are split by `json_split.split_json`."""
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
    """Members of a JSON object, verbatim, and what follows the object, if anything."""
    found, end = json_scan.parts(document, document.index(b"{") + 1)
    yield from found
    if end is not None and (rest := document[end + 1 :].strip()):
        yield rest
