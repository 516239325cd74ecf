"""The indicators."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from jobs.registry import Run, job
from transformations.identity.accounts import own_accounts
from transformations.indicators.customers import CUSTOMER_COLUMNS, LINK_COLUMNS, customer_indicators
from transformations.indicators.history import finished, with_history
from transformations.indicators.posts import ENRICHMENT_COLUMNS, POST_COLUMNS, post_indicators
from transformations.indicators.sales import sale_indicators
from transformations.indicators.waiting import wait_indicators, waits
from transformations.social.response import answers, first_response
from transformations.value.sales import daily_sales, order_sales

if TYPE_CHECKING:
    from jobs.tables import Lake

_READS = (
    "silver.posts", "silver.post_enrichments", "silver.profiles", "silver.orders", "silver.order_lines",
    "silver.customers", "silver.person_links",
)  # fmt: skip


@job(stage="gold", group="investigate", reads=_READS, writes=("gold.indicator_values",), reads_as_of=True)
def indicator_values(lake: Lake, run: Run) -> None:
    """Every indicator with its additive parts, by period and dimension, and what was known of it before.

    Spark adds order lines up to days and brings threads together; groups are formed in memory.
    """
    company, zone = run.settings.company, run.settings.company.timezone
    accounts = own_accounts(
        lake.arrow("silver.profiles"),
        company_profiles=company.company_profiles,
        bot_profiles=company.bot_profiles,
        handles=company.handles,
    )
    said = lake.arrow("silver.posts", POST_COLUMNS), lake.arrow("silver.post_enrichments", ENRICHMENT_COLUMNS)
    linked = lake.arrow("silver.customers", CUSTOMER_COLUMNS), lake.arrow("silver.person_links", LINK_COLUMNS)
    computed = [
        post_indicators(*said, accounts, zone),
        sale_indicators(_sales(lake, company.currency, zone)),
        customer_indicators(*linked),
        wait_indicators(_waits(lake, accounts, run), zone),
    ]
    rows = finished(pa.concat_tables(computed), timezone=zone, as_of=run.as_of, late_days=run.settings.late_days)
    held = lake.arrow("gold.indicator_values")
    rows = with_history(held, rows, now=run.started_at, timezone=zone, window=(run.start, run.end))
    lake.write("gold.indicator_values", rows)


def _sales(lake: Lake, currency: str, timezone: str) -> pa.Table:
    sales = order_sales(lake.read("silver.orders"), lake.read("silver.order_lines"), currency)
    return daily_sales(sales, timezone).toArrow()


def _waits(lake: Lake, accounts: pa.Table, run: Run) -> pa.Table:
    posts, own = lake.read("silver.posts"), lake.spark.createDataFrame(accounts)
    responses = first_response(posts, own, run.as_of, lake.read("silver.post_enrichments"))
    return waits(answers(posts, run.as_of, own), responses).toArrow()
