"""Prices and releases of competitors."""

from __future__ import annotations

from transformations.contracts import fields as f
from transformations.contracts.model import Table
from transformations.contracts.silver.across import market as across
from transformations.contracts.silver.common import LINEAGE, not_in_the_future

COMPETITOR_PRICES = Table(
    "silver.competitor_prices",
    "Prices of competitors' products. One row per observation.",
    key=("competitor", "product", "observed_at"),
    columns=(
        f.competitor.required(),
        f.product.required(),
        f.observed_at.required(),
        f.category,
        f.price.required(),
        f.currency,
        f.own_product_id,
        f.url,
        *LINEAGE,
    ),
    rules=(not_in_the_future("observed_at"),),
    table_rules=(across.CATEGORY, across.is_monitored("silver.competitor_prices")),
    event_time="observed_at",
)

COMPETITOR_RELEASES = Table(
    "silver.competitor_releases",
    "Releases of competitors' products. One row per competitor, product and time of observation.",
    key=("competitor", "product", "observed_at"),
    columns=(
        f.competitor.required(),
        f.product.required(),
        f.observed_at.required(),
        f.category,
        f.launched_at.described("When it was launched, UTC; null where it is not known."),
        f.title,
        f.text,
        f.url,
        *LINEAGE,
    ),
    rules=(not_in_the_future("observed_at"),),
    table_rules=(across.LAUNCH, across.is_monitored("silver.competitor_releases")),
    event_time="observed_at",
)

TABLES = (COMPETITOR_PRICES, COMPETITOR_RELEASES)
