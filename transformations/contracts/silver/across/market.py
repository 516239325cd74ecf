"""Competitors: rules across rows, and relevance."""

from __future__ import annotations

from transformations.contracts.model import TableRule
from transformations.contracts.silver.across.declaring import one_value, rule


def is_monitored(table: str) -> TableRule:
    """The competitor is declared in company.yaml, by name or brand."""
    return rule(
        "competitor_is_monitored",
        "the competitor is not declared in company.yaml",
        cases=f"""
            select competitor, product, observed_at from {{{table}}}
            where deleted_at is null and size({{competitors}}) > 0""",
        broken="not array_contains({competitors}, lower(trim(competitor)))",
        property="relevance",
    )


CATEGORY = one_value(
    "category_is_always_the_same",
    "the same product of a competitor has different categories",
    "silver.competitor_prices",
    "competitor, product",
    "lower(trim(category))",
)

LAUNCH = one_value(
    "launched_at_is_always_the_same",
    "the same product of a competitor has different launch times",
    "silver.competitor_releases",
    "competitor, product",
    "launched_at",
)
