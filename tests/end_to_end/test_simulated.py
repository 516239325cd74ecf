"""A simulated company from files to published gold, held against what was planted."""

import csv
import json
import shutil
from collections import Counter
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from engines import AS_IF_LARGE, by_embedded
from runs import copied

from bench.engines import differing, hashes_of
from jobs.lake import row_accounts
from jobs.lake.tables import Lake
from jobs.quality import judgements, samples
from jobs.quality import report as quality
from jobs.runner.execution import Choice, execute
from jobs.settings import load
from transformations.contracts import PROPERTIES, contract

RULES = {
    # kind of planted fault: the rules that find it, and no other rule does; what cannot be parsed and what stands twice has none
    "city_of_another_postcode": ("silver.customers.city.agrees_with_postcodes",),
    "customer_without_id": ("silver.customers.customer_id.required",),
    "customer_born_too_early": ("silver.customers.birth_date.in_range",),
    "list_price_off": ("silver.products.list_price.agrees_with_product_master",),
    "product_in_another_currency": ("silver.products.currency_is_that_of_its_lines",),
    "product_without_id": ("silver.products.product_id.required",),
    "list_price_below_zero": ("silver.products.list_price.in_range",),
    "line_without_product": ("silver.order_lines.product_id.required",),
    "price_with_comma": ("silver.order_lines.unit_price.readable",),
    "quantity_zero": ("silver.order_lines.quantity.not_zero",),
    "orphan_order_line": ("silver.order_lines.order_id.resolves",),
    "order_total_off": ("silver.orders.total_is_the_sum_of_its_lines",),
    "order_in_another_currency": ("silver.order_lines.currency_is_that_of_its_order",),
    "order_without_date": ("silver.orders.ordered_at.required",),
    "impossible_date": ("silver.orders.ordered_at.readable",),
    "unknown_currency": ("silver.orders.currency.allowed",),
    "order_of_nobody": ("silver.orders.customer_id.resolves",),
    "ledger_off": ("silver.order_lines.agrees_with_the_ledger",),
    "booking_without_amount": ("silver.ledger_totals.amount.required",),
    "booking_with_comma": ("silver.ledger_totals.amount.readable",),
    "cost_without_amount": ("silver.costs.amount.required",),
    "cost_of_unknown_kind": ("silver.costs.kind.allowed",),
    "cost_of_nobody": ("silver.costs.customer_id.resolves",),
    "cost_of_no_campaign": ("silver.costs.campaign_id.resolves",),
    "cost_in_another_currency": ("silver.costs.currency_is_that_of_its_campaign",),
    "reply_in_a_thread_of_its_own": ("silver.posts.root_is_that_of_its_parent",),
    "post_without_date": ("silver.posts.created_at.required",),
    "post_from_the_future": ("silver.posts.created_at.not_in_the_future",),
    "reply_to_nothing": ("silver.posts.parent_post_id.resolves",),
    "post_about_nothing": ("silver.post_enrichments.posts_are_about_what_is_monitored",),
    "fewer_comments_than_held": ("silver.post_metrics.comments_are_no_fewer_than_held",),
    "impressions_below_zero": ("silver.post_metrics.impressions.in_range",),
    "measured_post_without_id": ("silver.posts.post_id.required", "silver.post_metrics.post_id.required"),
    "fewer_followers_than_held": ("silver.profiles.followers_are_no_fewer_than_held",),
    "profile_without_id": ("silver.profiles.profile_id.required",),
    "followers_below_zero": ("silver.profiles.followers_count.in_range",),
    "profile_of_no_customer": ("silver.profiles.customer_id.resolves",),
    "reaction_to_another": ("silver.interactions.target_wrote_the_post",),
    "interaction_of_nobody": ("silver.interactions.actor_profile_id.required",),
    "interaction_of_unknown_kind": ("silver.interactions.kind.allowed",),
    "nobody_is_followed": ("silver.interactions.target_profile_id.resolves",),
    "forum_post_without_date": ("silver.posts.created_at.required",),
    "forum_post_from_the_future": ("silver.posts.created_at.not_in_the_future",),
    "comment_without_id": ("silver.posts.post_id.required",),
    "comment_on_no_day": ("silver.posts.created_at.readable",),
    "comment_on_nothing": ("silver.posts.parent_post_id.resolves",),
    "forum_user_without_id": ("silver.profiles.profile_id.required",),
    "forum_user_from_the_future": ("silver.profiles.created_at.not_in_the_future",),
    "ticket_from_another_address": ("silver.customers.email_is_that_of_its_tickets",),
    "solved_ticket_called_open": ("silver.tickets.status_is_that_of_its_last_event",),
    "ticket_without_date": ("silver.tickets.opened_at.required",),
    "ticket_solved_before_it_was_opened": ("silver.tickets.solved_at.not_before_opened_at",),
    "ticket_opened_on_no_day": ("silver.tickets.opened_at.readable",),
    "ticket_of_nobody": ("silver.tickets.customer_id.resolves",),
    "ticket_opened_at_another_time": ("silver.ticket_events.opened_when_its_ticket_says",),
    "ticket_event_without_date": ("silver.ticket_events.created_at.required",),
    "ticket_event_of_unknown_kind": ("silver.ticket_events.kind.allowed",),
    "event_of_no_ticket": ("silver.ticket_events.ticket_id.resolves",),
    "answer_from_another_address": ("silver.survey_responses.email_is_that_of_the_customer",),
    "answer_to_no_question": ("silver.survey_responses.question.required",),
    "score_in_words": ("silver.survey_responses.score.readable",),
    "answer_about_the_weather": ("silver.survey_responses.kind.allowed",),
    "email_without_at": ("silver.survey_responses.email.format",),
    "answer_of_nobody": ("silver.survey_responses.customer_id.resolves",),
    "event_of_another_visitor": ("silver.web_events.session_has_one_visitor",),
    "web_event_without_name": ("silver.web_events.event_name.required",),
    "web_event_from_the_future": ("silver.web_events.occurred_at.not_in_the_future",),
    "use_of_what_was_not_bought": ("silver.product_usage.used_by_a_buyer",),
    "use_without_date": ("silver.product_usage.used_at.required",),
    "seconds_in_words": ("silver.product_usage.used_seconds.readable",),
    "use_of_nobody": ("silver.product_usage.customer_id.resolves",),
    "campaign_without_id": ("silver.campaigns.campaign_id.required",),
    "campaign_ends_before_it_begins": ("silver.campaigns.ends_at.not_before_begins_at",),
    "campaign_paid_in_nothing_known": ("silver.campaigns.currency.allowed",),
    "campaign_for_no_objective": ("silver.campaigns.objective_is_declared",),
    "touch_at_another_address": ("silver.campaign_touches.email_is_that_of_the_contact",),
    "touch_before_its_campaign": ("silver.campaigns.begins_with_its_first_touch",),
    "touch_without_date": ("silver.campaign_touches.created_at.required",),
    "touch_of_unknown_kind": ("silver.campaign_touches.kind.allowed",),
    "touch_of_no_campaign": ("silver.campaign_touches.campaign_id.resolves",),
    "customer_by_another_name": ("silver.contacts.name_is_that_of_the_customer",),
    "contact_without_id": ("silver.contacts.contact_id.required",),
    "consent_in_doubt": ("silver.contacts.has_email_consent.readable",),
    "contact_from_the_future": ("silver.contacts.created_at.not_in_the_future",),
    "reader_who_wants_no_mail": ("silver.content_reads.reader_agreed_to_mail",),
    "read_by_nobody": ("silver.content_reads.reader_profile_id.required",),
    "read_before_there_was_mail": ("silver.content_reads.read_at.in_range",),
    "staff_in_two_departments": ("silver.staff.email_has_one_department",),
    "staff_without_id": ("silver.staff.staff_id.required",),
    "staff_left_before_they_came": ("silver.staff.left_at.not_before_joined_at",),
    "staff_came_soon": ("silver.staff.joined_at.readable",),
    "domain_of_another": ("silver.organisations.name_is_one_for_a_domain",),
    "organisation_without_id": ("silver.organisations.organisation_id.required",),
    "organisation_of_unknown_kind": ("silver.organisations.kind.allowed",),
    "member_of_two_kinds": ("silver.organisation_members.member_is_of_one_kind",),
    "member_without_id": ("silver.organisation_members.member_id.required",),
    "member_left_before_joining": ("silver.organisation_members.left_at.not_before_joined_at",),
    "member_of_nothing": ("silver.organisation_members.organisation_id.resolves",),
    "price_in_another_category": ("silver.competitor_prices.category_is_always_the_same",),
    "price_of_nothing": ("silver.competitor_prices.product.required",),
    "price_below_zero": ("silver.competitor_prices.price.in_range",),
    "price_in_unknown_currency": ("silver.competitor_prices.currency.allowed",),
    "price_of_no_competitor": ("silver.competitor_prices.competitor_is_monitored",),
    "release_on_another_day": ("silver.competitor_releases.launched_at_is_always_the_same",),
    "release_of_nothing": ("silver.competitor_releases.product.required",),
    "release_seen_on_no_day": ("silver.competitor_releases.observed_at.readable",),
    "release_of_no_competitor": ("silver.competitor_releases.competitor_is_monitored",),
}


ABOUT = "silver.post_enrichments.posts_are_about_what_is_monitored"


def truth(simulated, name: str) -> list[dict[str, str]]:
    with (simulated.data / "truth" / f"{name}.csv").open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def test_the_run_is_good_and_every_record_accounted_for(simulated):
    assert (simulated.report.exit_code, simulated.report.message) == (0, "")
    assert row_accounts.mistakes(simulated.lake) == []
    published = duckdb.connect(str(simulated.lake.root / "published" / "scrm.duckdb"), read_only=True)
    with published:
        ((count,),) = published.execute("select count(*) from gold.customer_360").fetchall()
    assert count == simulated.lake.arrow("gold.customer_360", ["person_id"]).num_rows > 0


def test_every_planted_fault_ends_as_planted(simulated):
    lake = simulated.lake
    paths = {(row["batch_id"], row["file"]): row["path"] for row in lake.rows("ops.batches")}
    found: dict[tuple[str, int], tuple[str, set[str], set[str]]] = {}
    for name in lake.names("quarantine"):
        for row in lake.rows(name):
            file = Path(paths[(row["batch_id"], row["file"])]).relative_to(simulated.data).as_posix()
            is_unparsable = row["ordinal"] == -1
            kind, codes, properties = found.setdefault(
                (file, row["line"]), ("unparsable" if is_unparsable else "quarantined", set(), set())
            )
            assert (kind == "unparsable") == is_unparsable
            properties.update(reason["property"] for reason in row["reasons"])
            if not is_unparsable:
                table = name.replace("quarantine.", "silver.")
                codes.update(f"{table}.{reason['code']}" for reason in row["reasons"])
    planted = {
        (row["source_file"], int(row["record"])): (row["expected"], set(RULES.get(row["kind"], ())), {row["property"]})
        for row in truth(simulated, "dirt")
        if row["expected"] in ("quarantined", "unparsable")
    }
    assert found == planted
    duplicates = Counter(row["table"] for row in truth(simulated, "dirt") if row["expected"] == "duplicate")
    counted = Counter()
    for row in lake.rows("ops.row_accounts", "duplicate > 0"):
        counted[row["table_name"].removeprefix("silver.")] += row["duplicate"]
    assert counted == duplicates


def test_every_fault_is_found_as_its_property_and_no_other(simulated):
    """Each rule is broken by the faults that are planted for it and by nothing else; they and it are of one property."""
    planted = truth(simulated, "dirt")
    broken: Counter[str] = Counter()
    properties: dict[str, set[str]] = {}
    for fault in planted:
        for rule in RULES.get(fault["kind"], ()):
            broken[rule] += 1
            properties.setdefault(rule, set()).add(fault["property"])
    outcomes = [
        o
        for o in quality.outcomes(simulated.lake, simulated.settings)
        if o.table.startswith("silver.") and o.code != "is_fresh"  # no record makes data old, and visits are few here
    ]
    found = {f"{o.table}.{o.code}": o.applicable - o.passing for o in outcomes if o.passing < o.applicable}
    # People also write about other things; the clean company has such posts too.
    found.pop(ABOUT), broken.pop(ABOUT)
    assert found == dict(broken)
    said = {f"{o.table}.{o.code}": {o.property} for o in outcomes}
    assert {rule: said[rule] for rule in properties} == properties
    assert set().union(*properties.values()) == set(PROPERTIES)
    about = {row["post_id"]: row["is_relevant"] for row in simulated.lake.rows("silver.post_enrichments")}
    assert not any(about[fault["key"]] for fault in planted if fault["kind"] == "post_about_nothing")


def test_relevance_agrees_with_posts_labelled_by_what_they_name(simulated):
    """All that name something monitored are found; beyond them only replies in threads about it, as is meant."""
    label = {row["post_id"]: row["is_relevant"] == "true" for row in truth(simulated, "posts")}
    enriched = simulated.lake.rows("silver.post_enrichments", "channel = 'microblog'")
    said = {row["post_id"]: row["is_relevant"] for row in enriched if row["post_id"] in label}
    parents = {row["post_id"]: row["parent_post_id"] for row in simulated.lake.rows("silver.posts")}
    assert len(said) == len(label) > 200
    assert [post for post in said if label[post] and not said[post]] == []
    beyond = [post for post in said if said[post] and not label[post]]
    assert [post for post in beyond if not said.get(parents[post])] == []
    right = sum(said[post] == label[post] for post in said) / len(said)
    assert 0.9 < right < 1
    assert {label[post] for post in label} == {True, False}


def test_silver_holds_the_good_records_and_the_flagged_ones(simulated):
    kept = json.loads((simulated.data / "truth" / "totals.json").read_text())["faults"]["kept"]
    assert kept.pop("forum_votes") > 0  # not read
    kept["posts"] += kept.pop("forum_posts") + kept.pop("forum_comments")
    kept["profiles"] += kept.pop("forum_users")
    kept["interactions"] += kept.pop("company_page")
    described = "is_seen_only is not true"  # beside them are those that only orders, posts and acts name
    given = {"interactions": contract("silver.interactions").given_rows, "profiles": described, "customers": described}
    held = {name: len(simulated.lake.rows(f"silver.{name}", given.get(name))) for name in kept}
    assert held == kept


def test_a_wrong_value_that_judges_find_is_a_fault_of_accuracy_and_no_other(simulated, tmp_path):
    def no_spark():
        pytest.fail("judgements asked for Spark")

    root, path = tmp_path / "lake", tmp_path / "staff.csv"
    shutil.copytree(simulated.lake.root, root)
    lake = Lake(root, no_spark)
    before = quality.outcomes(lake, simulated.settings)
    samples.draw(lake, contract("silver.staff"), "department", 10, 7, path)
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(row | {"is_right": "no" if place == 3 else "yes"} for place, row in enumerate(rows))
    judgements.read(lake, path, "ada", simulated.now)
    (found,) = [outcome for outcome in quality.outcomes(lake, simulated.settings) if outcome not in before]
    assert (found.table, found.code, found.property) == ("silver.staff", "department.agrees_with_judges", "accuracy")
    assert (found.applicable, found.passing) == (10, 9)


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


def test_tickets_count_for_the_customers_who_were_planted_behind_them(simulated):
    lake = simulated.lake
    person = {(r["record_kind"], r["linked_record_id"]): r["person_id"] for r in lake.rows("silver.person_links")}
    whose = {row["ticket_id"]: row["customer_id"] for row in truth(simulated, "tickets")}
    described = {row["customer_id"] for row in lake.rows("silver.customers", "is_seen_only is not true")}
    faulty = {row["key"] for row in truth(simulated, "dirt") if row["table"] == "tickets"}
    told = [
        row["ticket_id"]
        for row in lake.rows("silver.tickets")
        if whose.get(row["ticket_id"]) in described and row["ticket_id"] not in faulty
    ]
    assert len(told) > 3
    assert all(person["ticket", ticket] == person["customer", whose[ticket]] for ticket in told)
    linked = Counter(one for (kind, _), one in person.items() if kind == "ticket")
    counted = {row["person_id"]: row["tickets_count"] for row in lake.rows("gold.customer_360") if row["tickets_count"]}
    assert counted == linked


def test_web_visits_are_what_was_planted(simulated):
    totals = json.loads((simulated.data / "truth" / "totals.json").read_text())["web"]
    visitors = {row["visitor_id"]: row for row in truth(simulated, "visitors") if row["kind"] != "program"}
    lake = simulated.lake
    events = lake.arrow("silver.web_events", ["event_id", "event_name"]).to_pylist()
    assert len([event for event in events if event["event_name"] != "link_click"]) == totals["events"]
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


def test_communities_are_those_that_were_planted(simulated):
    from sklearn.metrics import normalized_mutual_info_score

    lake = simulated.lake
    persons = {
        (row["record_place"], row["linked_record_id"]): row["person_id"]
        for row in lake.rows("silver.person_links", "record_kind = 'profile'")
    }
    planted = {
        persons.get((row["channel"], row["profile_id"])): row["community"] for row in truth(simulated, "communities")
    }
    found = {row["person_id"]: row["community_id"] for row in lake.rows("gold.community_members", "period = 'all'")}
    both = sorted(person for person in found if person in planted)
    assert len(both) > 0.8 * len(planted)
    assert normalized_mutual_info_score([planted[of] for of in both], [found[of] for of in both]) > 0.7


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


@pytest.mark.slow
def test_a_broken_stop_leaves_gold_and_what_is_published_alone(simulated, tmp_path):
    lake = copied(simulated.lake, tmp_path / "lake")
    published = (lake.root / "published" / "scrm.duckdb").read_bytes()
    conf = shutil.copytree(simulated.conf, tmp_path / "conf")
    with (conf / "base.yaml").open("a") as base:
        base.write(
            "quality: {rules: {silver.orders.total_is_the_sum_of_its_lines: {severity: stop, threshold: 1.0}}}\n"
        )
    report = execute(load(conf), Choice(), clock=lambda: simulated.now, lake=lake)
    assert report.exit_code == 3
    assert "total_is_the_sum_of_its_lines" in report.message
    assert {job.state for job in report.jobs if job.stage in ("gold", "publish", "persons")} == {"not run"}
    assert (lake.root / "published" / "scrm.duckdb").read_bytes() == published


def test_rows_out_of_a_job_are_those_that_no_other_of_its_stage_writes(simulated):
    out = {job.job: job.rows_out for job in simulated.report.jobs}
    for name in ("leads", "offers"):  # both write gold.model_evaluations too, side by side
        assert out[name] == simulated.lake.count(f"gold.{name}")


@pytest.mark.slow
@pytest.mark.usefixtures("jvm")
def test_the_embedded_engine_ends_in_the_same_content_and_so_does_a_full_run_as_if_it_were_large(simulated, tmp_path):
    expected = hashes_of(simulated.lake)
    assert len(expected) > 60
    made = by_embedded(simulated.conf, tmp_path / "lake", simulated.now)
    assert differing(hashes_of(made), expected) == []
    again = by_embedded(simulated.conf, tmp_path / "lake", simulated.now, FULL="1", **AS_IF_LARGE)
    assert differing(hashes_of(again), expected) == ["gold.data_quality"]  # it has what each run judged
