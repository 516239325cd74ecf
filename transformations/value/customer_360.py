"""Everything known of a person in one row: ERP, channels, support and models."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from transformations.canonical.instants import without_zones
from transformations.contracts.fields.support import ENDED_STATUSES, OPEN_STATUSES
from transformations.value.sales import IS_VOIDED

SOURCES: Mapping[str, tuple[str, ...]] = {
    "silver.persons": ("person_id", "name", "email", "role"),
    "silver.person_links": ("record_kind", "record_place", "linked_record_id", "person_id", "valid_to"),
    "silver.person_attributes": ("person_id", "attribute", "value"),
    "silver.orders": ("source", "order_id", "customer_id", "ordered_at", "is_return", "is_voided", "voided_at"),
    "silver.profiles": ("channel", "profile_id", "handle", "followers_count"),
    "silver.posts": (
        "channel",
        "post_id",
        "profile_id",
        "kind",
        "accepted_answer_id",
        "is_accepted_answer",
        "created_at",
    ),
    "silver.post_enrichments": ("channel", "post_id", "tone", "intent"),
    "silver.conversations": ("channel", "conversation_id", "began_by_profile_id", "direction"),
    "silver.web_sessions": ("user_id", "started_at"),
    "silver.survey_responses": ("source", "response_id", "customer_id"),
    "silver.tickets": ("channel", "ticket_id", "status", "solved_at"),
    "gold.customer_value": ("person_id", "as_of_date", "recency_days", "frequency_count", "monetary", "currency"),
    "gold.social_customers": (
        "person_id",
        "is_social_customer",
        "fitness_score",
        "fitness_reasons",
        "social_exclusions",
        "email_consent",
        "social_consent",
    ),
    "gold.contact_preferences": ("person_id", "preferred_channel", "preferred_daypart", "preferred_weekday"),
    "gold.segment_members": ("person_id", "segment_id", "level", "model_version"),
    "gold.community_members": ("person_id", "period", "community_id"),
    "gold.network_measures": ("person_id", "period", "pagerank"),
    "gold.influencers": ("person_id", "period", "authority_class"),
}
"""The tables and columns that a person's row is computed from."""

# What the status says; where it is none of the words that are known, whether there is a time of solving.
_IS_OPEN = f"""case
    when lower(trim(t.status)) in {OPEN_STATUSES} then true when lower(trim(t.status)) in {ENDED_STATUSES} then false
    else t.solved_at is null end"""

_PARTS = {
    "records": """
        select person_id,
            list_sort(list(distinct record) filter (kind = 'customer')) as customer_ids,
            list_sort(list(distinct place || ':' || record) filter (kind = 'profile')) as profile_ids
        from links group by person_id""",
    "lives": "select person_id, value as country from person_attributes where attribute = 'country'",
    "bought": """
        select l.person_id,
            count(*) filter (not o.is_returned) as orders_count,
            if(bool_or(o.returns_are_unknown), null, count(*) filter (o.is_returned)) as returns_count,
            min(o.ordered_at) filter (not o.is_returned) as first_order_at,
            max(o.ordered_at) filter (not o.is_returned) as last_order_at
        from ordered o join links l on l.kind = 'customer' and l.place = o.source and l.record = o.customer_id
        group by l.person_id""",
    "worth": """
        select person_id, recency_days, frequency_count, monetary as revenue, currency
        from customer_value qualify row_number() over (partition by person_id order by as_of_date desc) = 1""",
    "said": """
        select l.person_id, count(*) as posts_count, max(p.created_at) as last_post_at,
            (count(*) filter (e.tone = 'positive') - count(*) filter (e.tone = 'negative'))
                / nullif(count(e.tone), 0) as net_tone,
            count(*) filter (p.kind = 'question') as questions_count,
            count(*) filter (p.kind = 'answer') as answers_given_count,
            count(*) filter (p.kind = 'answer' and (p.is_accepted_answer or n.post_id is not null)) as accepted_answers_count,
            count(*) filter (e.intent = 'idea') as ideas_count,
            count(*) filter (p.kind = 'review') as reviews_count
        from posts p join links l on l.kind = 'profile' and l.place = p.channel and l.record = p.profile_id
            left join post_enrichments e on e.channel = p.channel and e.post_id = p.post_id
            left join (
                select distinct channel, accepted_answer_id as post_id from posts where accepted_answer_id is not null
            ) n on n.channel = p.channel and n.post_id = p.post_id
        group by l.person_id""",
    "helped": f"""
        select l.person_id, count(*) as tickets_count, count(*) filter ({_IS_OPEN}) as open_tickets_count
        from tickets t join links l on l.kind = 'ticket' and l.place = t.channel and l.record = t.ticket_id
        group by l.person_id""",
    "seen": """
        select l.person_id, max(p.followers_count) as followers_count,
            list_sort(list(distinct p.channel || ':' || p.handle) filter (p.handle is not null)) as handles
        from profiles p join links l on l.kind = 'profile' and l.place = p.channel and l.record = p.profile_id
        group by l.person_id""",
    "visited": """
        select u.person_id, count(*) as visits_count, max(w.started_at) as last_visit_at
        from web_sessions w join (
            select record, min(person_id) as person_id from links where kind = 'customer'
            group by record having count(distinct person_id) = 1
        ) u on u.record = w.user_id
        group by u.person_id""",
    "told": """
        select l.person_id, count(distinct s.source || ':' || s.response_id) as surveys_count
        from survey_responses s join links l on l.kind = 'customer' and l.place = s.source and l.record = s.customer_id
        group by l.person_id""",
    "waiting": f"""
        select person_id, list(channel || ': ' || items order by channel) as open_items,
            sum(items)::bigint as open_items_count
        from (
            select person_id, channel, count(*) as items from (
                select l.person_id, t.channel from tickets t
                    join links l on l.kind = 'ticket' and l.place = t.channel and l.record = t.ticket_id where {_IS_OPEN}
                union all
                select l.person_id, c.channel from conversations c
                    join links l on l.kind = 'profile' and l.place = c.channel and l.record = c.began_by_profile_id
                where c.direction = 'unanswered'
            ) group by person_id, channel
        ) group by person_id""",
    "fit": """
        select person_id, is_social_customer, fitness_score, fitness_reasons, social_exclusions,
            email_consent as has_email_consent,
            if(email_consent, ['email'], []) || if(social_consent, ['social'], []) as consented_purposes,
            if(not email_consent, ['email'], []) || if(not social_consent, ['social'], []) as refused_purposes
        from social_customers""",
    "preferred": "select person_id, preferred_channel, preferred_daypart, preferred_weekday from contact_preferences",
    "segment": "select person_id, min(segment_id) as segment_id from segment_members "
    "where level = 3 and model_version <> 'communities' group by person_id",
    "community": "select person_id, community_id from community_members where period = 'all'",
    "place": "select person_id, pagerank from network_measures where period = 'all'",
    "authority": "select person_id, authority_class from influencers where period = 'all'",
}
_ORDERED = f"""
select *, if(bool_or(is_returned) over of_source,
        not bool_or(is_returned and customer_id is not null) over of_source,
        not list_contains($declared, source)) as returns_are_unknown
from (
    select *, coalesce(is_return, false) or (source, order_id) in (select (source, order_id) from returned) as is_returned
    from orders where not {IS_VOIDED}
) window of_source as (partition by source)
"""
_IS_TOLD = {
    "orders_count": "exists (from ordered where customer_id is not null)",
    "returns_count": "exists (from ordered where customer_id is not null) "
    "and not exists (from ordered where returns_are_unknown)",
    "posts_count": "exists (from posts)",
    **dict.fromkeys(
        ("questions_count", "answers_given_count", "accepted_answers_count", "ideas_count", "reviews_count"),
        "exists (from posts)",
    ),
    "visits_count": "exists (from web_sessions)",
    "surveys_count": "exists (from survey_responses)",
    "open_items_count": "(exists (from tickets) or exists (from conversations))",
    "tickets_count": "exists (from tickets)",
    "open_tickets_count": "exists (from tickets)",
}
"""Count -> whether sources tell of such things at all, so that a person without any has 0 of them."""
_LISTS = (
    "customer_ids",
    "profile_ids",
    "handles",
    "open_items",
    "fitness_reasons",
    "social_exclusions",
    "consented_purposes",
    "refused_purposes",
)
_ROWS = f"""
select * replace (
        {", ".join(f"if({name} is null and {is_told}, 0, {name}) as {name}" for name, is_told in _IS_TOLD.items())},
        {", ".join(f"coalesce({name}, []) as {name}" for name in _LISTS)}),
    coalesce(len(customer_ids) > 0 and len(profile_ids) > 0, false) as is_linked
from persons {" ".join(f"left join ({query}) using (person_id)" for query in _PARTS.values())}
order by person_id
"""


def customer_360(tables: Mapping[str, pa.Table], returned: pa.Table, declare_returns: Collection[str] = ()) -> pa.Table:
    """Everything known of a person in one row; what no source reports is null, counts without any cases are 0.

    Only current links count. Consent is that of gold.social_customers: who unsubscribed has none. Revenue, recency and
    frequency are those of gold.customer_value; network, community and authority class those of the period all; the
    segment is that of level 3. Visits are those of users who are logged in as a customer of one person alone. A
    ticket is open where its status says so; only a status of an unknown meaning leaves it to solved_at.

    Args:
        tables: SOURCES by name.
        returned: orders all of whose lines are returns: source, order_id.
        declare_returns: sources that say of each order or line whether it is a return; of another one that shows none, it
            is not known how many there are.
    Returns: one row per person: the columns of gold.customer_360, timestamps in UTC without a time zone.
    """
    links = tables["silver.person_links"]
    current = links.filter(pc.is_null(links["valid_to"])).drop_columns(["valid_to"])
    names = {"record_kind": "kind", "record_place": "place", "linked_record_id": "record", "person_id": "person_id"}
    with duckdb.connect() as connection:
        for name, table in tables.items():
            connection.register(name.split(".")[1], without_zones(table))
        connection.register("links", current.select(list(names)).rename_columns(list(names.values())))
        connection.register("returned", returned)
        connection.execute(f"create temp table ordered as {_ORDERED}", {"declared": list(declare_returns)})
        return connection.sql(_ROWS).to_arrow_table()
