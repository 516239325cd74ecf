"""What segments are formed by, declared once: the characteristics of level 2 and the twelve criteria of level 3.

How they are prepared: counts and amounts, which are skewed, as logarithms; values beyond the first and the last hundredth are set
to these; a missing value counts as the median; all in standard deviations from the mean. A feature that more than half of the
persons have no value of, or that is the same for all, is left out.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from transformations.segmentation.clustering import Points
from transformations.segmentation.criteria import TYPES


@dataclass(frozen=True)
class Feature:
    """Attributes: criterion: of TYPES or CRITERIA. sql: over the joined tables; None: no table holds it. source: where it comes
    from, or what would fill it."""

    name: str
    criterion: str
    meaning: str
    unit: str
    source: str
    sql: str | None
    is_skewed: bool = False

    @property
    def level(self) -> int:
        return 2 if self.criterion in TYPES else 3


def _unmeasured(criterion: str, meaning: str, source: str) -> Feature:
    return Feature(criterion, criterion, meaning, "none", source, None)


def _ours(table: str, amount: str) -> str:
    """An amount of those who pay in the company's currency: amounts of several currencies are not compared."""
    return f"if({table}.currency is null or {table}.currency = $currency, {amount}, null)"


_VALUE, _PROFIT = "gold.customer_value", "gold.customer_profitability"
_MONEY = "in the company's currency"
FEATURES = (
    Feature(
        "net_tone",
        "attitudinal",
        "tone of posts",
        "ratio -1 to 1",
        "silver.post_enrichments",
        "(positive_posts - negative_posts) / nullif(positive_posts + negative_posts, 0)",
    ),
    Feature("posts", "attitudinal", "posts", "posts", "silver.posts", "coalesce(posts, 0)", True),
    Feature("ideas", "attitudinal", "posts with an idea", "posts", _PROFIT, "ideas_raised", True),
    Feature(
        "purchase_days", "behavioural", "days with a purchase", "days", _VALUE, "coalesce(frequency_count, 0)", True
    ),
    Feature(
        "basket",
        "behavioural",
        "revenue an order",
        _MONEY,
        _PROFIT,
        _ours("profits", "revenue / nullif(orders_count, 0)"),
        True,
    ),
    Feature(
        "visits",
        "behavioural",
        "visits of the web site while logged in",
        "visits",
        "silver.web_sessions",
        "coalesce(visits, 0)",
        True,
    ),
    Feature("tickets", "behavioural", "support tickets", "tickets", "silver.tickets", "coalesce(tickets, 0)", True),
    Feature(
        "returned",
        "behavioural",
        "share of revenue that came back",
        "ratio",
        _PROFIT,
        "returns_amount / nullif(revenue, 0)",
    ),
    Feature(
        "age",
        "demographic",
        "age",
        "years",
        "silver.customers: birth_date",
        "date_diff('day', birth_date, $as_of_date) / 365.25",
    ),
    Feature(
        "is_from_main_country",
        "demographic",
        "share from the most frequent country",
        "ratio 0 to 1",
        "silver.customers: country",
        "(country = (select country from main_country))::int",
    ),
    Feature("tenure", "loyalty", "time since the first purchase", "days", _VALUE, "tenure_days"),
    Feature("recency", "loyalty", "time since the last purchase", "days", _VALUE, "recency_days", True),
    Feature(
        "repeat_rate",
        "loyalty",
        "purchase days a month of tenure",
        "days",
        _VALUE,
        "frequency_count / greatest(tenure_days, 30) * 30",
        True,
    ),
    Feature("advocacy", "loyalty", "reach of praise less that of complaints", "people", _PROFIT, "image_reach"),
    Feature(
        "contribution",
        "profitability",
        "what is left of revenue after known costs",
        _MONEY,
        _PROFIT,
        _ours("profits", "contribution"),
    ),
    Feature("growth", "growth_potential", "growth to expect", "purchase days", _VALUE, "growth_potential"),
    Feature("monetary", "volume", "revenue of all orders", _MONEY, _VALUE, _ours("latest", "monetary"), True),
    _unmeasured(
        "competitive_positioning",
        "what the customer buys from competitors",
        "a survey or panel that says what customers buy elsewhere",
    ),
    Feature(
        "betweenness",
        "access_to_market_knowledge",
        "lying on the shortest ways between others",
        "ratio 0 to 1",
        "gold.network_measures",
        "betweenness",
        True,
    ),
    _unmeasured(
        "market_share_goals", "share of the customer's market that is aimed at", "sizes of the customers' markets"
    ),
    Feature(
        "margin", "margin_levels", "contribution over revenue", "ratio", _PROFIT, "contribution / nullif(revenue, 0)"
    ),
    _unmeasured(
        "level_of_technology",
        "technology that the customer uses",
        "silver.product_usage, with the technology of each product",
    ),
    _unmeasured("resources_and_capabilities", "means of the customer", "silver.organisations with size or revenue"),
    _unmeasured("compatibility_of_strategies", "how well strategies go together", "a survey of the customers' plans"),
    Feature(
        "channels",
        "channel_of_distribution",
        "distinct channels ordered through",
        "channels",
        "silver.orders: channel",
        "channels",
    ),
    Feature("frequency", "buying_behaviour", "days with a purchase", "days", _VALUE, "frequency_count", True),
    Feature("days_since", "buying_behaviour", "time since the last purchase", "days", _VALUE, "recency_days", True),
)
MEASURED = tuple(its for its in FEATURES if its.sql)
BY_NAME: Mapping[str, Feature] = {its.name: its for its in FEATURES}
_QUERY = f"""
with latest as (
    from worth qualify row_number() over (partition by person_id order by as_of_date desc) = 1
), attributes as (
    select person_id, max(value) filter (attribute = 'country') as country,
        max(try_cast(value as date)) filter (attribute = 'birth_date') as birth_date
    from person_attributes group by person_id
), main_country as (
    select country from persons join attributes using (person_id) where country is not null
    group by country order by count(*) desc, country limit 1
)
select person_id, {", ".join(f"({its.sql})::double as {its.name}" for its in MEASURED)}
from persons left join latest using (person_id) left join profits using (person_id) left join contacts using (person_id)
    left join places using (person_id) left join attributes using (person_id) left join channels using (person_id)
order by person_id
"""
TABLES: Mapping[str, tuple[str, tuple[str, ...], str | None]] = {
    "worth": (
        _VALUE,
        (
            *("person_id", "as_of_date", "currency", "recency_days", "frequency_count", "monetary"),
            *("tenure_days", "growth_potential"),
        ),
        None,
    ),
    "profits": (
        _PROFIT,
        (
            *("person_id", "currency", "revenue", "returns_amount", "contribution", "orders_count"),
            *("image_reach", "ideas_raised"),
        ),
        "period = 'all'",
    ),
    "places": ("gold.network_measures", ("person_id", "betweenness"), "period = 'all'"),
    "person_attributes": ("silver.person_attributes", ("person_id", "attribute", "value"), None),
}
"""Name in the query -> table, columns and rows that features are computed from, beside contacts and channels."""


def feature_table(tables: Mapping[str, pa.Table], as_of_date: Any, currency: str) -> pa.Table:
    """The measured features of persons: person_id and MEASURED (double), in the order of person_id.

    Args:
        tables: persons (person_id), TABLES, contacts (of one day) and channels (person_id, channels).
        currency: the company's; amounts of persons who pay in another one are null.
    """
    with duckdb.connect() as connection:
        for name, table in tables.items():
            connection.register(name, table)
        return connection.sql(_QUERY, params={"as_of_date": as_of_date, "currency": currency}).to_arrow_table()


def declared(filled: Mapping[str, float | None]) -> pa.Table:
    """Rows of gold.segment_features. Args: filled: share of the persons with a value, by feature."""
    rows = [
        {
            "feature": its.name,
            "level": its.level,
            "criterion": its.criterion,
            "meaning": its.meaning,
            "unit": its.unit,
            "feature_source": its.source,
            "transformation": "none"
            if its.sql is None
            else "logarithm, standardised"
            if its.is_skewed
            else "standardised",
            "is_measured": bool(filled.get(its.name)),
            "filled_ratio": filled.get(its.name),
        }
        for its in FEATURES
    ]
    return pa.Table.from_pylist(rows)


def names_of(criteria: Collection[str]) -> list[str]:
    """Measured features of some types or criteria."""
    return [its.name for its in MEASURED if its.criterion in criteria]


def prepared(columns: Mapping[str, np.ndarray], names: Sequence[str]) -> tuple[list[str], Points]:
    """Points to cluster, and the features that they are made of; see the top of this module.

    Args: columns: values of persons by feature, nan where there is none.
    """
    used, scaled = [], []
    for name in names:
        values = columns[name].astype(np.float64)
        known = np.isfinite(values)
        if known.sum() * 2 < len(values):
            continue
        if BY_NAME[name].is_skewed:
            values = np.log1p(np.maximum(values, 0.0))
        low, high = np.quantile(values[known], [0.01, 0.99])
        values = np.clip(np.where(known, values, np.median(values[known])), low, high)
        if values.std() > 1e-12:
            used.append(name)
            scaled.append((values - values.mean()) / values.std())
    return used, np.column_stack(scaled) if scaled else np.empty((0, 0))
