"""Cases from the field: what is the author's text, who speaks, and who is one person."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from jobs.lake import row_accounts


def _one(rows: list[dict]) -> dict:
    (row,) = rows
    return row


def _person_of(cases) -> dict[tuple[str, str], str]:
    links = cases.rows("silver.person_links")
    return {(row["record_place"], row["linked_record_id"]): row["person_id"] for row in links}


def test_03_a_program_takes_no_turn_in_a_ticket(field_cases):
    found = {row["conversation_id"]: row for row in field_cases.rows("silver.conversations", "channel = 'c03'")}
    counts = ("customer_turns_count", "other_turns_count", "company_turns_count", "bot_turns_count", "turns_count")
    turns = {ticket: [row[name] for name in counts] for ticket, row in found.items()}
    # whether the ERP knows the asker is not part of the case: both count as the asker's
    assert {ticket: (of[0] + of[1], *of[2:]) for ticket, of in turns.items()} == {
        "3001": (1, 1, 1, 2),
        "3002": (1, 0, 1, 1),
        "3003": (1, 1, 0, 2),
    }
    assert found["3002"]["direction"] == "unanswered"
    assert found["3001"]["direction"].startswith("two_way")
    assert found["3003"]["direction"].startswith("two_way")
    assert all(row["began_by_role"] in ("customer", "other") for row in found.values())


def test_06_a_typographic_apostrophe_negates_too(field_cases):
    score = {
        row["post_id"]: (row["tone_score"], row["tone"])
        for row in field_cases.rows("silver.post_enrichments", "channel = 'c06'")
    }
    assert [score[f"curly{n}"] for n in range(3)] == [score[f"straight{n}"] for n in range(3)]
    assert score["curly0"][1] == "negative"
    value = _one(
        field_cases.rows(
            "gold.indicator_values",
            "indicator_id = 'net_tone' and grain = 'all' and dimension = 'channel' and dimension_value = 'c06' "
            "and known_to is null",
        )
    )
    tones = [tone for _, tone in score.values() if tone]
    assert value["value"] == pytest.approx((tones.count("positive") - tones.count("negative")) / len(tones))


def test_24_a_handle_in_an_address_is_no_mention(field_cases):
    mentions = field_cases.rows("silver.interactions", "channel = 'c24' and kind = 'mention'")
    assert [(row["actor_profile_id"], row["target_profile_id"]) for row in mentions] == [("u4", "u2")]
    found = {
        row["conversation_id"]: row["direction"] for row in field_cases.rows("silver.conversations", "channel = 'c24'")
    }
    assert found == {"1": "customer_to_customer", "2": "broadcast", "3": "customer_to_customer", "4": "unanswered"}


def test_25_a_filled_in_address_makes_nobody_one_person(field_cases):
    person = _person_of(field_cases)
    of_customers = [person["c25", number] for number in "1234"]
    assert len(set(of_customers)) == 4
    value = {row["person_id"]: row["monetary"] for row in field_cases.rows("gold.customer_value")}
    assert [value[one] for one in of_customers] == [Decimal(10), Decimal(20), Decimal(30), Decimal(5)]
    rule = _one(
        field_cases.rows("ops.rule_counts", "table_name = 'silver.customers' and rule = 'email_is_of_one_person'")
    )
    assert rule["applicable"] > rule["passing"]
    assert any("noemail@shop.example" in example for example in rule["examples"])


def test_26_a_ticket_is_open_where_its_status_says_so(field_cases):
    person = _one([row for row in field_cases.rows("gold.customer_360") if row["email"] == "mail@c26.example"])
    assert (person["tickets_count"], person["open_tickets_count"]) == (4, 1)


def test_32_stray_pings_lengthen_no_visit(field_cases):
    views = {row["view_id"]: row["absolute_seconds"] for row in field_cases.rows("silver.page_views")}
    sessions = {row["session_id"]: row for row in field_cases.rows("silver.web_sessions")}
    assert views["V1"] == 10
    assert (sessions["S1"]["views_count"], sessions["S1"]["absolute_seconds"]) == (1, 10)
    assert sessions["S3"]["views_count"] == 2
    assert sessions["S3"]["absolute_seconds"] == 600


def test_37_who_posts_exists(field_cases):
    profiles = {row["profile_id"]: row for row in field_cases.rows("silver.profiles", "channel = 'c37'")}
    assert set(profiles) == {"501", "502", "503", "AlderwickCare"}
    assert all(row["is_seen_only"] for row in profiles.values())
    assert (profiles["501"]["first_seen_at"], profiles["501"]["last_seen_at"]) == (
        datetime(2024, 2, 1, 10, 0, tzinfo=UTC),
        datetime(2024, 2, 1, 10, 20, tzinfo=UTC),
    )
    person = _person_of(field_cases)
    role = {row["person_id"]: row["role"] for row in field_cases.rows("silver.persons")}
    assert {name: role[person["c37", name]] for name in profiles} == {
        "501": "consumer",
        "502": "consumer",
        "503": "consumer",
        "AlderwickCare": "internal_customer",
    }
    acts = {
        (row["kind"], row["actor_profile_id"], row["target_profile_id"])
        for row in field_cases.rows("silver.interactions", "channel = 'c37'")
    }
    assert acts == {
        ("mention", "501", "AlderwickCare"),
        ("reply", "AlderwickCare", "501"),
        ("reply", "501", "AlderwickCare"),
        ("reply", "502", "501"),
    }
    measured = {row["person_id"] for row in field_cases.rows("gold.network_measures", "period = 'all'")}
    assert measured & {person["c37", name] for name in profiles} == {person["c37", "501"], person["c37", "502"]}
    coverage = _one(
        field_cases.rows(
            "gold.indicator_values",
            "indicator_id = 'coverage' and grain = 'all' and dimension = 'channel' and dimension_value = 'c37' "
            "and known_to is null",
        )
    )
    assert coverage["denominator"] == 3
    waited = _one(
        field_cases.rows(
            "gold.indicator_values",
            "indicator_id = 'first_response_seconds' and grain = 'all' and dimension = 'channel' "
            "and dimension_value = 'c37' and known_to is null",
        )
    )
    assert (waited["value"], waited["numerator"], waited["denominator"]) == (720, 720, 1)


POSTS = """
kind: social
format: csv
path: {folder}/posts*.csv
channel: x
service_type: microblog
tables:
  posts: {{columns: {{post_id: id, kind: "'post'", profile_id: author, text: text, created_at: at, parent_post_id: answers}}}}
"""
PROFILES = """
kind: social
format: csv
path: {folder}/profiles*.csv
channel: x
service_type: microblog
tables:
  profiles: {{columns: {{profile_id: id, handle: handle, email: email, created_at: since}}}}
"""
BUYERS = """
kind: erp
format: csv
path: {folder}/customers*.csv
tables:
  customers: {{columns: {{customer_id: id, name: name, email: email}}}}
"""
JOBS = ("land", "erp", "social", "silver_gate", "derived_interactions", "persons")


def test_a_profile_that_lands_later_completes_the_account_that_was_only_seen(tmp_path, write_conf, run_conf):
    folder = tmp_path / "in"
    folder.mkdir()
    conf = write_conf(
        {name: text.format(folder=folder) for name, text in (("net", POSTS), ("members", PROFILES), ("shop", BUYERS))}
    )
    (folder / "posts1.csv").write_text(
        "id,author,text,at,answers\n"
        "1,17,Does it leak?,2025-01-01T10:00:00Z,\n"
        "2,18,Mine does @19,2025-01-01T11:00:00Z,1\n"
        "3,19,Not here,2025-01-02T11:00:00Z,\n"
    )
    (folder / "customers1.csv").write_text("id,name,email\nc1,Ann Alt,ann@x.example\n")
    (folder / "profiles0.csv").write_text("id,handle,email,since\n20,eve,,2024-05-01T00:00:00Z\n")

    def accounts() -> dict[str, tuple]:
        rows = lake.rows("silver.profiles", "deleted_at is null")
        return {row["profile_id"]: (row["handle"], row["is_seen_only"], row["source"]) for row in rows}

    def person_of() -> dict[str, str]:
        return {row["linked_record_id"]: row["person_id"] for row in lake.rows("silver.person_links")}

    report, lake = run_conf(conf, jobs=JOBS)
    assert (report.exit_code, report.message) == (0, "")
    seen = (None, True, "(seen only)")
    assert accounts() == {"17": seen, "18": seen, "19": seen, "20": ("eve", False, "members")}
    acts = {(row["kind"], row["target_profile_id"]) for row in lake.rows("silver.interactions")}
    assert acts == {("reply", "17"), ("mention", "19")}
    first = person_of()
    assert len(set(first.values())) == 5
    resolves = {
        row["table_name"]: row["applicable"] - row["passing"]
        for row in lake.rows("ops.rule_counts", "rule = 'profile_id.resolves'")
    }
    assert resolves["silver.posts"] == 3  # what no source describes is still missing

    (folder / "profiles1.csv").write_text(
        "id,handle,email,since\n17,ann,ann@x.example,2024-06-01T00:00:00Z\n18,bob,,2025-06-01T00:00:00Z\n"
    )
    report, lake = run_conf(conf, jobs=JOBS)
    assert (report.exit_code, report.message) == (0, "")
    described = {"17": ("ann", False, "members"), "18": ("bob", False, "members")}
    assert accounts() == {**described, "19": seen, "20": ("eve", False, "members")}
    then = person_of()
    assert {name: then[name] for name in ("18", "19", "20")} == {name: first[name] for name in ("18", "19", "20")}
    assert then["17"] == then["c1"]
    assert row_accounts.mistakes(lake) == []

    hashes = {name: lake.hash(name) for name in ("silver.profiles", "silver.interactions", "silver.person_links")}
    report, lake = run_conf(conf, jobs=JOBS, full=True)
    assert (report.exit_code, report.message) == (0, "")
    assert {name: lake.hash(name) for name in hashes} == hashes
    assert row_accounts.mistakes(lake) == []
