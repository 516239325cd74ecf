"""Quarantine is worked: refused rows are tried again, and a source can be tried before it lands."""

from datetime import UTC, datetime

from jobs.cli.main import main
from jobs.lake import row_accounts
from jobs.quality import replay

ROWS = "1,a1,2,2025-03-01 09:00:00,1.50,c1,UK\n2,a1,1,2026-02-01 09:00:00,1.50,c1,UK\n3,a1,0,2025-03-01 11:00:00,1.50,c2,UK\n"


def test_what_lay_in_the_future_is_accepted_once_its_day_has_come_and_a_second_replay_is_none(shop, run_conf):
    conf = shop(day1=ROWS)
    report, lake = run_conf(conf)
    assert report.exit_code == 0
    assert replay.counts(lake, replay.tables(lake, None)) == {"quarantine.order_lines": 1, "quarantine.orders": 1}
    total = sum(row["emitted"] or 0 for row in lake.rows("ops.row_accounts"))
    later = datetime(2026, 3, 1, tzinfo=UTC)
    tables = replay.tables(lake, None)
    report, _ = run_conf(conf, replay=tables, now=later)
    assert report.exit_code == 0
    assert replay.counts(lake, tables) == {"quarantine.order_lines": 1, "quarantine.orders": 0}
    assert sorted(row["order_id"] for row in lake.rows("silver.orders")) == ["1", "2", "3"]
    assert row_accounts.mistakes(lake) == []
    assert sum(row["emitted"] or 0 for row in lake.rows("ops.row_accounts")) == total  # counts moved, no total
    versions = {name: lake.version(name) for name in ("silver.orders", "silver.order_lines", "quarantine.order_lines")}
    run_conf(conf, replay=replay.tables(lake, None), now=later)
    assert {name: lake.version(name) for name in versions} == versions


def test_a_mended_mapping_converges_with_a_lake_that_never_had_the_fault(shop, run_conf, tmp_path):
    conf = shop(day1='1,a1,2,2025-03-01 09:00:00,"1,50",c1,UK\n2,a1,1,2025-03-01 09:00:00,2.00,c1,UK\n')
    _, lake = run_conf(conf)
    assert [row["unit_price"] for row in lake.rows("silver.order_lines")] == [2]
    path = conf / "sources" / "shop.yaml"
    path.write_text(path.read_text().replace("unit_price: price", "unit_price: \"replace(price, ',', '.')\""))
    run_conf(conf, replay=replay.tables(lake, "silver.order_lines"))
    assert lake.rows("quarantine.order_lines") == []
    (conf / "base.yaml").write_text(f"lake: {{root: {tmp_path / 'other'}}}\n")
    _, other = run_conf(conf)
    assert lake.hash("silver.order_lines") == other.hash("silver.order_lines")


def test_a_replay_of_what_was_not_refused_names_what_was(shop, run_conf, capsys):
    conf = shop(day1=ROWS)
    run_conf(conf)
    assert main(["replay", "--conf", str(conf), "--table", "silver.customers"]) == 2
    said = " ".join(capsys.readouterr().err.split())
    assert "nothing was refused of silver.customers; there are quarantine.order_lines, quarantine.orders" in said


def test_a_source_is_tried_before_anything_lands(shop, spark, capsys, tmp_path, monkeypatch):
    conf = shop(day1=ROWS.replace("2026-02", "2999-02") + "4,a1\n")
    monkeypatch.setenv("COLUMNS", "160")
    assert main(["source", "check", "shop", "--conf", str(conf)]) == 0
    said = " ".join(capsys.readouterr().out.split())
    for words in (
        "the first 4 records, 3 readable. Nothing was landed.",
        "silver.orders: 3 rows, 1 would be refused",
        "product_id string upper(trim(sku)) A1",
        "order_lines quantity.not_zero validity 1 quantity is 0 day1.csv#3",
        "records malformed_csv validity 1",
        "ordered_at.not_in_the_future",
    ):
        assert words in said, said
    assert not list((tmp_path / "lake").glob("*/*/_delta_log"))
    assert main(["source", "check", "nowhere", "--conf", str(conf)]) == 2
    assert "no source nowhere" in capsys.readouterr().err
