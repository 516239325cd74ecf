import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pyarrow as pa
import pytest
from hypothesis import given
from recounted import (
    FEW,
    HALF,
    SEEDS,
    ZONES,
    Group,
    assert_adds_up,
    assert_agree,
    business_clock,
    collected,
    lasting,
    local_day,
    moment,
    recounted,
    some,
)

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
        at(10),
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
        sessions.frame(spark, [], STAFF_TYPES),
        at(10),
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


STAFF = pa.table(
    {"channel": ["mail", "chat"], "account": ["a1"] * 2, "staff_id": ["S1"] * 2, "department": ["Support"] * 2}
)


@pytest.fixture(scope="module")
def known(frame, spark, at, by_group):
    """known(ticket, (kind, when), …): what is known on 10 March of a ticket of 2 March, 8 o'clock, whose agent acts so."""

    def of(ticket: dict, *happened: tuple) -> dict:
        events = [
            {"ticket_id": "1", "event_id": str(place), "kind": kind, "created_at": when, "actor": "agent"}
            for place, (kind, when) in enumerate(happened)
        ]
        lives = ticket_lives(
            frame("silver.tickets", {"ticket_id": "1", "opened_at": at(2, 8)} | ticket),
            frame("silver.ticket_events", *events),
            sessions.frame(spark, STAFF, STAFF_TYPES),
            at(10),
        )
        rows = by_group(support_indicators(collected(lives, LIVES), "UTC", at(10)))
        return {key[0]: row for key, row in rows.items() if key[1] == key[3] == "all"}

    return of


def test_a_ticket_without_a_status_is_open_until_it_is_solved(known) -> None:
    rows = known({})
    assert rows["open_tickets"]["value"] == 1
    assert (rows["resolution_seconds"]["observations_count"], rows["resolution_seconds"]["denominator"]) == (1, 0)


@pytest.mark.parametrize(
    ("status", "is_open"), [("Reopened", 1), ("open", 1), ("solved", 0), ("in the queue", 0), (None, 0)]
)
def test_without_events_the_status_decides_whether_a_ticket_that_was_solved_is_open(known, at, status, is_open) -> None:
    rows = known({"solved_at": at(3), "status": status})
    assert rows["open_tickets"]["value"] == is_open
    assert rows["resolution_seconds"]["denominator"] == 1 - is_open


def test_the_last_of_solved_and_reopened_decides_whoever_says_it(known, at) -> None:
    """solved_at of the ticket counts like an event of solving, and what happens after the run is not known yet."""
    since = known({"solved_at": at(3)}, ("reopened", at(4)))
    assert (since["open_tickets"]["value"], since["resolution_seconds"]["denominator"]) == (1, 0)
    again = known({"solved_at": at(5, 8)}, ("solved", at(3)), ("reopened", at(4)))
    assert (again["open_tickets"]["value"], again["resolution_seconds"]["value"]) == (0, 3 * 86_400)
    later = known({}, ("solved", at(3, 8)), ("reopened", at(11)), ("solved", at(12)))
    assert (later["open_tickets"]["value"], later["resolution_seconds"]["value"]) == (0, 86_400)
    assert later["reopened_ratio"]["numerator"] == 0
    not_yet = known({"status": "closed"}, ("solved", at(11)))
    assert (not_yet["open_tickets"]["value"], not_yet["reopened_ratio"]["denominator"]) == (1, 0)


def test_a_reply_older_than_its_ticket_is_not_the_first(known, at) -> None:
    rows = known({}, ("replied", at(1)), ("replied", at(2, 9)))
    assert rows["ticket_response_seconds"]["value"] == 3600


AS_OF = datetime(2026, 3, 5, 12, tzinfo=UTC)
HOURS = {"monday": ["09:00-12:30", "13:00-17:00"], "friday": ["22:30-24:00"], "sunday": ["00:00-24:00"]}
CLOSED = date(2026, 2, 16)  # a Monday


def _ticket(draw: random.Random, number: int) -> dict:
    return {
        "ticket_id": str(number),
        "channel": draw.choice(("mail", "chat")),
        "source": draw.choice(("desk", "shop")),
        "customer_id": some(draw, *"abcdef", nulls=0.5),
        "email": some(draw, "x@a.example", "X@a.example", "y@a.example"),
        "status": some(draw, "open", "Closed", "solved", "pending"),
        "priority": some(draw, "high", "low"),
        "opened_at": moment(draw),
    }


def _events(draw: random.Random, ticket: dict) -> list[dict]:
    """At different times, some of them before the ticket was opened and some after the run."""
    offsets = draw.sample(range(-4, 600), draw.choice((0, 0, 1, 3, 6)))
    kinds = ("opened", "replied", "replied", "solved", "solved", "reopened", "closed")
    return [
        {"ticket_id": ticket["ticket_id"], "channel": ticket["channel"], "event_id": str(place)}
        | {"kind": draw.choice(kinds), "actor": some(draw, "agent", "agent", "customer", "bot")}
        | {"actor_id": some(draw, "a1", "a2", "a3"), "created_at": ticket["opened_at"] + HALF * offset}
        for place, offset in enumerate(offsets)
    ]


def _solved_in_table(draw: random.Random, ticket: dict, events: list[dict]) -> datetime | None:
    """When the ticket itself says it was last solved: with its last event of it, after all events, or not at all."""
    times = [row["created_at"] for row in events if row["kind"] == "solved"]
    later = max([ticket["opened_at"], *(row["created_at"] for row in events)]) + HALF * draw.randrange(1, 300)
    last = max(times, default=None)
    return draw.choice((None, later, last if last is None or last > ticket["opened_at"] else None))


def _lived(ticket: dict, events: list[dict], business: Callable[[datetime, datetime], int]) -> dict:
    """What was known of a ticket at the time of the run."""
    opened = ticket["opened_at"]
    past = sorted((row for row in events if row["created_at"] < AS_OF), key=lambda row: row["created_at"])

    def times(kind: str) -> list[datetime]:
        return [row["created_at"] for row in past if row["kind"] == kind]

    in_table = [ticket["solved_at"]] if ticket["solved_at"] and ticket["solved_at"] < AS_OF else []
    solved = max(times("solved") + in_table, default=None)
    reopened = max(times("reopened"), default=None)
    is_open_again = not events and (ticket["status"] or "").lower() in ("open", "pending")
    is_ended = solved is not None and not (reopened and reopened > solved) and not is_open_again
    says_when = ticket["solved_at"] or any(row["kind"] == "solved" for row in events)
    first = min(times("solved") or in_table, default=None)
    replies = [row["created_at"] for row in past if (row["kind"], row["actor"]) == ("replied", "agent")]
    replied = min((at for at in replies if at >= opened), default=None)
    acts = [row["actor_id"] for row in past if row["actor"] == "agent" and row["kind"] in ("replied", "solved")]
    acts = [actor for actor in acts if actor]
    until = solved if is_ended else AS_OF

    def seconds(end: datetime) -> int:
        return max((end - opened) // timedelta(seconds=1), 0)

    return {
        "person": (ticket["source"], ticket["customer_id"])
        if ticket["customer_id"]
        else (ticket["email"] or "").lower(),
        "staff": {"a1": "S1"}.get(acts[-1], acts[-1]) if acts else "(none)",
        "is_followed": bool(events),
        "was_solved": solved is not None,
        "was_reopened": reopened is not None,
        "is_ended": is_ended,
        "is_ended_sometime": not says_when and (ticket["status"] or "").lower() in ("closed", "solved"),
        "seconds": seconds(until),
        "business": business(opened, until),
        "first_seconds": seconds(first or AS_OF),
        "was_first_solved": first is not None,
        "reply_seconds": seconds(replied or until),
        "is_replied": replied is not None,
    }


def _persons(group: Group) -> dict:
    return {"persons_count": group.distinct(lambda row: row["person"] or None)}


def _count(group: Group, is_one: Callable[[dict], object]) -> dict:
    counted = {"numerator": group.count(is_one), "denominator": None, "observations_count": len(group.rows)}
    return counted | _persons(group)


def _reopened(group: Group) -> dict:
    followed = [row for row in group.rows if row["is_followed"]]
    solved = [row for row in followed if row["was_solved"]]
    return {
        "numerator": sum(row["was_reopened"] for row in solved) if followed else None,
        "denominator": len(solved),
        "observations_count": len(solved),
        "coverage_ratio": len(followed) / len(group.rows),
    }


@FEW
@given(SEEDS)
def test_random_tickets_agree_with_a_second_count(frame, spark, seed: int) -> None:
    draw = random.Random(seed)
    zone = draw.choice(ZONES)
    tickets = [_ticket(draw, number) for number in range(100)]
    events = {row["ticket_id"]: _events(draw, row) for row in tickets}
    for row in tickets:
        row["solved_at"] = _solved_in_table(draw, row, events[row["ticket_id"]])
    lives = ticket_lives(
        frame("silver.tickets", *tickets),
        frame("silver.ticket_events", *(event for of in events.values() for event in of)),
        sessions.frame(spark, STAFF, STAFF_TYPES),
        AS_OF,
    )
    found = support_indicators(collected(lives, LIVES), zone, AS_OF, Calendar(HOURS, [CLOSED], zone))

    business = business_clock(HOURS, [CLOSED], zone)
    rows = [
        {"day": local_day(ticket["opened_at"], zone), "channel": ticket["channel"]}
        | {"priority": ticket["priority"] or "(none)"}
        | _lived(ticket, events[ticket["ticket_id"]], business)
        for ticket in tickets
        if ticket["opened_at"] < AS_OF
    ]
    timed = [row for row in rows if not row["is_ended_sometime"]]
    heard = [row for row in rows if row["is_followed"] and (row["is_replied"] or not row["is_ended_sometime"])]
    half, nine = Fraction(1, 2), Fraction(9, 10)
    assert_agree(
        found,
        recounted("tickets", rows, lambda of: _count(of, lambda _: True)),
        recounted(
            "open_tickets", rows, lambda of: _count(of, lambda row: not (row["is_ended"] or row["is_ended_sometime"]))
        ),
        recounted("reopened_ratio", rows, _reopened),
        recounted("resolution_seconds", timed, lambda of: lasting(half)(of) | _persons(of)),
        recounted("resolution_p90_seconds", timed, lasting(nine)),
        recounted("resolution_business_seconds", timed, lasting(half, "business")),
        recounted("first_resolution_seconds", timed, lasting(half, "first_seconds", "was_first_solved")),
        recounted("ticket_response_seconds", heard, lasting(half, "reply_seconds", "is_replied")),
        recounted("ticket_response_p90_seconds", heard, lasting(nine, "reply_seconds", "is_replied")),
    )
    for indicator in ("tickets", "open_tickets"):
        assert_adds_up(found, indicator, "channel", "priority", "staff")
