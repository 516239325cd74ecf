"""A simulated company from files to published gold, held against what was planted."""

import csv
import json
from collections import Counter
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from jobs.quality import report as quality
from jobs.runner import Choice, execute
from jobs.settings import load
from jobs.silver import accounts


def truth(simulated, name: str) -> list[dict[str, str]]:
    with (simulated.data / "truth" / f"{name}.csv").open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def test_the_run_is_good_and_every_record_accounted_for(simulated):
    assert (simulated.report.exit_code, simulated.report.message) == (0, "")
    assert accounts.mistakes(simulated.lake) == []
    published = duckdb.connect(str(simulated.lake.root / "published" / "scrm.duckdb"), read_only=True)
    with published:
        ((count,),) = published.execute("select count(*) from gold.customer_360").fetchall()
    assert count == simulated.lake.arrow("gold.customer_360", ["person_id"]).num_rows > 0


def test_every_planted_fault_ends_as_planted(simulated):
    lake = simulated.lake
    paths = {(row["batch_id"], row["file"]): row["path"] for row in lake.rows("ops.batches")}
    found: dict[tuple[str, int], set[str]] = {}
    for name in lake.names("quarantine"):
        for row in lake.rows(name):
            file = Path(paths[(row["batch_id"], row["file"])]).relative_to(simulated.data).as_posix()
            kind = "unparsable" if row["ordinal"] == -1 else "quarantined"
            found.setdefault((file, row["line"]), set()).add(kind)
    planted = {
        (row["source_file"], int(row["record"])): row["expected"]
        for row in truth(simulated, "dirt")
        if row["expected"] in ("quarantined", "unparsable")
    }
    assert {place: {kind} for place, kind in planted.items()} == found
    duplicates = Counter(row["table"] for row in truth(simulated, "dirt") if row["expected"] == "duplicate")
    counted = Counter()
    for row in lake.rows("ops.row_accounts", "duplicate > 0"):
        counted[row["table_name"].removeprefix("silver.")] += row["duplicate"]
    assert counted == duplicates


def test_flagged_faults_are_found_as_their_property_and_no_other(simulated):
    outcomes = {(o.table, o.code): o for o in quality.outcomes(simulated.lake, simulated.settings)}
    planted = Counter(row["kind"] for row in truth(simulated, "dirt"))

    def broken(table: str, code: str) -> tuple[int, str]:
        outcome = outcomes[(table, code)]
        return outcome.applicable - outcome.passing, outcome.property

    assert broken("silver.orders", "total_is_the_sum_of_its_lines") == (planted["order_total_off"], "consistency")
    assert broken("silver.order_lines", "order_id.resolves") == (planted["orphan_order_line"], "integrity")
    assert broken("silver.posts", "parent_post_id.resolves") == (planted["reply_to_nothing"], "integrity")
    assert broken("silver.order_lines", "agrees_with_the_ledger") == (planted["ledger_off"], "accuracy")
    relevance = outcomes[("silver.post_enrichments", "posts_are_about_what_is_monitored")]
    assert (relevance.property, relevance.applicable) == (
        "relevance",
        simulated.lake.arrow("silver.posts", ["post_id"]).num_rows,
    )


def indicator(simulated, name: str) -> dict:
    where = f"indicator_id = '{name}' and grain = 'all' and dimension = 'all' and known_to is null"
    (row,) = simulated.lake.rows("gold.indicator_values", where)
    return row


def test_indicators_are_the_planted_totals(simulated):
    totals = json.loads((simulated.data / "truth" / "totals.json").read_text())
    erp, forum = totals["erp"], totals["forum"]
    assert indicator(simulated, "all_lines_total")["numerator"] == Decimal(erp["revenue"])
    assert indicator(simulated, "revenue")["numerator"] == Decimal(erp["purchases_amount"])
    assert indicator(simulated, "active_customers")["value"] == erp["buyers"]
    answered = indicator(simulated, "first_answer_seconds_answered")
    assert answered["observations_count"] == forum["answered_questions"]
    assert answered["value"] == pytest.approx(forum["first_answer_seconds_median"], abs=0.01)


def test_persons_are_who_was_planted(simulated):
    person = {
        (r["record_kind"], r["linked_record_id"]): r["person_id"] for r in simulated.lake.rows("silver.person_links")
    }
    linked = [
        row
        for row in truth(simulated, "persons")
        if row["customer_id"] and row["link_microblog"] in ("email", "given_id")
    ]
    assert linked
    right = [
        person.get(("customer", r["customer_id"])) == person.get(("profile", r["microblog_profile_id"])) for r in linked
    ]
    assert all(right)
    apart = [
        r
        for r in truth(simulated, "persons")
        if r["customer_id"] and r["microblog_profile_id"] and r["link_microblog"] == "none"
    ]
    assert not any(
        person.get(("customer", r["customer_id"])) == person.get(("profile", r["microblog_profile_id"])) for r in apart
    )


def test_web_visits_are_what_was_planted(simulated):
    totals = json.loads((simulated.data / "truth" / "totals.json").read_text())["web"]
    visitors = {row["visitor_id"]: row for row in truth(simulated, "visitors") if row["kind"] != "program"}
    lake = simulated.lake
    assert lake.arrow("silver.web_events", ["event_id"]).num_rows == totals["events"]
    views, sessions = lake.rows("silver.page_views"), lake.rows("silver.web_sessions")
    assert (len(views), len(sessions)) == (totals["views"], totals["sessions"])
    assert sum(view["engaged_seconds"] for view in views) == totals["engaged_seconds"]
    assert sum(session["engaged_seconds"] for session in sessions) == totals["engaged_seconds"]
    assert Counter(session["visitor_id"] for session in sessions) == {
        visitor: int(row["sessions"]) for visitor, row in visitors.items()
    }
    assert sum(session["has_conversion"] for session in sessions) == totals["sessions_with_an_order"] > 0
    known = {session["visitor_id"]: session["known_user_id"] for session in sessions if session["known_user_id"]}
    assert known == {visitor: row["customer_id"] for visitor, row in visitors.items() if row["logs_in"] == "true"}
    sold = {row["order_id"] for row in lake.rows("silver.web_events", "is_conversion")}
    assert sold <= {row["order_id"] for row in lake.rows("silver.orders")}


def test_conversations_go_the_way_that_was_planted(simulated):
    lake = simulated.lake
    rows = lake.rows("silver.conversations")
    posts = {(row["channel"], row["post_id"]): row for row in lake.rows("silver.posts")}
    of_posts = [row for row in rows if row["channel"] != "support"]
    assert sum(row["turns_count"] + row["bot_turns_count"] for row in of_posts) == len(posts)
    answers = [row["post_id"] for row in truth(simulated, "posts") if row["kind"].startswith("answer_")]
    answered = {posts["microblog", post_id]["root_post_id"] for post_id in answers}
    both = ("two_way", "two_way_with_consumer")
    found = {row["conversation_id"] for row in rows if row["channel"] == "microblog" and row["direction"] in both}
    assert found == answered != set()
    events = lake.rows("silver.ticket_events", "kind = 'replied' and actor = 'agent'")
    tickets = {row["conversation_id"]: row["direction"] for row in rows if row["channel"] == "support"}
    assert {ticket for ticket, direction in tickets.items() if direction in both} == {
        row["ticket_id"] for row in events
    }
    assert set(tickets) == {row["ticket_id"] for row in lake.rows("silver.tickets")}
    assert set(tickets.values()) <= {*both, "unanswered"}


def test_running_again_changes_nothing_and_starts_no_jvm(simulated):
    from jobs.tables import Lake

    before = {
        name: simulated.lake.version(name) for layer in ("silver", "gold") for name in simulated.lake.names(layer)
    }

    def no_spark():
        pytest.fail("a run with nothing new asked for Spark")

    settings = load(simulated.conf)
    clock = simulated.now + timedelta(minutes=5)
    report = execute(settings, Choice(), clock=lambda: clock, lake=Lake(simulated.lake.root, no_spark))
    assert {job.state for job in report.jobs} == {"up to date"}
    assert {name: simulated.lake.version(name) for name in before} == before


def test_a_full_run_ends_in_the_same_content_and_a_broken_stop_leaves_gold_alone(simulated):
    lake = simulated.lake
    names = [name for layer in ("silver", "gold") for name in lake.names(layer) if name != "gold.data_quality"]
    before = {name: lake.hash(name) for name in names}
    report = execute(load(simulated.conf), Choice(full=True), clock=lambda: simulated.now, lake=lake)
    assert (report.exit_code, report.message) == (0, "")
    assert {name: lake.hash(name) for name in names} == before
    published = (lake.root / "published" / "scrm.duckdb").read_bytes()

    strict = "quality: {rules: {silver.orders.total_is_the_sum_of_its_lines: {severity: stop, threshold: 1.0}}}\n"
    base = simulated.conf / "base.yaml"
    kept = base.read_text()
    try:
        base.write_text(kept + strict)
        report = execute(load(simulated.conf), Choice(), clock=lambda: simulated.now, lake=lake)
    finally:
        base.write_text(kept)
    assert report.exit_code == 3
    assert "total_is_the_sum_of_its_lines" in report.message
    assert {job.state for job in report.jobs if job.stage in ("gold", "publish", "persons")} == {"not run"}
    assert (lake.root / "published" / "scrm.duckdb").read_bytes() == published
