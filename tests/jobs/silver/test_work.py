"""What makes a source's batches be worked off anew."""

import pytest

from jobs import settings as conf
from jobs.silver import work

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
        return work.fingerprint(settings, settings.source("one"))

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
