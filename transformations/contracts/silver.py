"""Silver: what happened, one row a key, current state."""

from __future__ import annotations

from transformations.contracts import fields as f
from transformations.contracts.model import Field, Rule, Table, TableRule

LINEAGE: tuple[Field, ...] = (
    f.source, f.source_record_id, f.source_version, f.valid_from, f.deleted_at, f.flags, f.batch_id, f.run_id,
)  # fmt: skip


def _not_in_the_future(column: str) -> Rule:
    return Rule(
        f"{column}.not_in_the_future", "validity", "quarantine",
        passes=f"{column} < {{as_of}} + interval 1 day",
        message=f"{column} lies more than a day after the time of the run",
        column=column,
    )  # fmt: skip


def _not_before(later: str, earlier: str) -> Rule:
    return Rule(
        f"{later}.not_before_{earlier}", "validity", "quarantine",
        passes=f"{later} >= {earlier}",
        message=f"{later} lies before {earlier}",
        column=later,
    )  # fmt: skip


CUSTOMERS = Table(
    "silver.customers", "Buyers as the ERP knows them, one row a customer.",
    key=("source", "customer_id"),
    columns=(
        f.customer_id.required(), f.name, f.email, f.phone, f.street, f.city, f.postcode, f.country, f.birth_date,
        f.gender, f.segment, f.has_email_consent, f.created_at, *LINEAGE,
    ),
    rules=(_not_in_the_future("created_at"),),
    event_time="created_at",
    restates_by="person",
)  # fmt: skip

PRODUCTS = Table(
    "silver.products", "What the company sells, one row a product.",
    key=("source", "product_id"),
    columns=(
        f.product_id.required(), f.name, f.category, f.brand, f.list_price, f.unit_cost, f.currency, f.launched_at,
        *LINEAGE,
    ),
    event_time="launched_at",
)  # fmt: skip

ORDERS = Table(
    "silver.orders", "Orders and returns, one row an order.",
    key=("source", "order_id"),
    columns=(
        f.order_id.required(), f.customer_id.references("silver.customers"), f.ordered_at.required(), f.status,
        f.currency, f.total_amount, f.channel, f.is_return.derived_as("coalesce(total_amount < 0, false)"), *LINEAGE,
    ),
    rules=(_not_in_the_future("ordered_at"),),
    table_rules=(
        TableRule(
            "total_is_the_sum_of_its_lines", "consistency", "warn",
            query="""
                select o.source, o.order_id, o.total_amount, l.amount
                from {silver.orders} o join (
                    select source, order_id, sum(amount) amount from {silver.order_lines}
                    where deleted_at is null group by source, order_id having count(amount) = count(*)
                ) l using (source, order_id)
                where o.deleted_at is null and abs(o.total_amount - l.amount) > 0.005""",
            applicable="""
                select count(*) from {silver.orders} o join (
                    select source, order_id from {silver.order_lines}
                    where deleted_at is null group by source, order_id having count(amount) = count(*)
                ) l using (source, order_id)
                where o.deleted_at is null and o.total_amount is not null""",
            message="the order's total differs from the sum of its lines",
            reads=("silver.order_lines",),
            threshold=0.99,
        ),
    ),
    event_time="ordered_at",
    restates_by="period",
)  # fmt: skip

ORDER_LINES = Table(
    "silver.order_lines", "What was bought or returned, one row a line of an order.",
    key=("source", "order_id", "line_number"),
    columns=(
        f.order_id.required().references("silver.orders"), f.line_number.required(),
        f.product_id.required().references("silver.products"), f.quantity.required(), f.unit_price, f.discount,
        f.unit_cost, f.currency,
        f.amount.derived_as("quantity * unit_price - coalesce(discount, 0)"),
        f.is_return.derived_as("quantity < 0"), *LINEAGE,
    ),
    rules=(
        Rule("quantity.not_zero", "validity", "quarantine", "quantity <> 0", "quantity is zero", column="quantity"),
        Rule("unit_price.not_negative", "validity", "warn", "unit_price >= 0", "unit price is negative",
             column="unit_price", threshold=0.999),
    ),
    table_rules=(
        TableRule(
            "agrees_with_the_ledger", "accuracy", "warn",
            query="""
                select g.source, g.ledger_date, g.currency, g.amount ledger_amount, coalesce(l.amount, 0) lines_amount
                from {silver.ledger_totals} g left join (
                    select cast(from_utc_timestamp(o.ordered_at, '{timezone}') as date) ledger_date,
                           coalesce(l.currency, o.currency) currency, sum(l.amount) amount
                    from {silver.order_lines} l join {silver.orders} o
                        on o.order_id = l.order_id and o.deleted_at is null
                    where l.deleted_at is null group by 1, 2
                ) l on l.ledger_date = g.ledger_date and l.currency <=> g.currency
                where g.deleted_at is null and abs(g.amount - coalesce(l.amount, 0)) > 0.005""",
            applicable="select count(*) from {silver.ledger_totals} where deleted_at is null",
            message="the day's lines do not add up to the ledger's total",
            reads=("silver.orders", "silver.ledger_totals"),
            threshold=0.9,
        ),
    ),
    restates_by="period",
)  # fmt: skip

LEDGER_TOTALS = Table(
    "silver.ledger_totals",
    "What finance booked, one row a day and currency: the reference for order lines.",
    key=("source", "ledger_date", "currency"),
    columns=(f.ledger_date.required(), f.currency.required(), f.amount.required(), *LINEAGE),
    event_time="ledger_date",
)

COSTS = Table(
    "silver.costs", "Costs of supply, service, acquisition and campaigns, one row an entry.",
    key=("source", "cost_id"),
    columns=(
        f.cost_id.required(),
        f.kind.one_of("supply", "service", "acquisition", "campaign").required(),
        f.customer_id.references("silver.customers"), f.campaign_id, f.product_id.references("silver.products"),
        f.amount.required(), f.currency, f.cost_date, *LINEAGE,
    ),
    event_time="cost_date",
)  # fmt: skip

PROFILES = Table(
    "silver.profiles", "Accounts on social channels, one row an account.",
    key=("channel", "profile_id"),
    columns=(
        f.channel.required(), f.profile_id.required(), f.handle, f.display_name, f.bio, f.url, f.location, f.language,
        f.email, f.customer_id.described("Buyer to whom the account belongs, where the source gives it.")
        .references("silver.customers"),
        f.followers_count, f.following_count, f.posts_count, f.is_verified, f.is_company, f.is_bot, f.created_at,
        f.observed_at, *LINEAGE,
    ),
    rules=(_not_in_the_future("created_at"),),
    event_time="created_at",
    restates_by="person",
)  # fmt: skip

POSTS = Table(
    "silver.posts", "What people wrote on social software, one row a post.",
    key=("channel", "post_id"),
    columns=(
        f.channel.required(), f.post_id.required(), f.service_type, f.audience,
        f.kind.one_of("post", "article", "comment", "question", "answer", "review", "wiki_edit", "bookmark", "media",
                      "message").required(),
        f.profile_id.references("silver.profiles"), f.title, f.text, f.url, f.tags, f.language,
        f.created_at.required(), f.edited_at, f.parent_post_id.references("silver.posts"), f.root_post_id,
        f.accepted_answer_id, f.is_accepted_answer, f.rating, *LINEAGE,
    ),
    rules=(
        _not_in_the_future("created_at"),
        _not_before("edited_at", "created_at"),
        Rule("has_text_or_media", "existence", "warn",
             "coalesce(length(text), 0) > 0 or coalesce(length(title), 0) > 0 or url is not null",
             "the post has neither text nor title nor address", applies="kind <> 'media'", threshold=0.95),
    ),
    table_rules=(
        TableRule(
            "reply_is_not_before_its_post", "validity", "warn",
            query="""
                select c.channel, c.post_id, c.created_at, p.created_at parent_created_at
                from {silver.posts} c join {silver.posts} p
                    on p.channel = c.channel and p.post_id = c.parent_post_id
                where c.created_at < p.created_at""",
            applicable="""
                select count(*) from {silver.posts} c join {silver.posts} p
                    on p.channel = c.channel and p.post_id = c.parent_post_id""",
            message="the reply is older than the post that it answers",
            threshold=0.99,
        ),
    ),
    event_time="created_at",
    restates_by="period",
)  # fmt: skip

POST_METRICS = Table(
    "silver.post_metrics", "How a post was seen, one row an observation; what a channel does not measure is null.",
    key=("channel", "post_id", "observed_at"),
    columns=(
        f.channel.required(), f.post_id.required().references("silver.posts"), f.observed_at.required(), f.impressions,
        f.reach, f.clicks, f.reactions, f.comments, f.shares, f.saves, f.views, *LINEAGE,
    ),
    event_time="observed_at",
)  # fmt: skip

INTERACTIONS = Table(
    "silver.interactions", "Who acted upon whom on a channel, one row an act.",
    key=("channel", "interaction_id"),
    columns=(
        f.channel.required(), f.interaction_id.required(),
        f.actor_profile_id.required().references("silver.profiles"),
        f.target_profile_id.references("silver.profiles"), f.post_id.references("silver.posts"),
        f.kind.one_of("follow", "reply", "mention", "share", "reaction", "answer", "accept", "tag", "co_edit")
        .required(),
        f.created_at.required(), f.ended_at, *LINEAGE,
    ),
    rules=(_not_in_the_future("created_at"), _not_before("ended_at", "created_at")),
    event_time="created_at",
    restates_by="period",
)  # fmt: skip

TICKETS = Table(
    "silver.tickets", "Support conversations, one row a ticket.",
    key=("channel", "ticket_id"),
    columns=(
        f.channel.required(), f.ticket_id.required(), f.customer_id.references("silver.customers"), f.email, f.subject,
        f.text, f.status, f.opened_at.required(), f.solved_at, *LINEAGE,
    ),
    rules=(_not_in_the_future("opened_at"), _not_before("solved_at", "opened_at")),
    event_time="opened_at",
)  # fmt: skip

TICKET_EVENTS = Table(
    "silver.ticket_events", "What happened to a ticket, one row an event.",
    key=("channel", "ticket_id", "event_id"),
    columns=(
        f.channel.required(), f.ticket_id.required().references("silver.tickets"), f.event_id.required(),
        f.kind.one_of("opened", "replied", "solved", "reopened", "closed").required(), f.actor, f.actor_id,
        f.created_at.required(), *LINEAGE,
    ),
    rules=(_not_in_the_future("created_at"),),
    event_time="created_at",
)  # fmt: skip

POST_ENRICHMENTS = Table(
    "silver.post_enrichments", "What a post says and how it feels, one row a post.",
    key=("channel", "post_id"),
    columns=(
        f.channel.required(), f.post_id.required().references("silver.posts"), f.language, f.language_confidence,
        f.tone_score, f.tone, f.topics, f.brands, f.products, f.intent, f.relevance_ratio.required(), f.is_relevant,
        f.model_versions, f.run_id,
    ),
    table_rules=(
        TableRule(
            "posts_are_about_what_is_monitored", "relevance", "warn",
            query="select channel, post_id, relevance_ratio from {silver.post_enrichments} where not is_relevant",
            applicable="select count(*) from {silver.post_enrichments}",
            message="the post is about nothing that company.yaml monitors",
            threshold=0.5,
        ),
    ),
    restates_by="period",
)  # fmt: skip

PERSONS = Table(
    "silver.persons", "One person over ERP, web and channels.",
    key=("person_id",),
    columns=(
        f.person_id.required(), f.name, f.email, f.role, f.customers_count, f.profiles_count, f.first_seen_at, f.run_id,
    ),
    restates_by="person",
)  # fmt: skip

PERSON_LINKS = Table(
    "silver.person_links", "Which record belongs to which person, one row a record.",
    key=("record_kind", "record_place", "linked_record_id"),
    columns=(
        f.record_kind.required(), f.record_place.required(), f.linked_record_id.required(),
        f.person_id.required().references("silver.persons"), f.method, f.probability, f.valid_from, f.valid_to, f.run_id,
    ),
    restates_by="person",
)  # fmt: skip

PERSON_ID_CHANGES = Table(
    "silver.person_id_changes", "Which person ids gave way to which, one row a pair.",
    key=("old_person_id", "new_person_id"),
    columns=(f.old_person_id.required(), f.new_person_id.required(), f.cause, f.changed_at, f.run_id),
    restates_by="person",
)  # fmt: skip

TABLES: tuple[Table, ...] = (
    CUSTOMERS, PRODUCTS, ORDERS, ORDER_LINES, LEDGER_TOTALS, COSTS, PROFILES, POSTS, POST_METRICS, INTERACTIONS,
    TICKETS, TICKET_EVENTS, POST_ENRICHMENTS, PERSONS, PERSON_LINKS,
    PERSON_ID_CHANGES,
)  # fmt: skip
