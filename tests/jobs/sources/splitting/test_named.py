"""Files of payloads under names: a record each, verbatim."""

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.sources.base import Record, SplitOptions
from jobs.sources.splitting.named import split_named

FILE = b"""{
 "USER": {"id": "1", "note": "a \\"quoted\\", {bracketed}"},
 "COMMENTS": [
  {"id": 2}, {"id": 3}
 ],
 "ATOM": "<feed>, </feed>"
}
"""


def cut(document: bytes, **options) -> list[Record]:
    return list(split_named(io.BytesIO(document), SplitOptions(**options)))


def test_each_named_payload_is_a_record_with_its_name():
    assert cut(FILE) == [
        Record(1, b'{"id": "1", "note": "a \\"quoted\\", {bracketed}"}', "USER"),
        Record(2, b'[\n  {"id": 2}, {"id": 3}\n ]', "COMMENTS"),
        Record(3, b'"<feed>, </feed>"', "ATOM"),
    ]
    assert [record.context for record in cut(b'\xef\xbb\xbf{"A": 1, "B_2": {}}')] == ["A", "B_2"]


@pytest.mark.parametrize(
    ("document", "records"),
    [
        (b'{"id": 1}\n{"id": 2}\n', [b'{"id": 1}', b'{"id": 2}']),
        (b'[{"id": 1},\n {"id": 2}]', [b'{"id": 1}', b'{"id": 2}']),
        (b'{\n "id": 1\n}', [b'{\n "id": 1\n}']),
        (b"", [b""]),
    ],
)
def test_other_files_are_cut_as_json(document, records):
    assert [record.raw for record in cut(document)] == records


def test_what_is_broken_is_a_record_that_will_not_parse():
    assert [record.raw for record in cut(b'{"A": {"id": 1}, "B": {"id": ')] == [b'{"id": 1}', b'{"id":']
    assert [record.raw for record in cut(b'{"A": 1} {"B": 2}')] == [b"1", b'{"B": 2}']
    assert [record.raw for record in cut(b'{"A": "cut o')] == [b'"cut o']
    assert [len(record.raw) for record in cut(b'{"A": "%s"}' % (b"x" * 99), record_bytes=10)] == [11]


@given(
    st.dictionaries(
        st.from_regex(r"\A[A-Z][A-Z0-9_]{0,5}\Z"),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
            max_leaves=8,
        ),
        min_size=1,
        max_size=5,
    ),
    st.sampled_from([None, 1]),
)
def test_nothing_is_lost_and_nothing_added(payloads, indent):
    records = cut(json.dumps(payloads, indent=indent).encode())
    assert {record.context: json.loads(record.raw) for record in records} == payloads
    assert [record.line for record in records] == list(range(1, len(payloads) + 1))
