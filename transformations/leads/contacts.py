"""Whom leads follow and talk to, and their path to customers: few rows per lead, chosen on the engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import Window
from pyspark.sql import functions as F

from transformations.identity.roles import CUSTOMER, held

if TYPE_CHECKING:
    from datetime import date, datetime

    from pyspark.sql import DataFrame

EDGE_COLUMNS = (
    "source_person_id",
    "target_person_id",
    "kind",
    "is_from_company",
    "is_to_company",
    "interactions_count",
    "acted_on",
)
ROLE_COLUMNS = ("person_id", "role", "valid_from", "valid_to")
MOST = 5
"""Persons named of each list."""
_FOLLOWS, _TALKS, _PATH = "follows", "talks_to", "path"


def lead_contacts(edges: DataFrame, roles: DataFrame, leads: DataFrame, as_of: datetime, last: date) -> DataFrame:
    """Persons with whom leads are in contact: whom they follow, talk to, and who of these is a customer at as_of.

    Args:
        edges: EDGE_COLUMNS of gold.network_edges; contacts with the company's accounts are left out.
        roles: ROLE_COLUMNS of silver.person_roles. leads: person_id. last: the last day whose contacts count.
    Returns: list (follows: whom the lead follows; talks_to: with whom there are other interactions, either way; path: customers
        among both), person_id, other_person_id, contact_rank (by interactions, ties by other_person_id; at most MOST of a list).
    """
    between = edges.where("not is_from_company and not is_to_company and source_person_id <> target_person_id")
    between = between.where(F.col("acted_on") <= F.lit(last))
    ends = []
    for person, other in (("source_person_id", "target_person_id"), ("target_person_id", "source_person_id")):
        follows = F.when((F.col("kind") == "follow") & F.lit(person == "source_person_id"), F.lit(_FOLLOWS))
        named = F.when(F.col("kind") != "follow", F.lit(_TALKS))
        ends.append(
            between.select(
                F.coalesce(follows, named).alias("list"),
                F.col(person).alias("person_id"),
                F.col(other).alias("other_person_id"),
                F.col("interactions_count").alias("times"),
            )
        )
    all_ = ends[0].unionByName(ends[1]).where("list is not null").join(leads, ["person_id"], "left_semi")
    customers = roles.where((F.col("role") == CUSTOMER) & held(as_of))
    customers = customers.select(F.col("person_id").alias("other_person_id")).distinct()
    path = all_.join(customers, ["other_person_id"], "left_semi").withColumn("list", F.lit(_PATH))
    names = ("list", "person_id", "other_person_id")
    counted = all_.select(*names, "times").unionByName(path.select(*names, "times"))
    summed = counted.groupBy(*names).agg(F.sum("times").alias("times"))
    order = Window.partitionBy("list", "person_id").orderBy(F.col("times").desc(), F.col("other_person_id"))
    ranked = summed.withColumn("contact_rank", F.row_number().over(order).cast("int"))
    return ranked.where(F.col("contact_rank") <= MOST).select(*names, "contact_rank")
