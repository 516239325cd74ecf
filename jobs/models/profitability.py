"""Profitability of customers and communities."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from jobs.job import Run, job
from jobs.lake.accounts import own_on_engine
from jobs.lake.views import sales_on_engine
from transformations.value import profit_entries
from transformations.value import profitability as measures
from transformations.value.purchases import LINK_COLUMNS

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from jobs.lake.tables import Lake

_FILLED: dict[str, tuple[tuple[str, str], ...]] = {
    "revenue": (
        ("silver.order_lines", "unit_price is not null or amount is not null"),
        ("silver.orders", "total_amount is not null"),
    ),
    "returns_amount": (
        ("silver.order_lines", "is_return or quantity < 0"),
        ("silver.orders", "is_return or total_amount < 0"),
    ),
    "discount_amount": (
        ("silver.order_lines", "discount is not null"),
        ("silver.orders", "discount_amount is not null"),
    ),
    "cost_of_goods": (("silver.order_lines", "unit_cost is not null"),),
    "new_products": (("silver.order_lines", "product_id is not null"),),
    "service_cost": (("silver.costs", "kind = 'service' and customer_id is not null"),),
    "acquisition_cost": (("silver.costs", "kind = 'acquisition' and customer_id is not null"),),
    "campaign_cost": (("silver.costs", "kind = 'campaign' and (customer_id is not null or campaign_id is not null)"),),
    "image_reach": (
        ("silver.post_metrics", "reach is not null or impressions is not null"),
        ("silver.profiles", "followers_count is not null"),
    ),
    "replies_saved": (("silver.posts", "kind = 'answer'"),),
    "ideas_raised": (("silver.posts", "profile_id is not null"),),
}
"""Measure -> the tables each of which fills it, and which of their rows do."""
_COUNTED = ("silver.orders", "silver.order_lines", "silver.costs", "silver.campaign_touches", "silver.posts")
"""Tables with the entries."""


@job(
    stage="models",
    group="investigate",
    reads=(
        "silver.orders",
        "silver.order_lines",
        "silver.costs",
        "silver.campaign_touches",
        "silver.person_links",
        *profit_entries.POSTS,
        "gold.community_members",
    ),
    writes=("gold.customer_profitability", "gold.community_profitability"),
    conf=(
        "base.limits",
        "company.bot_profiles",
        "company.company_profiles",
        "company.currency",
        "company.handles",
        "company.timezone",
    ),
    reads_as_of=True,
)
def profitability(lake: Lake, run: Run) -> None:
    """Adds up what each person and community brought and cost, and what they did for the company beside buying."""
    filled = {name for name, its in _FILLED.items() if any(_is_any(lake, table, rows) for table, rows in its)}
    if "ideas_raised" not in filled:  # nobody posts: followers are reached by nothing
        filled.discard("image_reach")
    currency = run.settings.company.currency
    members = lake.read("gold.community_members", ("person_id", "period", "community_id"))
    members = members.where("period = 'all' and community_id is not null").select("person_id", "community_id")
    is_small = lake.are_few(run.settings.base.limits.in_memory_rows, *_COUNTED)
    with (
        lake.materialised(measures.monthly(_entries(lake, run)), is_small=is_small) as entries,
        lake.materialised(measures.persons(entries, filled, currency), is_small=is_small) as persons,
    ):
        lake.write("gold.customer_profitability", persons, is_small=is_small)
        found = measures.communities(persons, members, filled, currency)
        lake.write("gold.community_profitability", found, is_small=is_small)


def _is_any(lake: Lake, table: str, rows: str) -> bool:
    return lake.exists(table) and bool(
        lake.sql(f"select count(*) as n from t where deleted_at is null and ({rows})", t=table)["n"][0].as_py()
    )


def _entries(lake: Lake, run: Run) -> DataFrame:
    company = run.settings.company
    links = lake.read("silver.person_links", LINK_COLUMNS)
    customers, profiles = profit_entries.of_customers(links), profit_entries.of_profiles(links)
    costs, when = lake.read("silver.costs"), (company.currency, run.as_of, company.timezone)
    posts = {name: lake.read(name, columns) for name, columns in profit_entries.POSTS.items()}
    posts["silver.posts"] = posts["silver.posts"].where(F.col("created_at") < F.lit(run.as_of))
    found = [
        profit_entries.sold(sales_on_engine(lake, company, before=run.as_of), customers),
        profit_entries.discounted(lake.read("silver.orders"), lake.read("silver.order_lines"), customers, *when),
        profit_entries.first_bought(lake.read("silver.orders"), lake.read("silver.order_lines"), customers, *when[1:]),
        profit_entries.booked(costs, customers, *when),
        profit_entries.shared_out(costs, lake.read("silver.campaign_touches"), customers, *when),
        profit_entries.said(
            posts, own_on_engine(lake, company).select("channel", "profile_id"), profiles, company.timezone
        ),
    ]
    return reduce(lambda one, other: one.unionByName(other), found)
