"""Every fault of input ends as it should: which rows, which reason, nothing lost, the run finished.

One lake takes all of them in one run; each case then names the records that it is about.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from runs import good_run

from jobs import settings as conf
from jobs.lake import row_accounts
from jobs.lake.tables import Lake

HEADER = "order,sku,qty,at,price,customer,country\n"
SHOP = """
kind: erp
format: csv
path: {path}
timezone: Europe/Berlin
currency: EUR
tables:
  orders:
    one_row_per: [order_id]
    columns: {{order_id: order, customer_id: customer, ordered_at: at}}
  order_lines:
    columns: {{order_id: order, line_number: _ordinal, product_id: sku, quantity: qty, unit_price: price}}
  customers:
    where: customer is not null
    one_row_per: [customer_id]
    columns: {{customer_id: customer, country: country, name: sku}}
control_totals: {{order_lines: {{amount: "sum(case when order = 'T1' then 99 else 0 end)"}}}}
"""
BOARD = """
kind: social
format: json
path: {path}
channel: board
service_type: microblog
tables:
  posts:
    columns: {{post_id: id, kind: "'post'", profile_id: author, text: text, created_at: at, parent_post_id: parent,
      rating: score}}
"""
FORUM = "kind: social\nformat: stackexchange\npath: {path}\nchannel: forum\nservice_type: forum\n"


def row(order: str, **changes: str) -> str:
    of = {
        "sku": "a1",
        "qty": "1",
        "at": "2025-03-01 09:00:00",
        "price": "1.50",
        "customer": "c1",
        "country": "DE",
    } | changes
    return ",".join([order, *(of[name] for name in ("sku", "qty", "at", "price", "customer", "country"))]) + "\n"


def post(id_: str, **changes) -> bytes:
    of = {"id": id_, "author": "ann", "text": "Fine", "at": "2025-03-01T10:00:00Z"} | changes
    return json.dumps(of).encode() + b"\n"


SHOP_FILES: dict[str, bytes] = {
    "empty.csv": b"",
    "header_only.csv": HEADER.encode(),
    "partial.csv": (HEADER + row("P1") + "P2,a1,1").encode(),
    "bom.csv": b"\xef\xbb\xbf" + (HEADER + row("B1")).encode(),
    "utf16.csv": (HEADER + row("U1")).encode("utf-16"),
    "invalid.csv": (HEADER + row("I1")).encode() + row("I2").encode().replace(b"DE", b"D\xff") + row("I3").encode(),
    "nul.csv": (HEADER + row("N1", country="D\0E") + row("N2")).encode(),
    "newline.csv": (HEADER + row("L1", sku='"a\n1"') + row("L2")).encode(),
    "quotes.csv": (HEADER + row("Q1", sku='"a ""1"""') + row("Q2", sku='"open') + row("Q3")).encode(),
    "formula.csv": (HEADER + row("F1", sku='"=HYPERLINK(""x"")"')).encode(),
    "sql.csv": (HEADER + row("S1", sku="'; DROP TABLE orders; --")).encode(),
    "numbers.csv": (
        HEADER
        + row("X1", price='"1.234,56"')
        + row("X2", qty="NaN")
        + row("X3", qty="1e40")
        + row("X4", qty="0")
        + row("X5", price="1e2")
    ).encode(),
    "clock.csv": (
        HEADER
        + row("C1", at="2025-10-26 02:30:00")
        + row("C2", at="2025-03-30 02:30:00")
        + row("C3", at="2024-02-29 12:00:00")
        + row("C4", at="2025-02-29 12:00:00")
        + row("C5", at="2999-01-01 00:00:00")
    ).encode(),
    "skew.csv": (HEADER + "".join(row("K1", sku=f"k{i}") for i in range(90)) + row("K2")).encode(),
    "orphan.csv": (HEADER + row("", sku="a1")).encode(),
    "total.csv": (HEADER + row("T1")).encode(),
    "huge.csv": (HEADER + row("G1", sku="x" * 25_000_000) + row("G2")).encode(),
    "picture.csv": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
}
BOARD_FILES: dict[str, bytes] = {
    "truncated.json": post("t1") + b'{"id": "t2", "text": "cut',
    "twice.json": b'{"id": "d1", "id": "d2", "author": "ann", "at": "2025-03-01T10:00:00Z"}\n',
    "nested.json": b'{"id": "n1", "x": ' + b"[" * 5_000 + b"]" * 5_000 + b"}\n" + post("n2"),
    "huge.json": post("h1", text="x" * 25_000_000) + post("h2"),
    "nan.json": b'{"id": "a1", "at": "2025-03-01T10:00:00Z", "score": NaN}\n' + post("a2", score=1.5),
    "markup.json": post("m1", text="<script>alert(1)</script> & 'DROP TABLE posts'"),
    "nul.json": post("z1", text="a\0b"),
    "bytes.json": b'{"id": "b1", "text": "\xff"}\n',
    "array.json": b"[1, 2]\n7\nnull\n",
    "orphan.json": post("o1", parent="nobody", author="unknown"),
    "future.json": post("f1", at="2999-01-01T00:00:00Z"),
    "order.json": post("s2", at="2025-03-02T00:00:00Z", parent="s3") + post("s3", at="2025-03-03T00:00:00Z"),
}
FORUM_FILES: dict[str, bytes] = {
    "Posts.xml": (
        b'<?xml version="1.0"?>\n<posts>\n'
        b'<row Id="1" PostTypeId="1" CreationDate="2025-03-01T10:00:00" Body="&lt;p&gt;Why?&lt;/p&gt;"/>\n'
        b'<row Id="2" PostTypeId="2" ParentId="1" CreationDate="2025-03-01T11:00:00" Body="cut\n'
        b'<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;">]><row Id="&lol2;"/>\n'
        b'<row Id="3" Body="&undefined;"/>\n</posts>'
    )
}


@pytest.fixture(scope="module")
def faulty(tmp_path_factory, spark) -> Lake:
    """All faults, landed and processed in one run; the same again must change nothing."""
    root = tmp_path_factory.mktemp("faults")
    (root / "conf" / "sources").mkdir(parents=True)
    (root / "conf" / "company.yaml").write_text("name: Test company\nas_of: data\ntimezone: Europe/Berlin\n")
    (root / "conf" / "base.yaml").write_text(
        f"lake: {{root: {root / 'lake'}}}\nquality: {{max_quarantined_ratio: 1.0}}\n"
    )
    for name, text, ending, contents in (
        ("shop", SHOP, "csv", SHOP_FILES),
        ("board", BOARD, "json", BOARD_FILES),
        ("forum", FORUM, "xml", FORUM_FILES),
    ):
        folder: Path = root / name
        folder.mkdir()
        for file, content in contents.items():
            (folder / file).write_bytes(content)
        (root / "conf" / "sources" / f"{name}.yaml").write_text(text.format(path=folder / f"*.{ending}"))
    settings = conf.load(root / "conf")
    lake = Lake(settings.base.lake.root, lambda: spark)
    good_run(settings, lake, stages=("land", "silver"))
    return lake


def refused(lake: Lake, name: str) -> dict[str, list[str]]:
    """Coordinates of refused records -> codes of all their reasons."""
    return {r["record_id"]: sorted(x["code"] for x in r["reasons"]) for r in lake.rows(f"quarantine.{name}")}


def kept(lake: Lake, table: str, key: str, prefix: str) -> list[str]:
    return sorted(r[key] for r in lake.rows(table) if r[key].startswith(prefix))


def test_both_equations_of_the_row_accounts_hold_for_every_file(faulty):
    assert row_accounts.mistakes(faulty) == []
    landed = {r["file"] for r in faulty.rows("ops.row_accounts") if r["table_name"].startswith("bronze.")}
    assert landed == {*SHOP_FILES, *BOARD_FILES, *FORUM_FILES}


def test_records_that_cannot_be_read_are_kept_with_their_reason(faulty):
    found = {record: codes for name in ("shop", "board", "forum") for record, codes in refused(faulty, name).items()}
    by_file: dict[str, list[tuple[str, list[str]]]] = {}
    for record, codes in found.items():
        by_file.setdefault(record.split("#")[0], []).append((record.split("#")[1], codes))
    assert {file: sorted(cases) for file, cases in by_file.items() if file not in ("utf16.csv", "picture.csv")} == {
        "empty.csv": [("1", ["empty_file"])],
        "header_only.csv": [("1", ["no_records"])],
        "partial.csv": [("2", ["malformed_csv"])],
        "invalid.csv": [("2", ["invalid_text"])],
        "nul.csv": [("1", ["nul_byte"])],
        "quotes.csv": [("2", ["malformed_csv"])],
        "huge.csv": [("1", ["too_large"])],
        "truncated.json": [("2", ["malformed_json"])],
        "twice.json": [("1", ["duplicate_key"])],
        "nested.json": [("1", ["nested_too_deep"])],
        "huge.json": [("1", ["too_large"])],
        "nan.json": [("1", ["not_a_number"])],
        "nul.json": [("1", ["nul_byte"])],
        "bytes.json": [("1", ["invalid_text"])],
        "array.json": [("1", ["malformed_json"]), ("2", ["malformed_json"]), ("3", ["malformed_json"])],
        "Posts.xml": [("2", ["malformed_xml"]), ("3", ["forbidden_xml"]), ("4", ["malformed_xml"])],
    }
    assert all(cases for cases in (by_file["utf16.csv"], by_file["picture.csv"]))  # not a text: every record is refused


def test_every_refused_row_has_reasons_bytes_coordinates_and_run(faulty):
    names = faulty.names("quarantine")
    assert names
    for name in names:
        for found in faulty.rows(name):
            assert found["reasons"]
            assert found["raw"] is not None
            assert found["run_id"]
            assert found["record_id"] == f"{found['file']}#{found['line']}"
            (landed,) = faulty.rows(
                f"bronze.{found['source']}", f"batch_id = '{found['batch_id']}' and line = {found['line']}"
            )
            assert found["raw"] == landed["raw"]


def test_rows_that_break_a_rule_are_refused_with_every_reason(faulty):
    assert refused(faulty, "order_lines") == {
        "numbers.csv#1": ["unit_price.readable"],
        "numbers.csv#2": ["quantity.readable"],
        "numbers.csv#3": ["quantity.readable"],
        "numbers.csv#4": ["quantity.not_zero"],
        "orphan.csv#1": ["order_id.required"],
    }
    assert refused(faulty, "orders") == {
        "clock.csv#4": ["ordered_at.readable"],
        "clock.csv#5": ["ordered_at.not_in_the_future"],
        "orphan.csv#1": ["order_id.required"],
    }
    assert refused(faulty, "posts") == {"future.json#1": ["created_at.not_in_the_future"]}


def test_their_neighbours_stand(faulty):
    lines = {r["order_id"] for r in faulty.rows("silver.order_lines")}
    assert lines >= {"P1", "B1", "I1", "I3", "N2", "L1", "L2", "Q1", "Q3", "F1", "S1", "X5", "T1", "K1", "K2", "G2"}
    assert not lines & {"P2", "U1", "I2", "N1", "Q2", "X1", "X2", "X3", "X4", "G1"}
    posts = {r["post_id"] for r in faulty.rows("silver.posts")}
    assert posts == {"t1", "n2", "h2", "a2", "m1", "o1", "s2", "s3", "1"}


def test_values_that_look_dangerous_are_values(faulty):
    lines = {r["order_id"]: r["product_id"] for r in faulty.rows("silver.order_lines")}
    assert lines["L1"] == "a\n1"
    assert lines["Q1"] == 'a "1"'
    assert lines["F1"] == '=HYPERLINK("x")'
    assert lines["S1"] == "'; DROP TABLE orders; --"
    (markup,) = faulty.rows("silver.posts", "post_id = 'm1'")
    assert markup["text"] == "<script>alert(1)</script> & 'DROP TABLE posts'"
    (power,) = (r for r in faulty.rows("silver.order_lines") if r["order_id"] == "X5")
    assert power["unit_price"] == Decimal("100.0000")


def test_hours_that_the_clock_repeats_or_leaves_out_have_one_instant(faulty):
    at = {r["order_id"]: r["ordered_at"] for r in faulty.rows("silver.orders")}
    assert at["C1"] == datetime(2025, 10, 26, 0, 30, tzinfo=UTC)  # repeated: the first of the two, summer time
    assert at["C2"] == datetime(2025, 3, 30, 1, 30, tzinfo=UTC)  # left out: as if the clock had not moved yet
    assert at["C3"] == datetime(2024, 2, 29, 11, 0, tzinfo=UTC)


def test_one_key_with_nearly_all_rows_is_one_order(faulty):
    lines = [r for r in faulty.rows("silver.order_lines") if r["order_id"] == "K1"]
    assert sorted(r["line_number"] for r in lines) == list(range(1, 91))
    (account,) = (
        r for r in faulty.rows("ops.row_accounts") if (r["file"], r["table_name"]) == ("skew.csv", "silver.orders")
    )
    assert (account["emitted"], account["accepted"], account["duplicate"]) == (91, 2, 89)


def test_faults_across_rows_are_counted_as_their_property(faulty):
    whole = {
        (r["table_name"], r["rule"]): (r["passing"], r["applicable"])
        for r in faulty.rows("ops.rule_counts")
        if r["batch_id"] == "*"
    }
    assert whole["silver.posts", "parent_post_id.resolves"] == (1, 2)  # o1 answers nobody's post
    assert whole["silver.posts", "reply_is_not_before_its_post"] == (0, 1)  # s2 is older than s3, which it answers
    totals = [
        (r["passing"], r["applicable"]) for r in faulty.rows("ops.rule_counts") if r["rule"] == "amount.control_total"
    ]
    assert (0, 1) in totals  # total.csv's lines do not add up to what the source says
