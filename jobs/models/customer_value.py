"""Customer value: what each person bought, and what is to be expected of them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from jobs.job import Run, job
from jobs.lake.views import contacts_by, sales_on_engine
from transformations.value import contacts
from transformations.value.estimates import Asked, estimates
from transformations.value.lifetime import Needs
from transformations.value.purchases import HISTORY, LINK_COLUMNS, purchase_history

if TYPE_CHECKING:
    import pyarrow as pa

    from jobs.lake.tables import Lake


@job(
    stage="models",
    group="investigate",
    reads=("silver.orders", "silver.order_lines", "silver.person_links", *contacts.TABLES),
    writes=("gold.customer_value", "gold.model_evaluations"),
    conf=("company.currency", "company.timezone", "base.models"),
    reads_as_of=True,
)
def customer_value(lake: Lake, run: Run) -> None:
    """Computes recency, frequency, monetary value, lifetime value and churn risk of every person with a purchase."""
    settings = run.settings.base.models.value
    as_of_date = run.as_of.astimezone(ZoneInfo(run.settings.company.timezone)).date()
    asked = Asked(
        as_of_date,
        as_of_date - timedelta(days=settings.holdout_days),
        run.settings.company.currency,
        settings.model,
        Needs(
            settings.horizon_days,
            settings.clv_days,
            settings.discount_rate,
            settings.min_persons,
            settings.min_repeat_persons,
        ),
        settings.min_churn_persons,
    )
    history = _history(lake, run, asked)
    days = (asked.cutoff_date, asked.as_of_date)
    did = contacts_by(lake, run.settings.company.timezone, days, asked.needs.horizon_days)
    found = estimates(history, did, asked)
    if found.problem and history.num_rows:
        run.note(f"customer_value: lifetime values are null: {found.problem}")
    lake.write("gold.customer_value", found.values)
    lake.write("gold.model_evaluations", found.evaluations, scope="model in ('value', 'churn')")


def _history(lake: Lake, run: Run, asked: Asked) -> pa.Table:
    """Purchases of each person, added up on the engine: one row per person reaches the driver."""
    if not lake.exists("silver.orders"):
        return HISTORY.empty_table()
    history = purchase_history(
        sales_on_engine(lake, run.settings.company, before=run.as_of),
        lake.read("silver.person_links", LINK_COLUMNS),
        as_of_date=asked.as_of_date,
        cutoff_date=asked.cutoff_date,
        recent_days=asked.needs.horizon_days,
        currency=asked.currency,
    )
    return history.toArrow().cast(HISTORY)
