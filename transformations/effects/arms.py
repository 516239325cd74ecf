"""What campaigns' recipients, held-out people and untouched customers bought before and after: sums, made on the engine."""

from __future__ import annotations

from datetime import datetime

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

DAYS = 28
"""Days after the beginning of a campaign in which an effect is sought, and of each of the two spans before it. Four whole
weeks: each has as many of every weekday."""
OUTCOMES = {
    "active_customers": "cast(count_if({span} and bought) > 0 as double)",
    "orders": "cast(count_if({span} and bought) as double)",
    "revenue": "cast(coalesce(sum(if({span}, sale_amount, null)), 0) as double)",
}
"""Indicators that can be counted for each customer: SQL over what the customer ordered, by span."""
_SPANS = {
    "after": f"days >= 0 and days < {DAYS}",
    "before": f"days >= -{DAYS} and days < 0",
    "earlier": f"days >= -{2 * DAYS} and days < -{DAYS}",
}
MEASURES = {
    "after": "{0}_after",
    "before": "{0}_before",
    "change": "{0}_after - {0}_before",
    "earlier_change": "{0}_before - {0}_earlier",
}
_SUMS = [
    f"{outcome}_{measure}_{power}" for outcome in OUTCOMES for measure in MEASURES for power in ("total", "squares")
]
ARMS = pa.schema(
    [("source", pa.string()), ("campaign", pa.string()), ("begins_on", pa.date32()), ("arm", pa.string())]
    + [("is_long_known", pa.bool_()), ("persons", pa.int64())]
    + [(name, pa.float64()) for name in _SUMS]
)
"""Schema of the collected result of `campaign_arms`."""


def campaign_arms(
    campaigns: DataFrame,
    touches: DataFrame,
    customers: DataFrame,
    sales: DataFrame,
    *,
    currency: str,
    timezone: str,
    before: datetime,
) -> DataFrame:
    """Per campaign and arm: how many customers, and the sums and squares of what each of them bought around its beginning.

    The arms are held_out (left out by lot: touches of the kind held_out; the lot decides, whatever reached them), sent (others
    with a touch of the campaign before the DAYS after its beginning are over, whether it was opened or bounced) and untouched
    (customers without either, of those known DAYS twice before it began alone). A campaign without a beginning began with its
    first touch.

    Args:
        campaigns, touches, customers: silver.campaigns, silver.campaign_touches, silver.customers.
        sales: from transformations.value.sales.order_sales.
        currency: amounts in others are left out. timezone: of the days. before: later touches do not count.
    Returns: ARMS. is_long_known: the customers were known (created, or had ordered) DAYS twice before the campaign began.
    """

    def day(instant: str) -> str:
        return f"to_date(from_utc_timestamp({instant}, '{timezone}'))"

    touches = touches.where(F.col("created_at") < F.lit(before))
    first = touches.groupBy("source", F.col("campaign_id").alias("campaign")).agg(F.min("created_at").alias("_first"))
    named = campaigns.select("source", F.col("campaign_id").alias("campaign"), "begins_at")
    starts = named.join(first, ["source", "campaign"]).select(
        "source", "campaign", F.expr(day("coalesce(begins_at, _first)")).alias("begins_on")
    )
    ordered = sales.where("customer_id is not null").select(
        "source",
        "customer_id",
        F.expr(day("ordered_at")).alias("day"),
        F.expr("sale_lines + unpriced_sales > 0").alias("bought"),
        F.when(F.col("currency") == currency, F.col("sale_amount")).alias("sale_amount"),
    )
    known = (
        customers.where("created_at is not null")
        .select("source", "customer_id", F.expr(day("created_at")).alias("day"))
        .unionAll(ordered.select("source", "customer_id", "day"))
        .groupBy("source", "customer_id")
        .agg(F.min("day").alias("known_on"))
    )
    arms = (
        touches.where("customer_id is not null")
        .withColumnRenamed("campaign_id", "campaign")
        .join(F.broadcast(starts), ["source", "campaign"])
        .withColumn("_is_held", F.expr("kind = 'held_out'"))
        .where(f"_is_held or {day('created_at')} < date_add(begins_on, {DAYS})")
        .groupBy("source", "campaign", "customer_id")
        .agg(F.expr("count_if(_is_held)").alias("_held"))
        .select("source", "campaign", "customer_id", F.expr("if(_held > 0, 'held_out', 'sent')").alias("arm"))
    )
    persons = _persons(starts, arms, known)
    bought = _bought(starts, arms, known, ordered)
    keys = ["source", "campaign", "arm", "is_long_known"]
    return (
        persons.join(bought, keys, "left")
        .join(F.broadcast(starts), ["source", "campaign"])
        .select(
            "source",
            "campaign",
            "begins_on",
            "arm",
            "is_long_known",
            "persons",
            *(F.coalesce(name, F.lit(0.0)).alias(name) for name in _SUMS),
        )
    )


_IS_LONG_KNOWN = f"coalesce(known_on <= date_sub(begins_on, {2 * DAYS}), false)"


def _persons(starts: DataFrame, arms: DataFrame, known: DataFrame) -> DataFrame:
    """Customers of each arm. The untouched ones are all that were known, less the touched: nobody is listed for them."""
    touched = (
        arms.join(F.broadcast(starts), ["source", "campaign"])
        .join(known, ["source", "customer_id"], "left")
        .groupBy("source", "campaign", "arm", F.expr(_IS_LONG_KNOWN).alias("is_long_known"))
        .agg(F.count("*").alias("persons"))
    )
    by_day = known.groupBy("source", "known_on").agg(F.count("*").alias("n"))
    everybody = (
        by_day.join(F.broadcast(starts), "source")
        .where(_IS_LONG_KNOWN)
        .groupBy("source", "campaign")
        .agg(F.sum("n").alias("n"))
    )
    long_touched = touched.where("is_long_known").groupBy("source", "campaign").agg(F.sum("persons").alias("n_touched"))
    untouched = everybody.join(long_touched, ["source", "campaign"], "left").select(
        "source",
        "campaign",
        F.lit("untouched").alias("arm"),
        F.lit(True).alias("is_long_known"),
        F.expr("cast(n - coalesce(n_touched, 0) as bigint)").alias("persons"),
    )
    return touched.unionAll(untouched)


def _bought(starts: DataFrame, arms: DataFrame, known: DataFrame, ordered: DataFrame) -> DataFrame:
    """Sums over the customers who bought around a campaign's beginning; all others bought nothing and add nothing."""
    spans = {
        f"{outcome}_{span}": sql.format(span=f"({when})")
        for outcome, sql in OUTCOMES.items()
        for span, when in _SPANS.items()
    }
    near = (
        ordered.join(F.broadcast(starts), "source")
        .where(f"day >= date_sub(begins_on, {2 * DAYS}) and day < date_add(begins_on, {DAYS})")
        .withColumn("days", F.expr("datediff(day, begins_on)"))
    )
    each = (
        near.groupBy("source", "campaign", "begins_on", "customer_id")
        .agg(*(F.expr(sql).alias(name) for name, sql in spans.items()))
        .join(arms, ["source", "campaign", "customer_id"], "left")
        .join(known, ["source", "customer_id"], "left")
        .withColumn("arm", F.coalesce("arm", F.lit("untouched")))
        .withColumn("is_long_known", F.expr(_IS_LONG_KNOWN))
        .where("arm <> 'untouched' or is_long_known")
    )
    sums = []
    for outcome in OUTCOMES:
        for measure, sql in MEASURES.items():
            its = sql.format(outcome)
            sums += [
                F.expr(f"sum({its})").alias(f"{outcome}_{measure}_total"),
                F.expr(f"sum(({its}) * ({its}))").alias(f"{outcome}_{measure}_squares"),
            ]
    return each.groupBy("source", "campaign", "arm", "is_long_known").agg(*sums)
