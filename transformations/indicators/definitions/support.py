"""Indicators of support tickets."""

from __future__ import annotations

from functools import partial

from transformations.indicators.definitions.indicator import LONG_GRAINS, Indicator

_EVENTS = ("silver.tickets", "silver.ticket_events")
_OPENED = ("silver.tickets.opened_at", "silver.tickets.customer_id")
_SOLVED = (*_OPENED, "silver.tickets.solved_at", "silver.ticket_events.kind")
_ticket = partial(
    Indicator,
    dimensions=("all", "channel", "priority", "staff"),
    better="down",
    process="assistance",
    objective="lower_marketing_cost",
    source_tables=_EVENTS,
    needs=_SOLVED,
    persons_in="tickets",
)
_resolution = partial(_ticket, unit="seconds", aggregation="quantile", grains=LONG_GRAINS, interval="quantile")
_SCOPE = (
    "Time until a ticket was last solved, by the month in which it was opened; reopened ones count until they are solved "
    "again. "
    "Open ones are censored at the time of the run (Kaplan-Meier)."
)
_REPLIED = (
    "Time until an agent first replied to a ticket, by the month in which it was opened, of tickets whose events are reported; "
    "replies of bots do not count. Those without a reply are censored when they were solved, else at the time of the run "
    "(Kaplan-Meier)."
)

INDICATORS = (
    _ticket(
        indicator_id="tickets",
        name="Tickets",
        definition="Support tickets, by the day on which they were opened.",
        formula="count of tickets",
        unit="tickets",
        aggregation="sum",
        source_tables=("silver.tickets",),
        needs=_OPENED,
        caution="More tickets may mean more trouble, or a support that is easier to reach.",
    ),
    _ticket(
        indicator_id="open_tickets",
        name="Open tickets",
        definition="Tickets that are open at the time of the run, by the period in which they were opened: never solved, or "
        "reopened since; where nothing says when, by their status.",
        formula="count of tickets that have not ended",
        unit="tickets",
        aggregation="sum",
        caution="A state, not a history: values of earlier periods fall as their tickets are solved.",
    ),
    _ticket(
        indicator_id="reopened_ratio",
        name="Reopened tickets",
        definition="Share of the tickets that were ever solved that were reopened.",
        formula="tickets reopened / tickets solved at least once",
        unit="ratio",
        aggregation="ratio",
        interval="wilson",
        caution="Tickets that were solved lately may still be reopened. Null where no source reports events of tickets.",
    ),
    _resolution(
        indicator_id="ticket_response_seconds",
        name="Time to the first reply to a ticket",
        definition=f"Median. {_REPLIED}",
        formula="smallest t with S(t) <= 1/2; numerator: total seconds of the replied ones; denominator: their number",
        caution="Says nothing of whether the reply helped. Nights, weekends and holidays count.",
    ),
    _resolution(
        indicator_id="ticket_response_p90_seconds",
        name="Time to the first reply to a ticket, nine in ten",
        definition=f"Time within which nine in ten have one. {_REPLIED}",
        formula="smallest t with S(t) <= 1/10; numerator: total seconds of the replied ones; denominator: their number",
        caution="Not reached where more than one in ten have no reply. Nights, weekends and holidays count.",
    ),
    _resolution(
        indicator_id="resolution_seconds",
        name="Time to the solution",
        definition=f"Median. {_SCOPE}",
        formula="smallest t with S(t) <= 1/2; numerator: total seconds of the solved ones; denominator: their number",
        caution="Nights, weekends and holidays count, and so does waiting for the customer.",
    ),
    _resolution(
        indicator_id="resolution_p90_seconds",
        name="Time to the solution, nine in ten",
        definition=f"Time within which nine in ten are solved. {_SCOPE}",
        formula="smallest t with S(t) <= 1/10; numerator: total seconds of the solved ones; denominator: their number",
        caution="Nights, weekends and holidays count. Not reached where more than one in ten stay open.",
    ),
    _resolution(
        indicator_id="resolution_business_seconds",
        name="Business time to the solution",
        definition=f"Median, of which only business hours count (business_hours and holidays of company.yaml). {_SCOPE}",
        formula="smallest t with S(t) <= 1/2; numerator: total seconds of the solved ones; denominator: their number",
        caution="Waiting for the customer counts. Who asks does wait through nights and weekends: see resolution_seconds.",
    ),
    _resolution(
        indicator_id="first_resolution_seconds",
        name="Time to the first solution",
        definition="Median time until a ticket was first solved, by the month in which it was opened; what follows does "
        "not count. "
        "Tickets that were never solved are censored at the time of the run (Kaplan-Meier).",
        formula="smallest t with S(t) <= 1/2; numerator: total seconds of the solved ones; denominator: their number",
        caution="A solution that did not hold counts: see reopened_ratio.",
    ),
)
