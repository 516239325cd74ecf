"""Lines made in bulk are those that Python's own writers make."""

from __future__ import annotations

import csv
import io
import json

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from jobs.simulate import draw, write
from jobs.simulate.write import Changes, Records, csv_lines, json_lines, write_records

characters = st.characters(exclude_categories=("Cs", "Cc"), include_characters='\n",\\')
texts = st.lists(st.text(characters) | st.none(), min_size=1)


@given(texts)
def test_csv_reads_back(values):
    lines = csv_lines({"n": pa.array(range(len(values))), "text": pa.array(values, pa.string())})
    read = list(csv.reader(io.StringIO("".join(lines.to_pylist()), newline="")))
    assert read == [[str(number), value or ""] for number, value in enumerate(values)]


@given(texts)
def test_json_is_what_json_dumps_writes(values):
    lines = json_lines(
        {"text": pa.array(values, pa.string()), "n": pa.array(range(len(values))), "b": pa.array([True] * len(values))},
        raw=frozenset(),
        omitted=frozenset(),
    )
    expected = [{"text": value, "n": number, "b": True} for number, value in enumerate(values)]
    assert lines.to_pylist() == [json.dumps(e, ensure_ascii=False, separators=(",", ":")) + "\n" for e in expected]


def test_a_day_a_file_with_changes(tmp_path):
    records = Records("erp/orders/{day}.csv", {"id": pa.array(["a", "b", "c"])}, np.array([0, 0, 2]))
    changes = Changes(replaced={1: b"B"}, added={0: [b"x", b"y"]})
    assert write_records(tmp_path, records, changes) == {"erp/orders/2025-01-01.csv": 4, "erp/orders/2025-01-03.csv": 1}
    assert (tmp_path / "erp/orders/2025-01-01.csv").read_bytes() == b"id\na\nB\nx\ny\n"
    assert (tmp_path / "erp/orders/2025-01-03.csv").read_bytes() == b"id\nc\n"
    assert [records.place(row) for row in range(3)] == [
        ("erp/orders/2025-01-01.csv", 1),
        ("erp/orders/2025-01-01.csv", 2),
        ("erp/orders/2025-01-03.csv", 1),
    ]


def test_blocks_join_without_a_seam(tmp_path, monkeypatch):
    days = np.repeat(np.arange(5), [3, 1, 4, 1, 5])
    records = Records("d/{day}.csv", {"n": pa.array(range(14))}, days)
    whole = write_records(tmp_path / "a", records)
    monkeypatch.setattr(write, "_CHUNK_ROWS", 3)
    assert write_records(tmp_path / "b", records) == whole
    for name in whole:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_money_and_times():
    assert draw.money(np.array([0, 5, -5, 123456, -1205])).to_pylist() == ["0.00", "0.05", "-0.05", "1234.56", "-12.05"]
    assert draw.dates(np.array([0, 31, -1])).to_pylist() == ["2025-01-01", "2025-02-01", "2024-12-31"]
    assert draw.instants(np.array([3_661])).to_pylist() == ["2025-01-01T01:01:01Z"]
    assert draw.times(np.array([86_399])).to_pylist() == ["2025-01-01 23:59:59"]
    assert draw.ordinals(np.array([2, 0, 3])).tolist() == [1, 2, 1, 2, 3]


def test_weighted_follows_its_weights():
    rng = draw.stream(1, "test")
    picked = np.bincount(draw.weighted(rng, np.array([1.0, 0.0, 3.0]), 40_000), minlength=3)
    assert picked[1] == 0
    assert abs(picked[2] / 40_000 - 0.75) < 0.01
    group = np.array([0, 1, 1, 0])
    found = draw.weighted_within(rng, group, np.ones(4), np.array([0, 1, 2] * 50))
    assert set(found[0::3]) == {0, 3}
    assert set(found[1::3]) == {1, 2}
    assert set(found[2::3]) == {-1}
