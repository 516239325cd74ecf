"""A seeded fault of each property is found as that property and no other; a broken stop ends the run with 3."""

from pathlib import Path

import pytest

from jobs.lake import row_accounts
from jobs.quality import report as quality
from jobs.settings import load

GOOD = "1,a1,2,2025-03-01 09:00:00,1.50,c1,UK\n"
LEDGER = """
kind: reference
system: shop
format: csv
path: {path}
tables: {{ledger_totals: {{columns: {{ledger_date: day, currency: currency, amount: amount}}}}}}
"""
HEADS = """
kind: erp
system: shop
format: csv
path: {path}
currency: GBP
timezone: Europe/London
tables:
  orders: {{columns: {{order_id: id, ordered_at: at, total_amount: total}}}}
"""
LINES = """
kind: erp
system: shop
format: csv
path: {path}
currency: GBP
tables:
  order_lines: {{columns: {{order_id: id, line_number: "1", product_id: sku, quantity: qty, unit_price: price}}}}
"""


HEAD, LINE, BOOKED = "1,2025-03-01 09:00:00,3.00\n", "1,a,2,1.50\n", "2025-03-01,GBP,3.00\n"
SILVER = ("land", "silver")


@pytest.fixture
def books(tmp_path, write_conf):
    """books(heads, lines, ledger, base) -> the conf of a shop's orders, their lines and its ledger."""

    def make(heads: str = HEAD, lines: str = LINE, ledger: str = BOOKED, base: str = "") -> Path:
        confs = {}
        for name, conf, text in (
            ("heads", HEADS, "id,at,total\n" + heads),
            ("lines", LINES, "id,sku,qty,price\n" + lines),
            ("ledger", LEDGER, "day,currency,amount\n" + ledger),
        ):
            (tmp_path / f"{name}.csv").write_text(text)
            confs[name] = conf.format(path=tmp_path / f"{name}.csv")
        return write_conf(confs, base=base)

    return make


def broken(lake, folder) -> set[tuple[str, str, int]]:
    """(rule, property, cases) of every rule that a case breaks."""
    outcomes = quality.outcomes(lake, load(folder))
    return {(f"{o.table}.{o.code}", o.property, o.applicable - o.passing) for o in outcomes if o.passing < o.applicable}


def test_each_fault_is_found_as_its_own_property_and_a_report_alone_stops_nothing(books, run_conf):
    folder = books(
        HEAD + "2,2025-03-02 09:00:00,4.00\n",  # its line comes to 3.00
        LINE + "1,,1,1\n" + "1,a,zero,1\n" + "2,a,2,1.50\n" + "9,a,1,1\n",
        BOOKED + "2025-03-02,GBP,7.00\n",
    )
    report, lake = run_conf(folder, stages=SILVER)
    assert (report.exit_code, report.message) == (0, "")
    assert broken(lake, folder) == {
        ("silver.order_lines.product_id.required", "existence", 1),
        ("silver.order_lines.quantity.readable", "validity", 1),
        ("silver.orders.total_is_the_sum_of_its_lines", "consistency", 1),
        ("silver.order_lines.order_id.resolves", "integrity", 1),
        ("silver.order_lines.agrees_with_the_ledger", "accuracy", 1),
    }


def test_a_broken_stop_ends_the_run_with_3_again_and_again_until_the_file_is_put_right(books, run_conf):
    base = "quality: {rules: {silver.order_lines.quantity.readable: {severity: stop}}}\n"
    lines = LINE + "2,a,zero,1\n"
    folder = books(lines=lines, base=base)
    report, lake = run_conf(folder)  # the load itself judges its rows: no gate is needed for that
    assert report.exit_code == 3
    assert "silver.order_lines.quantity.readable" in report.message
    assert {job.job: job.state for job in report.jobs}["erp"] == "stopped"
    assert {rule for rule, _, _ in broken(lake, folder)} == {"silver.order_lines.quantity.readable"}
    assert not lake.exists("silver.order_lines")
    assert len(lake.rows("quarantine.order_lines")) == 1  # whoever has to fix it can look at it
    assert row_accounts.mistakes(lake) == []
    assert run_conf(books(lines=lines, base=base))[0].exit_code == 3
    assert run_conf(books(base=base))[0].exit_code == 0
    assert [row["quantity"] for row in lake.rows("silver.order_lines")] == [2]
    assert len(lake.rows("quarantine.order_lines")) == 1  # what the file held before is kept, and stops nothing
    assert row_accounts.mistakes(lake) == []


def test_what_conf_lets_pass_stops_no_more(books, run_conf):
    base = "quality: {rules: {silver.order_lines.quantity.readable: {severity: stop}}}\n"
    lines = LINE + "2,a,zero,1\n"
    assert run_conf(books(lines=lines, base=base))[0].exit_code == 3
    assert run_conf(books(lines=lines))[0].exit_code == 0


def test_files_that_are_sent_again_lift_the_stop_that_their_first_contents_brought(shop, run_conf):
    bad = "".join(f"{n},a1,0,2025-03-01 09:00:00,1.50,c1,UK\n" for n in range(2, 120))
    assert run_conf(shop(day1=bad))[0].exit_code == 3
    assert run_conf(shop(day1=bad.encode("utf-16")))[0].exit_code == 3  # not one record of it can be read
    report, lake = run_conf(shop(day1=GOOD))
    assert (report.exit_code, lake.count("silver.order_lines")) == (0, 1)
    assert row_accounts.mistakes(lake) == []


def test_more_rows_refused_than_conf_allows_stops_the_run(shop, run_conf):
    conf = shop(day1=GOOD + "".join(f"{n},a1,0,2025-03-01 09:00:00,1.50,c1,UK\n" for n in range(2, 120)))
    report, lake = run_conf(conf)
    assert report.exit_code == 3
    assert "max_quarantined_ratio" in report.message
    assert not lake.exists("silver.order_lines")
    refused = lake.rows("quarantine.order_lines")  # whoever has to fix them can look at them
    assert len(refused) == 118
    assert row_accounts.mistakes(lake) == []


def test_a_control_total_that_the_rows_do_not_meet_is_an_accuracy_fault_of_that_file(shop, run_conf):
    conf = shop(day1=GOOD, day2="2,a1,2,2025-03-02 09:00:00,1.50,c1,UK\n")
    source = conf / "sources" / "shop.yaml"
    # The ERP's own total counts a file's goods twice on the second day.
    total = "sum(cast(qty as int) * if(order = '2', 2, 1))"
    source.write_text(source.read_text() + f'control_totals: {{order_lines: {{quantity: "{total}"}}}}\n')
    result, lake = run_conf(conf)
    (found,) = (o for o in quality.outcomes(lake, load(conf)) if o.code == "quantity.control_total")
    assert (result.exit_code, found.property, found.passing, found.applicable) == (0, "accuracy", 1, 2)


def test_a_post_about_nothing_that_is_monitored_is_a_relevance_fault(tmp_path, write_conf, run_conf):
    (tmp_path / "posts.csv").write_text(
        "id,author,text,at\n"
        "1,ada,I love my Alder kettle,2025-03-01T09:00:00Z\n"
        "2,ada,My Alder kettle leaks,2025-03-01T10:00:00Z\n"
        "3,ada,Lovely sunset over the lake today,2025-03-01T11:00:00Z\n"
    )
    source = (
        f"kind: social\nformat: csv\npath: {tmp_path / 'posts.csv'}\nchannel: microblog\nservice_type: microblog\ntables:\n"
        "  posts: {columns: {post_id: id, kind: \"'post'\", profile_id: author, text: text, created_at: at}}\n"
        "  profiles: {one_row_per: [profile_id], columns: {profile_id: author}}\n"
    )
    folder = write_conf({"posts": source}, company="name: Alder\nas_of: data\nbrands: [Alder]\n")
    report, lake = run_conf(folder, jobs=("land", "social", "silver_gate", "post_enrichments"))
    assert (report.exit_code, report.message) == (0, "")
    about = "silver.post_enrichments.posts_are_about_what_is_monitored"
    assert broken(lake, folder) == {(about, "relevance", 1)}
