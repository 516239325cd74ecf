"""A seeded fault of each property is found as that property and no other; a broken stop ends the run with 3."""

import pytest

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


@pytest.fixture
def faults(tmp_path, write_conf, run_conf):
    """Runs heads, lines and a ledger; returns the properties that have a case that is not kept."""

    def run(heads: str, lines: str, ledger: str, base: str = ""):
        texts = {
            "heads": "id,at,total\n" + heads,
            "lines": "id,sku,qty,price\n" + lines,
            "ledger": "day,currency,amount\n" + ledger,
        }
        confs = {"heads": HEADS, "lines": LINES, "ledger": LEDGER}
        for name, text in texts.items():
            (tmp_path / f"{name}.csv").write_text(text)
            confs[name] = confs[name].format(path=tmp_path / f"{name}.csv")
        folder = write_conf(confs, base=base)
        result, lake = run_conf(folder, stages=("land", "silver"))
        outcomes = quality.outcomes(lake, load(folder))
        return result, {o.property for o in outcomes if o.passing < o.applicable}, lake

    return run


HEAD, LINE, BOOKED = "1,2025-03-01 09:00:00,3.00\n", "1,a,2,1.50\n", "2025-03-01,GBP,3.00\n"


@pytest.mark.parametrize(
    ("seeded", "heads", "lines", "ledger"),
    [
        (set(), HEAD, LINE, BOOKED),
        ({"existence"}, HEAD, LINE + "1,,1,1\n", BOOKED),
        ({"validity"}, HEAD, LINE + "1,a,zero,1\n", BOOKED),
        ({"consistency"}, "1,2025-03-01 09:00:00,4.00\n", LINE, BOOKED),
        ({"integrity"}, HEAD, LINE + "9,a,1,1\n", BOOKED),
        ({"accuracy"}, HEAD, LINE, "2025-03-01,GBP,7.00\n"),
    ],
)
def test_a_fault_is_found_as_its_own_property(faults, seeded, heads, lines, ledger):
    result, found, _ = faults(heads, lines, ledger)
    assert (result.exit_code, found) == (0, seeded)


def test_a_broken_stop_ends_the_run_with_3_again_and_again_until_it_is_mended(faults):
    base = "quality: {rules: {silver.order_lines.quantity.readable: {severity: stop}}}\n"
    lines = LINE + "2,a,zero,1\n"
    result, found, lake = faults(HEAD, lines, BOOKED, base)
    assert (result.exit_code, found) == (3, {"validity"})
    assert "silver.order_lines.quantity.readable" in result.message
    assert [job.state for job in result.jobs if job.stage == "silver"][-1] == "not run"
    assert not lake.exists("silver.order_lines")
    assert faults(HEAD, lines, BOOKED, base)[0].exit_code == 3
    assert faults(HEAD, LINE, BOOKED, base)[0].exit_code == 3  # the refused record is still landed
    assert faults(HEAD, LINE, BOOKED)[0].exit_code == 0


def test_more_rows_refused_than_conf_allows_stops_the_run(shop, run_conf):
    conf = shop(day1=GOOD + "".join(f"{n},a1,0,2025-03-01 09:00:00,1.50,c1,UK\n" for n in range(2, 120)))
    report, lake = run_conf(conf)
    assert report.exit_code == 3
    assert "max_quarantined_ratio" in report.message
    assert not lake.exists("silver.order_lines")


def test_a_control_total_that_the_rows_do_not_meet_is_an_accuracy_fault_of_that_file(shop, run_conf):
    conf = shop(day1=GOOD, day2="2,a1,2,2025-03-02 09:00:00,1.50,c1,UK\n")
    source = conf / "sources" / "shop.yaml"
    # The ERP's own total counts a file's price twice on the second day.
    total = "sum(cast(qty as int) * cast(price as decimal(9,2)) * if(order = '2', 2, 1))"
    source.write_text(source.read_text() + f'control_totals: {{order_lines: {{amount: "{total}"}}}}\n')
    result, lake = run_conf(conf)
    (found,) = (o for o in quality.outcomes(lake, load(conf)) if o.code == "amount.control_total")
    assert (result.exit_code, found.property, found.passing, found.applicable) == (0, "accuracy", 1, 2)


@pytest.mark.parametrize(
    ("said", "seeded"), [("My Alder kettle leaks", set()), ("Lovely sunset over the lake today", {"relevance"})]
)
def test_a_post_about_nothing_that_is_monitored_is_a_relevance_fault(tmp_path, write_conf, run_conf, said, seeded):
    posts = (
        "id,author,text,at\n1,ada,I love my Alder kettle,2025-03-01T09:00:00Z\n2,ada,"
        + said
        + ",2025-03-01T10:00:00Z\n"
    )
    (tmp_path / "posts.csv").write_text(posts)
    source = (
        f"kind: social\nformat: csv\npath: {tmp_path / 'posts.csv'}\nchannel: microblog\nservice_type: microblog\ntables:\n"
        "  posts: {columns: {post_id: id, kind: \"'post'\", profile_id: author, text: text, created_at: at}}\n"
        "  profiles: {one_row_per: [profile_id], columns: {profile_id: author}}\n"
    )
    folder = write_conf({"posts": source}, company="name: Alder\nas_of: data\nbrands: [Alder]\n")
    result, lake = run_conf(folder, stages=("land", "silver", "enrich"))
    found = {o.property for o in quality.outcomes(lake, load(folder)) if o.passing < o.applicable}
    assert (result.exit_code, result.message, found) == (0, "", seeded)
