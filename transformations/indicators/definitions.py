"""The catalogue: every indicator declared once, as data.

A test fails when an indicator is declared and not computed, or computed and not declared.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

ALL_GRAINS = ("all", "month", "week", "day")


@dataclass(frozen=True)
class Indicator:
    """An indicator as in gold.indicator_catalogue.

    Attributes:
        aggregation: how the value follows from its parts: the numerator itself (sum, distinct), numerator /
            denominator (ratio), or a quantile of the values that the parts add up.
        interval: how its 95 % confidence interval is computed; None where it has none.
        needs: attributes that sources have to provide for it, `layer.table.column`.
        is_zero_of_nothing: where there are no rows at all its value is 0, not unknown.
        persons_in: the indicator whose numerator (distinct) or denominator (ratio) is the number of persons that a group
            of this one speaks of; empty where it speaks of no persons, or of what they said in public.
    """

    indicator_id: str
    name: str
    definition: str
    formula: str
    unit: str
    aggregation: Literal["sum", "ratio", "quantile", "distinct"]
    dimensions: tuple[str, ...]
    better: Literal["up", "down"]
    process: str
    objective: str
    source_tables: tuple[str, ...]
    needs: tuple[str, ...]
    grains: tuple[str, ...] = ALL_GRAINS
    interval: Literal["wilson", "difference", "median"] | None = None
    is_zero_of_nothing: bool = False
    persons_in: str = ""

    def row(self) -> dict[str, Any]:
        """Its row of gold.indicator_catalogue."""
        return {
            "indicator_id": self.indicator_id,
            "name": self.name,
            "definition": self.definition,
            "formula": self.formula,
            "unit": self.unit,
            "aggregation": self.aggregation,
            "grains": list(self.grains),
            "dimensions": list(self.dimensions),
            "better": self.better,
            "source_tables": list(self.source_tables),
            "process": self.process,
            "objective": self.objective,
        }


_POSTS = ("silver.posts", "silver.post_enrichments", "silver.profiles")
_SALES = ("silver.orders", "silver.order_lines")
_SAID = ("silver.posts.text", "silver.posts.created_at", "silver.posts.profile_id")
_THREADS = ("silver.posts.kind", "silver.posts.created_at", "silver.posts.parent_post_id")
_BOUGHT = (
    "silver.orders.ordered_at",
    "silver.orders.customer_id",
    "silver.order_lines.quantity",
    "silver.order_lines.unit_price",
)
_PLACES = ("all", "channel", "service_type", "audience")
_SUBJECTS = ("topic", "brand", "product")

INDICATORS: tuple[Indicator, ...] = (
    Indicator(
        "volume",
        "Volume",
        "How often people talk about what the company monitors: distinct relevant posts. Posts of the company's own "
        "accounts and of bots are left out. A post on three topics counts once in each, and once in all.",
        "count of posts with is_relevant",
        "posts",
        "sum",
        (*_PLACES, *_SUBJECTS),
        "up",
        "social media monitoring and responding",
        "image",
        _POSTS,
        _SAID,
    ),
    Indicator(
        "net_tone",
        "Net tone",
        "Balance of opinion in relevant posts with a known tone: 1 means all positive, -1 all negative. "
        "coverage_ratio is the share of relevant posts with a known tone.",
        "(positive - negative) / (positive + neutral + negative)",
        "ratio",
        "ratio",
        (*_PLACES, *_SUBJECTS),
        "up",
        "company image",
        "image",
        _POSTS,
        _SAID,
        interval="difference",
    ),
    Indicator(
        "coverage",
        "Coverage",
        "Share of the sources (channel and profile) active in the period that talk about a topic; for the dimension all, "
        "about any topic. The company's own accounts and bots do not count as sources.",
        "sources with a relevant post on the topic / sources with any post",
        "ratio",
        "ratio",
        ("all", "channel", "topic"),
        "up",
        "social media monitoring and responding",
        "image",
        _POSTS,
        _SAID,
        interval="wilson",
    ),
    Indicator(
        "first_response_seconds",
        "Time to the first response",
        "Median time until somebody of the company first replies to a customer. It covers questions, messages and "
        "complaints that open a thread or answer the company, on channels where the company has an account. Open ones "
        "are censored at the last post of their channel (Kaplan-Meier).",
        "smallest t with S(t) <= 1/2; numerator: total seconds of the answered ones; denominator: their number",
        "seconds",
        "quantile",
        ("all", "channel", "service_type"),
        "down",
        "social media monitoring and responding",
        "image",
        _POSTS,
        (*_THREADS, "silver.posts.text", "silver.posts.profile_id"),
        grains=("all", "month", "week"),
        interval="median",
    ),
    Indicator(
        "first_answer_seconds",
        "Time to the first answer",
        "Median time until a question has its first answer, by anybody, the asker included. Open questions are censored at "
        "the last post of their channel (Kaplan-Meier).",
        "smallest t with S(t) <= 1/2; numerator: total seconds of the answered ones; denominator: their number",
        "seconds",
        "quantile",
        ("all", "channel", "service_type"),
        "down",
        "community management",
        "lower_marketing_cost",
        ("silver.posts",),
        _THREADS,
        grains=("all", "month", "week"),
        interval="median",
    ),
    Indicator(
        "first_answer_seconds_answered",
        "Time to the first answer, answered questions only",
        "Median time until the first answer, over the questions that have one. Lower than the true waiting time, because "
        "questions that nobody answers do not count.",
        "median of first_answer_seconds over answered questions",
        "seconds",
        "quantile",
        ("all", "channel", "service_type"),
        "down",
        "community management",
        "lower_marketing_cost",
        ("silver.posts",),
        _THREADS,
        grains=("all", "month", "week"),
        interval="median",
    ),
    Indicator(
        "peer_answer_ratio",
        "Answered by peers",
        "Share of the answered questions that another customer answered: not the asker, the company or a bot. "
        "coverage_ratio is the share of answered questions for which asker and answerer are known.",
        "questions answered by another customer / answered questions",
        "ratio",
        "ratio",
        ("all", "channel", "service_type"),
        "up",
        "community management",
        "lower_marketing_cost",
        ("silver.posts", "silver.profiles"),
        (*_THREADS, "silver.posts.profile_id"),
        interval="wilson",
    ),
    Indicator(
        "revenue",
        "Revenue",
        "Revenue from identified customers: of the lines, without what was charged or deducted for the order as a whole "
        "(shipping, tax, discount). An order without a priced line counts as one line of its total, less shipping and tax "
        "where they are known. Voided orders do not count. observations_count is the number of lines, coverage_ratio the "
        "share of all sale lines that have a price and name a customer; where none does the value is null. "
        "Amounts of different currencies are never added: with several there is no total, only the dimension currency.",
        "sum of amount over lines with a customer, quantity > 0 and unit price > 0",
        "money",
        "sum",
        ("all", "channel", "currency"),
        "up",
        "sales trends",
        "up_selling",
        _SALES,
        _BOUGHT,
        persons_in="active_customers",
    ),
    Indicator(
        "all_lines_total",
        "Total of all lines",
        "Sum of all order lines: returns, corrections and anonymous sales included. To be compared with the source's own "
        "total. coverage_ratio is the share of the lines whose amount is known.",
        "sum of amount over all lines",
        "money",
        "sum",
        ("all", "channel", "currency"),
        "up",
        "sales trends",
        "up_selling",
        _SALES,
        ("silver.orders.ordered_at", "silver.order_lines.quantity", "silver.order_lines.unit_price"),
        persons_in="active_customers",
    ),
    Indicator(
        "active_customers",
        "Active customers",
        "Distinct customers with at least one sale line in the period, its price known or not. Distinct counts cannot be "
        "added over periods. coverage_ratio is the share of the sale lines that name a customer; where none does the value "
        "is null.",
        "count of distinct customers with a sale line",
        "customers",
        "distinct",
        ("all", "channel", "currency"),
        "up",
        "most valuable customers",
        "cross_selling",
        _SALES,
        ("silver.orders.ordered_at", "silver.orders.customer_id", "silver.order_lines.quantity"),
        persons_in="active_customers",
    ),
    Indicator(
        "return_ratio",
        "Return ratio",
        "Value of the goods that identified customers returned, per unit of money that they spent in the same period. In a "
        "channel whose returns never name a customer, anonymous sales and returns count on both sides. Null where nothing in a "
        "channel tells of returns: conf maps no is_return, and no quantity or total is negative. coverage_ratio is the "
        "share of all sale and return lines that have a price and name a customer.",
        "- sum of amount over return lines / sum of amount over sale lines",
        "ratio",
        "ratio",
        ("all", "channel", "currency"),
        "down",
        "product quality",
        "up_selling",
        _SALES,
        _BOUGHT,
        persons_in="active_customers",
    ),
    Indicator(
        "linked_customer_ratio",
        "Linked customers",
        "Share of the customers whose person currently has at least one profile on a social channel.",
        "customers linked to a profile / customers",
        "ratio",
        "ratio",
        ("all",),
        "up",
        "social profile mapping",
        "cross_marketing",
        ("silver.customers", "silver.person_links"),
        ("silver.customers.customer_id", "silver.profiles.customer_id"),
        grains=("all",),
        interval="wilson",
        persons_in="linked_customer_ratio",
    ),
    Indicator(
        "quarantined_rows",
        "Rows in quarantine",
        "Records that could not be read and rows that were refused, and are still in quarantine, by the table or source "
        "that they were meant for.",
        "count of rows in quarantine",
        "rows",
        "sum",
        ("all", "place"),
        "down",
        "data-driven decisions",
        "lower_marketing_cost",
        ("ops.row_accounts",),
        ("ops.row_accounts.quarantined",),
        grains=("all",),
        is_zero_of_nothing=True,
    ),
    Indicator(
        "quarantine_age_days",
        "Age of the quarantine",
        "Mean time that refused records and rows have been in quarantine.",
        "sum of days since the rows were refused / rows in quarantine",
        "days",
        "ratio",
        ("all", "place"),
        "down",
        "data-driven decisions",
        "lower_marketing_cost",
        ("ops.row_accounts",),
        ("ops.row_accounts.quarantined",),
        grains=("all",),
    ),
)

CATALOGUE: Mapping[str, Indicator] = {indicator.indicator_id: indicator for indicator in INDICATORS}
