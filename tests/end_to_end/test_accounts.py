"""Every landed record is accounted for, whatever it is, in any order and however often it comes."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from runs import HEADER, SHOP, copied, good_run, make_conf, run

from jobs import settings
from jobs.lake import row_accounts
from jobs.lake.tables import Lake
from jobs.runner.execution import RunReport
from transformations.canonical.names import natural

DAY_1 = (
    "1,a1,2,2025-03-01 09:00:00,1.50,c1,UK\n"
    "1,a2,1,2025-03-01 09:01:00,2.00,c1,UK\n"  # the order's second time: the first is kept
    "2,a1,1,2025-03-01 10:00:00,1.50,,UK\n"  # no customer
    "3,a1,0,2025-03-01 11:00:00,1.50,c2,UK\n"  # quantity zero
    '4,a1,1,2025-03-01 12:00:00,"1.234,56",c2,UK\n'
    "5,a1\n"
)
DAY_2 = "6,a3,1,2025-03-02 09:00:00,5.00,c1,France\n7,a1,-1,2025-03-02 10:00:00,1.50,c3,UK\n"
TABLES = ("silver.orders", "silver.order_lines", "silver.customers")


def account(lake: Lake, file: str, table: str) -> dict[str, int]:
    (row,) = (r for r in lake.rows("ops.row_accounts") if (r["file"], r["table_name"]) == (file, table))
    terms = ("landed", *row_accounts.RECORD_TERMS, "emitted", *row_accounts.ROW_TERMS)
    return {term: row[term] for term in terms if row[term]}


def hashes(lake: Lake) -> dict[str, tuple[int, int]]:
    return {name: lake.hash(name) for name in TABLES}


@dataclass(frozen=True)
class Days:
    """Two days, a run each; the second brings the first day's file under another name too."""

    conf: Path
    first: Lake
    both: Lake
    reports: tuple[RunReport, RunReport]

    def of_first(self, root: Path) -> settings.Settings:
        """Conf over the first day alone."""
        return settings.load(make_conf(root, {"shop": SHOP.format(path=self.conf.parent / "in" / "day1.csv")}))


@pytest.fixture(scope="module")
def days(tmp_path_factory, spark) -> Days:
    root = tmp_path_factory.mktemp("days")
    (root / "in").mkdir()
    (root / "in" / "day1.csv").write_text(HEADER + DAY_1)
    conf = make_conf(root, {"shop": SHOP.format(path=root / "in" / "*.csv")})
    both = Lake(root / "lake", lambda: spark)
    one = good_run(settings.load(conf), both)
    first = copied(both, root / "first")
    (root / "in" / "day2.csv").write_text(HEADER + DAY_2)
    shutil.copy(root / "in" / "day1.csv", root / "in" / "day1 again.csv")
    return Days(conf, first, both, (one, good_run(settings.load(conf), both)))


def test_each_row_ends_in_one_term(days):
    lake = days.first
    assert account(lake, "day1.csv", "bronze.shop") == {"landed": 6, "parsed": 5, "unparsable": 1}
    assert account(lake, "day1.csv", "silver.orders") == {"emitted": 5, "accepted": 4, "duplicate": 1}
    assert account(lake, "day1.csv", "silver.order_lines") == {"emitted": 5, "accepted": 3, "quarantined": 2}
    assert account(lake, "day1.csv", "silver.customers") == {
        "emitted": 5,
        "accepted": 2,
        "duplicate": 2,
        "not_applicable": 1,
    }
    assert row_accounts.mistakes(lake) == []

    refused = {r["record_id"]: r for r in lake.rows("quarantine.order_lines")}
    assert {key: [reason["code"] for reason in r["reasons"]] for key, r in refused.items()} == {
        "day1.csv#4": ["quantity.not_zero"],
        "day1.csv#5": ["unit_price.readable"],
    }
    assert refused["day1.csv#5"]["raw"] == b'4,a1,1,2025-03-01 12:00:00,"1.234,56",c2,UK'
    assert refused["day1.csv#5"]["run_id"] == days.reports[0].run_id
    (unparsable,) = lake.rows("quarantine.shop")
    assert (unparsable["raw"], unparsable["reasons"][0]["code"]) == (b"5,a1", "malformed_csv")


def test_only_a_new_day_is_processed_and_the_same_bytes_are_repeated(days):
    lake = days.both
    worked = {
        r["done_batch_id"] for r in lake.rows("ops.progress", f"job = 'erp' and run_id = '{days.reports[1].run_id}'")
    }
    assert worked == {r["batch_id"] for r in lake.rows("ops.batches", "file = 'day2.csv'")}
    assert account(lake, "day1 again.csv", "bronze.shop") == {"landed": 6, "repeated": 6}
    assert account(lake, "day2.csv", "silver.customers") == {"emitted": 2, "accepted": 2}
    # c1's newer row took the place of the one from day 1: it moves from accepted to superseded there.
    assert account(lake, "day1.csv", "silver.customers") == {
        "emitted": 5,
        "accepted": 1,
        "superseded": 1,
        "duplicate": 2,
        "not_applicable": 1,
    }
    assert row_accounts.mistakes(lake) == []
    assert all(lake.version(name) > days.first.version(name) for name in TABLES)
    assert lake.hash("silver.orders") != days.first.hash("silver.orders")


def test_all_from_bronze_again_ends_in_the_same_content(days, tmp_path):
    lake = copied(days.both, tmp_path / "lake")
    good_run(settings.load(days.conf), lake, full=True)
    assert hashes(lake) == hashes(days.both)
    assert row_accounts.mistakes(lake) == []


def test_any_order_of_landing_ends_in_the_same_content(days, shop, run_conf):
    conf = shop(day2=DAY_2)
    run_conf(conf)
    shop(day1=DAY_1)
    _, lake = run_conf(conf)
    assert hashes(lake) == hashes(days.both)
    assert account(lake, "day1.csv", "silver.customers") == account(days.both, "day1.csv", "silver.customers")
    assert row_accounts.mistakes(lake) == []


def test_workers_land_and_load_the_same_as_the_driver(days, shop, run_conf):
    conf = shop(day1=DAY_1, day2=DAY_2)
    (conf / "local.yaml").write_text("limits: {in_memory_bytes: 0, in_memory_rows: 0}\n")
    report, lake = run_conf(conf)
    assert (report.exit_code, report.message) == (0, "")
    assert lake.hash("bronze.shop") == days.both.hash("bronze.shop")
    assert hashes(lake) == hashes(days.both)
    assert row_accounts.mistakes(lake) == []


def test_nothing_new_starts_no_jvm(days):
    def no_spark():
        pytest.fail("a run with nothing new asked for Spark")

    report = run(settings.load(days.conf), Lake(days.both.root, no_spark))
    assert [job.state for job in report.jobs] == ["up to date"] * len(report.jobs)


def test_a_silver_job_that_died_before_its_progress_was_kept_repeats_the_same_write(days, tmp_path):
    lake = copied(days.first, tmp_path / "lake")
    lake.delete("ops.progress", "job = 'erp'")
    good_run(days.of_first(tmp_path), lake)
    assert hashes(lake) == hashes(days.first)

    def terms(of: Lake) -> dict:
        rows = of.rows("ops.row_accounts")
        return {(r["file"], r["table_name"]): {t: r[t] for t in ("landed", *row_accounts.ROW_TERMS)} for r in rows}

    assert terms(lake) == terms(days.first)


def test_a_landing_that_died_before_it_was_registered_is_landed_once(days, tmp_path):
    lake = copied(days.first, tmp_path / "lake")
    lake.delete("ops.batches", "true")  # as if the driver died between the two writes
    good_run(days.of_first(tmp_path), lake, stages=("land",))
    assert lake.arrow("bronze.shop").num_rows == 6
    assert row_accounts.mistakes(lake) == []


def test_a_known_name_with_new_bytes_is_a_newer_version(shop, run_conf):
    conf = shop(day1="1,a1,2,2025-03-01 09:00:00,1.50,c1,UK\n")
    run_conf(conf)
    shop(day1="1,a1,3,2025-03-01 09:00:00,1.50,c1,UK\n")
    _, lake = run_conf(conf)
    (line,) = lake.rows("silver.order_lines")
    assert (int(line["quantity"]), line["source_version"]) == (3, natural("day1.csv@0002"))
    assert row_accounts.mistakes(lake) == []


def test_files_that_are_not_what_they_say_are_kept_aside_and_the_run_goes_on(shop, run_conf):
    conf = shop(
        a_day="1,a1,2,2025-03-01 09:00:00,1.50,c1,UK\n",
        empty=b"",
        header="",
        picture=b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
        utf16=(HEADER_16 := "order,sku\n1,a").encode("utf-16"),
    )
    report, lake = run_conf(conf)
    assert (report.exit_code, HEADER_16) == (0, "order,sku\n1,a")
    codes = {(r["file"], r["reasons"][0]["code"]) for r in lake.rows("quarantine.shop")}
    assert {("empty.csv", "empty_file"), ("header.csv", "no_records")} <= codes
    assert {file for file, _ in codes} == {"empty.csv", "header.csv", "picture.csv", "utf16.csv"}
    assert lake.arrow("silver.order_lines").num_rows == 1
    assert row_accounts.mistakes(lake) == []
