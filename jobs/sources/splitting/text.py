"""Bytes to text, with a reason where they cannot be decoded."""

from __future__ import annotations

import codecs
import io
from typing import BinaryIO

from jobs.sources.base import ParseError

_AS_UTF8 = ("utf-8", "utf-16")
"""Encodings of files whose records are UTF-8: UTF-16 is converted when a file is split into records."""
_CHUNK = 1 << 20


def as_text(raw: bytes, encoding: str) -> str:
    """The record's bytes as text. Raises ParseError where they are not valid in the encoding, or contain a NUL."""
    text = as_utf8(raw, encoding)
    try:
        found = text.decode()
    except UnicodeDecodeError:
        raise ParseError(f"invalid_text: the bytes are not valid {encoding}") from None
    if "\0" in found:
        raise ParseError("nul_byte: the record contains a NUL character")
    return found


def as_utf8(raw: bytes, encoding: str) -> bytes:
    """The record's bytes in UTF-8. Raises ParseError where they are not valid in the encoding."""
    if encoding in _AS_UTF8:
        return raw
    try:
        return raw.decode(encoding).encode()
    except UnicodeDecodeError:
        raise ParseError(f"invalid_text: the bytes are not valid {encoding}") from None


def opened(stream: BinaryIO, encoding: str) -> BinaryIO:
    """The stream, converted to UTF-8 where the file is UTF-16, whose line ends cannot be found byte by byte."""
    return io.BufferedReader(_FromUtf16(stream), _CHUNK) if encoding == "utf-16" else stream


class _FromUtf16(io.RawIOBase):
    """UTF-16 (by its byte order mark, else little-endian) as UTF-8; from the first invalid position on, bytes are unchanged."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._ready = b""
        self._decoder: codecs.IncrementalDecoder | None = None
        self._is_invalid = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        while not self._ready and (chunk := self._stream.read(_CHUNK)):
            self._ready = chunk if self._is_invalid else self._decoded(chunk)
        given = self._ready[: len(buffer)]
        buffer[: len(given)] = given
        self._ready = self._ready[len(given) :]
        return len(given)

    def _decoded(self, chunk: bytes) -> bytes:
        if self._decoder is None:
            has_mark = chunk.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
            self._decoder = codecs.getincrementaldecoder("utf-16" if has_mark else "utf-16-le")()
        try:
            return self._decoder.decode(chunk).encode()
        except UnicodeError:
            self._is_invalid = True
            return chunk
