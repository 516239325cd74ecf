"""Consistency and relevance across rows and tables of silver: the same fact has the same value everywhere.

A rule applies only to cases with a value in both places; `cases` has one row each, `broken` selects those that differ.
"""

from __future__ import annotations

from transformations.contracts.model import Property, TableRule


def _rule(
    code: str,
    message: str,
    cases: str,
    broken: str,
    reads: tuple[str, ...] = (),
    threshold: float = 1.0,
    property: Property = "consistency",
) -> TableRule:
    return TableRule(
        code,
        property,
        "warn",
        query=f"select * from ({cases}) where {broken}",
        applicable=f"select count(*) from ({cases})",
        message=message,
        reads=reads,
        threshold=threshold,
        cases=cases,
        broken=broken,
    )


def _one_value(code: str, message: str, table: str, key: str, value: str) -> TableRule:
    """The same thing has the same value in every row about it."""
    return _rule(
        code,
        message,
        cases=f"""
            select {key}, min({value}) one_value, max({value}) other_value from {{{table}}}
            where deleted_at is null and {value} is not null group by {key}""",
        broken="one_value <> other_value",
    )


# --- ERP --------------------------------------------------------------------------------------------------------

CUSTOMER_EMAIL = _rule(
    "email_is_that_of_its_tickets",
    "none of the customer's tickets has the customer's e-mail address",
    cases="""
        select c.customer_id, any(lower(trim(c.email)) = lower(trim(t.email))) is_alike
        from {silver.customers} c join {silver.tickets} t on t.customer_id = c.customer_id
        where c.deleted_at is null and t.deleted_at is null and c.email is not null and t.email is not null
        group by c.customer_id""",
    broken="not is_alike",
    reads=("silver.tickets",),
    threshold=0.9,  # people write from other addresses too
)

PRODUCT_CURRENCY = _rule(
    "currency_is_that_of_its_lines",
    "currency of the list price differs from the currencies of all the product's order lines",
    cases="""
        select p.source, p.product_id, p.currency, any(l.currency = p.currency) is_alike
        from {silver.products} p join (
            select distinct source, product_id, currency from {silver.order_lines}
            where deleted_at is null and currency is not null
        ) l on l.source = p.source and l.product_id = p.product_id
        where p.deleted_at is null and p.currency is not null group by p.source, p.product_id, p.currency""",
    broken="not is_alike",
    reads=("silver.order_lines",),
)

LINE_CURRENCY = _rule(
    "currency_is_that_of_its_order",
    "currency of the line differs from that of its order",
    cases="""
        select l.source, l.order_id, l.line_number, l.currency, o.currency order_currency
        from {silver.order_lines} l join {silver.orders} o on o.source = l.source and o.order_id = l.order_id
        where l.deleted_at is null and o.deleted_at is null and l.currency is not null and o.currency is not null""",
    broken="currency <> order_currency",
    reads=("silver.orders",),
)

COST_CURRENCY = _rule(
    "currency_is_that_of_its_campaign",
    "currency of the cost differs from that of its campaign's budget",
    cases="""
        select c.source, c.cost_id, c.currency, m.currency campaign_currency
        from {silver.costs} c join {silver.campaigns} m on m.source = c.source and m.campaign_id = c.campaign_id
        where c.deleted_at is null and m.deleted_at is null and c.currency is not null and m.currency is not null""",
    broken="currency <> campaign_currency",
    reads=("silver.campaigns",),
)

# --- social software --------------------------------------------------------------------------------------------

PROFILE_FOLLOWERS = _rule(
    "followers_are_no_fewer_than_held",
    "followers_count is lower than the number of follows in silver.interactions",
    cases="""
        select p.channel, p.profile_id, p.followers_count, count(distinct i.actor_profile_id) held
        from (
            select p.channel, p.profile_id, p.followers_count, coalesce(p.observed_at, b.landed_at) seen_at
            from {silver.profiles} p
            left join (select batch_id, max(landed_at) landed_at from {ops.batches} group by batch_id) b
                on b.batch_id = p.batch_id
            where p.deleted_at is null and p.followers_count is not null
                and not exists(coalesce(p.value_versions, array()), v -> startswith(v, 'followers_count='))
        ) p join {silver.interactions} i on i.channel = p.channel and i.target_profile_id = p.profile_id
        where i.deleted_at is null and i.kind = 'follow' and i.created_at <= p.seen_at
            and (i.ended_at is null or i.ended_at > p.seen_at)
        group by p.channel, p.profile_id, p.followers_count""",
    broken="followers_count < held",
    reads=("silver.interactions", "ops.batches"),
    threshold=0.95,  # not every platform reports unfollows
)

PROFILE_METRICS = _rule(
    "followers_are_those_observed_last",
    "followers_count differs from that of silver.profile_metrics at the same observed_at",
    cases="""
        select p.channel, p.profile_id, p.followers_count, m.followers_count observed_count
        from {silver.profiles} p join {silver.profile_metrics} m
            on m.channel = p.channel and m.profile_id = p.profile_id and m.observed_at = p.observed_at
        where p.deleted_at is null and m.deleted_at is null
            and p.followers_count is not null and m.followers_count is not null""",
    broken="followers_count <> observed_count",
    reads=("silver.profile_metrics",),
)

POSTS_COUNT = _rule(
    "posts_are_no_fewer_than_held",
    "posts_count is lower than the number of the account's posts in silver.posts",
    cases="""
        select m.channel, m.profile_id, m.newest.observed_at, m.newest.posts_count, count(*) held
        from (
            select channel, profile_id, max(struct(observed_at, posts_count)) newest from {silver.profile_metrics}
            where deleted_at is null and posts_count is not null group by channel, profile_id
        ) m join {silver.posts} p on p.channel = m.channel and p.profile_id = m.profile_id
        where p.deleted_at is null and p.parent_post_id is null and p.kind in ('post', 'article', 'media')
            and p.created_at <= m.newest.observed_at
        group by m.channel, m.profile_id, m.newest""",
    broken="posts_count < held",
    reads=("silver.posts",),
    threshold=0.95,  # deletions that the platform does not report
)

POST_ROOT = _rule(
    "root_is_that_of_its_parent",
    "root_post_id of the reply differs from that of the post that it answers",
    cases="""
        select c.channel, c.post_id, c.root_post_id, p.root_post_id parent_root_post_id
        from {silver.posts} c join {silver.posts} p on p.channel = c.channel and p.post_id = c.parent_post_id
        where c.deleted_at is null and p.deleted_at is null
            and c.root_post_id is not null and p.root_post_id is not null""",
    broken="root_post_id <> parent_root_post_id",
)

POST_COMMENTS = _rule(
    "comments_are_no_fewer_than_held",
    "comments is lower than the number of the post's comments in silver.posts",
    cases="""
        select m.channel, m.post_id, m.newest.observed_at, m.newest.comments, count(*) held
        from (
            select channel, post_id, max(struct(observed_at, comments)) newest from {silver.post_metrics}
            where deleted_at is null and comments is not null group by channel, post_id
        ) m join {silver.posts} p on p.channel = m.channel and p.parent_post_id = m.post_id
        where p.deleted_at is null and p.kind = 'comment' and p.created_at <= m.newest.observed_at
        group by m.channel, m.post_id, m.newest""",
    broken="comments < held",
    reads=("silver.posts",),
    threshold=0.95,
)

TARGET = _rule(
    "target_wrote_the_post",
    "target_profile_id is not the author of the post",
    cases="""
        select i.channel, i.interaction_id, i.target_profile_id, p.profile_id
        from {silver.interactions} i join {silver.posts} p on p.channel = i.channel and p.post_id = i.post_id
        where i.deleted_at is null and p.deleted_at is null and i.kind in ('reaction', 'share')
            and i.target_profile_id is not null and p.profile_id is not null""",
    broken="target_profile_id <> profile_id",
    reads=("silver.posts",),
)

TAG = _rule(
    "tag_is_among_the_posts_tags",
    "the author's tag of the post is not among the post's tags",
    cases="""
        select t.channel, t.tagging_id, regexp_replace(lower(trim(t.tag)), '^#', '') tag,
               transform(p.tags, tag -> regexp_replace(lower(trim(tag)), '^#', '')) tags
        from {silver.taggings} t join {silver.posts} p
            on p.channel = t.channel and p.post_id = t.object_id and p.profile_id = t.tagger_profile_id
        where t.deleted_at is null and p.deleted_at is null and t.object_kind = 'post' and p.tags is not null""",
    broken="not array_contains(tags, tag)",
    reads=("silver.posts",),
)

READER = _rule(
    "reader_agreed_to_mail",
    "the reader of an e-mail has not agreed to receive e-mail",
    cases="""
        select channel, content_id, reader_profile_id, read_at, has_email_consent
        from (
            select r.channel, r.content_id, r.reader_profile_id, r.read_at, c.contact_id, c.has_email_consent,
                   avg(if(c.contact_id is null, 0, 1)) over (partition by r.channel) contacts_ratio
            from {silver.content_reads} r left join (
                select contact_id, max(has_email_consent) has_email_consent from {silver.contacts}
                where deleted_at is null group by contact_id
            ) c on c.contact_id = r.reader_profile_id
            where r.deleted_at is null
        ) where contact_id is not null and has_email_consent is not null and contacts_ratio >= 0.5""",
    broken="not has_email_consent",
    reads=("silver.contacts",),
    threshold=0.9,  # consent may have been withdrawn since
)

READS = _rule(
    "reads_are_no_more_than_views",
    "views is lower than the number of the content's reads in silver.content_reads",
    cases="""
        select m.channel, m.post_id, m.newest.observed_at, m.newest.views, count(*) held
        from (
            select channel, post_id, max(struct(observed_at, views)) newest from {silver.post_metrics}
            where deleted_at is null and views is not null group by channel, post_id
        ) m join {silver.content_reads} r on r.channel = m.channel and r.content_id = m.post_id
        where r.deleted_at is null and r.read_at <= m.newest.observed_at
        group by m.channel, m.post_id, m.newest""",
    broken="views < held",
    reads=("silver.post_metrics",),
)

# --- support and surveys ----------------------------------------------------------------------------------------

TICKET_STATUS = _rule(
    "status_is_that_of_its_last_event",
    "status of the ticket contradicts its last event",
    cases="""
        select t.channel, t.ticket_id, t.status, e.last_kind, e.last_kind in ('solved', 'closed') is_ended,
               lower(trim(t.status)) in ('solved', 'closed', 'resolved', 'done', 'completed') says_ended
        from {silver.tickets} t join (
            select channel, ticket_id, max_by(kind, struct(created_at, length(event_id), event_id)) last_kind
            from {silver.ticket_events} where deleted_at is null group by channel, ticket_id
        ) e on e.channel = t.channel and e.ticket_id = t.ticket_id
        where t.deleted_at is null and t.status is not null and e.last_kind <> 'replied'""",
    broken="is_ended <> says_ended",
    reads=("silver.ticket_events",),
)

TICKET_OPENED = _rule(
    "opened_when_its_ticket_says",
    "created_at of the opening event differs from opened_at of the ticket by more than 60 seconds",
    cases="""
        select e.channel, e.ticket_id, e.event_id, e.created_at, t.opened_at
        from {silver.ticket_events} e join {silver.tickets} t on t.channel = e.channel and t.ticket_id = e.ticket_id
        where e.deleted_at is null and t.deleted_at is null and e.kind = 'opened'""",
    broken="abs(unix_timestamp(created_at) - unix_timestamp(opened_at)) > 60",
    reads=("silver.tickets",),
)

RESPONDENT = _rule(
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

# --- web and use of products ------------------------------------------------------------------------------------

SESSION = _one_value(
    "session_has_one_visitor",
    "the session has several values of visitor_id",
    "silver.web_events",
    "source, session_id",
    "if(session_id is null, null, visitor_id)",
)

BUYER = _rule(
    "used_by_a_buyer",
    "the customer has no order of the product that is used",
    cases="""
        select u.source, u.usage_id, u.customer_id, u.product_id, array_contains(b.products, u.product_id) is_bought
        from {silver.product_usage} u join (
            select o.source, o.customer_id, collect_set(l.product_id) products
            from {silver.orders} o join {silver.order_lines} l on l.source = o.source and l.order_id = o.order_id
            where o.deleted_at is null and l.deleted_at is null and not coalesce(l.is_return, false)
            group by o.source, o.customer_id
        ) b on b.source = u.source and b.customer_id = u.customer_id
        where u.deleted_at is null and u.product_id is not null""",
    broken="not is_bought",
    reads=("silver.orders", "silver.order_lines"),
    threshold=0.9,  # received as a gift, or bought before the first order on record
)

# --- outreach ---------------------------------------------------------------------------------------------------

CAMPAIGN_BEGIN = _rule(
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

TOUCHED = _rule(
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

CONTACT_NAME = _rule(
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

# --- parties and market -----------------------------------------------------------------------------------------

DOMAIN = _one_value(
    "name_is_one_for_a_domain",
    "organisations with the same e-mail domain have different names",
    "silver.organisations",
    "source, email_domain",
    "if(email_domain is null, null, lower(trim(name)))",
)

MEMBER = _one_value(
    "member_is_of_one_kind",
    "the same member has different values of member_kind",
    "silver.organisation_members",
    "source, channel, member_id",
    "member_kind",
)

DEPARTMENT = _one_value(
    "email_has_one_department",
    "the same e-mail address is listed in several departments",
    "silver.staff",
    "lower(trim(email))",
    "if(email is null, null, lower(trim(department)))",
)

CATEGORY = _one_value(
    "category_is_always_the_same",
    "the same product of a competitor has different categories",
    "silver.competitor_prices",
    "competitor, product",
    "lower(trim(category))",
)

LAUNCH = _one_value(
    "launched_at_is_always_the_same",
    "the same product of a competitor has different launch times",
    "silver.competitor_releases",
    "competitor, product",
    "launched_at",
)

# --- relevance --------------------------------------------------------------------------------------------------


def is_monitored(table: str) -> TableRule:
    """The competitor is declared in company.yaml, by name or brand."""
    return _rule(
        "competitor_is_monitored",
        "the competitor is not declared in company.yaml",
        cases=f"""
            select competitor, product, observed_at from {{{table}}}
            where deleted_at is null and size({{competitors}}) > 0""",
        broken="not array_contains({competitors}, lower(trim(competitor)))",
        property="relevance",
    )


OBJECTIVE = _rule(
    "objective_is_declared",
    "the objective is not declared in company.yaml",
    cases="""
        select source, campaign_id, objective from {silver.campaigns}
        where deleted_at is null and trim(objective) <> '' and size({objectives}) > 0""",
    broken="not array_contains({objectives}, lower(trim(objective)))",
    property="relevance",
)
