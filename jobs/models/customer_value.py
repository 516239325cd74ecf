"""Customer value: what each person bought, and what is to be expected of them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from jobs.job import Run, job
from jobs.lake.views import sales_on_engine
from transformations.value.estimates import estimates
from transformations.value.lifetime import Needs
from transformations.value.purchases import HISTORY, LINK_COLUMNS, purchase_history

if TYPE_CHECKING:
    from jobs.lake.tables import Lake
    from jobs.settings.base import ValueSettings


@job(
    stage="models",
    group="investigate",
    reads=("silver.orders", "silver.order_lines", "silver.person_links"),
    writes=("gold.customer_value", "gold.model_evaluations"),
    conf=("company.currency", "company.timezone", "base.models"),
    reads_as_of=True,
)
def customer_value(lake: Lake, run: Run) -> None:
    """Computes recency, frequency, monetary value and lifetime value of every person with a purchase."""
    company, settings = run.settings.company, run.settings.base.models.value
    as_of_date = run.as_of.astimezone(ZoneInfo(company.timezone)).date()
    cutoff_date = as_of_date - timedelta(days=settings.holdout_days)
    history = HISTORY.empty_table()
    if lake.exists("silver.orders"):
        history = (
            purchase_history(
                sales_on_engine(lake, company, before=run.as_of),
                lake.read("silver.person_links", LINK_COLUMNS),
                as_of_date=as_of_date,
                cutoff_date=cutoff_date,
                recent_days=settings.horizon_days,
                currency=company.currency,
            )
            .toArrow()
            .cast(HISTORY)
        )
    found = estimates(
        history,
        as_of_date=as_of_date,
        cutoff_date=cutoff_date,
        currency=company.currency,
        model=settings.model,
        needs=needs(settings),
    )
    if found.problem and history.num_rows:
        run.note(f"customer_value: lifetime values are null: {found.problem}")
    lake.write("gold.customer_value", found.values)
    lake.write("gold.model_evaluations", found.evaluations, scope="model = 'value'")


def needs(settings: ValueSettings) -> Needs:
    return Needs(
        settings.horizon_days,
        settings.clv_days,
        settings.discount_rate,
        settings.min_persons,
        settings.min_repeat_persons,
    )
