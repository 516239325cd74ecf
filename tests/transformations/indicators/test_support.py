from datetime import timedelta

import pyarrow as pa
import pytest

from jobs.engine import sessions
from transformations.indicators.support import LIVES, support_indicators, ticket_lives
from transformations.social.business_hours import Calendar
from transformations.social.replies import STAFF_TYPES


@pytest.fixture(scope="module")
def rows(frame, spark, at, by_group):
    tickets = [
        {"ticket_id": "1", "customer_id": "ada", "opened_at": at(2, 8), "solved_at": at(2, 9), "priority": "high"},
        {
            "ticket_id": "2",
            "customer_id": "ada",
            "opened_at": at(2, 8),
            "solved_at": at(2, 9),
        },  # reopened, solved again
        {"ticket_id": "3", "email": "Bob@x.example", "opened_at": at(2, 8), "solved_at": at(2, 9)},  # reopened since
        {"ticket_id": "4", "email": "bob@x.example", "opened_at": at(3, 8), "status": "pending"},
        {"ticket_id": "5", "opened_at": at(3, 8), "status": "Closed"},  # nobody says when
        {"ticket_id": "6", "opened_at": at(20, 8)},  # after the run
    ]
    events = [("1", "solved", at(2, 9)), ("2", "solved", at(2, 9)), ("2", "reopened", at(2, 10))]
    events += [
        ("2", "solved", at(2, 12)),
        ("3", "solved", at(2, 9)),
        ("3", "reopened", at(2, 10)),
        ("4", "opened", at(3)),
    ]
    happened = [
        {"ticket_id": ticket, "event_id": str(place), "kind": kind, "created_at": when}
        for place, (ticket, kind, when) in enumerate(events)
    ]
    happened += [
        {
            "ticket_id": "1",
            "event_id": "x",
            "kind": "solved",
            "actor": "agent",
            "actor_id": "a1",
            "created_at": at(2, 9),
        },
        {
            "ticket_id": "2",
            "event_id": "y",
            "kind": "solved",
            "actor": "agent",
            "actor_id": "a1",
            "created_at": at(2, 9),
        },
        {
            "ticket_id": "2",
            "event_id": "z",
            "kind": "solved",
            "actor": "agent",
            "actor_id": "a2",
            "created_at": at(2, 12),
        },
    ]
    happened += [
        {"ticket_id": ticket, "event_id": f"r{place}", "kind": "replied", "actor": actor, "created_at": when}
        for place, (ticket, actor, when) in enumerate(
            [("1", "bot", at(2, 8)), ("2", "agent", at(2, 10)), ("2", "agent", at(2, 11)), ("3", "customer", at(2, 9))]
        )
    ]
    staff = pa.table({"channel": ["mail"], "account": ["a1"], "staff_id": ["S1"], "department": ["Support"]})
    lives = ticket_lives(
        frame("silver.tickets", *({"channel": "mail"} | ticket for ticket in tickets)),
        frame("silver.ticket_events", *({"channel": "mail"} | event for event in happened)),
        sessions.frame(spark, staff, STAFF_TYPES),
    )
    calendar = Calendar({"monday": ["08:30-11:00"]})  # 2 March 2026 is a Monday
    return by_group(support_indicators(pa.table(lives.toArrow()).cast(LIVES), "UTC", at(10), calendar))


def test_solutions_by_priority_and_by_who_of_the_staff_acted_last(rows) -> None:
    high = rows["resolution_seconds", "all", None, "priority", "high"]
    assert (high["value"], high["denominator"]) == (3600, 1)
    of = {key[4]: row["value"] for key, row in rows.items() if key[:2] == ("tickets", "all") and key[3] == "staff"}
    assert of == {"S1": 1, "a2": 1, "(none)": 3}


def test_solutions_in_business_hours(rows) -> None:
    """1 after half an hour, 2 after two and a half; 3 and 4 are open."""
    row = rows["resolution_business_seconds", "all", None, "all", "all"]
    assert (row["value"], row["numerator"], row["denominator"]) == (9000, 1800 + 9000, 2)


def test_tickets_open_ones_and_reopened_ones(rows) -> None:
    assert rows["tickets", "all", None, "all", "all"]["value"] == 5
    assert rows["tickets", "day", "03-02", "channel", "mail"]["value"] == 3
    assert rows["open_tickets", "all", None, "all", "all"]["value"] == 2  # 3 and 4
    reopened = rows["reopened_ratio", "all", None, "all", "all"]
    assert (reopened["numerator"], reopened["denominator"], reopened["coverage_ratio"]) == (2, 3, 0.8)
    assert rows["tickets", "all", None, "all", "all"]["persons_count"] == 2  # ada, and bob by his address


def test_times_to_the_solution_end_with_the_last_one_and_open_ones_are_censored(rows) -> None:
    """1 after an hour, 2 after four; 3 and 4 are open. S falls to 3/4 and 1/2 at these times."""
    median = rows["resolution_seconds", "all", None, "all", "all"]
    assert median["value"] == timedelta(hours=4).total_seconds()
    assert (median["numerator"], median["denominator"], median["observations_count"]) == (5 * 3600, 2, 4)
    nine_in_ten = rows["resolution_p90_seconds", "all", None, "all", "all"]
    assert (nine_in_ten["value"], nine_in_ten["missing_reason"]) == (
        None,
        "so few have ended that the quantile is not reached",
    )
    assert median["persons_count"] == 2
    first = rows["first_resolution_seconds", "all", None, "all", "all"]  # three of four after an hour
    assert (first["value"], first["denominator"]) == (3600, 3)


def test_without_events_nobody_knows_what_was_reopened(frame, spark, at, by_group) -> None:
    lives = ticket_lives(
        frame("silver.tickets", {"ticket_id": "1", "opened_at": at(2, 8), "solved_at": at(2, 9)}),
        frame("silver.ticket_events"),
        spark.createDataFrame([], STAFF_TYPES),
    )
    rows = by_group(support_indicators(pa.table(lives.toArrow()).cast(LIVES), "UTC", at(10)))
    row = rows["reopened_ratio", "all", None, "all", "all"]
    assert (row["value"], row["missing_reason"]) == (None, "no source reports events of tickets")
    assert rows["open_tickets", "all", None, "all", "all"]["value"] == 0
    business = rows["resolution_business_seconds", "all", None, "all", "all"]
    assert (business["value"], business["missing_reason"]) == (None, "company.yaml names no business_hours")
    assert {key[3] for key in rows} == {"all", "channel"}


def test_replies_of_agents_end_the_wait_and_solutions_censor_it(rows) -> None:
    """2 has a reply after two hours; 1 was solved after one without any, 3 and 4 wait, of 5 there are no events."""
    row = rows["ticket_response_seconds", "all", None, "all", "all"]
    assert (row["numerator"], row["denominator"], row["observations_count"]) == (7200, 1, 4)
    assert row["value"] is None  # S falls to 2/3
    by_last = rows["ticket_response_p90_seconds", "all", None, "staff", "a2"]
    assert (by_last["value"], by_last["coverage_ratio"]) == (7200, 1.0)


def test_the_status_decides_whether_a_ticket_is_open(frame, spark, at, by_group) -> None:
    """Where it contradicts times and events, as gold.customer_360 has it; another word leaves it to them."""
    solved = {"opened_at": at(2, 8), "solved_at": at(2, 9)}
    tickets = [
        {"ticket_id": "1", "status": "Open ", **solved},
        {"ticket_id": "2", "status": "pending", "opened_at": at(2, 8)},
        {"ticket_id": "3", "status": "closed", "opened_at": at(2, 8)},
        {"ticket_id": "4", "status": "x-17", **solved},
    ]
    events = [("2", "solved", at(2, 9)), ("3", "solved", at(2, 9)), ("3", "reopened", at(2, 10))]
    happened = [
        {"ticket_id": ticket, "event_id": str(place), "kind": kind, "created_at": when}
        for place, (ticket, kind, when) in enumerate(events)
    ]
    lives = ticket_lives(
        frame("silver.tickets", *tickets),
        frame("silver.ticket_events", *happened),
        spark.createDataFrame([], STAFF_TYPES),
    )
    rows = by_group(support_indicators(pa.table(lives.toArrow()).cast(LIVES), "UTC", at(10)))
    assert rows["open_tickets", "all", None, "all", "all"]["value"] == 2  # 1 and 2
    assert rows["resolution_seconds", "all", None, "all", "all"]["denominator"] == 1  # of 3 nobody knows when
