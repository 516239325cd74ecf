"""One row a person: what the ERP, the channels, support and the models know."""

from __future__ import annotations

from dataclasses import dataclass

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F


@dataclass(frozen=True)
class Sources:
    """The tables that a person's row is made of, each as the lake gives it."""

    persons: DataFrame
    person_links: DataFrame
    customers: DataFrame
    orders: DataFrame
    posts: DataFrame
    post_enrichments: DataFrame
    tickets: DataFrame
    customer_value: DataFrame
    segment_members: DataFrame
    community_members: DataFrame
    network_measures: DataFrame
    influencers: DataFrame


def customer_360(tables: Sources) -> DataFrame:
    """Everything known of a person in one row; what no source tells is null, a count of what there are none of is 0.

    Only links that still hold count. Consent holds when every customer record that says anything agrees. Revenue,
    recency and frequency are those of gold.customer_value; network, community and authority class those of the period
    all; the segment is the one of level 3.

    Returns: one row a person: the columns of gold.customer_360.
    """
    links = tables.person_links.where("valid_to is null").select(
        "record_kind",
        F.col("record_place").alias("place"),
        F.col("linked_record_id").alias("record"),
        "person_id",
    )
    parts = (
        _records(links),
        _customer_data(_linked(tables.customers, links, "customer", "source", "customer_id")),
        _orders(_linked(tables.orders, links, "customer", "source", "customer_id")),
        _value(tables.customer_value),
        _posts(_linked(tables.posts, links, "profile", "channel", "profile_id"), tables.post_enrichments),
        _tickets(_linked(tables.tickets, links, "ticket", "channel", "ticket_id")),
        tables.segment_members.where("level = 3").groupBy("person_id").agg(F.min("segment_id").alias("segment_id")),
        _of_all(tables.community_members, "community_id"),
        _of_all(tables.network_measures, "pagerank"),
        _of_all(tables.influencers, "authority_class"),
    )
    rows = tables.persons.select("person_id", "name", "email", "role")
    for part in parts:
        rows = rows.join(part, "person_id", "left")
    return rows.select(
        "person_id", "name", "email", "country", "role",
        *(F.coalesce(name, F.array().cast("array<string>")).alias(name) for name in ("customer_ids", "profile_ids")),
        (F.size(F.coalesce("customer_ids", F.array())) * F.size(F.coalesce("profile_ids", F.array())) > 0)
        .alias("is_linked"),
        "has_email_consent",
        _or_none("orders_count"), _or_none("returns_count"),
        F.col("monetary").alias("revenue"), "currency", "first_order_at", "last_order_at", "recency_days",
        "frequency_count", _or_none("posts_count"), "last_post_at", "net_tone", _or_none("tickets_count"),
        _or_none("open_tickets_count"), "segment_id", "community_id", "authority_class", "pagerank",
    )  # fmt: skip


def _or_none(name: str) -> Column:
    return F.coalesce(name, F.lit(0)).cast("bigint").alias(name)


def _linked(records: DataFrame, links: DataFrame, kind: str, place: str, key: str) -> DataFrame:
    """Records with the person they belong to; those of nobody are left out."""
    of_kind = links.where(F.col("record_kind") == kind).select(
        F.col("place").alias(place), F.col("record").alias(key), "person_id"
    )
    return records.join(of_kind, [place, key])


def _records(links: DataFrame) -> DataFrame:
    def ids(kind: str, value: Column) -> Column:
        return F.array_sort(F.collect_set(F.when(F.col("record_kind") == kind, value)))

    return links.groupBy("person_id").agg(
        ids("customer", F.col("record")).alias("customer_ids"),
        ids("profile", F.concat_ws(":", "place", "record")).alias("profile_ids"),
    )


def _customer_data(customers: DataFrame) -> DataFrame:
    version = F.struct("source_version", "source", "customer_id")
    newest_country = F.max_by("country", F.when(F.col("country").isNotNull(), version))
    return customers.groupBy("person_id").agg(
        newest_country.alias("country"), F.bool_and("has_email_consent").alias("has_email_consent")
    )


def _orders(orders: DataFrame) -> DataFrame:
    is_return = F.coalesce("is_return", F.lit(False))
    bought_at = F.when(~is_return, F.col("ordered_at"))
    return orders.groupBy("person_id").agg(
        F.count_if(~is_return).alias("orders_count"),
        F.count_if(is_return).alias("returns_count"),
        F.min(bought_at).alias("first_order_at"),
        F.max(bought_at).alias("last_order_at"),
    )


def _value(customer_value: DataFrame) -> DataFrame:
    columns = ("recency_days", "frequency_count", "monetary", "currency")
    newest = F.max_by(F.struct(*columns), "as_of_date")
    return customer_value.groupBy("person_id").agg(newest.alias("v")).select("person_id", "v.*")


def _posts(posts: DataFrame, enrichments: DataFrame) -> DataFrame:
    tone = enrichments.select("channel", "post_id", "tone")
    positive, negative = F.count_if(F.col("tone") == "positive"), F.count_if(F.col("tone") == "negative")
    return (
        posts.select("channel", "post_id", "person_id", "created_at")
        .join(tone, ["channel", "post_id"], "left")
        .groupBy("person_id")
        .agg(
            F.count("*").alias("posts_count"),
            F.max("created_at").alias("last_post_at"),
            F.try_divide(positive - negative, F.count("tone")).alias("net_tone"),
        )
    )


def _tickets(tickets: DataFrame) -> DataFrame:
    return tickets.groupBy("person_id").agg(
        F.count("*").alias("tickets_count"),
        F.count_if(F.col("solved_at").isNull()).alias("open_tickets_count"),
    )


def _of_all(table: DataFrame, column: str) -> DataFrame:
    return table.where("period = 'all'").select("person_id", column)
