"""Indicators of campaigns: whom they reach, who responds, and what they bring."""

from __future__ import annotations

import duckdb
import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from transformations.indicators.parts import Family, Parts, indicator_rows
from transformations.value.sales import order_sales

_KINDS = ("sent", "delivered", "opened", "clicked", "converted", "bounced")
TOUCHES = pa.schema(
    [("day", pa.date32())]
    + [(name, pa.string()) for name in ("campaign", "recipient", "currency")]
    + [(name, pa.int64()) for name in (*_KINDS, "orders", "orders_once")]
    + [(name, pa.decimal128(38, 4)) for name in ("revenue", "revenue_once")]
)
"""Schema of the collected result of `monthly_touches`."""


def monthly_touches(
    touches: DataFrame, orders: DataFrame, order_lines: DataFrame, *, currency: str, timezone: str
) -> DataFrame:
    """Events of campaigns per month and recipient, and beside them what the orders brought that resulted from them.

    An order counts once for each campaign whose touches name it, in the month of the first of these. orders_once and
    revenue_once leave it out but at one of its campaigns, so that they add up over campaigns.

    Args: silver.campaign_touches, silver.orders, silver.order_lines; currency: of amounts without one; timezone: of the months.
    Returns: the columns of TOUCHES: rows with a recipient and counts of events, and rows with orders and their revenue.
    """
    month = F.expr(f"cast(date_trunc('MONTH', from_utc_timestamp(created_at, '{timezone}')) as date)").alias("day")
    recipient = F.expr(
        "coalesce(concat('customer ', source, ' ', customer_id), concat('contact ', source, ' ', contact_id), "
        "concat('address ', lower(email)))"
    ).alias("recipient")
    of_recipients = (
        touches.where("kind <> 'held_out'")
        .groupBy(month, F.col("campaign_id").alias("campaign"), recipient)
        .agg(*(F.expr(f"count_if(kind = '{kind}')").alias(kind) for kind in _KINDS))
        .select(
            "day",
            "campaign",
            "recipient",
            F.lit(None).cast("string").alias("currency"),
            *_KINDS,
            *(F.lit(0).cast("bigint").alias(name) for name in ("orders", "orders_once")),
            *(F.lit(None).cast("decimal(38,4)").alias(name) for name in ("revenue", "revenue_once")),
        )
    )
    named = (
        touches.where("order_id is not null")
        .select(month, "source", F.col("campaign_id").alias("campaign"), "order_id")
        .groupBy("source", "campaign", "order_id")
        .agg(F.min("day").alias("day"))
        .withColumn("is_first", F.expr("campaign = min(campaign) over (partition by source, order_id)"))
    )
    key = named.select("source", "order_id").distinct()
    resulting = order_sales(
        orders.join(key, ["source", "order_id"], "left_semi"),
        order_lines.join(key, ["source", "order_id"], "left_semi"),
        currency,
    )
    of_orders = (
        resulting.select("source", "order_id", "currency", "sale_amount")
        .join(named, ["source", "order_id"])
        .groupBy("day", "campaign", "currency")
        .agg(
            F.count("*").alias("orders"),
            F.expr("count_if(is_first)").alias("orders_once"),
            F.sum("sale_amount").cast("decimal(38,4)").alias("revenue"),
            F.expr("cast(sum(if(is_first, sale_amount, null)) as decimal(38,4))").alias("revenue_once"),
        )
        .select(
            "day",
            "campaign",
            F.lit(None).cast("string").alias("recipient"),
            "currency",
            *(F.lit(0).cast("bigint").alias(kind) for kind in _KINDS),
            "orders",
            "orders_once",
            "revenue",
            "revenue_once",
        )
    )
    return of_recipients.unionAll(of_orders)


def _share(of: str) -> Parts:
    return Parts(of, "reached", denominator="reached", measured="reached", in_scope="recipients", persons="recipients")


def campaign_reach() -> Parts:
    """Recipients reached."""
    return Parts("reached", "reached", measured="reached", in_scope="recipients", persons="recipients")


def response_ratio() -> Parts:
    """Recipients that clicked or converted / recipients reached."""
    return _share("responding")


def campaign_conversion_ratio() -> Parts:
    """Recipients that converted / recipients reached."""
    return _share("converted")


def roi() -> Parts:
    """(Revenue of resulting orders - costs) / costs."""
    return Parts(
        "if(costs > 0 and any_orders > 0 and currency_low = currency_high, coalesce(revenue, 0) - costs, null)",
        "orders",
        denominator="if(currency_low = currency_high, costs, null)",
        persons="recipients",
        unmeasured="""case
            when any_orders = 0 then 'no touch of a campaign names an order that is held'
            when coalesce(costs, 0) <= 0 then 'no costs are booked for it'
            else 'amounts of several currencies are not added' end""",
    )


PARTS = {its.__name__: its for its in (campaign_reach, response_ratio, campaign_conversion_ratio, roi)}
_FACTS = """
with of_campaigns as (
    select *, null::decimal(38, 4) as costs from touches
    union all by name
    select day, campaign, currency, amount as costs from costs where cost_kind = 'campaign' and campaign is not null
)
select *, bool_or(delivered > 0) over (partition by campaign) as reports_delivery,
    bool_or(bounced > 0) over (partition by campaign, recipient) as has_bounced
from of_campaigns
"""
_OF_RECIPIENT = {
    "is_reached": "bool_or(delivered + opened + clicked + converted > 0 "
    "or (sent > 0 and not coalesce(reports_delivery or has_bounced, false)))",
    "is_responding": "bool_or(clicked + converted > 0)",
    "is_converted": "bool_or(converted > 0)",
    "orders": "sum(if(dimension = 'all', its.orders_once, its.orders))",
    "revenue": "sum(if(dimension = 'all', its.revenue_once, its.revenue))",
    "costs": "sum(its.costs)",
    "low": "min(currency)",
    "high": "max(currency)",
}
_KNOWN = "recipient is not null"
_OF_ALL = {
    "recipients": f"count(*) filter ({_KNOWN})",
    "reached": f"count(*) filter ({_KNOWN} and is_reached)",
    "responding": f"count(*) filter ({_KNOWN} and is_reached and is_responding)",
    "converted": f"count(*) filter ({_KNOWN} and is_reached and is_converted)",
    "orders": "coalesce(sum(orders), 0)",
    "revenue": "sum(revenue)",
    "costs": "sum(costs)",
    "currency_low": "min(low)",
    "currency_high": "max(high)",
}


def campaign_indicators(touches: pa.Table, costs: pa.Table) -> pa.Table:
    """Whom campaigns reach, who responds, and what they bring.

    Args:
        touches: the columns of TOUCHES. costs: the columns of costs.COSTS.
    Returns: the columns of parts.ROWS.
    """
    with duckdb.connect() as connection:
        connection.register("touches", touches)
        connection.register("costs", costs)
        facts = connection.sql(_FACTS).to_arrow_table()
    any_orders = sum(its or 0 for its in touches["orders"].to_pylist())
    family = Family(
        {name: parts() for name, parts in PARTS.items()},
        _OF_ALL,
        one=("campaign",),
        over_groups={"any_orders": str(any_orders)},
        by="recipient",
        of_each=_OF_RECIPIENT,
    )
    return indicator_rows(family, rows=facts)
