"""Indicators of customers who come, come back, and stay away."""

from __future__ import annotations

from functools import partial

from transformations.indicators.definitions.indicator import Indicator

_SALES = ("silver.orders", "silver.order_lines")
_BOUGHT = ("silver.orders.ordered_at", "silver.orders.customer_id", "silver.order_lines.quantity")
_loyalty = partial(
    Indicator,
    dimensions=("all", "channel", "currency"),
    better="up",
    process="most valuable customers",
    objective="cross_selling",
    source_tables=_SALES,
    needs=_BOUGHT,
    persons_in="active_customers",
)

INDICATORS = (
    _loyalty(
        indicator_id="new_customers",
        name="New customers",
        definition="Distinct identified customers whose first purchase of all falls in the period.",
        formula="count of distinct customers whose first day with a sale line is in the group",
        unit="customers",
        aggregation="distinct",
        caution="At the beginning of the data every customer is new: leave its first months out.",
    ),
    _loyalty(
        indicator_id="repurchase_ratio",
        name="Repurchases",
        definition="Share of the identified customers who bought in the period that bought in it on a later day than that of "
        "their first purchase of all.",
        formula="customers with a sale line after their first day / customers with a sale line",
        unit="ratio",
        aggregation="ratio",
        interval="wilson",
        caution="Rises with the length of the data: who bought before they begin counts as new.",
    ),
    _loyalty(
        indicator_id="cross_sell_ratio",
        name="Cross-selling",
        definition="Share of the identified customers who bought in the period that bought from at least two product "
        "categories "
        "in it. coverage_ratio is the share of these customers with a known category.",
        formula="customers with two categories or more / customers with a known category",
        unit="ratio",
        aggregation="ratio",
        interval="wilson",
        source_tables=(*_SALES, "silver.products"),
        needs=(*_BOUGHT, "silver.order_lines.product_id", "silver.products.category"),
        caution="Depends on how finely the products are divided into categories: compare only within one division.",
    ),
    _loyalty(
        indicator_id="retention_ratio",
        name="Retention",
        definition="Share of the identified customers who bought in the calendar month before that bought in the month too.",
        formula="customers with a sale line in both months / customers with a sale line in the month before",
        unit="ratio",
        aggregation="ratio",
        dimensions=("all",),
        grains=("month",),
        interval="wilson",
        persons_in="retention_ratio",
        caution="Low wherever people buy less often than monthly, without anybody being lost: see churn_ratio. The month "
        "of the "
        "run is not over.",
    ),
    _loyalty(
        indicator_id="churn_ratio",
        name="Churn",
        definition="Share of the active identified customers that were lost in the month. Active: a purchase in the 90 "
        "days before "
        "the month. Lost: none in the 90 days before the month's end. Months that begin less than 90 days after the first "
        "sale, or have not ended at the last one, are left out.",
        formula="active customers without a sale line in the 90 days before the month's end / active customers",
        unit="ratio",
        aggregation="ratio",
        dimensions=("all",),
        grains=("month",),
        better="down",
        process="customers at risk",
        interval="wilson",
        persons_in="churn_ratio",
        caution="Nobody says that they leave: whoever pauses longer than 90 days counts as lost, and may come back.",
    ),
)
