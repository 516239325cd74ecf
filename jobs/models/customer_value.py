"""What customers are worth."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from jobs.registry import Run, job
from transformations.value.rfm import LINK_COLUMNS, rfm
from transformations.value.sales import DAILY, daily_sales, order_sales

if TYPE_CHECKING:
    import pyarrow as pa

    from jobs.settings import Company
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
    values = rfm(
        sales_by_day(lake, company),
        lake.arrow("silver.person_links", LINK_COLUMNS),
        as_of_date=run.as_of.astimezone(ZoneInfo(company.timezone)).date(),
        currency=company.currency,
    )
    lake.write("gold.customer_value", values)


def sales_by_day(lake: Lake, company: Company) -> pa.Table:
    """Sales a day and customer; Spark adds the order lines up, and is not started where there are no orders."""
    if not lake.exists("silver.orders"):
        return DAILY.empty_table()
    sales = order_sales(lake.read("silver.orders"), lake.read("silver.order_lines"), company.currency)
    return daily_sales(sales, company.timezone).toArrow().cast(DAILY)
