"""What persons talk about and buy, and how they sound: added up on the engine, a row per person, subject and day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as F

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

TOPIC, PURCHASE, TONE = "topic", "purchase", "tone"


def said(posts: DataFrame, enrichments: DataFrame, accounts: DataFrame, timezone: str) -> DataFrame:
    """Topics and tone of each person's posts.

    Args:
        posts (channel, post_id, profile_id, created_at of silver.posts).
        enrichments (channel, post_id, topics, tone of silver.post_enrichments).
        accounts: `person_accounts`; posts of the company's own accounts are left out.
        timezone: of the company, in which days are counted.
    Returns: person_id, kind (topic, tone), subject (the topic; negative, neutral or positive), acted_on, acts_count.
    """
    day = F.to_date(F.from_utc_timestamp("created_at", timezone)).alias("acted_on")
    authored = (
        posts.join(accounts.where(~F.col("is_company")), on=["channel", "profile_id"], how="inner")
        .where(F.col("created_at").isNotNull())
        .select("channel", "post_id", "person_id", day)
    )
    rows = authored.join(enrichments, on=["channel", "post_id"], how="inner")
    topics = rows.select("person_id", F.lit(TOPIC).alias("kind"), F.explode("topics").alias("subject"), "acted_on")
    tones = rows.where(F.col("tone").isNotNull()).select(
        "person_id", F.lit(TONE).alias("kind"), F.col("tone").alias("subject"), "acted_on"
    )
    return _counted(topics.unionByName(tones))


def bought(orders: DataFrame, lines: DataFrame, products: DataFrame, links: DataFrame, timezone: str) -> DataFrame:
    """Categories of the products that each person bought.

    Args:
        orders (source, order_id, customer_id, ordered_at, is_return, is_voided of silver.orders).
        lines (source, order_id, product_id of silver.order_lines).
        products (source, product_id, category of silver.products): the last part of its path is the category.
        links (silver.person_links).
    Returns: as `said`, of kind purchase: one act per order line that is no return and not voided.
    """
    customers = links.where(F.col("record_kind") == "customer").select(
        F.col("record_place").alias("source"), F.col("linked_record_id").alias("customer_id"), "person_id"
    )
    day = F.to_date(F.from_utc_timestamp("ordered_at", timezone)).alias("acted_on")
    counted = orders.where(
        "customer_id is not null and ordered_at is not null "
        "and not coalesce(is_return, false) and not coalesce(is_voided, false)"
    )
    bought_by = counted.join(customers, on=["source", "customer_id"], how="inner").select(
        "source", "order_id", "person_id", day
    )
    named = products.where(F.col("category").isNotNull())
    rows = bought_by.join(lines, on=["source", "order_id"], how="inner").join(
        named, on=["source", "product_id"], how="inner"
    )
    return _counted(
        rows.select("person_id", F.lit(PURCHASE).alias("kind"), F.col("category").alias("subject"), "acted_on")
    )


def _counted(rows: DataFrame) -> DataFrame:
    return rows.groupBy("person_id", "kind", "subject", "acted_on").agg(F.count(F.lit(1)).alias("acts_count"))
