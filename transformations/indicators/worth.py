"""Indicators of what customers are worth, and of the communities and segments that revenue comes from."""

from __future__ import annotations

import pyarrow as pa
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from transformations.indicators.definitions import CATALOGUE
from transformations.indicators.grouping import grouped
from transformations.indicators.groups import KEYS
from transformations.indicators.parts import Family, Parts, rows_of_groups
from transformations.indicators.sales import NO_CHANNEL

_GROUP = [("grain", pa.string()), ("period_start", pa.date32())] + [(name, pa.string()) for name in KEYS[2:]]
_MONEY = pa.decimal128(38, 4)
VALUES = pa.schema(
    [*_GROUP, *((name, pa.int64()) for name in ("persons", "valued")), ("worth", _MONEY)]
    + [(name, pa.string()) for name in ("low", "high")]
)
"""Schema of the collected result of `value_groups`."""
SHARES = pa.schema(
    [*_GROUP, *((name, pa.int64()) for name in ("persons", "placed_persons", "sale_lines", "placed_lines"))]
    + [(name, _MONEY) for name in ("amount", "placed_amount")]
    + [(name, pa.string()) for name in ("low", "high")]
)
"""Schema of the collected result of `share_groups`."""
PLACES = {"community_revenue_share": "community", "segment_revenue_share": "segment"}
"""Indicator -> the dimension whose shares it has."""


def value_groups(customer_value: DataFrame, customers: DataFrame) -> DataFrame:
    """Lifetime values by segment and currency: the columns of VALUES.

    Args: gold.customer_value, of which the latest row of each person counts; gold.customer_360, for the segments.
    """
    latest = Window.partitionBy("person_id").orderBy(F.col("as_of_date").desc())
    current = customer_value.withColumn("place", F.row_number().over(latest)).where("place = 1")
    placed = current.select("person_id", "clv", "currency").join(
        customers.select("person_id", F.col("segment_id").alias("segment")), "person_id", "left"
    )
    rows = placed.select(
        F.lit(None).cast("date").alias("day"),
        F.coalesce("segment", F.lit(NO_CHANNEL)).alias("segment"),
        "currency",
        F.expr("cast(clv as decimal(28,4))").alias("clv"),
    )
    sums = {
        "persons": "count(*)",
        "valued": "count(clv)",
        "worth": "cast(sum(clv) as decimal(38,4))",
        "low": "min(if(clv is null, null, currency))",
        "high": "max(if(clv is null, null, currency))",
    }
    return grouped(rows, sums, grains=CATALOGUE["clv"].grains, one=("segment", "currency"))


def customer_sales(sales: DataFrame, person_links: DataFrame, customers: DataFrame, timezone: str) -> DataFrame:
    """What identified customers bought per month, person, and what these belong to.

    Args:
        sales: from transformations.value.sales.order_sales. person_links: silver.person_links, of which current ones count.
        customers: gold.customer_360. timezone: of the months.
    Returns: day (the first of the month), person, community, segment (NO_CHANNEL: none), currency, sale_lines, amount.
    """
    links = person_links.where("record_kind = 'customer' and valid_to is null").select(
        F.col("record_place").alias("source"), F.col("linked_record_id").alias("customer_id"), "person_id"
    )
    found = (
        sales.where("customer_id is not null")
        .join(links, ["source", "customer_id"], "left")
        .join(customers.select("person_id", "community_id", "segment_id"), "person_id", "left")
    )
    month = F.to_date(F.date_trunc("MONTH", F.from_utc_timestamp("ordered_at", timezone))).alias("day")
    return found.groupBy(
        month,
        F.expr("coalesce(concat('person ', person_id), concat('customer ', source, ' ', customer_id))").alias("person"),
        F.coalesce("community_id", F.lit(NO_CHANNEL)).alias("community"),
        F.coalesce("segment_id", F.lit(NO_CHANNEL)).alias("segment"),
        "currency",
    ).agg(F.sum("sale_lines").alias("sale_lines"), F.sum("sale_amount").cast("decimal(38,4)").alias("amount"))


def share_groups(sold: DataFrame, place: str) -> DataFrame:
    """Amounts by the community or the segment of who bought, and beside them those of all who are in one.

    Args: sold: from customer_sales; place: community or segment.
    Returns: the columns of SHARES.
    """
    is_placed = f"{place} <> '{NO_CHANNEL}'"
    sums = {
        "persons": "count(distinct person)",
        "placed_persons": f"count(distinct if({is_placed}, person, null))",
        "sale_lines": "sum(sale_lines)",
        "placed_lines": f"sum(if({is_placed}, sale_lines, 0))",
        "amount": "cast(sum(amount) as decimal(38,4))",
        "placed_amount": f"cast(sum(if({is_placed}, amount, 0)) as decimal(38,4))",
        "low": "min(currency)",
        "high": "max(currency)",
    }
    return grouped(sold, sums, grains=CATALOGUE[f"{place}_revenue_share"].grains, one=(place,))


def clv() -> Parts:
    """Sum of the lifetime values / persons that have one."""
    return Parts(
        "if(valued = 0, null, worth)",
        "valued",
        denominator="valued",
        measured="valued",
        in_scope="persons",
        currency="""case
            when low is null then if(ever_low = ever_high, ever_low, 'money')
            when low = high then low end""",
        persons="valued",
        unmeasured="'of no person could it be estimated: value_missing_reason of gold.customer_value says why'",
    )


def _share(places: str) -> Parts:
    """Amount of the group / amount of all; of all, that of those who are in any."""
    return Parts(
        "if(any_placed = 0 or ever_low <> ever_high, null, if(dimension = 'all', placed_amount, amount))",
        "if(dimension = 'all', placed_lines, sale_lines)",
        denominator="if(ever_low = ever_high, whole, null)",
        measured="if(dimension = 'all', placed_persons, null)",
        in_scope="if(dimension = 'all', persons, null)",
        persons="if(dimension = 'all', placed_persons, persons)",
        unmeasured=f"if(any_placed = 0, 'no customer is in a {places}', 'amounts of several currencies are not added')",
    )


def community_revenue_share() -> Parts:
    """Revenue from members of the community / revenue."""
    return _share("community")


def segment_revenue_share() -> Parts:
    """Revenue from persons of the segment / revenue."""
    return _share("segment")


PARTS = {its.__name__: its for its in (clv, community_revenue_share, segment_revenue_share)}
_EVER = {"ever_low": "min(low) over ()", "ever_high": "max(high) over ()"}
_WHOLE = {
    "whole": "max(amount) filter (dimension = 'all') over (partition by grain, period_start)",
    "any_placed": "coalesce(max(placed_persons) over (), 0)",
}


def worth_indicators(values: pa.Table, shares: dict[str, pa.Table]) -> pa.Table:
    """Lifetime value, and the shares of communities and segments in revenue.

    Args: values: the columns of VALUES. shares: those of SHARES, by indicator.
    Returns: the columns of parts.ROWS.
    """
    found = [rows_of_groups(Family({"clv": clv()}, {}, over_groups=_EVER), values)]
    for indicator_id, groups in shares.items():
        found.append(
            rows_of_groups(Family({indicator_id: PARTS[indicator_id]()}, {}, over_groups=_EVER | _WHOLE), groups)
        )
    return pa.concat_tables(found)
