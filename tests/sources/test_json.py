"""JSON lines: keys are columns, nested values stay JSON text, what is no object has a reason."""

import io

from jobs.sources.base import Record, SplitOptions
from jobs.sources.formats import json as json_lines

DDL = "source string, batch_id string, file string, line bigint, context string, raw binary, landed_at timestamp"


def test_each_line_that_is_not_blank_is_a_record():
    found = list(json_lines.split(io.BytesIO(b'{"a":1}\n\n{"a":2}'), SplitOptions()))
    assert found == [Record(1, b'{"a":1}'), Record(2, b'{"a":2}')]
    assert list(json_lines.split(io.BytesIO(b"\n"), SplitOptions())) == [Record(1, b"")]


def test_keys_are_columns_and_faults_have_reasons(spark):
    lines = [
        b'{"a": 1.5, "b": {"c": [1]}}',
        b'{"a": "x"',
        b"7",
        b'{"b": null}',
        b'{"a":"\xff"}',
        b'{"a":"x\\u0000"}',
        b"",
    ]
    rows = [("s", "b", "f", place, None, raw, None) for place, raw in enumerate(lines, 1)]
    read = json_lines.read(spark.createDataFrame(rows, DDL), ["a", "b"], SplitOptions(), [])
    found = {r["line"]: (r["a"], r["b"], (r["_problem"] or "").split(":")[0]) for r in read.collect()}
    assert found == {
        1: ("1.5", '{"c":[1]}', ""),
        2: (None, None, "malformed_json"),
        3: (None, None, "malformed_json"),
        4: (None, None, ""),
        5: (None, None, "invalid_text"),
        6: ("x\0", None, "nul_byte"),
        7: (None, None, "empty_file"),
    }
