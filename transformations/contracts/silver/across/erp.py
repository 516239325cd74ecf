"""Products, lines, costs and customers: rules across tables."""

from __future__ import annotations

from transformations.contracts.silver.across.declaring import rule

CUSTOMER_EMAIL = rule(
    "email_is_that_of_its_tickets",
    "none of the customer's tickets has the customer's e-mail address",
    # a ticket names a customer of its own source, else one whose ID no other ERP uses
    cases="""
        select c.source, c.customer_id, any(lower(trim(c.email)) = lower(trim(t.email))) is_alike
        from (select *, min(source) over (partition by customer_id) = max(source) over (partition by customer_id) is_one
              from {silver.customers}) c
            join {silver.tickets} t on t.customer_id = c.customer_id and (t.source = c.source or c.is_one)
        where c.deleted_at is null and t.deleted_at is null and c.email is not null and t.email is not null
        group by c.source, c.customer_id""",
    broken="not is_alike",
    reads=("silver.tickets",),
    threshold=0.9,  # people write from other addresses too
)

CUSTOMERS_OF_ONE_EMAIL = rule(
    "email_is_of_one_person",
    "customers with the same e-mail address have different names or dates of birth: a shared or filled-in address "
    "(identity.not_a_key in base.yaml), or a mistake in one of them",
    cases="""
        select source, email, count(*) customers, array_sort(collect_set(one_name)) names, count(distinct birth_date) births
        from (
            select source, lower(trim(email)) email, birth_date, nullif(concat_ws(' ', array_sort(split(
                trim(regexp_replace(lower(name), '[ ,.;]+', ' ')), ' '))), '') one_name
            from {silver.customers} where deleted_at is null and email is not null
        ) group by source, email having count(*) > 1""",
    broken="size(names) > 1 or births > 1",
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

RETURN_OF_LINES = rule(
    "is_return_is_that_of_its_lines",
    "the order is a return and none of its lines is, or the other way round",
    cases="""
        select o.source, o.order_id, o.is_return, l.returned_lines, l.other_lines
        from {silver.orders} o join (
            select source, order_id, count_if(coalesce(is_return, quantity < 0)) returned_lines,
                   count_if(not coalesce(is_return, quantity < 0)) other_lines
            from {silver.order_lines} where deleted_at is null group by source, order_id
        ) l on l.source = o.source and l.order_id = o.order_id
        where o.deleted_at is null and o.is_return is not null""",
    broken="if(is_return, returned_lines, other_lines) = 0",
    reads=("silver.order_lines",),
    threshold=0.9,  # corrections of stock are booked as orders too
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
