"""Each row of truth/dirt.csv points at its faulty record, and without those records the data are clean."""

from __future__ import annotations

import csv
import json
from collections import Counter
from decimal import Decimal

import pytest

from jobs.simulate import dirt, simulate

KINDS = {
    # kind: (property, table, expected)
    "post_without_date": ("existence", "posts", "quarantined"),
    "post_from_the_future": ("validity", "posts", "quarantined"),
    "nul_in_text": ("validity", "posts", "unparsable"),
    "truncated_json": ("validity", "posts", "unparsable"),
    "invalid_utf8": ("validity", "posts", "unparsable"),
    "reply_to_nothing": ("integrity", "posts", "flagged"),
    "duplicate_post": ("integrity", "posts", "duplicate"),
    "duplicate_interaction": ("integrity", "interactions", "duplicate"),
    "invalid_utf8_in_csv": ("validity", "customers", "unparsable"),
    "nul_byte": ("validity", "customers", "unparsable"),
    "order_without_date": ("existence", "orders", "quarantined"),
    "impossible_date": ("validity", "orders", "quarantined"),
    "unknown_currency": ("validity", "orders", "quarantined"),
    "order_total_off": ("consistency", "orders", "flagged"),
    "line_without_product": ("existence", "order_lines", "quarantined"),
    "price_with_comma": ("validity", "order_lines", "quarantined"),
    "quantity_zero": ("validity", "order_lines", "quarantined"),
    "broken_csv_row": ("validity", "order_lines", "unparsable"),
    "orphan_order_line": ("integrity", "order_lines", "flagged"),
    "duplicate_order_line": ("integrity", "order_lines", "duplicate"),
    "ledger_off": ("accuracy", "ledger_totals", "flagged"),
}
CHANGED = {"order_total_off", "ledger_off"}  # the other kinds add a record


def records(made, name: str) -> list[bytes]:
    """Data records of a file; no record of the faulty files holds a line end."""
    lines = (made.root / name).read_bytes().split(b"\n")
    assert lines.pop() == b""
    return lines[1:] if name.endswith(".csv") else lines


@pytest.fixture(scope="module")
def faults(dirty):
    with (dirty.root / "truth/dirt.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def found(dirty, faults):
    """Kind -> (fault, raw record) of each."""
    by_kind: dict[str, list[tuple[dict, bytes]]] = {}
    for fault in faults:
        raw = records(dirty, fault["source_file"])[int(fault["record"]) - 1]
        by_kind.setdefault(fault["kind"], []).append((fault, raw))
    return by_kind


def values(raw: bytes) -> list[str]:
    return next(csv.reader([raw.decode()]))


def test_kinds_properties_and_fates(dirty, faults):
    seen = {fault["kind"]: (fault["property"], fault["table"], fault["expected"]) for fault in faults}
    assert seen == KINDS
    counted = Counter(fault["kind"] for fault in faults)
    assert min(counted.values()) >= 2
    assert dirty.totals["faults"]["by_kind"] == dict(counted)
    assert dirty.summary.faults == len(faults)


def test_no_fault_upon_another(faults):
    places = Counter((fault["source_file"], fault["record"]) for fault in faults)
    assert max(places.values()) == 1
    # Nor two faults about one order, which would hide each other.
    orders = Counter(f["key"].split("|")[0] for f in faults if f["table"] in ("orders", "order_lines"))
    assert max(orders.values()) == 1


def test_posts(dirty, found):
    def parsed(kind: str) -> list[dict]:
        return [json.loads(raw) for _, raw in found[kind]]

    assert [post["created_at"] for post in parsed("post_without_date")] == [None, None]
    assert {post["created_at"][:4] for post in parsed("post_from_the_future")} == {"2199"}
    assert all("\0" in post["text"] for post in parsed("nul_in_text"))
    ids = set(dirty.csv("truth/posts.csv")["post_id"])
    assert all(post["parent_post_id"] not in ids for post in parsed("reply_to_nothing"))
    for kind in ("post_without_date", "post_from_the_future", "nul_in_text", "reply_to_nothing"):
        assert [post["post_id"] for post in parsed(kind)] == [fault["key"] for fault, _ in found[kind]]
        assert not {post["post_id"] for post in parsed(kind)} & ids
    for _, raw in found["truncated_json"]:
        raw.decode("utf-8")
        with pytest.raises(json.JSONDecodeError):
            json.loads(raw)
    for kind in ("invalid_utf8", "invalid_utf8_in_csv"):
        for fault, raw in found[kind]:
            assert fault["key"].encode() in raw
            with pytest.raises(UnicodeDecodeError):
                raw.decode("utf-8")


def test_customers(found):
    assert all(raw.count(b"\0") == 1 and raw.startswith(fault["key"].encode()) for fault, raw in found["nul_byte"])


def test_orders(found):
    for fault, raw in found["order_without_date"]:
        assert values(raw)[0] == fault["key"]
        assert values(raw)[2] == ""
    assert {values(raw)[2][:10] for _, raw in found["impossible_date"]} == {"2025-02-30"}
    assert {values(raw)[4] for _, raw in found["unknown_currency"]} == {"XQZ", "EURO"}


def test_order_lines(dirty, found):
    names = ["order_id", "line_number", "product_id", "quantity", "unit_price"]
    for kind, column, value in (
        ("line_without_product", "product_id", ""),
        ("price_with_comma", "unit_price", "1.234,56"),
        ("quantity_zero", "quantity", "0"),
    ):
        for fault, raw in found[kind]:
            line = dict(zip(names, values(raw)))
            assert line[column] == value
            assert f"{line['order_id']}|{line['line_number']}" == fault["key"]
    assert {len(values(raw)) for _, raw in found["broken_csv_row"]} == {3}
    known = set(dirty.csv("erp/orders")["order_id"])
    assert all(values(raw)[0] not in known for _, raw in found["orphan_order_line"])


def test_duplicates_stand_twice_in_their_file(dirty, found):
    for kind in ("duplicate_post", "duplicate_interaction", "duplicate_order_line"):
        for fault, raw in found[kind]:
            assert records(dirty, fault["source_file"]).count(raw) == 2


def test_wrong_totals(clean, found):
    orders = clean.csv("erp/orders").set_index("order_id")["total_amount"]
    for fault, raw in found["order_total_off"]:
        assert Decimal(values(raw)[5]) - Decimal(orders[fault["key"]]) == Decimal("10.00")
    ledger = clean.csv("erp/ledger.csv").set_index("ledger_date")["amount"]
    for fault, raw in found["ledger_off"]:
        assert fault["key"] == f"{values(raw)[0]}|EUR"
        assert Decimal(values(raw)[2]) - Decimal(ledger[values(raw)[0]]) == Decimal("37.50")


def test_without_its_faults_the_data_are_clean(clean, dirty, faults):
    added: dict[str, set[int]] = {}
    changed: dict[str, set[int]] = {}
    for fault in faults:
        into = changed if fault["kind"] in CHANGED else added
        into.setdefault(fault["source_file"], set()).add(int(fault["record"]))
    names = {path.relative_to(dirty.root).as_posix() for path in dirty.root.rglob("*.*")}
    for name in names - {"truth/dirt.csv", "truth/totals.json", "simulation.json"}:
        if name not in added | changed:
            assert (dirty.root / name).read_bytes() == (clean.root / name).read_bytes(), name
            continue
        mine, theirs = records(dirty, name), records(clean, name)
        mine = [raw for number, raw in enumerate(mine, 1) if number not in added.get(name, ())]
        differing = {number for number, pair in enumerate(zip(mine, theirs), 1) if pair[0] != pair[1]}
        assert len(mine) == len(theirs)
        assert differing == changed.get(name, set())


def test_no_dirt(clean):
    assert clean.summary.faults == 0
    assert records(clean, "truth/dirt.csv") == []


def test_too_little_for_so_many_faults(tmp_path, monkeypatch):
    monkeypatch.setattr(dirt, "_RATE", 0.2)
    with pytest.raises(ValueError, match="too few posts to keep planted faults apart; ask for more customers"):
        simulate(tmp_path / "a", customers=60, days=40)
    assert list(tmp_path.iterdir()) == []
