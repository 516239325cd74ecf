"""Sales: what each order sold and returned."""

from __future__ import annotations

import pyarrow as pa
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

COUNTS = ("lines", "lines_with_amount", "sale_lines", "return_lines")
AMOUNTS = ("amount", "sale_amount", "return_amount")
DAILY = pa.schema(
    [("day", pa.date32()), *((name, pa.string()) for name in ("source", "customer_id", "channel", "currency"))]
    + [(name, pa.int64()) for name in COUNTS]
    + [(name, pa.decimal128(38, 4)) for name in AMOUNTS]
)
"""Schema of the collected result of `daily_sales`."""


def order_sales(orders: DataFrame, order_lines: DataFrame, currency: str) -> DataFrame:
    """Sold and returned amounts per order, summed over its lines; an order without a priced line counts as one of its total.

    A sale line has quantity > 0 and a unit price > 0, a return line has quantity < 0.

    Args:
        orders: silver.orders. order_lines: silver.order_lines; lines without their order are left out, because
            their time and customer are not known.
        currency: of amounts without one.
    Returns: one row per order and currency: source, order_id, customer_id, ordered_at, channel, currency, COUNTS
        (lines_with_amount: those whose amount is known), amount of all lines, sale_amount, and return_amount (above 0).
    """
    price = F.coalesce("unit_price", "amount")
    is_sale, is_return = (F.col("quantity") > 0) & (price > 0), F.col("quantity") < 0
    summed = (
        order_lines.where(price.isNotNull())
        .groupBy("source", "order_id", F.col("currency").alias("line_currency"))
        .agg(
            F.count("*").alias("lines"),
            F.count("amount").alias("lines_with_amount"),
            F.count_if(is_sale).alias("sale_lines"),
            F.count_if(is_return).alias("return_lines"),
            _sum(is_sale).alias("sold"),
            _sum(is_return).alias("returned"),
            _sum(~is_sale & ~is_return).alias("other"),
        )
    )
    total = F.when(F.col("lines").isNull(), F.col("total_amount"))  # no line has a price: the order's total is used
    nothing = F.lit(0).cast("decimal(38,4)")

    def amount(*sums: Column) -> Column:
        return sum((F.coalesce(its, nothing) for its in sums), nothing).cast("decimal(38,4)")

    sold, returned = F.when(total > 0, total), F.when(total < 0, total)
    return (
        orders.join(summed, ["source", "order_id"], "left")
        .where("lines is not null or total_amount is not null")
        .select(
            "source",
            "order_id",
            "customer_id",
            "ordered_at",
            "channel",
            F.coalesce("line_currency", "currency", F.lit(currency)).alias("currency"),
            F.coalesce("lines", F.lit(1)).alias("lines"),
            F.coalesce("lines_with_amount", F.lit(1)).alias("lines_with_amount"),
            F.coalesce("sale_lines", (total > 0).cast("bigint")).alias("sale_lines"),
            F.coalesce("return_lines", (total < 0).cast("bigint")).alias("return_lines"),
            amount(F.col("sold"), F.col("returned"), F.col("other"), total).alias("amount"),
            amount(F.col("sold"), sold).alias("sale_amount"),
            (-amount(F.col("returned"), returned)).cast("decimal(38,4)").alias("return_amount"),
        )
    )


def _sum(condition: Column) -> Column:
    return F.sum(F.when(condition, F.col("amount")))


def daily_sales(sales: DataFrame, timezone: str) -> DataFrame:
    """Sales per day and customer, in the company's time zone: the input of the indicators of sales.

    Args: sales: from `order_sales`.
    Returns: day, source, customer_id (null: all unknown customers), channel, currency, COUNTS, AMOUNTS.
    """
    day = F.to_date(F.from_utc_timestamp("ordered_at", timezone)).alias("day")
    return sales.groupBy(day, "source", "customer_id", "channel", "currency").agg(
        *(F.sum(name).alias(name) for name in (*COUNTS, *AMOUNTS))
    )
