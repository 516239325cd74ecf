"""What persons did beside buying, up to a day: posts, visits of the site, support tickets."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import pyarrow as pa
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

TABLES: Mapping[str, tuple[str, ...]] = {
    "silver.posts": ("channel", "post_id", "profile_id", "created_at"),
    "silver.post_enrichments": ("channel", "post_id", "tone"),
    "silver.web_sessions": ("user_id", "started_at"),
    "silver.tickets": ("channel", "ticket_id", "opened_at", "solved_at"),
}
COUNTS = (
    "posts",
    "recent_posts",
    "positive_posts",
    "negative_posts",
    "visits",
    "recent_visits",
    "tickets",
    "recent_tickets",
)
DAYS = ("last_post", "last_visit")
CONTACTS = pa.schema(
    [("person_id", pa.string()), ("until", pa.date32())]
    + [(name, pa.int64()) for name in (*COUNTS, "open_tickets")]
    + [(name, pa.date32()) for name in DAYS]
)
"""Schema of the collected result of `contacts`."""


def contacts(
    tables: Mapping[str, DataFrame], links: DataFrame, *, days: tuple[date, ...], recent_days: int, timezone: str
) -> DataFrame:
    """What each person had done by the end of each of some days.

    Visits are those of logged-in users whose ID is that of a customer of one person alone.

    Args:
        tables: TABLES. links: silver.person_links; only current ones count.
        days: in the company's time zone. recent_days: recent_… count the last so many days.
    Returns: one row per person and day on which there was anything to count: CONTACTS.
    """
    current = links.where("valid_to is null")
    acts = _acts(tables, current, timezone)
    found = None
    for until in days:
        of_day = _counted(acts.where(F.col("day") <= F.lit(until)), until, recent_days)
        found = of_day if found is None else found.unionByName(of_day)
    assert found is not None
    return found


def _acts(tables: Mapping[str, DataFrame], links: DataFrame, timezone: str) -> DataFrame:
    """One row per act: person_id, kind, day, ended (day on which a ticket was solved), tone."""

    def day(instant: str) -> Column:
        return F.to_date(F.from_utc_timestamp(instant, timezone))

    def of(kind: str, place: str, record: str) -> DataFrame:
        return links.where(F.col("record_kind") == kind).select(
            "person_id", F.col("record_place").alias(place), F.col("linked_record_id").alias(record)
        )

    nothing = F.lit(None)
    said = tables["silver.posts"].join(tables["silver.post_enrichments"], ["channel", "post_id"], "left")
    posts = said.join(of("profile", "channel", "profile_id"), ["channel", "profile_id"]).select(
        "person_id",
        F.lit("post").alias("kind"),
        day("created_at").alias("day"),
        nothing.cast("date").alias("ended"),
        "tone",
    )
    users = (
        of("customer", "source", "user_id")
        .groupBy("user_id")
        .agg(F.min("person_id").alias("person_id"), F.countDistinct("person_id").alias("persons"))
    )
    visits = (
        tables["silver.web_sessions"]
        .join(users.where("persons = 1"), ["user_id"])
        .select(
            "person_id",
            F.lit("visit").alias("kind"),
            day("started_at").alias("day"),
            nothing.cast("date").alias("ended"),
            nothing.cast("string").alias("tone"),
        )
    )
    tickets = (
        tables["silver.tickets"]
        .join(of("ticket", "channel", "ticket_id"), ["channel", "ticket_id"])
        .select(
            "person_id",
            F.lit("ticket").alias("kind"),
            day("opened_at").alias("day"),
            day("solved_at").alias("ended"),
            nothing.cast("string").alias("tone"),
        )
    )
    return posts.unionByName(visits).unionByName(tickets)


def _counted(acts: DataFrame, until: date, recent_days: int) -> DataFrame:
    """Acts up to a day, added up by person."""

    def count(condition: str) -> Column:
        return F.expr(f"count(if({condition}, 1, null))")

    recent = f"day > date'{until - timedelta(days=recent_days)}'"
    kinds = {"posts": "kind = 'post'", "visits": "kind = 'visit'", "tickets": "kind = 'ticket'"}
    conditions = kinds | {f"recent_{name}": f"{condition} and {recent}" for name, condition in kinds.items()}
    conditions |= {f"{tone}_posts": f"{kinds['posts']} and tone = '{tone}'" for tone in ("positive", "negative")}
    conditions["open_tickets"] = f"{kinds['tickets']} and (ended is null or ended > date'{until}')"
    return acts.groupBy("person_id").agg(
        F.lit(until).alias("until"),
        *(count(conditions[name]).alias(name) for name in (*COUNTS, "open_tickets")),
        F.expr(f"max(if({kinds['posts']}, day, null))").alias("last_post"),
        F.expr(f"max(if({kinds['visits']}, day, null))").alias("last_visit"),
    )
