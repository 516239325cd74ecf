"""Which customers are managed through Social CRM: active on social software, fit for engagement and consenting."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pyspark.sql import Window
from pyspark.sql import functions as F

from transformations.identity.roles import held
from transformations.identity.touchpoints import ACT, CAMPAIGN, POST, of_persons

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

TABLES: Mapping[str, tuple[str, ...]] = {
    "silver.customers": ("source", "customer_id", "has_email_consent", "has_social_consent"),
    "silver.campaign_touches": ("source", "customer_id", "kind"),
    "silver.interactions": ("channel", "actor_profile_id", "target_profile_id", "kind", "created_at"),
    "silver.posts": ("channel", "post_id", "profile_id", "created_at"),
    "silver.post_enrichments": ("channel", "post_id", "is_relevant", "is_spam"),
    "silver.person_roles": ("person_id", "role", "valid_from", "valid_to"),
}
_ENOUGH_DAYS, _ENOUGH_EXCHANGES = 8, 10
_RECENT = 30
_EXCHANGES = ("reply", "mention", "answer", "share", "reaction", "accept")
_WEEKDAYS = " ".join(
    f"when {place} then '{name}'"
    for place, name in enumerate(("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"))
)
_NOT_EXTERNAL = {"internal_customer": "staff", "competitor": "competitor", "partner": "partner", "supplier": "supplier"}
PARTS = {
    "active_often": f"least(coalesce(active_days, 0), {_ENOUGH_DAYS}) / {_ENOUGH_DAYS}.0D",
    "active_recently": f"if(days_since is null, 0.0D, if(days_since < {_RECENT}, 1.0D, 0.5D))",
    "exchanges": f"(least(coalesce(given, 0), {_ENOUGH_EXCHANGES}) + least(coalesce(received, 0), {_ENOUGH_EXCHANGES}))"
    f" / {2 * _ENOUGH_EXCHANGES}.0D",
    "about_us": "coalesce(relevant, 0) / cast(greatest(coalesce(posts, 0), 1) as double)",
}
"""Parts of the score, each 0 to 1, SQL over `_counted`; the score is their mean."""
_REASON = 0.5
"""From this value on a part is a reason."""


def social_customers(
    tables: Mapping[str, DataFrame],
    links: DataFrame,
    bots: DataFrame,
    touched: DataFrame,
    *,
    as_of: datetime,
    window_days: int,
    least_score: float,
) -> DataFrame:
    """Each customer's fitness for engagement on social software, with reasons, and what excludes them.

    The score is the mean of four parts of the last window_days: days with a post or an act (8 or more: 1), the last of them
    (within 30 days: 1, earlier: .5), acts towards other persons and by them (10 or more of each: 1), and the share of posts that
    are about what the company monitors.

    Args:
        tables: TABLES. links: silver.person_links. bots: channel, profile_id. touched: `touchpoints`.
        as_of: end of the window.
        least_score: below it nobody is a social customer.
    Returns: one row per person with a customer record: person_id, is_social_customer, fitness_score, fitness_reasons (parts
        of at least .5), social_exclusions: not_linked (no profile), staff, competitor, partner, supplier (at as_of), bot, spam
        (half of the posts or more), consent_refused, consent_unknown, low_score; email_consent, social_consent (true, false,
        null: not known); active_days, last_active_at.
    """
    since = as_of - timedelta(days=window_days)
    customers = of_persons(links, "customer", "source", "customer_id")
    persons = customers.select("person_id").distinct()
    profiles = of_persons(links, "profile", "channel", "profile_id")
    ran = profiles.join(bots, ["channel", "profile_id"]).select("person_id", F.lit(True).alias("is_bot")).distinct()
    linked = profiles.select("person_id", F.lit(True).alias("is_linked")).distinct()
    rows = persons
    for part in (
        linked,
        ran,
        _roles(tables["silver.person_roles"], as_of),
        _activity(touched, since, as_of),
        _exchanges(tables["silver.interactions"], profiles, since, as_of),
        _written(tables, profiles, since, as_of),
        _consent(tables, customers),
    ):
        rows = rows.join(part, ["person_id"], "left")
    parts = rows.select("*", *(F.expr(sql).alias(name) for name, sql in PARTS.items()))
    scored = parts.withColumn("fitness_score", F.expr(f"({' + '.join(PARTS)}) / {len(PARTS)}.0D"))
    consent = F.coalesce("social_consent", "email_consent")
    excluded = _listed(
        F.when(F.col("is_linked").isNull(), F.lit("not_linked")),
        *(F.when(F.col(word) == 1, F.lit(word)) for word in _NOT_EXTERNAL.values()),
        F.when(F.col("is_bot"), F.lit("bot")),
        F.when((F.col("posts") > 0) & (F.col("spam") * 2 >= F.col("posts")), F.lit("spam")),
        F.when(consent.isNull(), F.lit("consent_unknown")).when(~consent, F.lit("consent_refused")),
        F.when(F.col("fitness_score") < F.lit(least_score), F.lit("low_score")),
    )
    reasons = _listed(*(F.when(F.col(name) >= F.lit(_REASON), F.lit(name)) for name in PARTS))
    return scored.withColumn("excluded", excluded).select(
        "person_id",
        (F.col("excluded") == "").alias("is_social_customer"),
        "fitness_score",
        _texts(reasons).alias("fitness_reasons"),
        _texts(F.col("excluded")).alias("social_exclusions"),
        "email_consent",
        "social_consent",
        F.coalesce("active_days", F.lit(0)).cast("bigint").alias("active_days"),
        "last_active_at",
    )


def contact_preferences(touched: DataFrame, timezone: str, as_of: datetime, window_days: int) -> DataFrame:
    """Where and when each person turns to the company, or acts where the company sees it, most often.

    Args: touched: `touchpoints`; what a campaign set off counts for the time of day alone. timezone: of the company.
    Returns: one row per person with a touchpoint in the last window_days before as_of: person_id, preferred_channel (ties: the
        first by name; an order without a channel is of the channel shop), preferred_daypart (night, morning, afternoon, evening),
        preferred_weekday (monday …), touchpoints_count.
    """
    recent = touched.where(_within("occurred_at", as_of - timedelta(days=window_days), as_of)).withColumn(
        "local", F.from_utc_timestamp("occurred_at", timezone)
    )
    hour = F.hour("local")
    daypart = F.when(hour < 6, F.lit("night")).when(hour < 12, F.lit("morning")).when(hour < 18, F.lit("afternoon"))
    weekday = "datediff(to_date(local), date'2024-01-01')"  # a Monday
    acts = recent.select(
        "person_id",
        F.when(F.col("touchpoint") != CAMPAIGN, F.coalesce("channel", F.lit("shop"))).alias("preferred_channel"),
        daypart.otherwise(F.lit("evening")).alias("preferred_daypart"),
        F.expr(f"case pmod({weekday}, 7) {_WEEKDAYS} end").alias("preferred_weekday"),
    )
    found = acts.groupBy("person_id").agg(F.count(F.lit(1)).alias("touchpoints_count"))
    for name in ("preferred_channel", "preferred_daypart", "preferred_weekday"):
        found = found.join(_most_frequent(acts, name), ["person_id"], "left")
    return found.select("person_id", "preferred_channel", "preferred_daypart", "preferred_weekday", "touchpoints_count")


def _most_frequent(rows: DataFrame, name: str) -> DataFrame:
    counted = rows.where(F.col(name).isNotNull()).groupBy("person_id", name).agg(F.count(F.lit(1)).alias("times"))
    place = F.row_number().over(Window.partitionBy("person_id").orderBy(F.col("times").desc(), F.col(name)))
    return counted.withColumn("place", place).where("place = 1").select("person_id", name)


def _within(column: str, since: datetime, until: datetime) -> Column:
    return (F.col(column) >= F.lit(since)) & (F.col(column) < F.lit(until))


def _roles(roles: DataFrame, at: datetime) -> DataFrame:
    """person_id and a column for each role that excludes: 1 where the person has it at this time."""
    return (
        roles.where(held(at))
        .groupBy("person_id")
        .agg(*(F.max(F.when(F.col("role") == role, F.lit(1))).alias(word) for role, word in _NOT_EXTERNAL.items()))
    )


def _activity(touched: DataFrame, since: datetime, until: datetime) -> DataFrame:
    acts = touched.where(F.col("touchpoint").isin(POST, ACT) & _within("occurred_at", since, until))
    return acts.groupBy("person_id").agg(
        F.countDistinct(F.to_date("occurred_at")).alias("active_days"),
        F.max("occurred_at").alias("last_active_at"),
        F.datediff(F.lit(until.date()), F.to_date(F.max("occurred_at"))).alias("days_since"),
    )


def _exchanges(interactions: DataFrame, profiles: DataFrame, since: datetime, until: datetime) -> DataFrame:
    """person_id, given, received: acts towards accounts of others, and by these."""
    acts = interactions.where(F.col("kind").isin(*_EXCHANGES) & _within("created_at", since, until)).where(
        "target_profile_id is not null"
    )
    for end in ("actor", "target"):
        named = profiles.select(
            "channel", F.col("profile_id").alias(f"{end}_profile_id"), F.col("person_id").alias(f"{end}_person_id")
        )
        acts = acts.join(named, ["channel", f"{end}_profile_id"], "left")
    between = acts.where("actor_person_id is null or target_person_id is null or actor_person_id <> target_person_id")
    one = F.lit(1).cast("bigint")
    none = F.lit(0).cast("bigint")
    given = between.select(F.col("actor_person_id").alias("person_id"), one.alias("given"), none.alias("received"))
    received = between.select(F.col("target_person_id").alias("person_id"), none.alias("given"), one.alias("received"))
    both = given.unionByName(received).where("person_id is not null")
    return both.groupBy("person_id").agg(F.sum("given").alias("given"), F.sum("received").alias("received"))


def _written(tables: Mapping[str, DataFrame], profiles: DataFrame, since: datetime, until: datetime) -> DataFrame:
    posts = tables["silver.posts"].where(_within("created_at", since, until)).join(profiles, ["channel", "profile_id"])
    judged = posts.join(tables["silver.post_enrichments"], ["channel", "post_id"], "left")
    return judged.groupBy("person_id").agg(
        F.count(F.lit(1)).alias("posts"),
        F.expr("count(if(is_relevant, 1, null))").alias("relevant"),
        F.expr("count(if(is_spam, 1, null))").alias("spam"),
    )


def _consent(tables: Mapping[str, DataFrame], customers: DataFrame) -> DataFrame:
    """person_id, email_consent, social_consent: refused where one of the records refuses; who unsubscribed has refused e-mail."""
    records = tables["silver.customers"].join(customers, ["source", "customer_id"])
    ended = tables["silver.campaign_touches"].where("kind in ('unsubscribed', 'complained')")
    refusing = (
        ended.join(customers, ["source", "customer_id"]).select("person_id", F.lit(True).alias("ended")).distinct()
    )
    said = records.groupBy("person_id").agg(
        F.min(F.col("has_email_consent").cast("int")).alias("email"),
        F.min(F.col("has_social_consent").cast("int")).alias("social"),
    )
    return said.join(refusing, ["person_id"], "left").select(
        "person_id",
        F.when(F.col("ended"), F.lit(False)).otherwise(F.col("email") == 1).alias("email_consent"),
        (F.col("social") == 1).alias("social_consent"),
    )


def _listed(*words: Column) -> Column:
    """The words that are not null, as one text."""
    return F.concat_ws(",", *words)


def _texts(listed: Column) -> Column:
    return F.when(listed == "", F.array().cast("array<string>")).otherwise(F.split(listed, ","))
