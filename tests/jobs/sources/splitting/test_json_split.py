"""JSON files as records, verbatim: nothing of a file is lost, whatever stands in it."""

import io
import json
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.sources.base import SplitOptions
from jobs.sources.splitting import json_scan
from jobs.sources.splitting.json_split import split_json


def cut(document: bytes, **options) -> list[bytes]:
    return [record.raw for record in split_json(io.BytesIO(document), SplitOptions(**options))]


@pytest.mark.parametrize(
    ("document", "records"),
    [
        (b'[{"a": 1}, {"a": [2, {"b": "],["}]}]', [b'{"a": 1}', b'{"a": [2, {"b": "],["}]}']),
        (
            b'["junk", {"a": 1}, 5, null]',
            [b'"junk"', b'{"a": 1}', b"5", b"null"],
        ),  # what is no object is no less a record
        (b"[1, 2]", [b"1", b"2"]),
        (b"[]", [b""]),
        (b'[{"a": 1}] rest', [b'{"a": 1}', b"rest"]),
        (b'[{"a": 1}, {"a": "cut', [b'{"a": 1}', b'{"a": "cut']),
        (b'{"a": 1}\n\n{"a": 2}\n', [b'{"a": 1}', b'{"a": 2}']),
        (b'{"a": 1\n{"a": 2}\n{"a": 3}', [b'{"a": 1', b'{"a": 2}', b'{"a": 3}']),  # one bad line costs one record
        (b'{"a": 1},\n{"a": 2},\n', [b'{"a": 1},', b'{"a": 2},']),
        (b'{\n "a": 1,\n "b": [\n  {"c": 2}\n ]\n}\n', [b'{\n "a": 1,\n "b": [\n  {"c": 2}\n ]\n}']),
        (b'{"a": 1,\n "b": 2}', [b'{"a": 1,\n "b": 2}']),
        (b'{\n "a": 1\n}\n{\n "a": 2\n}\n', [b'{\n "a": 1\n}', b'{\n "a": 2\n}']),
        (b'{"n": 2, "b": [{"c": 1},\n{"c": "]}"}\n]}\n', [b'{"n": 2, "b": [{"c": 1},\n{"c": "]}"}\n]}']),
        (b'{"b": [\n{"c": 1}\n]}\n{"b": [\n{"c": 2}\n]}', [b'{"b": [\n{"c": 1}\n]}', b'{"b": [\n{"c": 2}\n]}']),
        (b'{"a": "cut\n{"a": 2}\n{"a": 3}', [b'{"a": "cut', b'{"a": 2}', b'{"a": 3}']),
        (b'{"a": [1\n{"a": 2}\n]}', [b'{"a": [1\n{"a": 2}\n]}']),
        (b'\xef\xbb\xbf{"a": 1}', [b'\xef\xbb\xbf{"a": 1}']),
        (b" \n", [b""]),
    ],
)
def test_what_is_a_record(document, records):
    assert cut(document) == records


def test_a_first_line_over_the_limit_costs_that_record_alone():
    found = cut(b'{"a": "' + b"x" * 200 + b'"}\n{"a": 2}\n{"a": 3}\n', record_bytes=100)
    assert [len(found[0]), *found[1:]] == [101, b'{"a": 2}', b'{"a": 3}']


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


@given(st.lists(values, min_size=1, max_size=5))
def test_elements_of_any_array_come_back_as_they_are(elements):
    assert [json.loads(raw) for raw in cut(json.dumps(elements).encode())] == elements


def whole(document: bytes, limit: int) -> list[bytes]:
    """What stands between brackets, cut with the whole document at hand."""
    found, end = json_scan.parts(document, 0)
    rest = document[end + 1 :].strip() if end is not None else b""
    return [part[: limit + 1] for part in (*found, *([rest] if rest not in (b"", b";") else []))]


@given(
    st.lists(st.sampled_from([b"[", b"]", b"{", b"}", b'"', b",", b"\\", b" ", b"\n", b"ab", b";"]), max_size=40),
    st.integers(1, 7),
    st.integers(0, 9),
)
def test_a_stream_is_cut_as_the_whole_would_be_wherever_its_chunks_end(pieces, chunk_bytes, limit):
    document = b"".join(pieces)
    found = list(json_scan.streamed_parts(io.BytesIO(document), limit, chunk_bytes))
    assert found == whole(document, limit)


class Endless(io.RawIOBase):
    """An array of so many elements that nothing ever holds whole; nothing closes it."""

    def __init__(self, element: bytes, count: int) -> None:
        self._left, self._element, self._ready = count, element, b"["

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, place: int, whence: int = 0) -> int:
        assert (place, whence) == (0, 0)
        self._ready = b"["
        return 0

    def readinto(self, buffer) -> int:
        if not self._ready:
            taken = min(self._left, 100)
            self._left -= taken
            self._ready = (self._element + b",") * taken
        given, self._ready = self._ready[: len(buffer)], self._ready[len(buffer) :]
        buffer[: len(given)] = given
        return len(given)


@pytest.mark.parametrize(
    ("element", "count"), [(b'{"a": "' + b"x" * 1_000 + b'"}', 20_000), (b'"' + b"x" * 1_000, 20_000)]
)
def test_an_array_is_cut_a_chunk_at_a_time(element, count):
    tracemalloc.start()
    try:
        found = sum(
            1 for _ in split_json(io.BufferedReader(Endless(element, count)), SplitOptions(record_bytes=10_000))
        )
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert found == (count if element.startswith(b"{") else count // 2)
    assert peak < 8_000_000  # of 20 MB
