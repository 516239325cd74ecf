"""A source of any shape and with any names of columns, from its file to silver; and one that cannot be read."""

from __future__ import annotations

import pytest

from jobs.errors import ConfError

NAMES = ("source", "line", "file", "raw", "context", "ordinal", "batch_id", "landed_at", "_problem", "_columns")

OWN = """
kind: erp
format: {format}
path: {path}
currency: EUR
version: landed_at
tables:
  orders:
    where: _problem = 'no' and raw <> 'x'
    columns: {{order_id: batch_id, customer_id: source, ordered_at: context, total_amount: line, channel: file, status: _file}}
control_totals: {{orders: {{total_amount: 'sum(cast(line as decimal(18,4)))'}}}}
"""
CSV = """
kind: erp
format: csv
path: {path}
currency: EUR
tables:
  orders:
    columns: {{order_id: Nr, customer_id: Kunde, ordered_at: Zeit, total_amount: Betrag}}
"""


def test_columns_of_any_name_and_a_source_that_nobody_can_read(tmp_path, write_conf, run_conf):
    folder = tmp_path / "in"
    folder.mkdir()
    rows = [("web", 5, "f1", "r", "2024-05-01T10:00:00Z", 9, "B1", "2", "no", "c")]
    rows += [("pos", 7, "f2", "x", "2024-05-01T11:00:00Z", 9, "B2", "2", "no", "c")]
    csv = "\n".join([",".join(NAMES), *(",".join(map(str, row)) for row in rows)])
    (folder / "own.csv").write_text(csv)
    json = ",\n".join("{" + ", ".join(f'"{n}": "{v}"' for n, v in zip(NAMES, row, strict=True)) + "}" for row in rows)
    (folder / "own.json").write_text(f"[{json}]")
    umlauts = "".join(f"{place};Müller;2024-05-01T10:00:00Z;1.00\n" for place in range(150))
    (folder / "a.csv").write_bytes(b"<html>\r\n<p>\r\n")  # sorts first, and is none of these
    (folder / "latin.csv").write_bytes(("Nr;Kunde;Zeit;Betrag\n" + umlauts).encode("latin-1"))
    sources = {
        "own_csv": OWN.format(format="csv", path=folder / "own.csv"),
        "own_json": OWN.format(format="json", path=folder / "own.json"),
        "latin": CSV.format(path=f"['{folder / 'latin.csv'}', '{folder / 'a.csv'}']") + 'delimiter: ";"\n',
    }
    report, lake = run_conf(write_conf(sources))
    assert report.exit_code == 3
    assert "latin: 152 of 152" in report.message or "latin: none of 151" in report.message
    assert "invalid_text" in report.message
    assert "set encoding" in report.message
    assert not lake.exists("silver.orders")

    sources["latin"] += "encoding: windows-1252\n"
    report, lake = run_conf(write_conf(sources))
    assert (report.exit_code, report.message) == (0, "")
    found = {(row["source"], row["order_id"]): row for row in lake.rows("silver.orders")}
    for name in ("own_csv", "own_json"):
        (row,) = [row for (source, _), row in found.items() if source == name]
        assert (row["order_id"], row["customer_id"], row["total_amount"], row["channel"]) == ("B1", "web", 5, "f1")
        assert row["status"] == name.replace("own_", "own.")
    assert {row["customer_id"] for (source, _), row in found.items() if source == "latin"} == {"Müller"}
    assert [note for note in report.notes if "are gone" in note or "new columns" in note] == []
    assert any(note.startswith("latin: 1 of 151 records cannot be read") for note in report.notes)
    totals = lake.rows("ops.rule_counts", "rule = 'total_amount.control_total'")
    assert {(row["applicable"], row["passing"]) for row in totals} == {
        (1, 0)
    }  # landed 12, of which `where` leaves out 7


def test_a_misspelt_column_ends_the_run_before_anything_is_written(tmp_path, write_conf, run_conf):
    (tmp_path / "a.csv").write_text("Nr,Kunde,Zeit,Betrag\n1,k,2024-05-01T10:00:00Z,1.00\n")
    wrong = CSV.format(path=tmp_path / "a.csv").replace("Betrag", "Betrg")
    with pytest.raises(ConfError, match=r"key tables.orders.columns.total_amount is 'Betrg': .*did you mean Betrag\?"):
        run_conf(write_conf({"shop": wrong}))
    assert not (tmp_path / "lake").exists()


READ = """
kind: erp
format: csv
path: {path}
currency: EUR
timezone: Europe/Berlin
tables:
  orders:
    columns: {{order_id: id, ordered_at: "coalesce(to_timestamp(at, 'dd.MM.yyyy'), to_timestamp(at, 'dd/MM/yyyy'))",
      voided_at: "to_timestamp(void, 'dd/MM/yyyy')", total_amount: "cast(total as decimal(18,4)) / 100",
      tax_amount: "try_cast(tax as decimal(18,4))"}}
"""


def test_what_an_expression_cannot_read_refuses_its_row(tmp_path, write_conf, run_conf):
    rows = ["id,at,void,total,tax", "1,01/02/2024,,1200,?", "2,01.02.2024,13.02.2024,1200,1", "3,01.02.2024,,12 EUR,1"]
    rows += ["4,2024-02-01,,1,1", "5,01.02.2024, ,,"]
    (tmp_path / "orders.csv").write_text("\n".join(rows))
    report, lake = run_conf(write_conf({"shop": READ.format(path=tmp_path / "orders.csv")}))
    assert report.exit_code == 0
    kept = {row["order_id"]: (row["voided_at"], row["total_amount"]) for row in lake.rows("silver.orders")}
    assert kept == {"1": (None, 12), "5": (None, None)}
    refused = {row["line"]: row["reasons"][0]["code"] for row in lake.rows("quarantine.orders")}
    assert refused == {2: "voided_at.readable", 3: "total_amount.readable", 4: "ordered_at.readable"}
