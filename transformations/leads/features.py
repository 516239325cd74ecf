"""What people who were not customers on a day had done by then, and whether they became customers after it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import reduce
from typing import TYPE_CHECKING

import pyarrow as pa
from pyspark.sql import functions as F

from transformations.canonical.times import local_day
from transformations.identity.roles import CONSUMER
from transformations.identity.touchpoints import of_persons

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

TABLES: Mapping[str, tuple[str, ...]] = {
    "silver.posts": ("channel", "post_id", "profile_id", "created_at"),
    "silver.post_enrichments": ("channel", "post_id", "is_relevant", "intent"),
    "silver.person_roles": ("person_id", "role", "valid_from", "valid_to"),
    "gold.network_edges": (
        "source_person_id",
        "target_person_id",
        "kind",
        "acted_on",
        "is_from_company",
        "is_to_company",
        "interactions_count",
    ),
    "gold.person_activity": ("person_id", "kind", "subject", "acted_on", "acts_count"),
}
COUNTS = (
    "posts",
    "recent_posts",
    "relevant_posts",
    "purchase_intents",
    "questions",
    "to_company",
    "recent_to_company",
    "from_company",
    "customers_met",
    "acts",
    "recent_acts",
)
FEATURES = pa.schema(
    [("person_id", pa.string()), ("until", pa.date32())]
    + [(name, pa.int64()) for name in COUNTS]
    + [("last_act", pa.date32()), ("became_on", pa.date32())]
)
"""became_on: day on which the person became a customer; null while they have not."""
TOPICS = pa.schema([("person_id", pa.string()), ("until", pa.date32()), ("subject", pa.string()), ("acts", pa.int64())])
"""What leads talk about; under the person_id BEST, what the best customers talk about."""
BEST = "(best customers)"
_BEST_SHARE = 0.8
"""The best customers buy more often than this share of those who bought."""
RECENT_DAYS = 30


def lead_features(tables: Mapping[str, DataFrame], links: DataFrame, days: Sequence[date], timezone: str) -> DataFrame:
    """What each person who was a consumer at the end of a day had done by then.

    Args: tables: TABLES. links: silver.person_links. days: in the company's time zone.
    Returns: one row per person with a post or an interaction, and day: FEATURES. recent_… count the last RECENT_DAYS;
        customers_met: persons who were customers by then, and who acted towards the person or the other way round.
    """
    acts = _posts(tables, links, timezone).unionByName(_met(tables, timezone))
    consumers = tables["silver.person_roles"].where(F.col("role") == CONSUMER)
    spans = consumers.groupBy("person_id").agg(
        F.min(local_day("valid_from", timezone)).alias("since"),
        F.max(local_day("valid_to", timezone)).alias("became_on"),
    )
    return reduce(lambda one, other: one.unionByName(other), (_by(acts, spans, until) for until in days))


def lead_topics(tables: Mapping[str, DataFrame], days: Sequence[date]) -> DataFrame:
    """Topics of consumers, and of the best customers taken together, by the end of each day: TOPICS."""
    activity = tables["gold.person_activity"]
    consumers = tables["silver.person_roles"].where(F.col("role") == CONSUMER).select("person_id").distinct()
    parts = []
    for until in days:
        known = activity.where(F.col("acted_on") <= F.lit(until))
        said = known.where("kind = 'topic'")
        bought = known.where("kind = 'purchase'").groupBy("person_id").agg(F.sum("acts_count").alias("bought"))
        least = bought.agg(F.expr(f"percentile(bought, {_BEST_SHARE})").alias("least"))
        best = bought.crossJoin(least).where("bought >= least").select("person_id")
        of_best = said.join(best, ["person_id"], "left_semi").groupBy("subject")
        of_leads = said.join(consumers, ["person_id"], "left_semi").groupBy("person_id", "subject")
        total = F.sum("acts_count").cast("bigint").alias("acts")
        names = ("person_id", F.lit(until).alias("until"), "subject", "acts")
        parts.append(of_leads.agg(total).select(*names))
        parts.append(of_best.agg(total).withColumn("person_id", F.lit(BEST)).select(*names))
    return reduce(lambda one, other: one.unionByName(other), parts)


def _posts(tables: Mapping[str, DataFrame], links: DataFrame, timezone: str) -> DataFrame:
    said = tables["silver.posts"].join(tables["silver.post_enrichments"], ["channel", "post_id"], "left")
    authored = said.join(of_persons(links, "profile", "channel", "profile_id"), ["channel", "profile_id"])
    return authored.select(
        "person_id",
        F.lit("post").alias("act"),
        local_day("created_at", timezone).alias("day"),
        "is_relevant",
        "intent",
        F.lit(None).cast("string").alias("other"),
        F.lit(None).cast("date").alias("other_since"),
        F.lit(None).cast("boolean").alias("other_buys"),
        F.lit(1).cast("bigint").alias("times"),
    )


def _met(tables: Mapping[str, DataFrame], timezone: str) -> DataFrame:
    """Interactions, once for either end: with the company (to_company, from_company), and with others (met)."""
    edges = tables["gold.network_edges"].where("source_person_id <> target_person_id")
    customers = tables["silver.person_roles"].where("role = 'external_customer'")
    buying = (
        customers.groupBy(F.col("person_id").alias("other"))
        .agg(F.min(local_day("valid_from", timezone)).alias("other_since"))
        .withColumn("other_buys", F.lit(True))
    )
    ends = (
        ("source_person_id", "target_person_id", F.when(F.col("is_to_company"), F.lit("to_company"))),
        ("target_person_id", "source_person_id", F.when(F.col("is_from_company"), F.lit("from_company"))),
    )
    both = None
    for person, other, act in ends:
        rows = edges.select(
            F.col(person).alias("person_id"),
            act.otherwise(F.lit("met")).alias("act"),
            F.col("acted_on").alias("day"),
            F.col(other).alias("other"),
            F.col("interactions_count").cast("bigint").alias("times"),
        )
        both = rows if both is None else both.unionByName(rows)
    assert both is not None
    return both.join(buying, ["other"], "left").select(
        "person_id",
        "act",
        "day",
        F.lit(None).cast("boolean").alias("is_relevant"),
        F.lit(None).cast("string").alias("intent"),
        "other",
        "other_since",
        "other_buys",
        "times",
    )


def _by(acts: DataFrame, spans: DataFrame, until: date) -> DataFrame:
    recent = f"day > date'{until - timedelta(days=RECENT_DAYS)}'"

    def times(condition: str) -> Column:
        return F.expr(f"cast(coalesce(sum(if({condition}, times, 0)), 0) as bigint)")

    is_post = "act = 'post'"
    met = f"act = 'met' and other_buys and (other_since is null or other_since <= date'{until}')"
    sums = {
        "posts": is_post,
        "recent_posts": f"{is_post} and {recent}",
        "relevant_posts": f"{is_post} and is_relevant",
        "purchase_intents": f"{is_post} and intent = 'purchase_intent'",
        "questions": f"{is_post} and intent = 'question'",
        "to_company": "act = 'to_company'",
        "recent_to_company": f"act = 'to_company' and {recent}",
        "from_company": "act = 'from_company'",
        "acts": "not (act = 'post')",
        "recent_acts": f"not (act = 'post') and {recent}",
    }
    open_ = spans.where(
        (F.col("since").isNull() | (F.col("since") <= F.lit(until)))
        & (F.col("became_on").isNull() | (F.col("became_on") > F.lit(until)))
    )
    counted = (
        acts.where(F.col("day") <= F.lit(until))
        .groupBy("person_id")
        .agg(
            *(times(condition).alias(name) for name, condition in sums.items()),
            F.expr(f"count(distinct if({met}, other, null))").alias("customers_met"),
            F.max("day").alias("last_act"),
        )
    )
    return counted.join(open_, ["person_id"]).select(
        "person_id", F.lit(until).alias("until"), *COUNTS, "last_act", "became_on"
    )
