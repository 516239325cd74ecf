"""What makes a source's batches be processed again."""

import shutil
from datetime import UTC, datetime

import pytest

from jobs import settings as conf
from jobs.job import Run
from jobs.lake import ops
from jobs.lake.arrow import schema_of
from jobs.runner.registry import all_jobs
from jobs.silver import backlog
from transformations.contracts import contract

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
all_jobs()  # the silver jobs say which tables sources can fill

JDBC = """
kind: erp
format: json
jdbc: {url: "jdbc:postgresql://h/db", query: customers}
tables: {customers: {columns: {customer_id: id}}}
"""
FEED = """
kind: social
format: feed
channel: blog
service_type: blog
feed: {urls: ["https://blog.example/feed"]}
"""


@pytest.fixture
def mark(write_conf):
    """The fingerprint of a source of this text, with this base.yaml."""

    def of(text: str, base: str = "") -> str:
        settings = conf.load(write_conf({"one": text}, base=base))
        return backlog.fingerprint(settings, settings.source("one"))

    return of


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        (JDBC, "//h/db", "//other/db"),
        (JDBC, "query: customers", "query: customers, key: [id], cursor: at, password_variable: OTHER, fetch_size: 5"),
        (FEED, "blog.example/feed", "blog.example/rss"),
        (FEED, "feed: {", "feed: {timeout_seconds: 5, allow_private: true, "),
        (FEED, "kind: social", "kind: social\nfresh_days: 3"),
    ],
)
def test_where_records_come_from_makes_nothing_anew(mark, text, old, new):
    assert old in text
    assert mark(text) == mark(text.replace(old, new))


@pytest.mark.parametrize("limit", ["record_bytes: 1000", "csv_record_lines: 5", "nesting_depth: 3"])
def test_limits_of_parsing_make_all_anew(mark, limit):
    assert mark(JDBC) != mark(JDBC, f"limits: {{{limit}}}\n")


def test_what_a_record_becomes_makes_all_anew(mark):
    assert mark(JDBC) != mark(JDBC.replace("customer_id: id", "customer_id: key"))
    assert mark(JDBC) != mark(JDBC, "quality: {rules: {silver.customers.email_valid: {severity: warn}}}\n")
    assert mark(JDBC) == mark(JDBC, "limits: {settle_seconds: 0}\n")


SHOP = """
kind: erp
format: csv
path: /in.csv
currency: EUR
tables:
  orders: {columns: {order_id: id, customer_id: customer, ordered_at: at}}
"""
BATCH = {
    "batch_id": "b1",
    "source": "shop",
    "file": "in.csv",
    "path": "/in.csv",
    "bytes_count": 1,
    "modified_at_ns": 1,
    "run_id": "r1",
    "landed_at": NOW,
    "batch_state": "landed",
    "file_version": "in.csv",
    "records_count": 3,
    "bronze_version": 0,
}


@pytest.fixture
def loaded(quiet, write_conf):
    """A lake in which the job erp has loaded a batch: two orders, one refused; and what the job has still to do."""
    settings = conf.load(write_conf({"shop": SHOP}))
    run = Run("r2", NOW, settings, NOW)
    mark = backlog.fingerprint(settings, settings.source("shop"))
    ops.BATCHES.upsert(quiet, [BATCH])
    done = {"job": "erp", "input": "shop", "done_batch_id": "b1", "fingerprint": mark, "run_id": "r1"}
    ops.PROGRESS.upsert(quiet, [done])
    account = {"batch_id": "b1", "source": "shop", "file": "in.csv"}
    ops.ROW_ACCOUNTS.upsert(
        quiet,
        [
            account | {"table_name": "bronze.shop", "landed": 3, "parsed": 3, "unparsable": 0},
            account | {"table_name": "silver.orders", "emitted": 3, "accepted": 2, "quarantined": 1},
        ],
    )
    for name in ("silver.orders", "quarantine.orders"):
        quiet.write(name, schema_of(contract(name)).empty_table())
    return lambda: backlog.pending(quiet, run, "erp", ("silver.orders", "silver.order_lines"))


def test_what_is_done_is_not_done_again(loaded):
    assert loaded().batches == {}


@pytest.mark.parametrize("name", ["silver.orders", "quarantine.orders"])
def test_a_table_that_is_gone_is_made_again_from_bronze(loaded, quiet, name):
    shutil.rmtree(quiet.path(name))
    pending = loaded()
    assert pending.is_full
    assert [row["batch_id"] for row in pending.batches["shop"]] == ["b1"]


def test_one_that_never_had_rows_is_not_missed(loaded, quiet):
    assert not quiet.exists("silver.order_lines")
    assert not quiet.exists("quarantine.shop")
    assert loaded().batches == {}


def test_records_that_could_not_be_read_are_kept_aside_again(loaded, quiet):
    row = {"batch_id": "b1", "source": "shop", "file": "in.csv", "table_name": "bronze.shop"}
    ops.ROW_ACCOUNTS.upsert(quiet, [row | {"landed": 3, "parsed": 2, "unparsable": 1}])
    assert loaded().is_full


def test_sources_that_share_keys_are_made_from_scratch_together(write_conf):
    """A system, a channel, or a table whose key names neither."""
    erp = "kind: erp\nformat: csv\npath: /in.csv\ntables: {customers: {columns: {customer_id: id}}}\n"
    post = "tables: {posts: {columns: {post_id: id, created_at: at}}}\n"
    forum = f"kind: social\nformat: json\npath: /in.json\nchannel: forum\nservice_type: forum\n{post}"
    price = "tables: {competitor_prices: {columns: {competitor: c, product: p, observed_at: at, price: x}}}\n"
    market = f"kind: market\nformat: csv\npath: /in.csv\ncurrency: EUR\n{price}"
    sources = {
        "shop": erp,
        "one": erp + "system: sap\n",
        "two": erp + "system: sap\n",
        "posts": forum,
        "gone": forum,
        "here": market,
        "there": market,
    }
    settings = conf.load(write_conf(sources))
    batches = {name: [{"batch_id": f"b-{name}"}] for name in sources}
    tables = ("silver.customers", "silver.posts", "silver.competitor_prices")
    parts = backlog.apart(backlog.Pending(batches, True, {}), settings, tables)
    assert {tuple(part.batches) for part in parts} == {("shop",), ("one", "two"), ("posts", "gone"), ("here", "there")}
    (shop,) = [part for part in parts if "shop" in part.batches]
    assert shop.others == {f"b-{name}" for name in sources if name != "shop"}
    assert [list(part.batches) for part in backlog.apart(backlog.Pending(batches, False, {}), settings, tables)] == [
        [name] for name in batches
    ]
