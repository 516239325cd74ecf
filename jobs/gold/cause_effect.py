"""Whether what the company does moves what it wants."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from jobs.job import Run, job
from transformations.effects.arms import ARMS, OUTCOMES, campaign_arms
from transformations.effects.cause_effect import OF_CAMPAIGNS, Pair
from transformations.effects.cause_effect import cause_effect as evidence
from transformations.effects.series import VALUE_COLUMNS
from transformations.value.sales import order_sales

if TYPE_CHECKING:
    from jobs.lake.tables import Lake


@job(
    stage="gold",
    group="improve",
    reads=(
        "gold.indicator_values",
        "silver.campaigns",
        "silver.campaign_touches",
        "silver.customers",
        "silver.orders",
        "silver.order_lines",
    ),
    writes=("gold.cause_effect",),
    conf=("company.currency", "company.objectives", "company.timezone"),
    reads_as_of=True,
)
def cause_effect(lake: Lake, run: Run) -> None:
    """Tests each driver that an objective declares: lagged regressions, comparisons with untouched people, experiments."""
    company = run.settings.company
    pairs = [
        Pair(objective.objective_id, objective.indicator, driver)
        for objective in company.objectives
        for driver in dict.fromkeys(objective.drivers)
    ]
    until = run.as_of.astimezone(ZoneInfo(company.timezone)).date()
    named = ", ".join(f"'{name}'" for pair in pairs for name in (pair.outcome, pair.driver))
    values = lake.arrow(
        "gold.indicator_values",
        VALUE_COLUMNS,
        where=f"known_to is null and grain = 'day' and dimension = 'all' and indicator_id in ({named})"
        if pairs
        else "false",
    )
    are_compared = any(pair.driver == OF_CAMPAIGNS and pair.outcome in OUTCOMES for pair in pairs)
    arms = _arms(lake, run) if are_compared else ARMS.empty_table()
    lake.write(
        "gold.cause_effect", evidence(pairs, values, arms, first_sale=_first_sale(lake, company.timezone), until=until)
    )


def _arms(lake: Lake, run: Run) -> pa.Table:
    """What recipients, held-out people and untouched customers bought; the engine is not started where nothing was sent."""
    if not lake.count("silver.campaign_touches") or not lake.count("silver.orders"):
        return ARMS.empty_table()
    company = run.settings.company
    sales = order_sales(lake.read("silver.orders"), lake.read("silver.order_lines"), company.currency, run.as_of)
    rows = campaign_arms(
        lake.read("silver.campaigns"),
        lake.read("silver.campaign_touches"),
        lake.read("silver.customers"),
        sales,
        currency=company.currency,
        timezone=company.timezone,
        before=run.as_of,
    )
    return pa.table(rows.toArrow()).select(ARMS.names).cast(ARMS)


def _first_sale(lake: Lake, timezone: str) -> date | None:
    if not lake.exists("silver.orders"):
        return None
    found = lake.sql("select min(ordered_at) as first from t where deleted_at is null", t="silver.orders")["first"]
    first = pc.min(found).as_py()
    return first.astimezone(ZoneInfo(timezone)).date() if first else None
