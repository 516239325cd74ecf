"""Campaigns and contacts: rules across tables."""

from __future__ import annotations

from transformations.contracts.silver.across.declaring import rule

CAMPAIGN_BEGIN = rule(
    "begins_with_its_first_touch",
    "begins_at of the campaign differs from its first sent message by more than one day",
    cases="""
        select c.source, c.campaign_id, c.begins_at, min(t.created_at) first_sent_at
        from {silver.campaigns} c join {silver.campaign_touches} t
            on t.source = c.source and t.campaign_id = c.campaign_id
        where c.deleted_at is null and t.deleted_at is null and t.kind = 'sent' and c.begins_at is not null
        group by c.source, c.campaign_id, c.begins_at""",
    broken="abs(unix_timestamp(first_sent_at) - unix_timestamp(begins_at)) > 86400",
    reads=("silver.campaign_touches",),
    threshold=0.9,
)

TOUCHED = rule(
    "email_is_that_of_the_contact",
    "the recipient's address differs from that of the contact or customer",
    cases="""
        select t.source, t.campaign_id, t.touch_id, t.email, if(t.contact_id is null, c.email, k.email) known_email
        from {silver.campaign_touches} t
        left join {silver.contacts} k
            on k.source = t.source and k.contact_id = t.contact_id and k.deleted_at is null
        left join {silver.customers} c
            on c.source = t.source and c.customer_id = t.customer_id and c.deleted_at is null
        where t.deleted_at is null and t.email is not null and if(t.contact_id is null, c.email, k.email) is not null""",
    broken="lower(trim(email)) <> lower(trim(known_email))",
    reads=("silver.contacts", "silver.customers"),
    threshold=0.95,  # sent before the address changed
)

CONTACT_NAME = rule(
    "name_is_that_of_the_customer",
    "name of the contact differs from that of every customer with the same e-mail address",
    cases="""
        select k.source, k.contact_id, k.name, any(lower(trim(k.name)) = lower(trim(c.name))) is_alike
        from {silver.contacts} k join {silver.customers} c on lower(trim(c.email)) = lower(trim(k.email))
        where k.deleted_at is null and c.deleted_at is null and k.name is not null and c.name is not null
        group by k.source, k.contact_id, k.name""",
    broken="not is_alike",
    reads=("silver.customers",),
    threshold=0.9,
)

OBJECTIVE = rule(
    "objective_is_declared",
    "the objective is not declared in company.yaml",
    cases="""
        select source, campaign_id, objective from {silver.campaigns}
        where deleted_at is null and trim(objective) <> '' and size({objectives}) > 0""",
    broken="not array_contains({objectives}, lower(trim(objective)))",
    property="relevance",
)
