"""Products, lines, costs and customers: rules across tables."""

from __future__ import annotations

from transformations.contracts.silver.across.declaring import rule

CUSTOMER_EMAIL = rule(
    "email_is_that_of_its_tickets",
    "none of the customer's tickets has the customer's e-mail address",
    cases="""
        select c.source, c.customer_id, any(lower(trim(c.email)) = lower(trim(t.email))) is_alike
        from {silver.customers} c join {silver.tickets} t on t.customer_id = c.customer_id
        where c.deleted_at is null and t.deleted_at is null and c.email is not null and t.email is not null
        group by c.source, c.customer_id""",
    broken="not is_alike",
    reads=("silver.tickets",),
    threshold=0.9,  # people write from other addresses too
)

PRODUCT_CURRENCY = rule(
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

LINE_CURRENCY = rule(
    "currency_is_that_of_its_order",
    "currency of the line differs from that of its order",
    cases="""
        select l.source, l.order_id, l.line_number, l.currency, o.currency order_currency
        from {silver.order_lines} l join {silver.orders} o on o.source = l.source and o.order_id = l.order_id
        where l.deleted_at is null and o.deleted_at is null and l.currency is not null and o.currency is not null""",
    broken="currency <> order_currency",
    reads=("silver.orders",),
)

COST_CURRENCY = rule(
    "currency_is_that_of_its_campaign",
    "currency of the cost differs from that of its campaign's budget",
    cases="""
        select c.source, c.cost_id, c.currency, m.currency campaign_currency
        from {silver.costs} c join {silver.campaigns} m on m.source = c.source and m.campaign_id = c.campaign_id
        where c.deleted_at is null and m.deleted_at is null and c.currency is not null and m.currency is not null""",
    broken="currency <> campaign_currency",
    reads=("silver.campaigns",),
)
