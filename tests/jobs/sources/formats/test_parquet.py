"""Parquet: each row is one JSON object, the same bytes each time; what cannot be read is one record with its reason."""

import io
import json
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.engine import sessions
from jobs.sources import rows
from jobs.sources.base import DEFAULTS, Record, SplitOptions
from jobs.sources.formats import parquet

DDL = "source string, batch_id string, file string, line bigint, context string, raw binary, landed_at timestamp"


def written(table: pa.Table, **options) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(table, buffer, **options)
    return buffer.getvalue()


def split(data: bytes, options: SplitOptions = DEFAULTS) -> list[Record]:
    return list(parquet.split(io.BytesIO(data), options))


def raw_of(type_: pa.DataType, *values) -> list[bytes]:
    return [record.raw for record in split(written(pa.table({"v": pa.array(values, type_)})))]


def test_a_row_is_an_object_in_the_columns_order_and_the_schema_is_its_context():
    table = pa.table({"b": ["x", None], "a": pa.array([1, 2], pa.int64())})
    context = '{"b": "string", "a": "int64"}'
    assert split(written(table)) == [Record(1, b'{"b":"x","a":1}', context), Record(2, b'{"b":null,"a":2}', context)]


@pytest.mark.parametrize(
    ("type_", "value", "raw"),
    [
        (pa.decimal128(18, 4), Decimal("12.3400"), b'"12.3400"'),
        (pa.decimal128(38, 18), Decimal("0"), b'"0.000000000000000000"'),
        (pa.date32(), date(2025, 3, 1), b'"2025-03-01"'),
        (pa.time64("us"), time(9, 30), b'"09:30:00"'),
        (pa.timestamp("us"), datetime(2025, 3, 1, 9, 30), b'"2025-03-01T09:30:00"'),
        (pa.timestamp("ms"), datetime(2025, 3, 1, 9, 30, 0, 120_000), b'"2025-03-01T09:30:00.12"'),
        (pa.timestamp("us", tz="Europe/Berlin"), datetime(2025, 3, 1, 9, 30, tzinfo=UTC), b'"2025-03-01T09:30:00Z"'),
        (pa.timestamp("ns"), 1, b'"1970-01-01T00:00:00.000000001"'),
        (pa.duration("s"), timedelta(minutes=1), b"60.0"),
        (pa.float32(), 0.1, b"0.1"),
        (pa.float64(), 0.1, b"0.1"),
        (pa.float64(), 1e300, b"1e+300"),
        (pa.float64(), float("nan"), b'"NaN"'),
        (pa.float64(), float("-inf"), b'"-Infinity"'),
        (pa.int64(), 9_223_372_036_854_775_807, b"9223372036854775807"),
        (pa.bool_(), True, b"true"),
        (pa.string(), 'ä"\n', b'"\xc3\xa4\\"\\n"'),
        (pa.binary(), b"text", b'"text"'),
        (pa.binary(), b"\xff\x00", rb'"\\xff00"'),
        (pa.list_(pa.string()), ["a", "b"], rb'"[\"a\",\"b\"]"'),
        (pa.struct([("d", pa.date32())]), {"d": date(2025, 3, 1)}, rb'"{\"d\":\"2025-03-01\"}"'),
        (pa.map_(pa.string(), pa.int32()), [("k", 1)], rb'"{\"k\":1}"'),
        (pa.dictionary(pa.int8(), pa.string()), "often", b'"often"'),
    ],
)
def test_values_of_each_type(type_, value, raw):
    assert raw_of(type_, value, None) == [b'{"v":' + raw + b"}", b'{"v":null}']


@given(
    st.lists(st.tuples(st.text(), st.integers(-(2**63), 2**63 - 1), st.floats(allow_nan=False, allow_infinity=False)))
)
def test_every_value_comes_back(values):
    columns = list(zip(*values)) or [(), (), ()]
    table = pa.table([pa.array(c, t) for c, t in zip(columns, [pa.string(), pa.int64(), pa.float64()])], list("tif"))
    found = [tuple(json.loads(record.raw).values()) for record in split(written(table)) if record.raw]
    assert found == values


def test_names_that_stand_twice_are_told_apart():
    table = pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["a", "a"])
    assert split(written(table))[0].raw == b'{"a":1,"a#1":2}'


def test_row_groups_are_read_one_after_another():
    data = written(pa.table({"a": list(range(10_000))}), row_group_size=3_000)
    found = split(data)
    assert [record.line for record in found] == list(range(1, 10_001))
    assert found[-1].raw == b'{"a":9999}'


def test_broken_row_groups_are_one_record_and_the_others_stand():
    table = pa.table({"a": [f"value {number}" for number in range(400)]})
    data = bytearray(written(table, row_group_size=100, compression="none", use_dictionary=False))
    for group in (1, 3):
        start = pq.ParquetFile(io.BytesIO(bytes(data))).metadata.row_group(group).column(0).data_page_offset
        data[start : start + 40] = b"\xff" * 40
    found = split(bytes(data))
    assert len(found) == 201
    assert found[100].raw == b'{"a":"value 200"}'
    assert found[200].raw == bytes(data)
    assert found[200].context.startswith(
        "unreadable: malformed_parquet: of 4 row groups: row group 2 from its row 1 on: "
    )
    assert "; row group 4 from its row 1 on: " in found[200].context


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "unreadable: empty_file: "),
        (b"no parquet at all, only text", "unreadable: malformed_parquet: "),
        (b"PAR1" + b"\xff" * 100 + b"PAR1", "unreadable: malformed_parquet: "),
        (written(pa.table({"a": ["x"]}))[:-20], "unreadable: malformed_parquet: "),
    ],
)
def test_a_file_that_is_none_is_one_record_with_its_bytes(data, reason):
    (found,) = split(data)
    assert (found.line, found.raw) == (1, data)
    assert found.context.startswith(reason)


def test_a_file_without_rows_is_one_record():
    assert split(written(pa.table({"a": pa.array([], pa.int64())}))) == [
        Record(1, b"", "unreadable: no_records: the file has columns and no rows")
    ]


def test_a_row_over_the_limit_is_cut_off_and_refused():
    (found,) = split(written(pa.table({"a": ["x" * 100]})), SplitOptions(record_bytes=20))
    assert found.raw == b'{"a":"xxxxxxxxxxxxxx'
    assert found.context == "unreadable: too_large: the row has more than limits.record_bytes (20) bytes"


@given(st.binary(max_size=200), st.integers(0, 400))
def test_split_never_raises(noise, place):
    good = written(pa.table({"a": ["x", "y"], "b": [1.5, None]}))
    found = split(good[:place] + noise + good[place + len(noise) :])
    assert [record.line for record in found] == list(range(1, len(found) + 1))


def test_read_gives_columns_and_reasons(spark):
    table = pa.table({"id": [1, 2, 3], "paid": [Decimal("1.50"), None, None], "tags": [["a"], None, None]})
    not_text = pa.Array.from_buffers(pa.string(), 1, [None, pa.py_buffer(b"\0\0\0\0\1\0\0\0"), pa.py_buffer(b"\xff")])
    records = split(written(table))
    records += split(written(pa.table({"id": not_text})))
    records += split(written(pa.table({"id": ["a\0b"]})))
    records += split(b"no parquet")
    records += split(written(pa.table({"other": [1]})))
    records += split(written(pa.table({"id": ["a"], "paid": [float("nan")]})))
    lined = [("s", "b", "f", place, r.context, r.raw, None) for place, r in enumerate(records, 1)]
    frame = sessions.frame(spark, lined, DDL)
    read = parquet.read(frame, ["id", "paid", "tags"], SplitOptions(encoding="iso-8859-1"), [])
    found = {
        r["line"]: (r["_own_id"], r["_own_paid"], r["_own_tags"], (r["_problem"] or "").split(":")[0], r["_columns"])
        for r in read.collect()
    }
    all_three = ["id", "paid", "tags"]
    assert found == {
        1: ("1", "1.50", '["a"]', "", all_three),
        2: ("2", None, None, "", all_three),
        3: ("3", None, None, "", all_three),
        4: (None, None, None, "invalid_text", None),
        5: (None, None, None, "nul_byte", None),
        6: (None, None, None, "malformed_parquet", None),
        7: (None, None, None, "not_this_format", ["other"]),
        8: ("a", None, None, "", ["id", "paid"]),  # of numbers NaN is none
    }


def test_an_unknown_kind_of_value_is_its_text():
    assert rows.plain(1 + 2j) == "(1+2j)"
