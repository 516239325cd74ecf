"""Which role a person has towards the company, and from when to when."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING

from pyspark.sql import Window
from pyspark.sql import functions as F

from transformations.identity.touchpoints import ACT, ORDER, POST, TICKET, of_persons

if TYPE_CHECKING:
    from datetime import datetime

    from pyspark.sql import Column, DataFrame

TABLES: Mapping[str, tuple[str, ...]] = {
    "silver.customers": ("source", "customer_id", "email", "created_at"),
    "silver.profiles": ("channel", "profile_id", "handle", "display_name", "email", "is_seen_only"),
    "silver.tickets": ("channel", "ticket_id", "email", "customer_id"),
    "silver.staff": ("source", "staff_id", "name", "email", "department", "joined_at", "left_at"),
    "silver.organisation_members": (
        "source",
        "organisation_id",
        "member_kind",
        "member_id",
        "channel",
        "joined_at",
        "left_at",
    ),
}
STAFF, CUSTOMER, CONSUMER, COMPETITOR = "internal_customer", "external_customer", "consumer", "competitor"


@dataclass(frozen=True)
class Party:
    """A partner or a supplier: who has an address of its domains or one of its handles, or is a member of its organisations."""

    role: str
    email_domains: tuple[str, ...] = ()
    handles: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()


def accounts_of(profiles: DataFrame, links: DataFrame, own: DataFrame) -> DataFrame:
    """Accounts of persons.

    Args: profiles: silver.profiles. own: channel, profile_id, is_company, is_bot of the company's accounts and of bots.
    Returns: person_id, staff_name (what it shows, in lower case), public (handle in lower case, without @), is_company, is_bot.
    """
    accounts = profiles.join(own, ["channel", "profile_id"], "left")
    accounts = accounts.join(of_persons(links, "profile", "channel", "profile_id"), ["channel", "profile_id"])
    public = F.lower(
        F.ltrim(F.coalesce("handle", F.when(F.coalesce("is_seen_only", F.lit(False)), F.col("profile_id"))))
    )
    return accounts.select(
        "person_id",
        F.lower(F.trim(F.coalesce("display_name", "handle"))).alias("staff_name"),
        F.regexp_replace(public, "^@", "").alias("public"),
        F.coalesce("is_company", F.lit(False)).alias("is_company"),
        F.coalesce("is_bot", F.lit(False)).alias("is_bot"),
    )


def person_roles(
    tables: Mapping[str, DataFrame],
    links: DataFrame,
    accounts: DataFrame,
    addresses: DataFrame,
    touched: DataFrame,
    *,
    rival_handles: Collection[str] = (),
    parties: Sequence[Party] = (),
) -> DataFrame:
    """The roles of persons with their time, half-open: [valid_from, valid_to).

    - internal_customer: a member of staff whose address one of the person's records has, or whose name, or its first word, an
      account of the company has, where it is no other member's; from joined_at to left_at, with the department. Of an account of
      the company that is no known member's: from its first act on.
    - external_customer: from the earliest of the customer records' created_at and the orders.
    - partner, supplier: from the first act, or the time of the membership.
    - competitor: an account that conf lists; from its first act on.
    - consumer: everybody else, from the first act until they become a customer.

    Args:
        tables: TABLES. links: silver.person_links. accounts, addresses: from `accounts_of` and `addresses_of`.
        touched: `touchpoints`.
        rival_handles: handles of competitors, in any case, with or without @.
    Returns: person_id, role, role_ordinal (1 for the earliest of the role), department, valid_from (null: since before it was
        first heard of), valid_to (null while it lasts). Roles of a person may overlap, but that of a consumer.
    """
    first = _first(touched, POST, ACT, TICKET)
    staff = _staff(tables["silver.staff"], accounts, addresses, first)
    begins = _becoming(tables, links, touched)
    customers = begins.select("person_id", _role(CUSTOMER), _none(), "valid_from", _open())
    rivals = _with_first(_named(accounts, rival_handles), first, COMPETITOR)
    named = reduce(
        lambda one, other: one.unionByName(other),
        (_party(party, tables, links, accounts, addresses, first) for party in parties),
        rivals,
    )
    bots = accounts.where("is_bot").select("person_id")
    others = staff.select("person_id").union(named.select("person_id")).union(bots).distinct()
    known = (
        links.where((F.col("record_kind") != "customer") & F.col("valid_to").isNull()).select("person_id").distinct()
    )
    waiting = (
        known.join(others, ["person_id"], "left_anti")
        .join(first, ["person_id"], "left")
        .join(
            begins.select("person_id", F.lit(True).alias("buys"), F.col("valid_from").alias("since")),
            ["person_id"],
            "left",
        )
        .where("buys is null or first_at < since")
    )
    consumers = waiting.select(
        "person_id", _role(CONSUMER), _none(), F.col("first_at").alias("valid_from"), F.col("since").alias("valid_to")
    )
    spans = staff.unionByName(customers).unionByName(named).unionByName(consumers)
    order = Window.partitionBy("person_id", "role").orderBy(
        F.col("valid_from").asc_nulls_first(), F.col("valid_to").asc_nulls_last(), F.col("department").asc_nulls_last()
    )
    return spans.distinct().select(
        "person_id",
        "role",
        F.row_number().over(order).cast("int").alias("role_ordinal"),
        "department",
        "valid_from",
        "valid_to",
    )


def held(at: datetime) -> Column:
    """Whether a role is held at a time. Source: silver.person_roles, valid_from and valid_to."""
    begun = F.col("valid_from").isNull() | (F.col("valid_from") <= F.lit(at))
    return begun & (F.col("valid_to").isNull() | (F.col("valid_to") > F.lit(at)))


def _first(touched: DataFrame, *kinds: str) -> DataFrame:
    """person_id, first_at: of the first touchpoint of these kinds."""
    of = touched.where(F.col("touchpoint").isin(*kinds))
    return of.groupBy("person_id").agg(F.min("occurred_at").alias("first_at"))


def _becoming(tables: Mapping[str, DataFrame], links: DataFrame, touched: DataFrame) -> DataFrame:
    """person_id, valid_from: since when each person with a customer record is a customer; null where nothing says it."""
    records = tables["silver.customers"].join(
        of_persons(links, "customer", "source", "customer_id"), ["source", "customer_id"]
    )
    known = records.select("person_id", F.col("created_at").alias("at"))
    bought = touched.where(F.col("touchpoint") == ORDER).select("person_id", F.col("occurred_at").alias("at"))
    return known.unionByName(bought).groupBy("person_id").agg(F.min("at").alias("valid_from"))


def _staff(staff: DataFrame, accounts: DataFrame, addresses: DataFrame, first: DataFrame) -> DataFrame:
    of_time = staff.select(
        F.lower(F.trim("name")).alias("staff_name"),
        F.lower("email").alias("email"),
        "department",
        F.col("joined_at").alias("valid_from"),
        "left_at",
    )
    ours = accounts.where("is_company")
    shown = ours.select("person_id", "staff_name").distinct()
    columns = ("person_id", "department", "valid_from", "left_at")
    known = of_time.join(addresses, ["email"]).select(*columns)
    for name in (F.col("staff_name"), F.substring_index("staff_name", " ", 1)):  # the whole name, then its first word
        called = of_time.withColumn("called", name)
        alone = called.groupBy("called").count().where("count = 1").select("called")
        theirs = shown.withColumn("called", name).join(known.select("person_id"), ["person_id"], "left_anti")
        found = called.join(alone, ["called"]).join(theirs.select("person_id", "called").distinct(), ["called"])
        known = known.unionByName(found.select(*columns)).distinct()
    unknown = ours.select("person_id").distinct().join(known, ["person_id"], "left_anti")
    spans = known.select("person_id", _role(STAFF), "department", "valid_from", F.col("left_at").alias("valid_to"))
    return spans.unionByName(_with_first(unknown, first, STAFF))


def addresses_of(tables: Mapping[str, DataFrame], links: DataFrame) -> DataFrame:
    """The addresses of each person's records; a ticket that names its customer may be another's.

    Args: tables: TABLES. links: silver.person_links. Returns: person_id, email (in lower case); each pair once.
    """
    parts = (
        tables["silver.customers"].join(
            of_persons(links, "customer", "source", "customer_id"), ["source", "customer_id"]
        ),
        tables["silver.profiles"].join(
            of_persons(links, "profile", "channel", "profile_id"), ["channel", "profile_id"]
        ),
        tables["silver.tickets"]
        .where("customer_id is null")
        .join(of_persons(links, "ticket", "channel", "ticket_id"), ["channel", "ticket_id"]),
    )
    found = reduce(lambda one, other: one.union(other), (part.select("person_id", F.lower("email")) for part in parts))
    return found.toDF("person_id", "email").where("email is not null").distinct()


def _party(
    party: Party,
    tables: Mapping[str, DataFrame],
    links: DataFrame,
    accounts: DataFrame,
    addresses: DataFrame,
    first: DataFrame,
) -> DataFrame:
    domains = [domain.lstrip("@") for domain in party.email_domains]
    mailed = addresses.where(_among(F.substring_index("email", "@", -1), domains)).select("person_id")
    found = _with_first(_named(accounts, party.handles).union(mailed).distinct(), first, party.role)
    if not party.organisations:
        return found
    members = tables["silver.organisation_members"].where(F.col("organisation_id").isin(*party.organisations))
    of_customers = members.where("member_kind = 'customer'").join(
        of_persons(links, "customer", "source", "member_id"), ["source", "member_id"]
    )
    of_profiles = members.where("member_kind = 'profile'").join(
        of_persons(links, "profile", "channel", "member_id"), ["channel", "member_id"]
    )
    columns = ("person_id", F.col("joined_at").alias("valid_from"), F.col("left_at").alias("valid_to"))
    both = of_customers.select(*columns).unionByName(of_profiles.select(*columns))
    return found.unionByName(both.select("person_id", _role(party.role), _none(), "valid_from", "valid_to"))


def _named(accounts: DataFrame, handles: Collection[str]) -> DataFrame:
    return accounts.where(_among("public", [name.lstrip("@") for name in handles])).select("person_id").distinct()


def _among(column: str | Column, values: Collection[str]) -> Column:
    """Whether a text is one of these; never where there are none."""
    of = F.col(column) if isinstance(column, str) else column
    return of.isin(*(value.lower() for value in values)) if values else F.lit(False)


def _with_first(persons: DataFrame, first: DataFrame, role: str) -> DataFrame:
    """Spans of a role from the persons' first act on."""
    return persons.join(first, ["person_id"], "left").select(
        "person_id", _role(role), _none(), F.col("first_at").alias("valid_from"), _open()
    )


def _role(role: str) -> Column:
    return F.lit(role).alias("role")


def _none() -> Column:
    return F.lit(None).cast("string").alias("department")


def _open() -> Column:
    return F.lit(None).cast("timestamp").alias("valid_to")
