"""Sales: what each order sold and returned."""

from __future__ import annotations

from datetime import datetime

import pyarrow as pa
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

COUNTS = (
    "lines",
    "lines_with_amount",
    "sale_lines",
    "return_lines",
    "unpriced_sales",
    "unpriced_returns",
    "costed_lines",
)
AMOUNTS = ("amount", "sale_amount", "return_amount", "costed_amount", "cost_amount")
ORDERS = ("orders", "priced_orders")
CATEGORIES = ("category_low", "category_high")
DAILY = pa.schema(
    [("day", pa.date32()), *((name, pa.string()) for name in ("source", "customer_id", "channel", "currency"))]
    + [(name, pa.int64()) for name in (*COUNTS, *ORDERS)]
    + [(name, pa.decimal128(38, 4)) for name in AMOUNTS]
    + [(name, pa.string()) for name in CATEGORIES]
)
"""Schema of the collected result of `daily_sales`."""

LINE_IS_RETURN = "coalesce(is_return, quantity < 0)"
"""SQL over silver.order_lines: the line is a return, as its source says, else by the sign of its quantity."""
IS_VOIDED = "coalesce(is_voided, voided_at is not null)"
"""SQL over silver.orders: the order was cancelled. It counts nowhere."""


def order_sales(
    orders: DataFrame,
    order_lines: DataFrame,
    currency: str,
    before: datetime | None = None,
    products: DataFrame | None = None,
) -> DataFrame:
    """Sold and returned amounts per order, summed over its lines; an order without a priced line counts as one of its total.

    A return line is one whose is_return says so (where the source is silent: quantity < 0), or any line of an order that
    is a return and has no line of negative quantity: there the signs say nothing. Of the others, a line with quantity > 0
    and a unit price > 0 is a sale line; without a price it is an unpriced sale, whose amount is unknown. What is ordered
    beside the lines is no part of it: of a total, shipping and tax are deducted where they are known.

    Args:
        orders: silver.orders; voided ones are left out.
        order_lines: silver.order_lines; lines without their order are left out, because their time and customer are not
            known. An order without lines and total counts as one line of unknown amount where its source gives no lines.
        currency: of amounts without one.
        before: instant from which on orders are left out; None: none of them.
        products: silver.products, for the categories of what was sold; None: they are null.
    Returns: one row per order and currency: source, order_id, customer_id, ordered_at, channel, currency, COUNTS
        (lines_with_amount: those whose amount is known; costed_lines: sale lines whose unit cost is known), amount of all
        lines, sale_amount, return_amount (above 0), costed_amount and cost_amount (what the costed lines sold for and cost),
        CATEGORIES (the first and the last, by name, of the product categories that were sold).
    """
    counted = orders.where(f"not {IS_VOIDED}")
    if before is not None:
        counted = counted.where(F.col("ordered_at") < F.lit(before))
    with_lines = F.broadcast(order_lines.select("source", F.lit(True).alias("_source_has_lines")).distinct())
    joined = counted.join(_summed(order_lines, products), ["source", "order_id"], "left").join(
        with_lines, "source", "left"
    )
    known = joined.withColumns(
        {
            # no line has a price: the order's total is used
            "_total": F.expr(
                "if(coalesce(priced_lines, 0) = 0, "
                "total_amount - if(total_amount < 0, -1, 1) * (coalesce(shipping_amount, 0) + coalesce(tax_amount, 0)), null)"
            ),
            # a return whose lines all have positive quantities
            "_turned": F.expr("coalesce(is_return and least_quantity > 0 and returned_lines = 0, false)"),
        }
    ).where("lines is not null or _total is not null or _source_has_lines is null")
    return known.select(
        "source",
        "order_id",
        "customer_id",
        "ordered_at",
        "channel",
        F.coalesce("line_currency", "currency", F.lit(currency)).alias("currency"),
        *(_either(*sql, "bigint").alias(name) for name, sql in _COUNTED.items()),
        *(_either(*sql, "decimal(38,4)").alias(name) for name, sql in _ADDED.items()),
        *(F.expr(f"if(_turned, null, {name})").alias(name) for name in CATEGORIES),
    )


_PRICE = "coalesce(unit_price, amount)"
_IS_SALE = f"not {LINE_IS_RETURN} and quantity > 0 and {_PRICE} > 0"
_IS_RETURN = f"{LINE_IS_RETURN} and {_PRICE} is not null"
_IS_UNPRICED = f"{_PRICE} is null and quantity > 0"

_COUNTED = {
    "lines": ("1", "coalesce(lines, 1)"),
    "lines_with_amount": ("1", "coalesce(lines_with_amount, 0)"),
    "sale_lines": ("cast(_total > 0 as int)", "if(_turned, 0, sold_lines)"),
    "return_lines": ("cast(_total < 0 as int)", "if(_turned, sold_lines, returned_lines - unpriced_returned)"),
    "unpriced_sales": (
        "0",
        "if(lines is null, cast(not coalesce(is_return, false) as int), if(_turned, 0, unpriced_sold))",
    ),
    "unpriced_returns": (
        "0",
        "if(lines is null, cast(coalesce(is_return, false) as int), if(_turned, unpriced_sold, unpriced_returned))",
    ),
    "costed_lines": ("0", "if(_turned, 0, costed_sold)"),
}
"""Count -> where the order counts as one line of its total, and where its lines count."""
_ADDED = {
    "amount": ("_total", "if(_turned, 0 - all_amount, all_amount)"),
    "sale_amount": ("greatest(_total, 0)", "if(_turned, 0, sold_amount)"),
    "return_amount": ("greatest(0 - _total, 0)", "if(_turned, sold_amount, 0 - returned_amount)"),
    "costed_amount": ("0", "if(_turned, 0, sold_costed_amount)"),
    "cost_amount": ("0", "if(_turned, 0, sold_cost)"),
}


def _either(of_total: str, of_lines: str, type_: str) -> Column:
    return F.expr(f"cast(coalesce(if(_total is not null, {of_total}, {of_lines}), 0) as {type_})")


def _summed(order_lines: DataFrame, products: DataFrame | None) -> DataFrame:
    """Lines of each order and currency: how many of each kind, and what they add up to."""
    if products is None:
        lines = order_lines.withColumn("category", F.lit(None).cast("string"))
    else:
        lines = order_lines.join(products.select("source", "product_id", "category"), ["source", "product_id"], "left")
    is_sold = f"not {LINE_IS_RETURN} and quantity > 0"
    is_costed = f"{_IS_SALE} and amount is not null and unit_cost is not null"
    return lines.groupBy("source", "order_id", F.col("currency").alias("line_currency")).agg(
        F.count("*").alias("lines"),
        F.expr(f"count({_PRICE})").alias("priced_lines"),
        F.count("amount").alias("lines_with_amount"),
        F.min("quantity").alias("least_quantity"),
        F.expr(f"count_if({_IS_SALE})").alias("sold_lines"),
        F.expr(f"count_if({LINE_IS_RETURN})").alias("returned_lines"),
        F.expr(f"count_if({_IS_UNPRICED} and not {LINE_IS_RETURN})").alias("unpriced_sold"),
        F.expr(f"count_if({LINE_IS_RETURN} and {_PRICE} is null)").alias("unpriced_returned"),
        F.sum("amount").alias("all_amount"),
        F.expr(f"sum(if({_IS_SALE}, amount, null))").alias("sold_amount"),
        F.expr(f"sum(if({_IS_RETURN}, amount, null))").alias("returned_amount"),
        F.expr(f"count_if({is_costed})").alias("costed_sold"),
        F.expr(f"sum(if({is_costed}, amount, null))").alias("sold_costed_amount"),
        F.expr(f"sum(if({is_costed}, cast(quantity * unit_cost as decimal(38,4)), null))").alias("sold_cost"),
        F.expr(f"min(if({is_sold}, category, null))").alias("category_low"),
        F.expr(f"max(if({is_sold}, category, null))").alias("category_high"),
    )


def daily_sales(sales: DataFrame, timezone: str) -> DataFrame:
    """Sales per day and customer, in the company's time zone: the input of the indicators of sales.

    Args: sales: from `order_sales`.
    Returns: day, source, customer_id (null: all unknown customers), channel, currency, COUNTS, ORDERS (those with a sale line,
        and those with a priced one; an order in two currencies counts in each), AMOUNTS, CATEGORIES.
    """
    day = F.to_date(F.from_utc_timestamp("ordered_at", timezone)).alias("day")
    return sales.groupBy(day, "source", "customer_id", "channel", "currency").agg(
        *(F.sum(name).alias(name) for name in COUNTS),
        F.expr("count_if(sale_lines + unpriced_sales > 0)").alias("orders"),
        F.expr("count_if(sale_lines > 0)").alias("priced_orders"),
        *(F.sum(name).alias(name) for name in AMOUNTS),
        F.min("category_low").alias("category_low"),
        F.max("category_high").alias("category_high"),
    )
