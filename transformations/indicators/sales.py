"""Indicators of sales: revenue, total, active customers, returns, orders, margin."""

from __future__ import annotations

from collections.abc import Collection

import duckdb
import pyarrow as pa

from transformations.indicators.parts import Family, Parts, indicator_rows

_ONE_CURRENCY = "if(currency_low = currency_high, currency_low, null)"
_ANY_SALES = "any_sale_lines + any_unpriced_sales"


def revenue() -> Parts:
    """Amount of the sale lines of identified customers; null where there are sale lines and none could be measured."""
    return Parts(
        f"if(sale_lines = 0 and {_ANY_SALES} > 0, null, sale_amount)",
        "sale_lines",
        measured="sale_lines",
        in_scope=_ANY_SALES,
        currency=_ONE_CURRENCY,
        persons="persons",
        unmeasured="if(any_sale_lines = 0, 'no sale line has a price', 'no sale line with a price names a customer')",
    )


def all_lines_total() -> Parts:
    """Amount of all lines; null where no amount is known."""
    return Parts(
        "if(lines_with_amount = 0, null, amount)",
        "lines",
        measured="lines_with_amount",
        in_scope="lines",
        currency=_ONE_CURRENCY,
        persons="persons",
        unmeasured="'no line has an amount'",
    )


def active_customers() -> Parts:
    """Distinct customers with a sale line; null where there are sale lines and none names a customer."""
    return Parts(
        f"if(bought_lines = 0 and {_ANY_SALES} > 0, null, buyers)",
        "bought_lines",
        measured="bought_lines",
        in_scope=_ANY_SALES,
        persons="persons",
        unmeasured="'no sale line names a customer'",
    )


def return_ratio() -> Parts:
    """Amount returned / amount sold: anonymous lines are counted on both sides or on neither.

    Null where nothing tells of returns: without a sign of one, none returned and none reported look alike.
    """
    return Parts(
        "if(not tells_returns or (ratio_returns = 0 and ratio_unpriced_returns > 0), null, ratio_returned)",
        "ratio_sales + ratio_returns",
        denominator="ratio_sold",
        measured="sale_lines + return_lines",
        in_scope=f"{_ANY_SALES} + any_return_lines + any_unpriced_returns",
        currency=_ONE_CURRENCY,
        persons="persons",
        unmeasured="if(tells_returns, 'no return line has a price', 'no source tells of returns: conf maps no is_return, and "
        "no quantity or total is negative')",
    )


def orders() -> Parts:
    """Orders with a sale line."""
    return Parts("orders", "orders", persons="persons")


def average_order_value() -> Parts:
    """Amount of priced sale lines / orders with one."""
    return Parts(
        "if(any_sale_lines = 0 and orders > 0, null, any_sale_amount)",
        "priced_orders",
        denominator="priced_orders",
        measured="priced_orders",
        in_scope="orders",
        currency=_ONE_CURRENCY,
        persons="persons",
        unmeasured="'no sale line has a price'",
    )


def margin() -> Parts:
    """Amount less cost of the sale lines whose unit cost is known; null where none is."""
    return Parts(
        f"if(costed_lines = 0 and {_ANY_SALES} > 0, null, costed_amount - cost_amount)",
        "costed_lines",
        measured="costed_lines",
        in_scope="any_sale_lines",
        currency=_ONE_CURRENCY,
        persons="persons",
        unmeasured="'no sale line with a price has a unit cost'",
    )


PARTS = {
    "revenue": revenue,
    "all_lines_total": all_lines_total,
    "active_customers": active_customers,
    "return_ratio": return_ratio,
    "orders": orders,
    "average_order_value": average_order_value,
    "margin": margin,
}

_SUMS = {
    "lines": "sum(its.lines)",
    "lines_with_amount": "sum(its.lines_with_amount)",
    "amount": "sum(its.amount)",
    "any_sale_lines": "sum(its.sale_lines)",
    "any_unpriced_sales": "sum(its.unpriced_sales)",
    "any_sale_amount": "sum(its.sale_amount)",
    "orders": "sum(its.orders)",
    "priced_orders": "sum(its.priced_orders)",
    "costed_lines": "sum(its.costed_lines)",
    "costed_amount": "sum(its.costed_amount)",
    "cost_amount": "sum(its.cost_amount)",
    "any_return_lines": "sum(its.return_lines)",
    "any_unpriced_returns": "sum(its.unpriced_returns)",
    **{
        name: f"coalesce(sum(its.{column}) filter ({condition}), 0)"
        for name, column, condition in (
            ("sale_lines", "sale_lines", "customer_id is not null"),
            ("return_lines", "return_lines", "customer_id is not null"),
            ("bought_lines", "bought_lines", "customer_id is not null"),
            ("sale_amount", "sale_amount", "customer_id is not null"),
            ("ratio_sales", "sale_lines", "is_in_ratio"),
            ("ratio_sold", "sale_amount", "is_in_ratio"),
            ("ratio_returns", "return_lines", "is_in_ratio"),
            ("ratio_unpriced_returns", "unpriced_returns", "is_in_ratio"),
            ("ratio_returned", "return_amount", "is_in_ratio"),
        )
    },
    "tells_returns": "bool_or(tells_returns)",
    "buyers": "count(distinct customer) filter (its.bought_lines > 0)",
    "persons": "count(distinct customer)",
    "low": "min(currency)",
    "high": "max(currency)",
}
_EVER = "over (partition by dimension, dimension_value)"  # a month in one currency has no total either

NO_CHANNEL = "(none)"
"""The channel of what is in none, where others are in one: channels are the whole then, and suppression knows all its parts."""

CHANNEL = f"if(bool_or(channel is not null) over (), coalesce(channel, '{NO_CHANNEL}'), null)"
"""SQL over rows with the column channel: the channel, or NO_CHANNEL."""

# Where a channel's returns never name a customer, those of identified customers cannot be told: all count.
_SALES = f"""
select sales.* replace (
        {CHANNEL} as channel),
    list_contains($declared, source) or bool_or(return_lines + unpriced_returns > 0) over of_channel as tells_returns,
    source || chr(0) || customer_id as customer, sale_lines + unpriced_sales as bought_lines,
    customer_id is not null or (
        bool_or(return_lines + unpriced_returns > 0) over of_channel
        and not bool_or(return_lines + unpriced_returns > 0 and customer_id is not null) over of_channel) as is_in_ratio
from sales window of_channel as (partition by channel)
"""


def sale_indicators(sales: pa.Table, declare_returns: Collection[str] = ()) -> pa.Table:
    """Revenue, total of all lines, active customers, returns, orders and margin.

    Args:
        sales: from transformations.value.sales.daily_sales.
        declare_returns: sources that say of each order or line whether it is a return.
    Returns: the columns of parts.ROWS.
    """
    family = Family(
        {name: parts() for name, parts in PARTS.items()},
        _SUMS,
        one=("channel", "currency"),
        over_groups={"currency_low": f"min(low) {_EVER}", "currency_high": f"max(high) {_EVER}"},
    )
    with duckdb.connect() as connection:
        connection.register("sales", sales)
        return indicator_rows(
            family, rows=connection.sql(_SALES, params={"declared": list(declare_returns)}).to_arrow_table()
        )
