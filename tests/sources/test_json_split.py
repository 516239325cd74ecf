"""JSON files as records, verbatim: nothing of a file is lost, whatever stands in it."""

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.sources.base import SplitOptions
from jobs.sources.json_split import split_json


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
