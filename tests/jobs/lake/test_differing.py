"""What differs: the same answer row by row and column by column, and only rows of the incoming keys are held."""

import math
from datetime import UTC, datetime
from decimal import Decimal

import pyarrow as pa
import pytest

from jobs.lake import differing
from jobs.lake.arrow import schema_of
from jobs.lake.differing import difference
from transformations.contracts import Field, Table, contract

T1, T2 = datetime(2025, 1, 1, tzinfo=UTC), datetime(2025, 1, 1, 0, 0, 0, 1, tzinfo=UTC)
REASON = {"code": "a", "message": None}
SAME = {
    "string": [("a", "a"), ("", ""), (None, None)],
    "double": [(0.1 + 0.2, 0.3), (math.nan, math.nan), (math.inf, math.inf), (0.0, 0.0)],
    "timestamp": [(T1, T1)],
    "decimal(18,4)": [(Decimal("1.5"), Decimal("1.5000"))],
    "binary": [(b"\x00", b"\x00")],
    "boolean": [(False, False)],
    "array<string>": [(["a", None], ["a", None]), ([], [])],
    "array<struct<code:string,message:string>>": [([REASON], [dict(REASON)]), ([None], [None])],
    "struct<code:string,message:string>": [(REASON, dict(REASON)), (None, None)],
}
OTHER = {
    "string": [("a", "b"), ("", None), (None, "")],
    "double": [(0.3, 0.30000001), (math.nan, None), (math.nan, 1.0), (math.inf, -math.inf)],
    "timestamp": [(T1, T2), (T1, None)],
    "decimal(18,4)": [(Decimal("1.5"), Decimal("1.5001"))],
    "binary": [(b"\x00", b"\x01"), (b"", None)],
    "boolean": [(False, None), (True, False)],
    "array<string>": [(["a"], ["b"]), (["a", "b"], ["b", "a"]), ([], None), (["a"], ["a", None]), ([None], [""])],
    "array<struct<code:string,message:string>>": [
        ([REASON], [{"code": "a", "message": ""}]),
        ([REASON], []),
        ([None], [{"code": None, "message": None}]),
    ],
    "struct<code:string,message:string>": [(REASON, {"code": "b", "message": None}), (None, dict.fromkeys(REASON))],
}
CASES = [(kind, *pair, same) for same, of in ((True, SAME), (False, OTHER)) for kind in of for pair in of[kind]]


@pytest.fixture(params=["one by one", "by column"])
def way(request, monkeypatch) -> None:
    monkeypatch.setattr(differing, "ROW_BY_ROW", 10**9 if request.param == "one by one" else -1)


def table_of(kind: str) -> Table:
    key, at, value = Field("id", "string", "x"), Field("at", "timestamp", "x"), Field("value", kind, "x")
    return Table("gold.x", "x", key=("id", "at"), columns=(key, at, value))


def rows_of(table: Table, *rows: tuple) -> pa.Table:
    return pa.Table.from_pylist([{"id": k, "at": T1, "value": v} for k, v in rows], schema_of(table))


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize(("kind", "old", "new", "same"), CASES)
def test_values_of_every_type_are_compared_null_safe(kind, old, new, same):
    table = table_of(kind)
    others = [(old, old), (None, None), (new, new)]  # beside the pair, so that positions matter
    pairs = [(str(n), *pair) for n, pair in enumerate([*others, (old, new), *others])]
    current = rows_of(table, *((key, value) for key, value, _ in pairs))
    rows = rows_of(table, *((key, value) for key, _, value in reversed(pairs)))
    new_rows, changed, gone = difference(current, rows, table)
    assert (new_rows.num_rows, gone.num_rows) == (0, 0)
    assert changed["id"].to_pylist() == ([] if same else ["3"])
    assert changed.schema == rows.schema


@pytest.mark.usefixtures("way")
def test_new_and_gone_keys_are_told_in_their_order(way):
    table = table_of("string")
    current = rows_of(table, ("z", "1"), ("b", "1"), ("y", "1"))
    rows = rows_of(table, ("q", "1"), ("b", "1"), ("c", "1"))
    new, changed, gone = difference(current, rows, table)
    assert [of["id"].to_pylist() for of in (new, changed, gone)] == [["q", "c"], [], ["z", "y"]]
    assert {of.schema for of in (new, changed, gone)} == {schema_of(table)}
    nothing = rows.slice(0, 0)
    assert [of.num_rows for of in difference(nothing, nothing, table)] == [0, 0, 0]
    assert [of.num_rows for of in difference(nothing, rows, table)] == [3, 0, 0]
    assert [of.num_rows for of in difference(current, nothing, table)] == [0, 0, 3]


def test_many_rows_do_not_become_python_objects(monkeypatch):
    table = table_of("array<string>")
    rows = rows_of(table, *((str(n), ["a"]) for n in range(differing.ROW_BY_ROW)))
    monkeypatch.setattr(differing, "_one_by_one", lambda *_: pytest.fail("compared row by row"))
    assert [of.num_rows for of in difference(rows, rows, table)] == [0, 0, 0]


@pytest.mark.parametrize("most", [1_000, 1])
def test_an_upsert_holds_only_rows_of_its_keys(lake, monkeypatch, most):
    def batches(*files: str, records: int = 1) -> list[dict]:
        return [{"batch_id": f"b-{file}", "file": file, "records_count": records} for file in files]

    lake.upsert("ops.batches", batches("a", "o'b", "c\\", "ä", "", *(str(n) for n in range(100))))
    held = []
    seen = differing.difference

    def noted(current, rows, table):
        held.append(current.num_rows)
        return seen(current, rows, table)

    monkeypatch.setattr(differing, "difference", noted)
    monkeypatch.setattr(differing, "_MOST_IN_LIST", most)
    version = lake.version("ops.batches")
    lake.upsert("ops.batches", batches("o'b", "c\\", "ä", ""))
    lake.upsert("ops.batches", [])
    assert (lake.version("ops.batches"), held) == (version, [4, 0])
    lake.upsert("ops.batches", batches("o'b", "new", records=2))
    assert held[2:] == [1]
    counts = {row["file"]: row["records_count"] for row in lake.rows("ops.batches")}
    assert (len(counts), counts["o'b"], counts["new"], counts["a"]) == (106, 2, 2, 1)
    assert lake.arrow("ops.batches").schema.types == schema_of(contract("ops.batches")).types
