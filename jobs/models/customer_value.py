"""Customer value."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from jobs.job import Run, job
from jobs.lake.views import sales_by_day
from transformations.value.rfm import LINK_COLUMNS, rfm

if TYPE_CHECKING:
    from jobs.lake.tables import Lake


@job(
    stage="models",
    group="investigate",
    reads=("silver.orders", "silver.order_lines", "silver.person_links"),
    writes=("gold.customer_value",),
    conf=("company.currency", "company.timezone"),
    reads_as_of=True,
)
def customer_value(lake: Lake, run: Run) -> None:
    """Computes recency, frequency and monetary value of every person with a purchase, with quintile scores."""
    company = run.settings.company
    values = rfm(
        sales_by_day(lake, company, before=run.as_of),
        lake.arrow("silver.person_links", LINK_COLUMNS),
        as_of_date=run.as_of.astimezone(ZoneInfo(company.timezone)).date(),
        currency=company.currency,
    )
    lake.write("gold.customer_value", values)
