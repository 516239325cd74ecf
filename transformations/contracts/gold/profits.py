"""What customers and communities bring and cost."""

from __future__ import annotations

from transformations.contracts import fields as f
from transformations.contracts.model import Table

_MEASURES = (
    f.revenue.described("What was sold, discounts of the lines deducted; returns are not."),
    f.returns_amount,
    f.profit_discount,
    f.costed_revenue,
    f.cost_of_goods,
    f.service_cost,
    f.acquired_cost,
    f.campaign_cost,
    f.costed_ratio,
    f.contribution,
    f.bought_orders_count,
    f.new_products,
    f.image_reach,
    f.replies_saved,
    f.ideas_raised,
    f.ideas_taken_up,
    f.referred_orders,
    f.missing_measures,
)

CUSTOMER_PROFITABILITY = Table(
    "gold.customer_profitability",
    "What each person brought and cost, and what they did for the company beside buying. One row per person and period with any "
    "of it: months, and all time.",
    key=("person_id", "period"),
    columns=(f.person_id.required(), f.period.required(), f.currency, f.left_out_currencies, *_MEASURES),
    module="analytic",
    is_published=True,
)

COMMUNITY_PROFITABILITY = Table(
    "gold.community_profitability",
    "What the members of each community brought and cost. One row per community of all time and period: months, and all time; "
    "the members are those of today.",
    key=("community_id", "period"),
    columns=(
        f.community_id.required(),
        f.period.required(),
        f.currency,
        f.members_count.described("Members with anything in the period.").cautioned("Do not sum over periods."),
        f.left_out_count,
        f.buyers_count,
        *_MEASURES,
    ),
    module="strategic",
    is_published=True,
)

TABLES = (CUSTOMER_PROFITABILITY, COMMUNITY_PROFITABILITY)
