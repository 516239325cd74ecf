"""Sessions and use of products: rules across tables."""

from __future__ import annotations

from transformations.contracts.silver.across.declaring import one_value, rule

SESSION = one_value(
    "session_has_one_visitor",
    "the session has several values of visitor_id",
    "silver.web_events",
    "source, session_id",
    "if(session_id is null, null, visitor_id)",
)

# portable: the order of products does not matter
BUYER = rule(
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
