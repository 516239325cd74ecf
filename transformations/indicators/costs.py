"""Indicators of costs."""

from __future__ import annotations

import duckdb
import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from transformations.indicators.parts import Family, Parts, indicator_rows

COSTS = pa.schema(
    [("day", pa.date32())]
    + [(name, pa.string()) for name in ("source", "cost_kind", "campaign", "customer_id", "currency")]
    + [("entries", pa.int64()), ("amount", pa.decimal128(38, 4))]
)
"""Schema of the collected result of `monthly_costs`."""
_ONE_CURRENCY = "if(currency_low = currency_high, currency_low, null)"
_EVER = "over (partition by dimension, dimension_value)"


def monthly_costs(costs: DataFrame, currency: str) -> DataFrame:
    """Costs per month, kind, campaign, customer and currency: the columns of COSTS; day is the first of the month.

    Args: silver.costs; currency: of amounts without one.
    """
    month = F.expr("cast(date_trunc('MONTH', cost_date) as date)").alias("day")
    return costs.groupBy(
        month,
        "source",
        F.col("kind").alias("cost_kind"),
        F.col("campaign_id").alias("campaign"),
        "customer_id",
        F.coalesce("currency", F.lit(currency)).alias("currency"),
    ).agg(F.count("*").alias("entries"), F.sum("amount").cast("decimal(38,4)").alias("amount"))


def cost() -> Parts:
    """Costs."""
    return Parts("amount", "entries", currency=_ONE_CURRENCY, persons="persons")


def acquisition_cost() -> Parts:
    """Costs of acquisition and campaigns / new customers."""
    return Parts(
        "if(entries = 0 or currency_low <> currency_high, null, amount)",
        "entries",
        denominator="new_customers",
        currency="if(currency_low = currency_high, currency_low, 'money')",
        persons="persons",
        unmeasured="if(entries = 0, 'no costs of acquisition or campaigns are booked', "
        "'amounts of several currencies are not added')",
    )


PARTS = {"cost": cost, "acquisition_cost": acquisition_cost}
_SUMS = {
    "entries": "coalesce(sum(its.entries), 0)",
    "amount": "sum(its.amount)",
    "new_customers": "count(*) filter (is_new)",
    "persons": "count(distinct customer)",
    "low": "min(currency)",
    "high": "max(currency)",
}
_OVER = {"currency_low": f"min(low) {_EVER}", "currency_high": f"max(high) {_EVER}"}
_BOOKED = "select *, source || chr(0) || customer_id as customer, false as is_new from costs"
_ACQUIRED = f"""
from ({_BOOKED}) where cost_kind in ('acquisition', 'campaign')
union all by name
select min(day) as day, source || chr(0) || customer_id as customer, true as is_new
from sales where customer_id is not null and sale_lines + unpriced_sales > 0 group by source, customer_id
"""


def cost_indicators(costs: pa.Table, sales: pa.Table) -> pa.Table:
    """Costs, and costs of acquisition per new customer.

    Args:
        costs: the columns of COSTS. sales: from transformations.value.sales.daily_sales.
    Returns: the columns of parts.ROWS.
    """
    if not costs.num_rows:
        return indicator_rows(_family("cost"), rows=_none())
    with duckdb.connect() as connection:
        connection.register("costs", costs)
        connection.register("sales", sales)
        booked, acquired = (connection.sql(query).to_arrow_table() for query in (_BOOKED, _ACQUIRED))
    of_cost = indicator_rows(_family("cost", "cost_kind", "currency"), rows=booked)
    return pa.concat_tables([of_cost, indicator_rows(_family("acquisition_cost"), rows=acquired)])


def _family(indicator_id: str, *dimensions: str) -> Family:
    return Family({indicator_id: PARTS[indicator_id]()}, _SUMS, one=dimensions, over_groups=_OVER)


def _none() -> pa.Table:
    return pa.schema([*COSTS, ("customer", pa.string()), ("is_new", pa.bool_())]).empty_table()
