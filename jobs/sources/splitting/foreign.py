"""Files that hold no records as they are: packed ones, and scripts of X's archive. They are refused by name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from jobs.sources.base import Format, Record, SplitOptions
from jobs.sources.splitting.text import opened

_PACKED = (
    (b"\x1f\x8b", "gzip", "gunzip"),
    (b"PK\x03\x04", "zip", "unzip"),
    (b"\x28\xb5\x2f\xfd", "zstd", "unzstd"),
    (b"BZh", "bzip2", "bunzip2"),
)
_BLOCKS_OF_BZIP2 = (b"\x31\x41\x59\x26\x53\x59", b"\x17\x72\x45\x38\x50\x90")  # after BZh and a digit
_OF_BZIP2 = 10
_SCRIPT = b"window.YTD."
_BOM = b"\xef\xbb\xbf"
_LONGEST = 16
_MARKS = (*(mark for mark, _, _ in _PACKED), _SCRIPT, _BOM + _SCRIPT)


def records(format_: Format, stream: BinaryIO, options: SplitOptions) -> Iterator[Record]:
    """A file's records; of a text format one that gets `problem` as its reason, where the file is not text of records."""
    if getattr(format_, "is_binary", False):
        return format_.split(stream, options)
    start = stream.read(_LONGEST)
    stream.seek(0)
    if problem(start):
        return iter([Record(1, stream.read(options.record_bytes))])
    return format_.split(opened(stream, options.encoding), options)


def problem(raw: bytes) -> str | None:
    """Why bytes that begin so are no record of a text format, as `code: explanation`; None where they may be one.

    >>> problem(b"\\x1f\\x8b\\x08")
    'packed_file: the file is packed (gzip); unpack it (gunzip) and set path to what was in it'
    """
    if not raw.startswith(_MARKS):  # asked of every record
        return None
    for mark, name, program in _PACKED:
        if raw.startswith(mark) and (name != "bzip2" or raw[4:_OF_BZIP2] in _BLOCKS_OF_BZIP2):
            or_workbook = "; of a workbook (.xlsx) set format: excel" if name == "zip" else ""
            return f"packed_file: the file is packed ({name}); unpack it ({program}) and set path to what was in it{or_workbook}"
    if raw.removeprefix(_BOM).startswith(_SCRIPT):
        return (
            "script_file: a script of X's archive, not JSON; take its list out (sed '1s/^[^=]*= *//' tweets.js | "
            "jq -c '.[].tweet' > tweets.json) and map that with format: json; the account is yours, no tweet names it"
        )
    return None
