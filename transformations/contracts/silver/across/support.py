"""Tickets and surveys: rules across tables."""

from __future__ import annotations

from transformations.contracts.fields.support import ENDED_STATUSES, OPEN_STATUSES
from transformations.contracts.silver.across.declaring import rule

# Where the last event is a reply, or there is none, solved_at says whether the ticket has ended: on channels that have it.
# portable: no part of a struct is null
TICKET_STATUS = rule(
    "status_is_that_of_its_last_event",
    "status of the ticket contradicts its last event, or where none decides its solved_at",
    cases=f"""
        select * from (
            select t.channel, t.ticket_id, t.status, t.solved_at, e.last_kind,
                coalesce(
                    e.last_kind in ('solved', 'closed'),
                    if(count(t.solved_at) over (partition by t.channel) > 0, t.solved_at is not null, null)
                ) is_ended,
                case
                    when lower(trim(t.status)) in {ENDED_STATUSES} then true
                    when lower(trim(t.status)) in {OPEN_STATUSES} then false
                end says_ended
            from {{silver.tickets}} t left join (
                select channel, ticket_id,
                    nullif(max_by(kind, struct(created_at, length(event_id), event_id)), 'replied') last_kind
                from {{silver.ticket_events}} where deleted_at is null group by channel, ticket_id
            ) e on e.channel = t.channel and e.ticket_id = t.ticket_id
            where t.deleted_at is null
        ) where is_ended is not null and says_ended is not null""",
    broken="is_ended <> says_ended",
    reads=("silver.ticket_events",),
)

TICKET_OPENED = rule(
    "opened_when_its_ticket_says",
    "created_at of the opening event differs from opened_at of the ticket by more than 60 seconds",
    cases="""
        select e.channel, e.ticket_id, e.event_id, e.created_at, t.opened_at
        from {silver.ticket_events} e join {silver.tickets} t on t.channel = e.channel and t.ticket_id = e.ticket_id
        where e.deleted_at is null and t.deleted_at is null and e.kind = 'opened'""",
    broken="abs(unix_timestamp(created_at) - unix_timestamp(opened_at)) > 60",
    reads=("silver.tickets",),
)

RESPONDENT = rule(
    "email_is_that_of_the_customer",
    "email of the response differs from that of the customer",
    cases="""
        select r.source, r.response_id, r.question, r.email, c.email customer_email
        from {silver.survey_responses} r join {silver.customers} c
            on c.source = r.source and c.customer_id = r.customer_id
        where r.deleted_at is null and c.deleted_at is null and r.email is not null and c.email is not null""",
    broken="lower(trim(email)) <> lower(trim(customer_email))",
    reads=("silver.customers",),
    threshold=0.9,
)
