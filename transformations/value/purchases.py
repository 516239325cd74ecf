"""When, how often and for how much each person bought, up to a day and up to an earlier one."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

LINK_COLUMNS = ("record_kind", "record_place", "linked_record_id", "person_id", "valid_to")
_MONEY = pa.decimal128(38, 4)
HISTORY = pa.schema(
    [
        ("person_id", pa.string()),
        ("currency", pa.string()),
        ("first_day", pa.date32()),
        ("last_day", pa.date32()),
        ("days_count", pa.int64()),
        ("monetary", _MONEY),
        ("repeat_amount", _MONEY),
        ("repeat_priced_days", pa.int64()),
        ("early_last_day", pa.date32()),
        ("early_days_count", pa.int64()),
        ("early_monetary", _MONEY),
        ("early_repeat_amount", _MONEY),
        ("early_repeat_priced_days", pa.int64()),
        ("recent_days_count", pa.int64()),
    ]
)
"""Schema of the collected result of `purchase_history`."""


def purchase_history(
    sales: DataFrame, links: DataFrame, *, as_of_date: date, cutoff_date: date, recent_days: int, currency: str
) -> DataFrame:
    """The purchase days of each person, added up.

    Only sales count, returns reduce nothing. A person who bought in several currencies is measured in the company's own,
    else in the one with most purchase days; amounts in the others are not added, but the days count.

    Args:
        sales: from transformations.value.sales.daily_sales, days in the company's time zone.
        links: LINK_COLUMNS of silver.person_links; only current ones count.
        as_of_date: later sales are left out.
        cutoff_date: the columns early_… count up to this day, inclusive.
        recent_days: recent_days_count counts the last so many days up to as_of_date.
        currency: currency of the company.
    Returns: one row per person with a sale: HISTORY. days_count is the number of distinct purchase days, monetary the
        amount of all of them, repeat_amount that of the days after the first, of which repeat_priced_days have a known
        amount. Amounts are null where no price is known. early_last_day is null for who had not bought yet.
    """
    current = links.where("valid_to is null and record_kind = 'customer'").select(
        F.col("record_place").alias("source"), F.col("linked_record_id").alias("customer_id"), "person_id"
    )
    bought = sales.join(current, ["source", "customer_id"]).where(
        (F.expr("sale_lines + unpriced_sales") > 0) & (F.col("day") <= F.lit(as_of_date))
    )
    by_day = bought.groupBy("person_id", "currency", "day").agg(
        F.expr("sum(if(sale_lines > 0, sale_amount, null))").alias("amount")
    )
    days = (
        by_day.join(_currencies(by_day, currency), ["person_id"])
        .groupBy("person_id", F.col("chosen").alias("currency"), "day")
        .agg(F.expr("sum(if(currency = chosen, amount, null))").alias("amount"))
        .withColumn("first_day", F.min("day").over(Window.partitionBy("person_id")))
    )
    is_repeat = F.col("day") > F.col("first_day")
    is_early = F.col("day") <= F.lit(cutoff_date)
    is_recent = F.col("day") > F.date_sub(F.lit(as_of_date), recent_days)
    return days.groupBy("person_id", "currency").agg(
        F.min("day").alias("first_day"),
        F.max("day").alias("last_day"),
        F.count("*").alias("days_count"),
        _amount(F.col("amount")).alias("monetary"),
        _amount(F.when(is_repeat, F.col("amount"))).alias("repeat_amount"),
        F.count(F.when(is_repeat, F.col("amount"))).alias("repeat_priced_days"),
        F.max(F.when(is_early, F.col("day"))).alias("early_last_day"),
        F.count(F.when(is_early, F.col("day"))).alias("early_days_count"),
        _amount(F.when(is_early, F.col("amount"))).alias("early_monetary"),
        _amount(F.when(is_early & is_repeat, F.col("amount"))).alias("early_repeat_amount"),
        F.count(F.when(is_early & is_repeat, F.col("amount"))).alias("early_repeat_priced_days"),
        F.count(F.when(is_recent, F.col("day"))).alias("recent_days_count"),
    )


def _amount(amounts: Column) -> Column:
    return F.sum(amounts).cast("decimal(38,4)")


def _currencies(by_day: DataFrame, currency: str) -> DataFrame:
    """The currency that each person is measured in: person_id, chosen."""
    of_person = Window.partitionBy("person_id").orderBy(
        (F.col("currency") == F.lit(currency)).desc(), F.col("days").desc(), "currency"
    )
    counted = by_day.groupBy("person_id", "currency").agg(F.count("*").alias("days"))
    ranked = counted.withColumn("rank", F.row_number().over(of_person)).where("rank = 1")
    return ranked.select("person_id", F.col("currency").alias("chosen"))
