"""Indicators of surveys."""

from __future__ import annotations

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from transformations.indicators.parts import Family, Parts, indicator_rows
from transformations.indicators.sales import NO_CHANNEL

OPINIONS = pa.schema(
    [("day", pa.date32()), ("subject", pa.string()), ("respondent", pa.string()), ("is_customer", pa.bool_())]
    + [(name, pa.int64()) for name in ("answers", "measured", "exceeding")]
)
"""Schema of the collected result of `monthly_opinions`."""


def monthly_opinions(survey_responses: DataFrame, timezone: str) -> DataFrame:
    """Answers per month, subject and respondent: the columns of OPINIONS; day is the first of the month.

    A respondent is a customer, else an address, else a response.

    Args: silver.survey_responses; timezone: of the months.
    """
    month = F.expr(f"cast(date_trunc('MONTH', from_utc_timestamp(answered_at, '{timezone}')) as date)").alias("day")
    respondent = F.expr(
        "coalesce(concat('customer ', source, ' ', customer_id), concat('address ', lower(email)), "
        "concat('response ', source, ' ', response_id))"
    ).alias("respondent")
    is_measured = "score is not null and goal is not null"
    return survey_responses.groupBy(
        month,
        F.coalesce("kind", F.lit(NO_CHANNEL)).alias("subject"),  # what has no subject is one of its own
        respondent,
        F.col("customer_id").isNotNull().alias("is_customer"),
    ).agg(
        F.count("*").alias("answers"),
        F.expr(f"count_if({is_measured})").alias("measured"),
        F.expr(f"count_if({is_measured} and score > goal)").alias("exceeding"),
    )


def satisfaction() -> Parts:
    """Satisfied respondents / respondents with a score and a goal."""
    return Parts(
        "if(measured = 0, null, satisfied)",
        "measured",
        denominator="measured",
        measured="measured",
        in_scope="respondents",
        persons="respondents",
        unmeasured="'no answer has both a score and a goal'",
    )


def satisfied_customers_ratio() -> Parts:
    """Satisfied respondents that are customers / customers."""
    return Parts(
        "if(measured = 0, null, satisfied_customers)",
        "measured",
        denominator="customers",
        measured="measured",
        in_scope="customers",
        persons="respondents",
        unmeasured="'no answer has both a score and a goal'",
    )


PARTS = {"satisfaction": satisfaction, "satisfied_customers_ratio": satisfied_customers_ratio}
_IS_SATISFIED = "2 * exceeding > measured"
_SUMS = {
    "respondents": "count(*)",
    "measured": "count(*) filter (measured > 0)",
    "satisfied": f"count(*) filter ({_IS_SATISFIED})",
    "satisfied_customers": f"count(*) filter (is_customer and {_IS_SATISFIED})",
}


def survey_indicators(opinions: pa.Table, customers_count: int) -> pa.Table:
    """Satisfaction of respondents and of customers.

    Args:
        opinions: the columns of OPINIONS.
        customers_count: customers held.
    Returns: the columns of parts.ROWS.
    """
    family = Family(
        {name: parts() for name, parts in PARTS.items()},
        _SUMS,
        one=("subject",),
        over_groups={"customers": str(customers_count)},
        by="respondent",
        of_each={
            "is_customer": "bool_or(its.is_customer)",
            "measured": "sum(its.measured)",
            "exceeding": "sum(its.exceeding)",
        },
    )
    return indicator_rows(family, rows=opinions)
