"""What each person and community is worth to the company: money, and what is no money beside it, each in its own unit."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from transformations.value.profit_entries import COSTED_DISCOUNT, DECIMAL, ENTRIES, MONEY, NUMBERS

ALL = "all"
SOURCES: Mapping[str, str] = {
    "revenue": "silver.order_lines: quantity and unit_price, or silver.orders: total_amount, of orders that name a customer",
    "returns_amount": "silver.order_lines: is_return, or negative quantities; or silver.orders: is_return",
    "discount_amount": "silver.order_lines: discount, or silver.orders: discount_amount",
    "cost_of_goods": "silver.order_lines: unit_cost (fill takes it from silver.products)",
    "service_cost": "silver.costs: kind service with customer_id",
    "acquisition_cost": "silver.costs: kind acquisition with customer_id",
    "campaign_cost": "silver.costs: kind campaign with campaign_id, and silver.campaign_touches",
    "new_products": "silver.order_lines: product_id, of orders that name a customer",
    "image_reach": "silver.posts of linked profiles, and silver.post_metrics or followers_count of silver.profiles",
    "replies_saved": "silver.posts: kinds question and answer",
    "ideas_raised": "silver.posts of linked profiles",
    "ideas_taken_up": "not joined here: gold.ideas has the state of each idea",
    "referred_orders": "a source that says which customer brought which order",
}
"""Measure -> the source that would fill it, or where it is found."""
NEVER_FILLED = ("ideas_taken_up", "referred_orders")
"""Measures that no table of silver has a column for; gold.ideas is made after this."""
DEDUCTED = ("returns_amount", "service_cost", "acquisition_cost", "campaign_cost")
"""What the contribution deducts from revenue less cost of goods, as far as it is known, beside discounts on whole orders."""
OF_ORDERS = ("orders_count",)
"""Numbers that belong to amounts: they are those of the orders in the same currency."""
COUNTED = ("members_count", "left_out_count", "buyers_count")
"""Counts of persons behind what a community brought."""
_IS_BUYER = " or ".join(f"coalesce({name}, 0) <> 0" for name in ("orders_count", "revenue", "returns_amount"))
_IS_MONEY = " or ".join(f"coalesce({name}, 0) <> 0" for name in MONEY)


def monthly(entries: DataFrame) -> DataFrame:
    """The same entries, added up. Returns: one row per person_id, month and currency: ENTRIES."""
    sums = (F.sum(name).cast(DECIMAL).alias(name) for name in ENTRIES)
    return entries.groupBy("person_id", "month", "currency").agg(*sums)


def persons(entries: DataFrame, filled: Collection[str], currency: str) -> DataFrame:
    """What each person brought and cost, by month and of all time.

    A person is measured in the company's currency where they bought in it, else in that with most orders; amounts in others are
    not added, but named. A measure that no source fills is null; of one that some source fills, a person without entries has 0.

    Args: entries: from profit_entries. filled: measures that some source fills. currency: the company's.
    Returns: one row per person and period: columns of gold.customer_profitability.
    """
    known = entries.join(_currencies(entries, currency), ["person_id"], "left")
    by_period = known.withColumn("period", F.explode(F.array("month", F.lit(ALL))))
    is_counted = "currency is null or currency = chosen"
    summed = by_period.groupBy("person_id", "period").agg(
        F.max("chosen").alias("currency"),
        F.array_sort(F.collect_set(F.expr(f"if(currency <> chosen and ({_IS_MONEY}), currency, null)"))).alias(
            "left_out_currencies"
        ),
        *(F.expr(f"sum(if({is_counted}, {name}, null))").alias(name) for name in ENTRIES),
    )
    deducted = "".join(f" - {name}" for name in DEDUCTED if name in filled)
    if "discount_amount" in filled:
        deducted += f" - {COSTED_DISCOUNT}"
    key = ("person_id", "period", "currency", "left_out_currencies")
    return _measured(summed, key, filled, f"costed_revenue - cost_of_goods{deducted}")


def communities(persons_rows: DataFrame, members: DataFrame, filled: Collection[str], currency: str) -> DataFrame:
    """What the members of each community brought and cost, by month and of all time.

    Args: persons_rows: from `persons`. members: person_id and community_id, of today's communities.
    Returns: one row per community and period: columns of gold.community_profitability. Members who paid in another currency
        than the company's are counted in left_out_count; their amounts and orders are not added.
    """
    known = persons_rows.join(members, ["person_id"])
    is_other = f"currency is not null and currency <> '{currency}'"
    summed = known.groupBy("community_id", "period").agg(
        F.lit(currency).alias("currency"),
        F.count("*").alias("members_count"),
        F.expr(f"count(if({is_other}, 1, null))").alias("left_out_count"),
        F.expr(f"count(if(not ({is_other}) and ({_IS_BUYER}), 1, null))").alias("buyers_count"),
        *(F.expr(f"sum(if({is_other}, null, {name}))").alias(name) for name in (*MONEY, "contribution", *OF_ORDERS)),
        F.lit(None).cast(DECIMAL).alias(COSTED_DISCOUNT),
        *(F.sum(name).alias(name) for name in NUMBERS if name not in OF_ORDERS),
    )
    their_sum = "if(cost_of_goods is null, null, coalesce(contribution, 0))"
    return _measured(summed, ("community_id", "period", "currency", *COUNTED), filled, their_sum)


def _measured(summed: DataFrame, key: tuple[str, ...], filled: Collection[str], contribution: str) -> DataFrame:
    """Measures, null where no source fills them, what the contribution is (SQL) and what it leaves out."""
    by_source = {"costed_revenue": "cost_of_goods", COSTED_DISCOUNT: "discount_amount"}
    of = {
        name: f"cast(coalesce({name}, 0) as {DECIMAL})"
        if by_source.get(name, name) in filled or name == "orders_count"
        else f"cast(null as {DECIMAL})"
        for name in ENTRIES
    }
    numbers = {name: f"cast({sql} as bigint)" for name, sql in of.items() if name in NUMBERS}
    rows = summed.withColumns({name: F.expr((of | numbers)[name]) for name in ENTRIES})
    missing = [f"{name}: {source}" for name, source in SOURCES.items() if name not in filled]
    return rows.select(
        *key,
        *(name for name in MONEY),
        F.expr("if(revenue > 0, cast(costed_revenue as double) / cast(revenue as double), null)").alias("costed_ratio"),
        F.expr(f"cast({contribution} as {DECIMAL})").alias("contribution"),
        *(name for name in NUMBERS),
        *(F.lit(None).cast("bigint").alias(name) for name in NEVER_FILLED),
        F.array(*map(F.lit, missing)).alias("missing_measures"),
    )


def _currencies(entries: DataFrame, currency: str) -> DataFrame:
    """The currency that each person is measured in: person_id, chosen."""
    best = Window.partitionBy("person_id").orderBy(
        (F.col("orders") > 0).desc(), (F.col("currency") == F.lit(currency)).desc(), F.col("orders").desc(), "currency"
    )
    counted = (
        entries.where("currency is not null")
        .groupBy("person_id", "currency")
        .agg(F.expr("coalesce(sum(orders_count), 0)").alias("orders"))
    )
    ranked = counted.withColumn("rank", F.row_number().over(best)).where("rank = 1")
    return ranked.select("person_id", F.col("currency").alias("chosen"))
