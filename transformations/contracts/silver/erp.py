"""What the company sells and to whom, as recorded in its ERP and its ledger."""

from __future__ import annotations

from transformations.contracts import fields as f
from transformations.contracts.model import Rule, Table, TableRule
from transformations.contracts.silver.across import erp as across
from transformations.contracts.silver.common import LINEAGE, SEEN, SEEN_ONLY, not_in_the_future

CUSTOMERS = Table(
    "silver.customers",
    "Customers as recorded in the ERP, those included that only orders name. One row per customer.",
    key=("source", "customer_id"),
    columns=(
        f.customer_id.required(),
        f.name,
        f.email,
        f.phone,
        f.street,
        f.city,
        f.postcode,
        f.country,
        f.birth_date,
        f.gender,
        f.segment,
        f.has_email_consent,
        f.has_social_consent,
        f.created_at,
        *SEEN,
        *LINEAGE,
    ),
    rules=(not_in_the_future("created_at"),),
    table_rules=(across.CUSTOMER_EMAIL, across.CUSTOMERS_OF_ONE_EMAIL),
    event_time="created_at",
    derived_source=SEEN_ONLY,
)

PRODUCTS = Table(
    "silver.products",
    "Products that the company sells. One row per product.",
    key=("source", "product_id"),
    columns=(
        f.product_id.required(),
        f.name,
        f.category,
        f.brand,
        f.list_price,
        f.unit_cost,
        f.currency,
        f.launched_at,
        *LINEAGE,
    ),
    table_rules=(across.PRODUCT_CURRENCY,),
    event_time="launched_at",
)

ORDERS = Table(
    "silver.orders",
    "Orders and returns. One row per order.",
    key=("source", "order_id"),
    columns=(
        f.order_id.required(),
        f.customer_id.references("silver.customers"),
        f.ordered_at.required(),
        f.status,
        f.currency,
        f.total_amount.turned_where("is_return", "total_amount > 0"),
        f.shipping_amount,
        f.tax_amount,
        f.discount_amount,
        f.channel,
        f.is_return.derived_as("total_amount < 0"),
        f.voided_at,
        f.is_voided.derived_as("if(voided_at is not null, true, null)"),
        *LINEAGE,
    ),
    rules=(not_in_the_future("ordered_at"),),
    table_rules=(
        TableRule(
            "total_is_the_sum_of_its_lines",
            "consistency",
            "warn",
            query="""
                select o.source, o.order_id, o.total_amount, l.lines_amount amount,
                       o.shipping_amount, o.tax_amount, o.discount_amount
                from {silver.orders} o join (
                    select source, order_id, sum(amount) lines_amount from {silver.order_lines}
                    where deleted_at is null group by source, order_id having count(amount) = count(*)
                ) l on l.source = o.source and l.order_id = o.order_id
                where o.deleted_at is null and least(
                    abs(o.total_amount - l.lines_amount),
                    abs(o.total_amount - l.lines_amount - coalesce(o.shipping_amount, 0) + coalesce(o.discount_amount, 0)),
                    abs(o.total_amount - l.lines_amount - coalesce(o.shipping_amount, 0) + coalesce(o.discount_amount, 0)
                        - coalesce(o.tax_amount, 0))) > 0.005""",
            applicable="""
                select count(*) from {silver.orders} o join (
                    select source, order_id from {silver.order_lines}
                    where deleted_at is null group by source, order_id having count(amount) = count(*)
                ) l on l.source = o.source and l.order_id = o.order_id
                where o.deleted_at is null and o.total_amount is not null""",
            message="total_amount of the order differs from the sum of its lines, with and without its shipping, discount "
            "and tax",
            reads=("silver.order_lines",),
            threshold=0.99,
        ),
        across.RETURN_OF_LINES,
    ),
    event_time="ordered_at",
)

ORDER_LINES = Table(
    "silver.order_lines",
    "Lines of the orders: what was bought or returned. One row per line.",
    key=("source", "order_id", "line_number"),
    columns=(
        f.order_id.required().references("silver.orders"),
        f.line_number.required(),
        f.product_id.required().references("silver.products"),
        f.quantity.required().turned_where("is_return", "quantity > 0"),
        f.unit_price.turned_where("is_return", "quantity > 0 and unit_price < 0"),
        f.discount.turned_where("is_return", "quantity > 0 and coalesce(unit_price, 0) >= 0"),
        f.unit_cost,
        f.currency,
        f.amount.derived_as("quantity * unit_price - coalesce(discount, 0)").turned_where("is_return", "amount > 0"),
        f.is_return.derived_as("quantity < 0"),
        f.filled_columns,
        *LINEAGE,
    ),
    rules=(
        Rule("quantity.not_zero", "validity", "quarantine", "quantity <> 0", "quantity is 0", column="quantity"),
        Rule(
            "unit_price.not_negative",
            "validity",
            "warn",
            "unit_price >= 0",
            "unit_price is negative; expected 0 or more",
            column="unit_price",
            threshold=0.999,
        ),
        Rule(
            "is_return.agrees_with_quantity",
            "consistency",
            "warn",
            "is_return = (quantity < 0)",
            "is_return is false and quantity is negative: the line counts neither as a sale nor as a return",
            column="is_return",
            threshold=0.999,
        ),
    ),
    table_rules=(
        across.LINE_CURRENCY,
        TableRule(
            "agrees_with_the_ledger",
            "accuracy",
            "warn",
            query="""
                with sold as (
                    select o.source, cast(from_utc_timestamp(o.ordered_at, '{timezone}') as date) ledger_date,
                           if(l.order_id is null, o.currency, coalesce(l.currency, o.currency)) currency,
                           if(l.order_id is null, o.total_amount, l.amount) amount
                    from {silver.orders} o left join (select * from {silver.order_lines} where deleted_at is null) l
                        on l.source = o.source and l.order_id = o.order_id
                    where o.deleted_at is null and not coalesce(o.is_voided, o.voided_at is not null)
                ), lines as (
                    select source, ledger_date, currency, sum(amount) amount from sold group by 1, 2, 3
                ), booked as (
                    select source, ledger_date, currency, amount from lines
                    union all
                    select g.source, l.ledger_date, l.currency, sum(l.amount)
                    from (select distinct source from {silver.ledger_totals}
                          where source not in (select source from lines)) g cross join lines l
                    group by 1, 2, 3
                )
                select g.source, g.ledger_date, g.currency, g.amount ledger_amount, coalesce(l.amount, 0) lines_amount
                from {silver.ledger_totals} g left join booked l
                    on l.source = g.source and l.ledger_date = g.ledger_date and l.currency <=> g.currency
                where g.deleted_at is null and abs(g.amount - coalesce(l.amount, 0)) > 0.005""",
            applicable="select count(*) from {silver.ledger_totals} where deleted_at is null",
            # a ledger of one ERP is held against that ERP's lines; one of no ERP is the company's, of all of them
            # of an order without lines its total counts
            message="the order lines of the day do not add up to the ledger's total",
            reads=("silver.orders", "silver.ledger_totals"),
            threshold=0.9,
        ),
    ),
)

LEDGER_TOTALS = Table(
    "silver.ledger_totals",
    "Totals booked by finance, the reference for order lines. One row per day and currency.",
    key=("source", "ledger_date", "currency"),
    columns=(f.ledger_date.required(), f.currency.required(), f.amount.required(), *LINEAGE),
    event_time="ledger_date",
)

COSTS = Table(
    "silver.costs",
    "Costs of supply, service, acquisition and campaigns. One row per entry.",
    key=("source", "cost_id"),
    columns=(
        f.cost_id.required(),
        f.kind.one_of("supply", "service", "acquisition", "campaign").required(),
        f.customer_id.references("silver.customers"),
        f.campaign_id.references("silver.campaigns"),
        f.product_id.references("silver.products"),
        f.amount.required(),
        f.currency,
        f.cost_date,
        *LINEAGE,
    ),
    table_rules=(across.COST_CURRENCY,),
    event_time="cost_date",
)

TABLES = (CUSTOMERS, PRODUCTS, ORDERS, ORDER_LINES, LEDGER_TOTALS, COSTS)
