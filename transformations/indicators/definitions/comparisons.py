"""Indicators of campaigns beside those whom they left untouched."""

from __future__ import annotations

from functools import partial

from transformations.indicators.definitions.indicator import Indicator

_ratio = partial(
    Indicator,
    unit="ratio",
    aggregation="ratio",
    dimensions=("all", "campaign"),
    grains=("all",),
    better="up",
    process="outreach and lead generation",
    objective="lower_marketing_cost",
    source_tables=("silver.campaigns", "silver.campaign_touches", "silver.customers", "silver.orders"),
    needs=(
        "silver.campaigns.begins_at",
        "silver.campaigns.ends_at",
        "silver.campaign_touches.customer_id",
        "silver.orders.ordered_at",
        "silver.orders.customer_id",
    ),
    interval="wilson",
    persons_in="touched_purchase_ratio",
)
_WHILE = (
    "bought while it ran: of the customers who were there when it began. Campaigns that are over count. In all, a customer "
    "counts once for each campaign."
)

INDICATORS = (
    _ratio(
        indicator_id="touched_purchase_ratio",
        name="Purchases of those a campaign touched",
        definition=f"Share of the customers whom a campaign touched that {_WHILE} What bounced, and being held out, is no touch.",
        formula="touched customers with an order from begins_at to ends_at / touched customers",
        caution="Hold it against untouched_purchase_ratio, and mind who was chosen: campaigns go to those who buy anyway.",
    ),
    _ratio(
        indicator_id="untouched_purchase_ratio",
        name="Purchases of those a campaign left untouched",
        definition=f"Share of the customers whom a campaign did not touch that {_WHILE}",
        formula="untouched customers with an order from begins_at to ends_at / untouched customers",
        caution="A fair comparison only where chance decided whom the campaign left out; another campaign may have touched them.",
    ),
)
