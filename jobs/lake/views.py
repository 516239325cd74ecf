"""Views of the lake that jobs of several stages need."""

from __future__ import annotations

from typing import TYPE_CHECKING

from transformations.value.sales import DAILY, daily_sales, order_sales

if TYPE_CHECKING:
    import pyarrow as pa

    from jobs.lake.tables import Lake
    from jobs.settings.company import Company


def sales_by_day(lake: Lake, company: Company) -> pa.Table:
    """Sales a day and customer; Spark adds the order lines up, and is not started where there are no orders."""
    if not lake.exists("silver.orders"):
        return DAILY.empty_table()
    sales = order_sales(lake.read("silver.orders"), lake.read("silver.order_lines"), company.currency)
    return daily_sales(sales, company.timezone).toArrow().cast(DAILY)
