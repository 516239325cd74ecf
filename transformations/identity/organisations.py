"""Organisations and groups as customers: who of their members buys, and since when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from transformations.identity.roles import CUSTOMER
from transformations.identity.touchpoints import of_persons

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

ORGANISATION_COLUMNS = ("source", "organisation_id", "name", "kind", "country")
MEMBER_COLUMNS = ("source", "organisation_id", "member_kind", "member_id", "channel", "joined_at", "left_at")


def organisation_customers(
    organisations: DataFrame, members: DataFrame, links: DataFrame, roles: DataFrame
) -> DataFrame:
    """Organisations with their members as persons, and since when they are customers.

    An organisation is a customer from when the first of its members is one while being a member. Members whose record belongs to
    no person are left out.

    Args: organisations (ORGANISATION_COLUMNS), members (MEMBER_COLUMNS), links (silver.person_links), roles
        (silver.person_roles).
    Returns: one row per organisation: ORGANISATION_COLUMNS, is_customer, customer_from, members_count, former_members_count,
        customers_count (of the current members).
    """
    of_customers = members.where("member_kind = 'customer'").join(
        of_persons(links, "customer", "source", "member_id"), ["source", "member_id"]
    )
    of_profiles = members.where("member_kind = 'profile'").join(
        of_persons(links, "profile", "channel", "member_id"), ["channel", "member_id"]
    )
    columns = ("source", "organisation_id", "person_id", "joined_at", "left_at")
    persons = of_customers.select(*columns).unionByName(of_profiles.select(*columns))
    buying = (
        roles.where(F.col("role") == CUSTOMER)
        .groupBy("person_id")
        .agg(F.min("valid_from").alias("buys_from"))
        .withColumn("buys", F.lit(True))
    )
    # greatest() leaves nulls out: of two times one may be unknown
    each = persons.join(buying, ["person_id"], "left").withColumn("since", F.greatest("joined_at", "buys_from"))
    each = each.withColumn("is_now", F.col("left_at").isNull())
    each = each.withColumn("buys_as_member", F.expr("buys and (left_at is null or since is null or since < left_at)"))
    counted = each.groupBy("source", "organisation_id").agg(
        F.expr("max(if(buys_as_member, 1, 0))").alias("buying"),
        F.expr("min(if(buys_as_member, since, null))").alias("customer_from"),
        F.expr("count(distinct if(is_now, person_id, null))").alias("members_count"),
        F.expr("count(distinct person_id)").alias("all_count"),
        F.expr("count(distinct if(is_now and buys, person_id, null))").alias("customers_count"),
    )
    nothing = F.lit(0).cast("bigint")
    return organisations.join(counted, ["source", "organisation_id"], "left").select(
        *ORGANISATION_COLUMNS,
        F.coalesce(F.col("buying") == 1, F.lit(False)).alias("is_customer"),
        "customer_from",
        F.coalesce("members_count", nothing).alias("members_count"),
        F.coalesce(F.col("all_count") - F.col("members_count"), nothing).alias("former_members_count"),
        F.coalesce("customers_count", nothing).alias("customers_count"),
    )
