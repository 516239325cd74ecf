"""Indicators of campaigns beside those whom they left untouched."""

from __future__ import annotations

from datetime import datetime

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from transformations.indicators.definitions import CATALOGUE
from transformations.indicators.grouping import grouped
from transformations.indicators.groups import KEYS
from transformations.indicators.parts import Family, Parts, rows_of_groups, without_value
from transformations.value.sales import IS_VOIDED

_COUNTS = ("touched", "touched_buyers", "untouched", "untouched_buyers", "touched_persons", "untouched_persons")
COMPARED = pa.schema(
    [("grain", pa.string()), ("period_start", pa.date32())]
    + [(name, pa.string()) for name in KEYS[2:]]
    + [(name, pa.int64()) for name in _COUNTS]
)
"""Schema of the collected result of `compared_groups`."""


def compared_groups(
    campaigns: DataFrame, touches: DataFrame, customers: DataFrame, orders: DataFrame, before: datetime
) -> DataFrame:
    """Customers whom a campaign touched and whom it left untouched, and who of both bought while it ran.

    Customers count who were there when the campaign began; campaigns that say when they begin and end, and
    have ended: of others it is not known yet who buys. What bounced (was sent and bounced, and nothing else is known of it),
    and being held out by lot, is no touch. Voided orders and returns are no purchases.

    Args:
        campaigns, touches, customers, orders: silver.campaigns, silver.campaign_touches, silver.customers, silver.orders.
        before: instant at which a campaign has to be over; later touches do not count.
    Returns: the columns of COMPARED; in all a customer counts once for each campaign, and as one person.
    """
    running = F.broadcast(
        campaigns.where("begins_at is not null and ends_at > begins_at")
        .where(F.col("ends_at") <= F.lit(before))
        .select("source", F.col("campaign_id").alias("campaign"), "begins_at", "ends_at")
    )
    there = (
        customers.select("source", "customer_id", F.col("created_at").alias("since"))
        .join(running, "source")
        .where("since is null or since < begins_at")
        .select("source", "campaign", "customer_id")
    )
    key = ["source", "campaign", "customer_id"]
    touched = (
        touches.where("customer_id is not null")
        .where(F.col("created_at") < F.lit(before))
        .groupBy("source", F.col("campaign_id").alias("campaign"), "customer_id")
        .agg(
            F.expr("count_if(kind = 'sent')").alias("sent"),
            F.expr("count_if(kind = 'bounced')").alias("bounced"),
            F.expr("count_if(kind not in ('sent', 'bounced', 'held_out'))").alias("arrived"),
        )
        .where("arrived > 0 or (sent > 0 and bounced = 0)")
        .select(*key)
        .withColumn("is_touched", F.lit(1))
    )
    bought = (
        orders.where(f"customer_id is not null and not {IS_VOIDED} and not coalesce(is_return, false)")
        .select("source", "customer_id", "ordered_at")
        .join(running, "source")
        .where("ordered_at >= begins_at and ordered_at < ends_at")
        .select(*key)
        .distinct()
        .withColumn("is_buyer", F.lit(1))
    )
    rows = (
        there.join(touched, key, "left")
        .join(bought, key, "left")
        .select(
            F.lit(None).cast("date").alias("day"),
            "campaign",
            F.concat_ws(" ", "source", "customer_id").alias("person"),
            F.expr("coalesce(is_touched, 0)").alias("is_touched"),
            F.expr("coalesce(is_buyer, 0)").alias("is_buyer"),
        )
    )
    sums = {
        "touched": "sum(is_touched)",
        "touched_buyers": "sum(is_touched * is_buyer)",
        "untouched": "sum(1 - is_touched)",
        "untouched_buyers": "sum((1 - is_touched) * is_buyer)",
        "touched_persons": "count(distinct if(is_touched = 1, person, null))",
        "untouched_persons": "count(distinct if(is_touched = 0, person, null))",
    }
    return grouped(rows, sums, grains=CATALOGUE["touched_purchase_ratio"].grains, one=("campaign",))


# Both are told of a group: it speaks of as few persons as the smaller one.
_PERSONS = """if(least(touched_persons, untouched_persons) = 0, greatest(touched_persons, untouched_persons),
    least(touched_persons, untouched_persons))"""


def touched_purchase_ratio() -> Parts:
    """Touched customers who bought / touched customers."""
    return Parts("touched_buyers", "touched", denominator="touched", persons=_PERSONS)


def untouched_purchase_ratio() -> Parts:
    """Untouched customers who bought / untouched customers."""
    return Parts("untouched_buyers", "untouched", denominator="untouched", persons=_PERSONS)


PARTS = {its.__name__: its for its in (touched_purchase_ratio, untouched_purchase_ratio)}


def comparison_indicators(compared: pa.Table) -> pa.Table:
    """Who bought while a campaign ran: of those whom it touched, and of the others.

    Args: the columns of COMPARED.
    Returns: the columns of parts.ROWS.
    """
    if not compared.num_rows:
        why = "no campaign that says when it begins and ends is over"
        return pa.concat_tables([without_value(name, why) for name in PARTS])
    return rows_of_groups(Family({name: parts() for name, parts in PARTS.items()}, {}), compared)
