"""What persons did beside buying, up to a day: posts, visits of the site, support tickets."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import pyarrow as pa
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from transformations.canonical.times import local_day

TABLES: Mapping[str, tuple[str, ...]] = {
    "silver.posts": ("channel", "post_id", "profile_id", "created_at"),
    "silver.post_enrichments": ("channel", "post_id", "tone"),
    "silver.web_sessions": ("user_id", "started_at"),
    "silver.tickets": ("channel", "ticket_id", "opened_at", "solved_at"),
    "silver.ticket_events": ("channel", "ticket_id", "kind", "actor", "created_at"),
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
DAYS = ("last_post", "last_negative_post", "last_visit", "last_ticket", "last_bad_ticket")
"""Days on which something happened last. A bad ticket is one that is open, was opened again, or waited for its first answer
longer than three in four of those answered by then."""
SLOW = 0.75
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
    found = None
    for until in days:
        lived = _tickets(tables["silver.tickets"], tables["silver.ticket_events"], until, timezone)
        of_day = _counted(_acts(tables, current, lived, until, timezone), until, recent_days)
        found = of_day if found is None else found.unionByName(of_day)
    assert found is not None
    return found


def _tickets(tickets: DataFrame, events: DataFrame, until: date, timezone: str) -> DataFrame:
    """Tickets opened by the end of a day, as they were known then: channel, ticket_id, day, is_open, is_bad.

    What was solved and came back is told by events up to the day: solved_at is that of the last time. Where a ticket has no such
    event, solved_at counts; where its channel tells neither of any ticket, none is open.
    """
    key = ["channel", "ticket_id"]
    settles = "kind in ('solved', 'closed')"
    times = {
        "answered_at": "min(if(is_past and kind = 'replied' and actor = 'agent', created_at, null))",
        "reopened_at": "max(if(is_past and kind = 'reopened', created_at, null))",
        "settled_at": f"max(if(is_past and {settles}, created_at, null))",
        "settles": f"max(if({settles}, 1, 0))",
    }
    dated = events.withColumn("is_past", local_day("created_at", timezone) <= F.lit(until))
    happened = dated.groupBy(*key).agg(*(F.expr(sql).alias(name) for name, sql in times.items()))
    told = tickets.join(happened, key, "left").withColumn(
        "tells", F.expr("if(settles = 1 or solved_at is not null, 1, 0)")
    )
    by_channel = told.groupBy("channel").agg(F.max("tells").alias("channel_tells"))
    is_open = """case when channel_tells = 0 then false
        when settles = 1 then settled_at is null or coalesce(reopened_at > settled_at, false)
        else solved_at is null or not is_solved end"""
    lived = (
        told.join(by_channel, ["channel"])
        .withColumn("day", local_day("opened_at", timezone))
        .withColumn("is_solved", local_day("solved_at", timezone) <= F.lit(until))
        .where(F.col("day") <= F.lit(until))
        .withColumn("is_open", F.expr(is_open))
        .withColumn("waited", F.expr("unix_micros(answered_at) - unix_micros(opened_at)"))
    )
    slow = lived.agg(F.expr(f"percentile(waited, {SLOW})").alias("slow"))
    is_bad = "is_open or reopened_at is not null or coalesce(waited > slow, false)"
    return lived.crossJoin(slow).select(*key, "day", "is_open", F.expr(is_bad).alias("is_bad"))


def _acts(
    tables: Mapping[str, DataFrame], links: DataFrame, tickets: DataFrame, until: date, timezone: str
) -> DataFrame:
    """Acts by the end of a day: person_id, kind, day, tone, is_open, is_bad. Args: tickets: from `_tickets`."""

    def of(kind: str, place: str, record: str) -> DataFrame:
        return links.where(F.col("record_kind") == kind).select(
            "person_id", F.col("record_place").alias(place), F.col("linked_record_id").alias(record)
        )

    def others(**types: str) -> list[Column]:
        return [F.lit(None).cast(type_).alias(name) for name, type_ in types.items()]

    of_tickets = {"is_open": "boolean", "is_bad": "boolean"}
    said = tables["silver.posts"].join(tables["silver.post_enrichments"], ["channel", "post_id"], "left")
    posts = said.join(of("profile", "channel", "profile_id"), ["channel", "profile_id"]).select(
        "person_id",
        F.lit("post").alias("kind"),
        local_day("created_at", timezone).alias("day"),
        "tone",
        *others(**of_tickets),
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
            local_day("started_at", timezone).alias("day"),
            *others(tone="string", **of_tickets),
        )
    )
    asked = tickets.join(of("ticket", "channel", "ticket_id"), ["channel", "ticket_id"]).select(
        "person_id", F.lit("ticket").alias("kind"), "day", *others(tone="string"), "is_open", "is_bad"
    )
    return posts.unionByName(visits).unionByName(asked).where(F.col("day") <= F.lit(until))


def _counted(acts: DataFrame, until: date, recent_days: int) -> DataFrame:
    """Acts, added up by person."""

    def count(condition: str) -> Column:
        return F.expr(f"count(if({condition}, 1, null))")

    recent = f"day > date'{until - timedelta(days=recent_days)}'"
    kinds = {"posts": "kind = 'post'", "visits": "kind = 'visit'", "tickets": "kind = 'ticket'"}
    conditions = kinds | {f"recent_{name}": f"{condition} and {recent}" for name, condition in kinds.items()}
    conditions |= {f"{tone}_posts": f"{kinds['posts']} and tone = '{tone}'" for tone in ("positive", "negative")}
    conditions["open_tickets"] = "is_open"
    latest = {
        "last_post": kinds["posts"],
        "last_negative_post": conditions["negative_posts"],
        "last_visit": kinds["visits"],
        "last_ticket": kinds["tickets"],
        "last_bad_ticket": "is_bad",
    }
    return acts.groupBy("person_id").agg(
        F.lit(until).alias("until"),
        *(count(conditions[name]).alias(name) for name in (*COUNTS, "open_tickets")),
        *(F.expr(f"max(if({latest[name]}, day, null))").alias(name) for name in DAYS),
    )
