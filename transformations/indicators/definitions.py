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
    """An indicator as gold.indicator_catalogue holds it.

    Attributes:
        aggregation: how the value follows from its parts: the numerator itself (sum, distinct), numerator /
            denominator (ratio), or a quantile of what the parts sum up.
        interval: how its 95 % interval is computed; None where none holds.
        needs: attributes that sources must give for it, `layer.table.column`.
        counts_persons: its numerator (distinct) or denominator (ratio) is a number of persons.
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
    counts_persons: bool = False

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
        "How often the company's subjects are talked about: distinct relevant posts. Posts of the company's own "
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
        "Balance of opinion in the relevant posts whose tone is known: 1 all positive, -1 all negative. "
        "coverage_ratio is the share of relevant posts that carry a tone.",
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
        "Share of the sources (channel and profile) active in the period that talk about a topic; in all: about "
        "any topic. The company's own accounts and bots are no sources.",
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
        "Median time until a person of the company first replies to a customer. Counted are questions, messages and "
        "complaints that open a thread or answer the company, on channels where the company has an account. What is "
        "still open counts as open up to the last post of its channel (Kaplan-Meier).",
        "smallest t with S(t) <= 1/2; numerator and denominator: seconds of the answered ones, and their number",
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
        "Median time until a question has its first answer, whoever gives it, the asker included. What is still open "
        "counts as open up to the last post of its channel (Kaplan-Meier): what the data cannot show is open, not slow.",
        "smallest t with S(t) <= 1/2; numerator and denominator: seconds of the answered ones, and their number",
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
        "Median time until the first answer over the questions that have one. It flatters: questions nobody answers "
        "do not count.",
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
        "Share of the answered questions to which another customer gave an answer: neither the asker nor the company "
        "nor a bot. coverage_ratio is the share of answered questions of which it can be told who answered whom.",
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
        "What identified customers bought. Where an order has no priced line, its total stands for one line. "
        "observations_count is the number of lines, coverage_ratio the share of all sale lines that name a customer. "
        "Amounts of several currencies are never added: then there is no total, only the dimension currency.",
        "sum of amount over lines with a customer, quantity > 0 and unit price > 0",
        "money",
        "sum",
        ("all", "channel", "currency"),
        "up",
        "sales trends",
        "up_selling",
        _SALES,
        _BOUGHT,
    ),
    Indicator(
        "all_lines_total",
        "Total of all lines",
        "What all order lines add up to: returns, corrections and anonymous sales included. It is what the source's own "
        "total must agree with.",
        "sum of amount over all lines",
        "money",
        "sum",
        ("all", "channel", "currency"),
        "up",
        "sales trends",
        "up_selling",
        _SALES,
        ("silver.orders.ordered_at", "silver.order_lines.quantity", "silver.order_lines.unit_price"),
    ),
    Indicator(
        "active_customers",
        "Active customers",
        "Distinct customers with at least one sale line in the period. Distinct counts of periods do not add up.",
        "count of distinct customers with a sale line",
        "customers",
        "distinct",
        ("all", "channel"),
        "up",
        "most valuable customers",
        "cross_selling",
        _SALES,
        ("silver.orders.ordered_at", "silver.orders.customer_id", "silver.order_lines.quantity"),
        counts_persons=True,
    ),
    Indicator(
        "return_ratio",
        "Return ratio",
        "Money returned by identified customers for each unit of money that identified customers spent in the same "
        "period.",
        "- sum of amount over return lines / revenue",
        "ratio",
        "ratio",
        ("all", "channel", "currency"),
        "down",
        "product quality",
        "up_selling",
        _SALES,
        _BOUGHT,
    ),
    Indicator(
        "linked_customer_ratio",
        "Linked customers",
        "Share of the customers whose person has at least one profile on a social channel, as things stand now.",
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
        counts_persons=True,
    ),
    Indicator(
        "quarantined_rows",
        "Rows in quarantine",
        "Records that could not be read and rows that were refused and wait to be worked, by the table or source they "
        "were meant for.",
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
    ),
    Indicator(
        "quarantine_age_days",
        "Age of the quarantine",
        "Mean time that refused records and rows have waited to be worked.",
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
