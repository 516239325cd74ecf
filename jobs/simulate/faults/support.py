"""What can be wrong of support, web and use: tickets, surveys, events, product usage."""

from __future__ import annotations

import pyarrow.compute as pc

from jobs.simulate.faults.nothing import FUTURE, LONG_AGO, NO_CUSTOMER, NO_DAY, NO_OWNER
from jobs.simulate.kinds import (
    Good,
    Kind,
    Source,
    Values,
    before,
    both,
    changed,
    cut,
    having,
    invalid,
    missing,
    once,
    orphan,
    repeated,
    set_to,
    somebody,
    unlike,
    unparsable,
    where,
)

_UNRATED = {"score": None, "goal": None, "comment": None}


def _other_event(row: Values, number: int, good: Good) -> None:
    row["event_id"] = 900 + number


def _no_address(row: Values, number: int, good: Good) -> None:
    row |= _UNRATED | {"customer_id": None, "email": f"visitor{number} at example.com"}


def _not_bought(row: Values, number: int, good: Good) -> None:
    """A use of what its customer never bought."""
    orders, lines = good["orders"].columns, good["order_lines"].columns
    mine = orders["order_id"].filter(pc.equal(orders["customer_id"], row["customer_id"]))
    bought = lines["product_id"].filter(pc.is_in(lines["order_id"], mine))
    others = (
        good["products"]
        .columns["product_id"]
        .filter(pc.invert(pc.is_in(good["products"].columns["product_id"], bought)))
    )
    row |= {"product_id": others[number % len(others)].as_py(), "seconds": 0, "uses": 0}


SOURCES = (
    Source(
        "tickets",
        "tickets",
        ("ticket_id",),
        "ticket_id",
        (
            changed(
                "ticket_from_another_address",
                "consistency",
                somebody(),
                both(once("tickets", "customer_id"), having("tickets", "email")),
            ),
            changed(
                "solved_ticket_called_open",
                "consistency",
                set_to(status="open"),
                where("tickets", "status", "solved", "closed"),
            ),
            missing("ticket_without_date", opened_at=None),
            invalid("ticket_solved_before_it_was_opened", solved_at=LONG_AGO),
            invalid("ticket_opened_on_no_day", opened_at=NO_DAY),
            orphan("ticket_of_nobody", customer_id=NO_CUSTOMER, email=None),
            repeated("duplicate_ticket"),
        ),
    ),
    Source(
        "ticket_events",
        "ticket_events",
        ("ticket_id", "event_id"),
        _other_event,
        (
            unlike(
                "ticket_opened_at_another_time",
                before("created_at", days=0, hours=1),
                where("ticket_events", "kind", "opened"),
            ),
            missing("ticket_event_without_date", created_at=None),
            invalid("ticket_event_of_unknown_kind", kind="escalated"),
            orphan("event_of_no_ticket", ticket_id="T9999999", kind="closed", actor="agent", actor_id="agent-1"),
            repeated("duplicate_ticket_event"),
        ),
    ),
    Source(
        "survey_responses",
        "survey_responses",
        ("response_id", "question"),
        "response_id",
        (
            unlike(
                "answer_from_another_address",
                somebody(**_UNRATED),
                both(having("survey_responses", "customer_id"), having("survey_responses", "email")),
            ),
            missing("answer_to_no_question", question=None),
            invalid("score_in_words", score="nine"),
            invalid("answer_about_the_weather", about="weather"),
            Kind("email_without_at", "validity", "flagged", _no_address),
            orphan("answer_of_nobody", **_UNRATED, customer_id=NO_CUSTOMER, email=None),
            repeated("duplicate_answer"),
        ),
    ),
    Source(
        "web_events",
        "web_events",
        ("event_id",),
        "event_id",
        (
            unlike(
                "event_of_another_visitor",
                lambda row, number, good: row.update(
                    event_name="link_click", domain_userid=f"v{9_999_999 - number}", user_id=None
                ),
                where("web_events", "event_name", "page_view"),
                place="domain_sessionid",
            ),
            missing("web_event_without_name", event_name=None),
            invalid("web_event_from_the_future", derived_tstamp=FUTURE, collector_tstamp=FUTURE),
            unparsable("truncated_web_event", cut),
            repeated("duplicate_web_event"),
        ),
    ),
    Source(
        "product_usage",
        "product_usage",
        ("usage_id",),
        "usage_id",
        (
            unlike("use_of_what_was_not_bought", _not_bought),
            missing("use_without_date", used_at=None),
            invalid("seconds_in_words", seconds="half an hour"),
            orphan("use_of_nobody", customer_id=NO_OWNER, seconds=0, uses=0),
            repeated("duplicate_use"),
        ),
    ),
)
