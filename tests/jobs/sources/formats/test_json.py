"""JSON lines: keys are columns, nested values stay JSON text, what is no object has a reason."""

import io

from jobs.engine import sessions
from jobs.sources.base import Record, SplitOptions
from jobs.sources.formats import json as json_lines

DDL = "source string, batch_id string, file string, line bigint, context string, raw binary, landed_at timestamp"


def test_each_line_that_is_not_blank_is_a_record():
    found = list(json_lines.split(io.BytesIO(b'{"a":1}\n\n{"a":2}'), SplitOptions()))
    assert found == [Record(1, b'{"a":1}'), Record(2, b'{"a":2}')]
    assert list(json_lines.split(io.BytesIO(b"\n"), SplitOptions())) == [Record(1, b"")]


def test_the_objects_of_an_array_and_objects_that_span_lines_are_records():
    def raws(data: bytes) -> list[bytes]:
        return [record.raw for record in json_lines.split(io.BytesIO(data), SplitOptions())]

    assert raws(b'[{"a": 1}, {"a": 2}]') == [b'{"a": 1}', b'{"a": 2}']
    assert raws(b'[\r\n  {\r\n "a": 1\r\n },\r\n {"a": 2}\r\n]') == [b'{\r\n "a": 1\r\n }', b'{"a": 2}']
    assert raws(b'{\n "a": 1\n}\n{\n "a": 2\n}\n') == [b'{\n "a": 1\n}', b'{\n "a": 2\n}']
    assert raws(b'{"a":1}\r{"a":2}') == [b'{"a":1}', b'{"a":2}']


def test_a_list_within_one_object_is_found_by_the_mapped_columns():
    def raws(data: bytes, *columns: str) -> list[bytes]:
        return [record.raw for record in json_lines.split(io.BytesIO(data), SplitOptions(columns=columns))]

    data = b'{"meta": {"n": 2}, "data": [\n {"id": 1}, {"id": 2}\n], "other": [{"x": 1}]}'
    assert raws(data, "id") == [b'{"id": 1}', b'{"id": 2}']
    assert raws(data, "id", "meta") == [data]  # the object itself has a mapped column
    assert raws(data, "no") == [data]
    assert raws(b'{"data": [{"id": 1}', "id") == [b'{"data": [{"id": 1}']


def test_keys_are_columns_and_faults_have_reasons(spark):
    lines = [
        b'{"a": 1.5, "b": {"c": [1]}}',
        b'{"a": "x"',
        b"7",
        b'{"b": null}',
        b'{"a":"\xff"}',
        b'{"a":"x\\u0000"}',
        b"",
        b'{"a": 1, "a": 2}',
        b'{"a": NaN}',
        b'{"a": ' + b"[" * 5000 + b"]" * 5000 + b"}",
        b'\xef\xbb\xbf{"a": 1.50, "b": 12345678901234567890}',
    ]
    rows = [("s", "b", "f", place, None, raw, None) for place, raw in enumerate(lines, 1)]
    read = json_lines.read(sessions.frame(spark, rows, DDL), ["a", "b"], SplitOptions(), [])
    found = {r["line"]: (r["_own_a"], r["_own_b"], (r["_problem"] or "").split(":")[0]) for r in read.collect()}
    assert found == {
        1: ("1.5", '{"c":[1]}', ""),
        2: (None, None, "malformed_json"),
        3: (None, None, "malformed_json"),
        4: (None, None, ""),
        5: (None, None, "invalid_text"),
        6: (None, None, "nul_byte"),
        7: (None, None, "empty_file"),
        8: (None, None, "duplicate_key"),
        9: (None, None, "not_a_number"),
        10: (None, None, "nested_too_deep"),
        11: ("1.50", "12345678901234567890", ""),  # as written: no digit is lost
    }
