"""Which products are bought together, and what follows for each person.

Rules are ranked by likeness, the cosine of two products' baskets: confidence, which ranks rules in most textbooks, favours what
everybody buys anyway. Ratios are held in millionths, as whole numbers: their sums do not depend on the order in which rows are
added.
Sources: Agrawal, Imielinski and Swami, Mining association rules between sets of items (1993), with rules of one product each;
Sarwar, Karypis, Konstan and Riedl, Item-based collaborative filtering (2001), for the score.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from transformations.value.sales import IS_VOIDED, LINE_IS_RETURN

MILLION = 1_000_000


@dataclass(frozen=True)
class Limits:
    """Conf's models.offers.

    Attributes:
        products: the most frequent products that rules are about.
        basket_products: of them, the most in a basket; larger baskets, which a reseller's are, count for no pair.
        min_baskets, min_persons: that a pair was bought in, and by.
        rules: those of highest likeness that are kept of each product.
        per_person: offers of each person.
    """

    products: int
    basket_products: int
    min_baskets: int
    min_persons: int
    rules: int
    per_person: int


def bought(orders: DataFrame, order_lines: DataFrame, links: DataFrame, timezone: str) -> DataFrame:
    """What persons bought: returns and voided orders are left out.

    Args: silver.orders, silver.order_lines, silver.person_links, of which only current ones count.
    Returns: one row per basket and product: person_id, source, order_id, product_id, day (in timezone).
    """
    current = links.where("valid_to is null and record_kind = 'customer'").select(
        F.col("record_place").alias("source"), F.col("linked_record_id").alias("customer_id"), "person_id"
    )
    sold = order_lines.where(f"not {LINE_IS_RETURN} and quantity > 0 and product_id is not null")
    baskets = orders.where(f"not {IS_VOIDED} and not coalesce(is_return, false)").select(
        "source", "order_id", "customer_id", F.to_date(F.from_utc_timestamp("ordered_at", timezone)).alias("day")
    )
    return (
        sold.select("source", "order_id", "product_id")
        .join(baskets, ["source", "order_id"])
        .join(current, ["source", "customer_id"])
        .select("person_id", "source", "order_id", "product_id", "day")
        .distinct()
    )


def popular(items: DataFrame, limits: Limits) -> DataFrame:
    """The products in most baskets: source, product_id, baskets, place (1: the most; equal ones by their ids)."""
    counted = items.groupBy("source", "product_id").agg(F.count("*").alias("baskets"))
    of_all = Window.partitionBy(F.lit(1)).orderBy(F.col("baskets").desc(), "source", "product_id")
    return counted.withColumn("place", F.row_number().over(of_all)).where(F.col("place") <= limits.products)


def rules(items: DataFrame, products: DataFrame, limits: Limits) -> DataFrame:
    """Products that are bought together.

    Args: items: from `bought`. products: from `popular`.
    Returns: source, because_id, product_id, together (baskets with both), because_baskets, likeness (together, as millionths of
        the geometric mean of the baskets of either).
    """
    kept = items.join(products.select("source", "product_id"), ["source", "product_id"])
    sizes = kept.groupBy("source", "order_id").agg(F.count("*").alias("size"))
    small = sizes.where((F.col("size") > 1) & (F.col("size") <= limits.basket_products)).drop("size")
    kept = kept.join(small, ["source", "order_id"])
    first = kept.select("source", "order_id", "person_id", F.col("product_id").alias("one"))
    second = kept.select("source", "order_id", F.col("product_id").alias("other"))
    once = (  # each pair in one order only, and each person once: half the rows, and no distinct count
        first.join(second, ["source", "order_id"])
        .where("one < other")
        .groupBy("source", "one", "other", "person_id")
        .agg(F.count("*").alias("baskets"))
        .groupBy("source", "one", "other")
        .agg(F.sum("baskets").alias("together"), F.count("*").alias("persons"))
        .where((F.col("together") >= limits.min_baskets) & (F.col("persons") >= limits.min_persons))
    )
    turned = once.withColumn("turn", F.explode(F.array(F.lit(1), F.lit(2))))
    pairs = turned.select(
        "source",
        F.expr("if(turn = 1, one, other)").alias("because_id"),
        F.expr("if(turn = 1, other, one)").alias("product_id"),
        "together",
    )
    sizes = products.select("source", "product_id", "baskets")
    of_because = sizes.toDF("source", "because_id", "because_baskets")
    of_product = Window.partitionBy("source", "because_id").orderBy(F.col("likeness").desc(), "product_id")
    mean = "sqrt(cast(because_baskets * baskets as double))"
    return (
        pairs.join(of_because, ["source", "because_id"])
        .join(sizes, ["source", "product_id"])
        .withColumn("likeness", F.expr(f"cast(floor(together * {MILLION} / {mean}) as bigint)"))
        .withColumn("of_product", F.row_number().over(of_product))
        .where(F.col("of_product") <= limits.rules)
        .select("source", "because_id", "product_id", "together", "because_baskets", "likeness")
    )


def held(items: DataFrame) -> DataFrame:
    """What each person has bought so far: person_id, source, product_id."""
    return items.select("person_id", "source", "product_id").distinct()


def offered(owned: DataFrame, found: DataFrame, limits: Limits) -> DataFrame:
    """The products that go best with what each person has bought and that they have not.

    A product's score is the sum of the likeness of all rules that lead to it; its reason the one of highest likeness.

    Args: owned: from `held`. found: from `rules`.
    Returns: person_id, source, product_id, offer_rank, score, and the columns of the reason's rule.
    """
    led = owned.withColumnRenamed("product_id", "because_id").join(found, ["source", "because_id"])
    scored = led.groupBy("person_id", "source", "product_id").agg(F.sum("likeness").alias("score"))
    fresh = scored.join(owned, ["person_id", "source", "product_id"], "left_anti")
    of_person = Window.partitionBy("person_id").orderBy(F.col("score").desc(), "source", "product_id")
    best = fresh.withColumn("offer_rank", F.row_number().over(of_person)).where(
        F.col("offer_rank") <= limits.per_person
    )
    reason = Window.partitionBy("person_id", "source", "product_id").orderBy(F.col("likeness").desc(), "because_id")
    return (
        best.join(owned.withColumnRenamed("product_id", "because_id"), ["person_id", "source"])
        .join(found, ["source", "because_id", "product_id"])
        .withColumn("of_offer", F.row_number().over(reason))
        .where("of_offer = 1")
        .drop("of_offer")
    )


def best_sellers(owned: DataFrame, products: DataFrame, limits: Limits) -> DataFrame:
    """The most frequent products that each person has not bought: person_id, source, product_id. The naive offers."""
    most = products.where(F.col("place") <= 10 * limits.per_person).select("source", "product_id", "place")
    fresh = (
        owned.select("person_id")
        .distinct()
        .crossJoin(most)
        .join(owned, ["person_id", "source", "product_id"], "left_anti")
    )
    of_person = Window.partitionBy("person_id").orderBy("place")
    return fresh.withColumn("offer_rank", F.row_number().over(of_person)).where(
        F.col("offer_rank") <= limits.per_person
    )


def hits(items: DataFrame, cutoff: date, owned: DataFrame, offers: DataFrame, naive: DataFrame) -> DataFrame:
    """How often offers made at the cut-off hold a product that the person then bought for the first time.

    Args: items: from `bought`. owned: from `held`, offers: from `offered`, naive: from `best_sellers`; all three up to the
        cut-off.
    Returns: one row per combination of by_rules and by_best_sellers (0 or 1: whether one of the offers was bought): persons,
        those who had bought before the cut-off and bought something new after it.
    """
    keys = ["person_id", "source", "product_id"]
    new = held(items.where(F.col("day") > F.lit(cutoff))).join(owned, keys, "left_anti")
    measured = new.join(owned.select("person_id").distinct(), ["person_id"])
    by_rules, by_sales = offers.select(*keys, F.lit(1).alias("rules")), naive.select(*keys, F.lit(1).alias("sales"))
    of_person = (
        measured.join(by_rules, keys, "left")
        .join(by_sales, keys, "left")
        .groupBy("person_id")
        .agg(
            F.max(F.coalesce("rules", F.lit(0))).alias("by_rules"),
            F.max(F.coalesce("sales", F.lit(0))).alias("by_best_sellers"),
        )
    )
    return of_person.groupBy("by_rules", "by_best_sellers").agg(F.count("*").alias("persons"))
