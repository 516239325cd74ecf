"""Indicators of what customers are worth, and of the communities and segments that revenue comes from."""

from __future__ import annotations

from functools import partial

from transformations.indicators.definitions.indicator import LONG_GRAINS, Indicator

_BOUGHT = ("silver.orders.ordered_at", "silver.orders.customer_id", "silver.order_lines.quantity")
_PRICED = (*_BOUGHT, "silver.order_lines.unit_price")
_WROTE = ("silver.posts.created_at", "silver.posts.profile_id", "silver.posts.parent_post_id")
_SOLD = ("silver.orders", "silver.order_lines", "silver.person_links", "gold.customer_360")
_share = partial(
    Indicator,
    unit="ratio",
    aggregation="ratio",
    grains=LONG_GRAINS,
    better="up",
    process="most valuable customers",
    objective="cross_selling",
    source_tables=_SOLD,
    is_none_beside=True,
    denominator_of="revenue",
)

INDICATORS = (
    Indicator(
        indicator_id="clv",
        name="Customer lifetime value",
        definition="Mean discounted revenue to expect of a person who has bought, as last estimated (the horizon is "
        "models.value.clv_days of base.yaml). coverage_ratio is the share of the persons with a purchase of whom it could be "
        "estimated.",
        formula="sum of clv over gold.customer_value / persons with one",
        unit="money",
        aggregation="ratio",
        dimensions=("all", "segment", "currency"),
        grains=("all",),
        better="up",
        process="most valuable customers",
        objective="up_selling",
        source_tables=("gold.customer_value", "gold.customer_360"),
        needs=_PRICED,
        persons_in="clv",
        caution="A forecast of a model, and revenue, not margin: gold.model_evaluations says how well it forecasts. A few "
        "customers make up most of a mean.",
    ),
    _share(
        indicator_id="community_revenue_share",
        name="Revenue from communities",
        definition="Share of the revenue from identified customers that comes from members of a community, by today's "
        "membership (of all time); in the dimension community, that of each community. (none): who is in none.",
        formula="revenue from members / revenue from identified customers",
        dimensions=("all", "community"),
        needs=(*_PRICED, *_WROTE),
        persons_in="community_revenue_share",
        caution="Whoever is in a community may have bought before they were: no effect of it is shown "
        "(gold.community_effects).",
    ),
    _share(
        indicator_id="segment_revenue_share",
        name="Revenue from segments",
        definition="Share of the revenue from identified customers that comes from persons of a segment of level 3, by today's "
        "segments; in the dimension segment, that of each segment. (none): who is in none.",
        formula="revenue from persons of the segment / revenue from identified customers",
        dimensions=("all", "segment"),
        needs=_PRICED,
        persons_in="segment_revenue_share",
        caution="Segments are made of what people buy: that the best one buys most is no finding.",
    ),
)
