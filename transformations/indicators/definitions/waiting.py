"""Indicators of waiting times."""

from __future__ import annotations

from transformations.indicators.definitions.indicator import Indicator

_POSTS = ("silver.posts", "silver.post_enrichments", "silver.profiles")
_THREADS = ("silver.posts.kind", "silver.posts.created_at", "silver.posts.parent_post_id")

INDICATORS = (
    Indicator(
        indicator_id="first_response_seconds",
        name="Time to the first response",
        definition="Median time until somebody of the company first replies to a customer. It covers questions, messages and "
        "complaints that open a thread or answer the company, on channels where the company has an account. Open ones "
        "are censored at the last post of their channel (Kaplan-Meier).",
        formula="smallest t with S(t) <= 1/2; numerator: total seconds of the answered ones; denominator: their number",
        unit="seconds",
        aggregation="quantile",
        dimensions=("all", "channel", "service_type"),
        better="down",
        process="social media monitoring and responding",
        objective="image",
        source_tables=_POSTS,
        needs=(*_THREADS, "silver.posts.text", "silver.posts.profile_id"),
        grains=("all", "month", "week"),
        interval="quantile",
        caution="Says nothing of whether the reply helped. Nights, weekends and holidays count as waiting.",
    ),
    Indicator(
        indicator_id="first_answer_seconds",
        name="Time to the first answer",
        definition="Median time until a question has its first answer, by anybody, the asker included. Open questions are "
        "censored at "
        "the last post of their channel (Kaplan-Meier).",
        formula="smallest t with S(t) <= 1/2; numerator: total seconds of the answered ones; denominator: their number",
        unit="seconds",
        aggregation="quantile",
        dimensions=("all", "channel", "service_type"),
        better="down",
        process="community management",
        objective="lower_marketing_cost",
        source_tables=("silver.posts",),
        needs=_THREADS,
        grains=("all", "month", "week"),
        interval="quantile",
        caution="The first answer may be wrong, or the asker's own.",
    ),
    Indicator(
        indicator_id="first_answer_seconds_answered",
        name="Time to the first answer, answered questions only",
        definition="Median time until the first answer, over the questions that have one. Lower than the true waiting "
        "time, because "
        "questions that nobody answers do not count.",
        formula="median of first_answer_seconds over answered questions",
        unit="seconds",
        aggregation="quantile",
        dimensions=("all", "channel", "service_type"),
        better="down",
        process="community management",
        objective="lower_marketing_cost",
        source_tables=("silver.posts",),
        needs=_THREADS,
        grains=("all", "month", "week"),
        interval="quantile",
        caution="Leaves out who still waits: it falls where more questions stay without an answer.",
    ),
    Indicator(
        indicator_id="peer_answer_ratio",
        name="Answered by peers",
        definition="Share of the answered questions that another customer answered: not the asker, the company or a bot. "
        "coverage_ratio is the share of answered questions for which asker and answerer are known.",
        formula="questions answered by another customer / answered questions",
        unit="ratio",
        aggregation="ratio",
        dimensions=("all", "channel", "service_type"),
        better="up",
        process="community management",
        objective="lower_marketing_cost",
        source_tables=("silver.posts", "silver.profiles"),
        needs=(*_THREADS, "silver.posts.profile_id"),
        interval="wilson",
        caution="An answer counts whether it was right or not.",
    ),
    Indicator(
        indicator_id="first_response_p90_seconds",
        name="Time to the first response, nine in ten",
        definition="Time within which nine in ten of those who wait have the company's first reply; whom and what it "
        "covers is said at first_response_seconds. Open ones are censored (Kaplan-Meier).",
        formula="smallest t with S(t) <= 1/10; numerator: total seconds of the answered ones; denominator: their number",
        unit="seconds",
        aggregation="quantile",
        dimensions=("all", "channel", "service_type"),
        better="down",
        process="social media monitoring and responding",
        objective="image",
        source_tables=_POSTS,
        needs=(*_THREADS, "silver.posts.text", "silver.posts.profile_id"),
        grains=("all", "month", "week"),
        interval="quantile",
        caution="Not reached where more than one in ten never have a reply. Nights, weekends and holidays count as waiting.",
    ),
    Indicator(
        indicator_id="answer_accuracy",
        name="Accepted answers",
        definition="Share of the answered questions with an answer that the asker accepted, on channels where answers are "
        "accepted at all. coverage_ratio is the share of all answered questions on such channels.",
        formula="questions with an accepted answer / answered questions",
        unit="ratio",
        aggregation="ratio",
        dimensions=("all", "channel", "service_type"),
        better="up",
        process="community management",
        objective="lower_marketing_cost",
        source_tables=("silver.posts",),
        needs=(*_THREADS, "silver.posts.accepted_answer_id", "silver.posts.is_accepted_answer"),
        interval="wilson",
        caution="Accepting is up to the asker: many right answers are never accepted, and recent ones not yet.",
    ),
)
