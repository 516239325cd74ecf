"""Indicators of surveys."""

from __future__ import annotations

from transformations.indicators.definitions.indicator import LONG_GRAINS, Indicator

_ANSWERED = ("silver.survey_responses.goal", "silver.survey_responses.score", "silver.survey_responses.customer_id")

INDICATORS = (
    Indicator(
        indicator_id="satisfaction",
        name="Satisfaction",
        definition="Share of the respondents whose reported experience exceeds the stated goal: more than half of their "
        "answers in "
        "the group have a score above the goal. coverage_ratio is the share of the respondents with an answer that has both.",
        formula="respondents with more than half of their scores above the goal / respondents with a score and a goal",
        unit="ratio",
        aggregation="ratio",
        dimensions=("all", "subject"),
        grains=LONG_GRAINS,
        better="up",
        process="customers' needs and improvements",
        objective="image",
        source_tables=("silver.survey_responses",),
        needs=_ANSWERED,
        interval="wilson",
        persons_in="satisfaction",
        caution="Who answers is not all: the interval speaks of the respondents, as if they were drawn at random.",
    ),
    Indicator(
        indicator_id="satisfied_customers_ratio",
        name="Satisfied customers",
        definition="Share of all customers that are known to be satisfied: respondents as in satisfaction that are "
        "customers.",
        formula="satisfied respondents with a customer record / customers",
        unit="ratio",
        aggregation="ratio",
        dimensions=("all",),
        grains=("all",),
        better="up",
        process="customers' needs and improvements",
        objective="image",
        source_tables=("silver.survey_responses", "silver.customers"),
        needs=(*_ANSWERED, "silver.customers.customer_id"),
        persons_in="satisfaction",
        caution="Who was never asked counts as not satisfied: a lower bound.",
    ),
)
