"""Indicators of customers and their profiles."""

from __future__ import annotations

from transformations.indicators.definitions.indicator import Indicator

INDICATORS = (
    Indicator(
        indicator_id="linked_customer_ratio",
        name="Linked customers",
        definition="Share of the customers whose person currently has at least one profile on a social channel.",
        formula="customers linked to a profile / customers",
        unit="ratio",
        aggregation="ratio",
        dimensions=("all",),
        better="up",
        process="social profile mapping",
        objective="cross_marketing",
        source_tables=("silver.customers", "silver.person_links"),
        needs=("silver.customers.customer_id", "silver.profiles.customer_id"),
        grains=("all",),
        interval="wilson",
        persons_in="linked_customer_ratio",
        caution="Counts links that are known, not accounts that exist: it rises when more sources name customers, too.",
    ),
)
