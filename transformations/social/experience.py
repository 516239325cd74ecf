"""Experience maps: the journeys of persons over all channels, step by step."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from typing import TYPE_CHECKING

from pyspark.sql import Window
from pyspark.sql import functions as F

from transformations.identity.touchpoints import ACT, CAMPAIGN, ORDER, POST, SURVEY, TICKET, VISIT

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

TABLES: Mapping[str, tuple[str, ...]] = {
    "silver.posts": ("channel", "post_id"),
    "silver.post_enrichments": ("channel", "post_id", "intent", "emotion"),
    "silver.conversations": ("channel", "conversation_id", "direction"),
    "silver.tickets": ("channel", "ticket_id", "solved_at"),
    "silver.web_sessions": ("source", "session_id", "has_conversion", "is_engaged"),
    "silver.survey_responses": ("source", "response_id", "score", "goal"),
    "silver.campaign_touches": ("source", "campaign_id", "touch_id", "kind"),
}
GOALS = {
    "question": "learn",
    "purchase_intent": "buy",
    "complaint": "solve_a_problem",
    "idea": "improve",
    "praise": "share",
}
"""Goal of a post by its intent; of others it is to talk."""
_GOAL = {
    ACT: "talk",
    TICKET: "solve_a_problem",
    VISIT: "learn",
    ORDER: "buy",
    SURVEY: "give_an_opinion",
    CAMPAIGN: "learn",
}
_DETAILS = ("touchpoint", "place", "record_id", "goal", "emotion", "outcome")


def experience_maps(touched: DataFrame, tables: Mapping[str, DataFrame], *, gap_days: int) -> DataFrame:
    """Steps of the journeys of persons. A journey ends where nothing follows for gap_days.

    Args: touched: `touchpoints`. tables: TABLES.
    Returns: one row per person, journey (1 for the first) and step (1 for the first of the journey; ties in time by touchpoint
        and record): touchpoint, channel, goal, emotion, outcome, occurred_at. Outcomes: bought (an order); converted, engaged,
        left (a visit); answered, unanswered, among_people (a post that began a conversation); solved, open (a ticket);
        satisfied, not_satisfied (a survey with goals); opened, clicked (a campaign).
    """
    order = ("occurred_at", "touchpoint", "place", "record_id")
    by_person = Window.partitionBy("person_id").orderBy(*order)
    before = F.lag("occurred_at").over(by_person)
    seconds = (F.unix_micros("occurred_at") - F.unix_micros("before")) / 1_000_000
    timed = touched.withColumn("before", before)
    begun = timed.withColumn("begins", F.when(F.col("before").isNull() | (seconds > gap_days * 86_400), 1).otherwise(0))
    journeys = begun.withColumn("journey", F.sum("begins").over(by_person).cast("int"))
    place = F.row_number().over(Window.partitionBy("person_id", "journey").orderBy(*order))
    steps = journeys.withColumn("step", place.cast("int"))
    known = steps.join(_details(tables), ["touchpoint", "place", "record_id"], "left")
    goal = F.coalesce("goal", *(F.when(F.col("touchpoint") == kind, F.lit(word)) for kind, word in _GOAL.items()))
    bought = F.when(F.col("touchpoint") == ORDER, F.lit("bought"))
    return known.select(
        "person_id",
        "journey",
        "step",
        "touchpoint",
        "channel",
        F.coalesce(goal, F.lit("talk")).alias("goal"),
        "emotion",
        F.coalesce("outcome", bought).alias("outcome"),
        "occurred_at",
    )


def _details(tables: Mapping[str, DataFrame]) -> DataFrame:
    """Goal, emotion and outcome of records: one row per record."""
    said = tables["silver.posts"].join(tables["silver.post_enrichments"], ["channel", "post_id"])
    began = tables["silver.conversations"].select("channel", F.col("conversation_id").alias("post_id"), "direction")
    intents = " ".join(f"when '{intent}' then '{goal}'" for intent, goal in GOALS.items())
    opinions = tables["silver.survey_responses"].where("score is not null and goal is not null")
    judged = opinions.groupBy("source", "response_id").agg(F.min(F.expr("if(score > goal, 1, 0)")).alias("is_above"))
    nothing = "cast(null as string)"
    outcome_of_post = """case when direction in ('two_way', 'two_way_with_consumer') then 'answered'
        when direction = 'unanswered' then 'unanswered' when direction = 'customer_to_customer' then 'among_people' end"""
    outcome_of_visit = "case when has_conversion then 'converted' when is_engaged then 'engaged' else 'left' end"
    parts = (
        said.join(began, ["channel", "post_id"], "left").selectExpr(
            *_expressions(POST, "channel", "post_id", f"case intent {intents} end", "emotion", outcome_of_post)
        ),
        tables["silver.tickets"].selectExpr(
            *_expressions(TICKET, "channel", "ticket_id", nothing, nothing, "if(solved_at is null, 'open', 'solved')")
        ),
        tables["silver.web_sessions"].selectExpr(
            *_expressions(
                VISIT, "source", "session_id", "if(has_conversion, 'buy', 'learn')", nothing, outcome_of_visit
            )
        ),
        judged.selectExpr(
            *_expressions(
                SURVEY, "source", "response_id", nothing, nothing, "if(is_above = 1, 'satisfied', 'not_satisfied')"
            )
        ),
        tables["silver.campaign_touches"].selectExpr(
            *_expressions(CAMPAIGN, "source", "concat_ws(':', campaign_id, touch_id)", nothing, nothing, "kind")
        ),
    )
    return reduce(lambda one, other: one.unionByName(other), parts)


def _expressions(kind: str, *values: str) -> list[str]:
    return [f"{value} as {name}" for name, value in zip(_DETAILS, (f"'{kind}'", *values), strict=True)]
