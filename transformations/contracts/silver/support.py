"""Support tickets and answers to surveys."""

from __future__ import annotations

from transformations.contracts import fields as f
from transformations.contracts.model import Table
from transformations.contracts.silver.across import support as across
from transformations.contracts.silver.common import LINEAGE, not_before, not_in_the_future

TICKETS = Table(
    "silver.tickets",
    "Support tickets. One row per ticket.",
    key=("channel", "ticket_id"),
    columns=(
        f.channel.required(),
        f.ticket_id.required(),
        f.service_type,
        f.audience,
        f.customer_id.references("silver.customers"),
        f.email,
        f.subject,
        f.text,
        f.status,
        f.priority,
        f.opened_at.required(),
        f.solved_at,
        *LINEAGE,
    ),
    rules=(not_in_the_future("opened_at"), not_before("solved_at", "opened_at")),
    table_rules=(across.TICKET_STATUS,),
    event_time="opened_at",
)

TICKET_EVENTS = Table(
    "silver.ticket_events",
    "Events of tickets: opened, replied, solved … One row per event.",
    key=("channel", "ticket_id", "event_id"),
    columns=(
        f.channel.required(),
        f.ticket_id.required().references("silver.tickets"),
        f.event_id.required(),
        f.kind.one_of("opened", "replied", "solved", "reopened", "closed").required(),
        f.actor,
        f.actor_id,
        f.created_at.required(),
        *LINEAGE,
    ),
    rules=(not_in_the_future("created_at"),),
    table_rules=(across.TICKET_OPENED,),
    event_time="created_at",
)

SURVEY_RESPONSES = Table(
    "silver.survey_responses",
    "Answers to surveys. One row per response and question.",
    key=("source", "response_id", "question"),
    columns=(
        f.response_id.required(),
        f.question.required(),
        f.survey,
        f.kind.one_of("firm", "product", "service").described("What the question is about."),
        f.customer_id.references("silver.customers"),
        f.email,
        f.product_id.references("silver.products"),
        f.goal,
        f.score,
        f.comment,
        f.answered_at.required(),
        *LINEAGE,
    ),
    rules=(not_in_the_future("answered_at"),),
    table_rules=(across.RESPONDENT,),
    event_time="answered_at",
)

TABLES = (TICKETS, TICKET_EVENTS, SURVEY_RESPONSES)
