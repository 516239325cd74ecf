"""Bytes to text, with a reason where they cannot be decoded."""

from __future__ import annotations

import codecs
import io
from typing import TYPE_CHECKING, BinaryIO

from jobs.sources.base import ParseError

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

# Spark's names. UTF-16 was converted to UTF-8 when the file was split into records.
ENCODINGS = {"utf-8": "UTF-8", "utf-16": "UTF-8", "iso-8859-1": "ISO-8859-1", "windows-1252": "windows-1252"}
_CHUNK = 1 << 20
_NOT_IN_1252 = "[\x81\x8d\x8f\x90\x9d]"
_IN_8859 = "".join(chr(code) for code in range(0x80, 0xA0) if code not in (0x81, 0x8D, 0x8F, 0x90, 0x9D))
_IN_1252 = _IN_8859.encode("iso-8859-1").decode("windows-1252")


def with_text(records: DataFrame, encoding: str) -> DataFrame:
    """Records with `_text` and `_problem`: Spark would silently replace invalid bytes by U+FFFD."""
    from pyspark.sql import functions as F

    if ENCODINGS[encoding] == "UTF-8":
        text = F.when(F.expr("is_valid_utf8(cast(raw as string))"), F.col("raw").cast("string"))
    elif encoding == "windows-1252":  # Spark does not support it; it differs from ISO-8859-1 in 0x80 to 0x9f
        text = F.decode("raw", "ISO-8859-1")
        text = F.when(~F.rlike(text, F.lit(_NOT_IN_1252)), F.translate(text, _IN_8859, _IN_1252))
    else:
        text = F.decode("raw", ENCODINGS[encoding])
    return records.withColumn("_text", text).withColumn(
        "_problem",
        F.when(F.col("_text").isNull(), F.lit(f"invalid_text: the bytes are not valid {encoding}"))
        .when(F.contains(F.col("_text"), F.lit("\0")), F.lit("nul_byte: the record contains a NUL character"))
        .cast("string"),
    )


def as_utf8(raw: bytes, encoding: str) -> bytes:
    """The record's bytes in UTF-8. Raises ParseError where they are not valid in the encoding."""
    if ENCODINGS[encoding] == "UTF-8":
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
