"""What customers are worth."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from jobs.registry import Run, job
from transformations.value.rfm import LINK_COLUMNS, rfm
from transformations.value.sales import daily_sales, order_sales

if TYPE_CHECKING:
    from jobs.tables import Lake


@job(
    stage="models",
    group="investigate",
    reads=("silver.orders", "silver.order_lines", "silver.person_links"),
    writes=("gold.customer_value",),
    reads_as_of=True,
)
def customer_value(lake: Lake, run: Run) -> None:
    """Recency, frequency and monetary value of every person who bought, with quintile scores."""
    company = run.settings.company
    sales = order_sales(lake.read("silver.orders"), lake.read("silver.order_lines"), company.currency)
    values = rfm(
        daily_sales(sales, company.timezone).toArrow(),
        lake.arrow("silver.person_links", LINK_COLUMNS),
        as_of_date=run.as_of.astimezone(ZoneInfo(company.timezone)).date(),
        currency=company.currency,
    )
    lake.write("gold.customer_value", values)
