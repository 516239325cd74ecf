"""Recency, frequency and monetary value of persons."""

from __future__ import annotations

from datetime import date

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

_SHARES = (0.2, 0.4, 0.6, 0.8)


def rfm(sales: DataFrame, links: DataFrame, *, as_of_date: date, timezone: str, currency: str) -> DataFrame:
    """How recently, how often and for how much each person bought.

    Days are days in the company's time zone. Only sales count, returns do not reduce monetary: summed over persons it is
    the indicator revenue. A person who bought in several currencies is measured in the company's own, else in the one
    of most purchase days; amounts of the others are not added.

    Args:
        sales: as transformations.value.sales.order_sales gives them.
        links: silver.person_links; only those that still hold count.
        as_of_date: day to which recency counts; later sales are left out.
        currency: the company's.
    Returns: one row a person with a sale: person_id, as_of_date, recency_days (as_of_date - day of the last sale),
        frequency_count (distinct purchase days), monetary, currency, tenure_days, and the three scores of `scored`.
    """
    day = F.to_date(F.from_utc_timestamp("ordered_at", timezone))
    buyers = links.where("record_kind = 'customer' and valid_to is null").select(
        F.col("record_place").alias("source"), F.col("linked_record_id").alias("customer_id"), "person_id"
    )
    bought = (
        sales.where("sale_lines > 0")
        .select("source", "customer_id", "currency", day.alias("day"), "sale_amount")
        .where(F.col("day") <= F.lit(as_of_date))
        .join(buyers, ["source", "customer_id"])
    )
    by_currency = bought.groupBy("person_id", "currency").agg(
        F.sum("sale_amount").alias("monetary"), F.count_distinct("day").alias("currency_days")
    )
    first_choice = Window.partitionBy("person_id").orderBy(
        F.when(F.col("currency") == currency, 0).otherwise(1), F.desc("currency_days"), "currency"
    )
    money = by_currency.withColumn("choice", F.row_number().over(first_choice)).where("choice = 1")
    whole = bought.groupBy("person_id").agg(
        F.max("day").alias("last_day"),
        F.min("day").alias("first_day"),
        F.count_distinct("day").alias("frequency_count"),
    )
    measured = whole.join(money.select("person_id", "monetary", "currency"), "person_id").select(
        "person_id",
        F.lit(as_of_date).alias("as_of_date"),
        F.date_diff(F.lit(as_of_date), "last_day").cast("double").alias("recency_days"),
        "frequency_count",
        "monetary",
        "currency",
        F.date_diff(F.lit(as_of_date), "first_day").cast("double").alias("tenure_days"),
    )
    return scored(measured)


def scored(persons: DataFrame) -> DataFrame:
    """Quintile scores, 1 to 5: one more than the number of cut points that the value exceeds.

    Cut points are the exact 20, 40, 60 and 80 % points over all persons, so persons of equal value have equal scores
    and the order of rows does not matter; where many are equal, quintiles are of unequal size.

    Args: persons: with recency_days, frequency_count, monetary.
    Returns: the same with recency_score (5: the most recent), frequency_score, monetary_score (5: the highest).
    """
    measures = ("recency_days", "frequency_count", "monetary")
    cuts = persons.agg(
        *(
            F.percentile(F.col(name).cast("double"), F.array(*map(F.lit, _SHARES))).alias(f"{name}_cuts")
            for name in measures
        )
    )

    def exceeded(name: str) -> Column:
        value = F.col(name).cast("double")
        return F.size(F.filter(f"{name}_cuts", lambda cut: value > cut))

    return persons.crossJoin(F.broadcast(cuts)).select(
        *persons.columns,
        (5 - exceeded("recency_days")).alias("recency_score"),
        (1 + exceeded("frequency_count")).alias("frequency_score"),
        (1 + exceeded("monetary")).alias("monetary_score"),
    )
