"""Conversations on all channels: who began, who took part, and in which direction they went.

A conversation is a thread of posts or a support ticket. Its turns are posts, or a ticket's opening, replies and
reopenings. A turn is the company's (its accounts, its staff, its agents), a customer's (an account or ticket of a person
who is in the ERP) or another person's. Bots and the system take no turns, neither in threads nor in tickets: what they post
counts only in bot_turns_count, so they neither begin a conversation nor answer one.

The company answers a turn with
- a post under it, or a later one that mentions its author,
- a later post beside it, under a post of the company's own (channels without nested comments),
- a later post whose own parent is unknown, where the turn began the thread,
- a later reply to the ticket.

A person answers a turn of the company that is addressed to them: one that mentions them, a message, or a reply in their
ticket. A person's turn is addressed to the company when it is under a post of the company, mentions one of its accounts,
is a message or belongs to a ticket.
"""

from __future__ import annotations

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from transformations.canonical.instants import without_zones

POST_COLUMNS = (
    "channel",
    "post_id",
    "kind",
    "profile_id",
    "service_type",
    "audience",
    "created_at",
    "parent_post_id",
    "root_post_id",
    "deleted_at",
)
MENTION_COLUMNS = ("channel", "kind", "post_id", "target_profile_id")
TICKET_COLUMNS = ("channel", "ticket_id", "service_type", "audience", "customer_id", "opened_at", "deleted_at")
EVENT_COLUMNS = ("channel", "ticket_id", "event_id", "kind", "actor", "actor_id", "created_at")
LINK_COLUMNS = ("record_kind", "record_place", "linked_record_id", "person_id", "valid_to")
_TIME = pa.timestamp("us", tz="UTC")
_TEXTS = ("channel", "conversation_id", "service_type", "audience", "began_by_role", "began_by_profile_id", "direction")
_COUNTS = (
    "turns_count",
    "company_turns_count",
    "customer_turns_count",
    "other_turns_count",
    "bot_turns_count",
    "participants_count",
)
_SCHEMA = pa.schema(
    [(name, pa.string()) for name in _TEXTS]
    + [(name, pa.int64()) for name in _COUNTS]
    + [("started_at", _TIME), ("last_turn_at", _TIME)]
)

_ROLES = """
    create temp table customers as
        select distinct person_id from links where record_kind = 'customer' and valid_to is null;
    create temp table roles as
        select
            coalesce(l.channel, o.channel) as channel, coalesce(l.profile_id, o.profile_id) as profile_id,
            case
                when o.is_bot then 'bot' when o.is_company or l.is_staff then 'company'
                when l.is_customer then 'customer' else 'other'
            end as role
        from (
            select
                record_place as channel, linked_record_id as profile_id,
                bool_or(person_id in (from staff)) as is_staff, bool_or(person_id in (from customers)) as is_customer
            from links where record_kind = 'profile' and valid_to is null group by all
        ) l
        full join own o on o.channel = l.channel and o.profile_id = l.profile_id
"""

_POST_TURNS = """
    create temp table turns as
        select
            t.thread_id, p.channel, p.post_id, p.profile_id, p.kind, p.service_type, p.audience, p.created_at as turn_at,
            p.parent_post_id, coalesce(r.role, 'other') as role
        from posts p
        join threads t on t.channel = p.channel and t.post_id = p.post_id
        left join roles r on r.channel = p.channel and r.profile_id = p.profile_id
        where p.deleted_at is null;
    create temp table mentioned as
        select distinct m.channel, m.post_id, m.target_profile_id as profile_id, coalesce(r.role, 'other') as role
        from mentions m
        left join roles r on r.channel = m.channel and r.profile_id = m.target_profile_id
        where m.kind = 'mention' and m.target_profile_id is not null;
    create temp table first_turns as
        select channel, thread_id, first(post_id order by turn_at, post_id) as post_id
        from turns where role <> 'bot' group by all;
    create temp table company_turns as  -- turns of the company, and whom they mention
        select
            c.channel, c.thread_id, c.post_id, c.turn_at, c.kind, c.parent_post_id, p.role as parent_role,
            coalesce(m.profiles, []) as profiles
        from turns c
        left join turns p on p.channel = c.channel and p.post_id = c.parent_post_id
        left join (select channel, post_id, list(profile_id) as profiles from mentioned group by all) m
            on m.channel = c.channel and m.post_id = c.post_id
        where c.role = 'company'
"""

_IS_ANSWERED = """
    c.parent_post_id = t.post_id
    or (c.turn_at >= t.turn_at and (
        list_contains(c.profiles, t.profile_id)
        or (c.parent_post_id = t.parent_post_id and c.parent_role = 'company')
        or (c.parent_role is null and c.post_id <> t.post_id and t.post_id = f.post_id)))"""
_IS_ANSWERING = "c.post_id = t.parent_post_id and (c.kind = 'message' or list_contains(c.profiles, t.profile_id))"

_THREADS = f"""
    with exchanged as (
        select distinct t.channel, t.thread_id, t.role
        from turns t
        join first_turns f on f.channel = t.channel and f.thread_id = t.thread_id
        join company_turns c on c.channel = t.channel and c.thread_id = t.thread_id and ({_IS_ANSWERED} or {_IS_ANSWERING})
        where t.role in ('customer', 'other')
    ),
    addressed as (
        select distinct t.channel, t.thread_id
        from turns t
        left join turns p on p.channel = t.channel and p.post_id = t.parent_post_id
        left join mentioned m on m.channel = t.channel and m.post_id = t.post_id and m.role = 'company'
        where t.role in ('customer', 'other') and (p.role = 'company' or m.post_id is not null or t.kind = 'message')
    ),
    counted as (
        select
            channel, thread_id, first(service_type order by turn_at, post_id) as service_type,
            first(audience order by turn_at, post_id) as audience,
            min(turn_at) as first_at, min(turn_at) filter (role <> 'bot') as begun_at, max(turn_at) as last_at,
            max(turn_at) filter (role <> 'bot') as last_turn_at,
            count(*) filter (role <> 'bot') as turns_count,
            count(*) filter (role = 'company') as company_turns_count,
            count(*) filter (role = 'customer') as customer_turns_count,
            count(*) filter (role = 'other') as other_turns_count,
            count(*) filter (role = 'bot') as bot_turns_count,
            count(distinct profile_id) filter (role <> 'bot') as participants_count
        from turns group by all
    )
    select
        n.channel, n.thread_id as conversation_id, n.service_type, n.audience, b.role as began_by_role,
        b.profile_id as began_by_profile_id, coalesce(begun_at, first_at) as started_at,
        coalesce(last_turn_at, last_at) as last_turn_at, turns_count, company_turns_count, customer_turns_count,
        other_turns_count, bot_turns_count, participants_count,
        case
            when turns_count = 0 then null
            when k.thread_id is not null then 'two_way'
            when o.thread_id is not null then 'two_way_with_consumer'
            when a.thread_id is not null then 'unanswered'
            when company_turns_count > 0 then 'broadcast'
            else 'customer_to_customer'
        end as direction
    from counted n
    left join first_turns f on f.channel = n.channel and f.thread_id = n.thread_id
    left join turns b on b.channel = f.channel and b.post_id = f.post_id
    left join exchanged k on k.channel = n.channel and k.thread_id = n.thread_id and k.role = 'customer'
    left join exchanged o on o.channel = n.channel and o.thread_id = n.thread_id and o.role = 'other'
    left join addressed a on a.channel = n.channel and a.thread_id = n.thread_id"""

# A ticket without an opening event was opened at its opened_at. Where an event does not say who acted, its actor_id may: conf
# lists it, or other events of the channel do. Else it was the asker.
_TICKETS = """
    with asked as (
        select
            t.channel, t.ticket_id, t.opened_at, t.customer_id,
            case when t.customer_id is not null or l.person_id in (from customers) then 'customer' else 'other'
            end as role
        from tickets t
        left join links l on l.record_kind = 'ticket' and l.record_place = t.channel
            and l.linked_record_id = t.ticket_id and l.valid_to is null
    ),
    known_actors as (
        select
            channel, actor_id, case
                when bool_or(actor = 'bot') then 'bot' when bool_and(actor = 'agent') then 'agent' else 'customer'
            end as known_as
        from ticket_events where actor is not null and actor_id is not null group by all
    ),
    events as (
        select
            e.channel, ticket_id, event_id, e.actor_id, created_at as turn_at, case
                when e.actor = 'bot' or o.is_bot then 'bot' when e.actor is null and o.is_company then 'agent'
                else coalesce(e.actor, k.known_as, 'customer')
            end as actor
        from ticket_events e
        left join own o on o.channel = e.channel and o.profile_id = e.actor_id
        left join known_actors k on k.channel = e.channel and k.actor_id = e.actor_id
        where kind in ('opened', 'replied', 'reopened') and not exists (  -- its events outlive a ticket
            from deleted_tickets d where d.channel = e.channel and d.ticket_id = e.ticket_id
        )
        union all by name
        select channel, ticket_id, '' as event_id, 'customer' as actor, customer_id as actor_id, opened_at as turn_at
        from tickets t
        where not exists (
            from ticket_events e where e.channel = t.channel and e.ticket_id = t.ticket_id and e.kind = 'opened'
        )
    ),
    turns as (
        select
            e.channel, e.ticket_id, e.event_id, e.turn_at,
            case e.actor when 'agent' then 'company' when 'bot' then 'bot' else coalesce(a.role, 'other') end as role,
            case when e.actor = 'customer' then coalesce(a.customer_id, e.actor_id) else e.actor_id end as who
        from events e left join asked a on a.channel = e.channel and a.ticket_id = e.ticket_id
    ),
    summed as (
        select
            channel, ticket_id, first(role order by turn_at, event_id) filter (role <> 'bot') as began_by_role,
            first(who order by turn_at, event_id) filter (role <> 'bot') as began_by_profile_id,
            coalesce(min(turn_at) filter (role <> 'bot'), min(turn_at)) as started_at,
            coalesce(max(turn_at) filter (role <> 'bot'), max(turn_at)) as last_turn_at,
            count(*) filter (role <> 'bot') as turns_count, count(*) filter (role = 'company') as company_turns_count,
            count(*) filter (role = 'customer') as customer_turns_count,
            count(*) filter (role = 'other') as other_turns_count, count(*) filter (role = 'bot') as bot_turns_count,
            count(distinct who) filter (role <> 'bot') as participants_count,
            max(turn_at) filter (role = 'company') as company_last, min(turn_at) filter (role = 'company') as company_first,
            max(turn_at) filter (role in ('customer', 'other')) as asker_last,
            min(turn_at) filter (role in ('customer', 'other')) as asker_first,
            bool_or(role = 'customer') as is_customer
        from turns group by all
    )
    select
        channel, ticket_id as conversation_id, t.service_type, t.audience, began_by_role,
        began_by_profile_id, started_at, last_turn_at, turns_count, company_turns_count, customer_turns_count,
        other_turns_count, bot_turns_count, participants_count,
        case
            when turns_count = 0 then null
            when company_turns_count = 0 then 'unanswered'
            when asker_first is null then 'broadcast'
            when company_last >= asker_first or asker_last >= company_first
                then if(is_customer, 'two_way', 'two_way_with_consumer')
        end as direction
    from summed left join tickets t using (channel, ticket_id)"""


def conversations(
    posts: pa.Table,
    mentions: pa.Table,
    tickets: pa.Table,
    ticket_events: pa.Table,
    *,
    own: pa.Table,
    links: pa.Table,
    persons: pa.Table,
) -> pa.Table:
    """Threads of posts and tickets.

    Args:
        posts: POST_COLUMNS of silver.posts, deleted ones included: they take no turns, but connect threads.
        mentions: MENTION_COLUMNS of silver.interactions.
        tickets: TICKET_COLUMNS of silver.tickets, deleted ones included: their events take no turns. ticket_events:
            EVENT_COLUMNS of silver.ticket_events.
        own: accounts of the company and of bots: channel, profile_id, is_company, is_bot.
        links: LINK_COLUMNS of silver.person_links. persons: person_id, role of silver.persons.
    Returns: one row per conversation: the columns of silver.conversations except run_id. A ticket with the ID of a
        thread of its channel is named ticket:<id>.
    """
    from transformations.social.threads import threads  # brings pandas and SciPy

    tables = {
        "posts": without_zones(posts.select(POST_COLUMNS)),
        "threads": threads(posts),
        "mentions": mentions.select(MENTION_COLUMNS),
        "tickets": without_zones(tickets.filter(pc.is_null(tickets["deleted_at"])).select(TICKET_COLUMNS)),
        "deleted_tickets": tickets.filter(pc.is_valid(tickets["deleted_at"])).select(["channel", "ticket_id"]),
        "ticket_events": without_zones(ticket_events.select(EVENT_COLUMNS)),
        "own": own.select(["channel", "profile_id", "is_company", "is_bot"]),
        "links": without_zones(links.select(LINK_COLUMNS)),
        "persons": persons.select(["person_id", "role"]),
    }
    with duckdb.connect() as connection:
        for name, table in tables.items():
            connection.register(name, table)
        connection.execute("create temp table staff as select person_id from persons where role = 'internal_customer'")
        connection.execute(_ROLES)
        connection.execute(_POST_TURNS)
        connection.execute(f"create temp table of_posts as {_THREADS}")
        connection.execute(f"create temp table of_tickets as {_TICKETS}")
        found = connection.sql("""
            from of_posts
            union all by name
            select t.* replace (
                if(p.conversation_id is null, t.conversation_id, 'ticket:' || t.conversation_id) as conversation_id
            )
            from of_tickets t
            left join of_posts p on p.channel = t.channel and p.conversation_id = t.conversation_id
            order by channel, conversation_id
        """).to_arrow_table()
    return found.select(_SCHEMA.names).cast(_SCHEMA)
