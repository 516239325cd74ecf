"""Packed files and scripts are refused by name, in every text format."""

import bz2
import gzip
import io
import zipfile

import pytest

from jobs.sources import formats
from jobs.sources.base import SplitOptions
from jobs.sources.splitting import foreign

TEXT = b"nr,tag\nG1,2024-06-30\n"


def zipped() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.csv", TEXT)
    return buffer.getvalue()


PACKED = {
    "gzip": gzip.compress(TEXT),
    "bzip2": bz2.compress(TEXT),
    "zip": zipped(),
    "zstd": b"\x28\xb5\x2f\xfd\x24\x16" + TEXT,
}


@pytest.mark.parametrize("format_", [name for name in formats.names() if name not in ("excel", "parquet")])
@pytest.mark.parametrize("name", PACKED)
def test_a_packed_file_is_one_record_with_its_reason(format_, name):
    data = PACKED[name]
    found = list(foreign.records(formats.module(format_), io.BytesIO(data), SplitOptions(encoding="utf-16")))
    assert [(record.line, record.raw, record.context) for record in found] == [(1, data, None)]
    assert foreign.problem(data).startswith(f"packed_file: the file is packed ({name}); unpack it (")


def test_a_workbook_is_read_as_one_and_named_elsewhere():
    assert foreign.problem(zipped()).endswith("; of a workbook (.xlsx) set format: excel")
    (record,) = foreign.records(formats.module("excel"), io.BytesIO(zipped()), SplitOptions())
    assert record.context.startswith("unreadable: malformed_xlsx: ")


def test_a_script_of_an_archive_says_how_to_use_it():
    script = b'window.YTD.tweets.part0 = [ {"tweet" : {"id_str": "900"}} ]'
    assert foreign.problem(script).startswith("script_file: a script of X's archive, not JSON; take its list out (sed ")
    assert foreign.problem(b"\xef\xbb\xbf" + script) == foreign.problem(script)


@pytest.mark.parametrize(
    "raw", [b"", TEXT, b"BZh,name", b"BZh91,1,2,3,4", b"PK,name", b"PK\x03", b'{"a": 1}', b"window.x"]
)
def test_what_begins_otherwise_is_read(raw):
    assert foreign.problem(raw) is None
