"""Indicators of costs."""

from __future__ import annotations

from transformations.indicators.definitions.indicator import LONG_GRAINS, Indicator

_BOOKED = ("silver.costs.kind", "silver.costs.amount")

INDICATORS = (
    Indicator(
        indicator_id="cost",
        name="Costs",
        definition="Costs of supply, service, acquisition and campaigns, as booked.",
        formula="sum of amount over silver.costs",
        unit="money",
        aggregation="sum",
        dimensions=("all", "cost_kind", "currency"),
        grains=LONG_GRAINS,
        better="down",
        process="data-driven decisions",
        objective="lower_marketing_cost",
        source_tables=("silver.costs",),
        needs=_BOOKED,
        persons_in="cost",
        caution="Only what sources book: staff hours and tools are in it where somebody books them.",
    ),
    Indicator(
        indicator_id="acquisition_cost",
        name="Acquisition cost",
        definition="Costs of acquisition and of campaigns per new customer of the same period.",
        formula="sum of amount over costs of acquisition and campaigns / new_customers",
        unit="money",
        aggregation="ratio",
        dimensions=("all",),
        grains=LONG_GRAINS,
        better="down",
        process="potential customers",
        objective="lower_marketing_cost",
        source_tables=("silver.costs", "silver.orders", "silver.order_lines"),
        needs=(*_BOOKED, "silver.orders.ordered_at", "silver.orders.customer_id", "silver.order_lines.quantity"),
        persons_in="acquisition_cost",
        caution="Campaigns also serve those who are customers already, and customers come without a campaign: no cause is "
        "shown.",
    ),
)
