"""Indicators of campaigns."""

from __future__ import annotations

from functools import partial

from transformations.indicators.definitions.indicator import LONG_GRAINS, Indicator

_TOUCHED = ("silver.campaign_touches.kind", "silver.campaign_touches.created_at")
_campaign = partial(
    Indicator,
    unit="ratio",
    aggregation="ratio",
    dimensions=("all", "campaign"),
    grains=LONG_GRAINS,
    better="up",
    process="outreach and lead generation",
    objective="lower_marketing_cost",
    source_tables=("silver.campaign_touches",),
    needs=_TOUCHED,
    interval="wilson",
    persons_in="campaign_reach",
)
_REACHED = (
    "Reached: delivered to them, opened, clicked or converted; where a campaign reports no deliveries, sent and never "
    "bounced."
)

INDICATORS = (
    _campaign(
        indicator_id="campaign_reach",
        name="People reached by campaigns",
        definition=f"Distinct recipients that campaigns reached. {_REACHED}",
        formula="count of distinct recipients reached",
        unit="recipients",
        aggregation="distinct",
        interval=None,
        caution="A recipient is a customer, else a contact, else an address: one person may be several.",
    ),
    _campaign(
        indicator_id="response_ratio",
        name="Responses to campaigns",
        definition=f"Share of the recipients reached that clicked or converted in the period. {_REACHED}",
        formula="recipients that clicked or converted / recipients reached",
        caution="By the time of the event: who is reached at the end of a month may respond in the next one. Programs "
        "click, too.",
    ),
    _campaign(
        indicator_id="campaign_conversion_ratio",
        name="Conversions of campaigns",
        definition=f"Share of the recipients reached that converted in the period. {_REACHED}",
        formula="recipients that converted / recipients reached",
        caution="Who would have bought anyway counts as converted: only an untouched comparison group shows the effect.",
    ),
    _campaign(
        indicator_id="roi",
        name="Return on campaigns",
        definition="What the orders that resulted from campaigns brought beyond the campaigns' costs, per unit of cost. "
        "Sale lines of "
        "the orders that touches name, each once for a campaign and once in all; costs booked for campaigns.",
        formula="(amount of the resulting orders - costs) / costs",
        grains=("all",),
        source_tables=("silver.campaign_touches", "silver.costs", "silver.orders", "silver.order_lines"),
        needs=(*_TOUCHED, "silver.campaign_touches.order_id", "silver.costs.campaign_id", "silver.costs.amount"),
        interval=None,
        caution="Revenue, not margin, and no cause: who would have bought anyway is in it.",
    ),
)
