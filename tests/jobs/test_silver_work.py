"""What makes a source's batches be worked off anew."""

from datetime import UTC, datetime

import pytest

from jobs import settings as conf
from jobs.job import Run
from jobs.lake import progress
from jobs.runner.registry import all_jobs
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


def test_where_a_trusted_list_lies_makes_nothing_anew_but_what_it_holds_does(write_conf, tmp_path, monkeypatch):
    now = datetime(2026, 1, 1, tzinfo=UTC)
    gate = next(job for job in all_jobs() if job.name == "silver_gate")
    company = (
        "name: Alder\nreferences:\n- {name: codes, table: silver.customers, reference: '${WHERE}/codes.csv', "
        "on: {postcode: code}}\n"
    )
    folder = write_conf({"one": JDBC}, company=company)

    def mark(place: str) -> str:
        monkeypatch.setenv("WHERE", place)
        return progress.fingerprint(gate, Run("r", now, conf.load(folder), now))

    for place in ("a", "b"):
        (folder / place).mkdir()
        (folder / place / "codes.csv").write_text("code\n10115\n")
    before = mark("a")
    assert mark("./a") == mark("b") == mark(str(folder / "b")) == before
    (folder / "b" / "codes.csv").write_text("code\n20095\n")
    assert mark("b") != before


@pytest.mark.parametrize("limit", ["record_bytes: 1000", "csv_record_lines: 5", "nesting_depth: 3"])
def test_limits_of_parsing_make_all_anew(mark, limit):
    assert mark(JDBC) != mark(JDBC, f"limits: {{{limit}}}\n")


def test_what_a_record_becomes_makes_all_anew(mark):
    assert mark(JDBC) != mark(JDBC.replace("customer_id: id", "customer_id: key"))
    assert mark(JDBC) != mark(JDBC, "quality: {rules: {silver.customers.email_valid: {severity: warn}}}\n")
    assert mark(JDBC) == mark(JDBC, "limits: {settle_seconds: 0}\n")
