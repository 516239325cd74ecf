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
    acts = _acts(tables, current, timezone)
    found = None
    for until in days:
        of_day = _counted(acts.where(F.col("day") <= F.lit(until)), until, recent_days)
        found = of_day if found is None else found.unionByName(of_day)
    assert found is not None
    return found


def _acts(tables: Mapping[str, DataFrame], links: DataFrame, timezone: str) -> DataFrame:
    """One row per act: person_id, kind, day, tone; and of a ticket ended, reopened, answered (days on which it was solved, opened
    again and first answered) and waited (seconds until then)."""

    def day(instant: str) -> Column:
        return F.to_date(F.from_utc_timestamp(instant, timezone))

    def of(kind: str, place: str, record: str) -> DataFrame:
        return links.where(F.col("record_kind") == kind).select(
            "person_id", F.col("record_place").alias(place), F.col("linked_record_id").alias(record)
        )

    def others(**types: str) -> list[Column]:
        return [F.lit(None).cast(type_).alias(name) for name, type_ in types.items()]

    of_tickets = {"ended": "date", "reopened": "date", "answered": "date", "waited": "bigint"}
    said = tables["silver.posts"].join(tables["silver.post_enrichments"], ["channel", "post_id"], "left")
    posts = said.join(of("profile", "channel", "profile_id"), ["channel", "profile_id"]).select(
        "person_id", F.lit("post").alias("kind"), day("created_at").alias("day"), "tone", *others(**of_tickets)
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
            *others(tone="string", **of_tickets),
        )
    )
    happened = (
        tables["silver.ticket_events"]
        .groupBy("channel", "ticket_id")
        .agg(
            F.expr("min(if(kind = 'replied' and actor = 'agent', created_at, null))").alias("answered_at"),
            F.expr("min(if(kind = 'reopened', created_at, null))").alias("reopened_at"),
        )
    )
    tickets = (
        tables["silver.tickets"]
        .join(happened, ["channel", "ticket_id"], "left")
        .join(of("ticket", "channel", "ticket_id"), ["channel", "ticket_id"])
        .select(
            "person_id",
            F.lit("ticket").alias("kind"),
            day("opened_at").alias("day"),
            *others(tone="string"),
            day("solved_at").alias("ended"),
            day("reopened_at").alias("reopened"),
            day("answered_at").alias("answered"),
            F.expr("unix_seconds(answered_at) - unix_seconds(opened_at)").alias("waited"),
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
    is_open = f"(ended is null or ended > date'{until}')"
    conditions["open_tickets"] = f"{kinds['tickets']} and {is_open}"
    was_reopened, was_answered = f"reopened <= date'{until}'", f"answered <= date'{until}'"
    slow = acts.where(was_answered).agg(F.expr(f"percentile(waited, {SLOW})").alias("slow"))
    latest = {
        "last_post": kinds["posts"],
        "last_negative_post": conditions["negative_posts"],
        "last_visit": kinds["visits"],
        "last_ticket": kinds["tickets"],
        "last_bad_ticket": f"{kinds['tickets']} and ({is_open} or {was_reopened} or ({was_answered} and waited > slow))",
    }
    known = acts.crossJoin(slow)
    return known.groupBy("person_id").agg(
        F.lit(until).alias("until"),
        *(count(conditions[name]).alias(name) for name in (*COUNTS, "open_tickets")),
        *(F.expr(f"max(if({latest[name]}, day, null))").alias(name) for name in DAYS),
    )
