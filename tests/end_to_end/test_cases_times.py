"""Cases from the field: times in every notation, and what platforms' payloads mean."""

from datetime import UTC, date, datetime
from decimal import Decimal

MONTHS = "indicator_id = 'revenue' and grain = 'month' and dimension = 'channel' and dimension_value = '{}'"


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


def instants(field_cases, table, where, key, column):
    return {row[key]: row[column].astimezone(UTC) for row in field_cases.rows(table, where)}


def posts(field_cases, channel):
    return {row["post_id"]: row for row in field_cases.rows("silver.posts", f"channel = '{channel}'")}


def test_02_a_zone_is_honoured_in_every_notation(field_cases):
    found = instants(field_cases, "silver.orders", "channel = 'c02'", "order_id", "ordered_at")
    assert found == {
        "P1": at(2024, 6, 30, 20, 30),
        "P2": at(2024, 6, 30, 23, 30),
        "B1": at(2024, 6, 30, 23, 30),
        "X1": at(2024, 6, 30, 23, 30),
        "S1": at(2024, 6, 30, 21, 30),
        "Z1": at(2024, 6, 30, 23, 30),
        "N1": at(2024, 6, 30, 21, 30),
        "R1": at(2024, 7, 1, 3, 30),
        "A1": at(2024, 6, 30, 21, 30),
    }
    revenue = {
        row["period_start"]: row["value"] for row in field_cases.rows("gold.indicator_values", MONTHS.format("c02"))
    }
    assert revenue == {date(2024, 6, 1): 81 + 256, date(2024, 7, 1): 174}


def test_03_who_wrote_the_first_comment_opened_the_ticket_and_the_system_is_a_bot(field_cases):
    events = field_cases.rows("silver.ticket_events", "ticket_id in ('3001', '3002', '3003')")
    found = sorted((row["ticket_id"], row["created_at"], row["kind"], row["actor"]) for row in events)
    assert [(ticket, kind, actor) for ticket, _, kind, actor in found] == [
        ("3001", "opened", "customer"),
        ("3001", "replied", "bot"),
        ("3001", "replied", "agent"),
        ("3002", "opened", "customer"),
        ("3002", "replied", "bot"),
        ("3003", "opened", "customer"),
        ("3003", "replied", "agent"),
    ]


def test_09_a_wrong_clock_of_a_client_gives_way_to_the_services(field_cases):
    found = {
        key.rsplit("/", 1)[-1]: row["created_at"].astimezone(UTC) for key, row in posts(field_cases, "c09").items()
    }
    seen = at(2026, 11, 27, 13, 30)
    assert found == {
        "normal": at(2026, 11, 26, 13, 30),
        "future": seen,
        "farfuture": seen,
        "backdated": at(2014, 5, 28, 12, 0, 12),
        "yearone": seen,
    }


def test_13_a_topics_own_count_of_answers(field_cases):
    metrics = field_cases.rows("silver.post_metrics", "post_id in ('810/1', '810/3')")
    found = {row["post_id"]: (row["comments"], row["observed_at"].astimezone(UTC)) for row in metrics}
    assert found == {"810/1": (3, at(2024, 6, 10, 10, 4)), "810/3": (1, at(2024, 6, 10, 10, 3))}


def test_20_atom_with_dates_of_mail(field_cases):
    found = instants(field_cases, "silver.posts", "channel = 'c20'", "post_id", "created_at")
    assert found == {"urn:c20:1": at(2021, 5, 28, 14), "urn:c20:2": at(2021, 5, 29, 14)}


def test_21_a_control_character_costs_one_post_at_most(field_cases):
    found = posts(field_cases, "c21")
    assert {"1", "3"} <= found.keys()
    (refused,) = field_cases.rows("quarantine.c21") if "2" not in found else [None]
    assert refused is None or "malformed_xml" in str(refused["reasons"])


def test_22_text_in_the_wrong_encoding_never_gets_in(field_cases):
    assert not [row for row in posts(field_cases, "c22").values() if "\u00c3" in (row["text"] or "")]
    assert field_cases.rows("quarantine.c22")


def test_26_a_ticket_that_a_merge_closed_is_solved_by_that(field_cases):
    found = {row["ticket_id"]: row["solved_at"] for row in field_cases.rows("silver.tickets", "ticket_id like '310_'")}
    assert found["3104"].astimezone(UTC) == at(2024, 6, 10, 11)
    assert found["3101"] is None


def test_38_results_of_compliance_jobs_delete(field_cases):
    found = {key: row for key, row in posts(field_cases, "twitter").items() if key in ("900001", "900002")}
    assert {key: row["text"] for key, row in found.items()} == {"900001": None, "900002": None}
    assert found["900001"]["deleted_at"].astimezone(UTC) == at(2024, 2, 20, 10)
    assert found["900002"]["deleted_at"] is not None  # with its account, as of landing
    (account,) = field_cases.rows("silver.profiles", "channel = 'twitter' and profile_id = '72'")
    assert (account["handle"], account["deleted_at"] is None) == (None, False)


def test_39_times_made_out_of_text_are_local(field_cases):
    found = instants(field_cases, "silver.orders", "channel = 'c39'", "order_id", "ordered_at")
    assert found == {"Z1": at(2024, 1, 31, 8), "Z2": at(2024, 2, 1, 8), "Z3": at(2024, 2, 29, 8)}
    amounts = field_cases.rows("silver.order_lines", "source = 'c39'")
    assert {row["amount"] for row in amounts} == {Decimal(10)}


def test_40_namespaces_of_any_scheme(field_cases):
    assert [(row["title"], row["profile_id"]) for row in posts(field_cases, "c40").values()] == [("First", "ada")]
