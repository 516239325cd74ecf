"""What competitors charge and bring out."""

from __future__ import annotations

from transformations.contracts import fields as f
from transformations.contracts.model import Table
from transformations.contracts.silver import agreement
from transformations.contracts.silver.common import LINEAGE, not_in_the_future

COMPETITOR_PRICES = Table(
    "silver.competitor_prices",
    "Prices of competitors' products, one row an observation.",
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
    table_rules=(agreement.CATEGORY, agreement.is_monitored("silver.competitor_prices")),
    event_time="observed_at",
)

COMPETITOR_RELEASES = Table(
    "silver.competitor_releases",
    "What competitors brought out, one row a release seen.",
    key=("competitor", "product", "observed_at"),
    columns=(
        f.competitor.required(),
        f.product.required(),
        f.observed_at.required(),
        f.category,
        f.launched_at.described("When it came to market, where known, UTC."),
        f.title,
        f.text,
        f.url,
        *LINEAGE,
    ),
    rules=(not_in_the_future("observed_at"),),
    table_rules=(agreement.LAUNCH, agreement.is_monitored("silver.competitor_releases")),
    event_time="observed_at",
)

TABLES = (COMPETITOR_PRICES, COMPETITOR_RELEASES)
