"""Silver tables that sources fill, a job a family. They differ in their tables only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobs.job import Run, job
from jobs.silver import backlog
from jobs.silver.load import load

if TYPE_CHECKING:
    from jobs.lake.tables import Lake

FAMILIES: dict[str, tuple[str, tuple[str, ...]]] = {
    "erp": (
        "Customers, products, orders, order lines and costs of every ERP.",
        ("customers", "products", "orders", "order_lines", "costs"),
    ),
    "social": (
        "Profiles, posts, their metrics, interactions, tags and reads of every channel.",
        ("profiles", "profile_metrics", "posts", "post_metrics", "interactions", "taggings", "content_reads"),
    ),
    "support": (
        "Support tickets, what happened to them, and answers to surveys.",
        ("tickets", "ticket_events", "survey_responses"),
    ),
    "web": ("Events of web sites, and use of products.", ("web_events", "product_usage")),
    "outreach": ("Campaigns, whom they touched, and lists of contacts.", ("campaigns", "campaign_touches", "contacts")),
    "parties": ("Organisations, their members, and staff.", ("organisations", "organisation_members", "staff")),
    "market": ("Competitors' prices and releases.", ("competitor_prices", "competitor_releases")),
    "reference": ("Trusted reference tables that other data are held against.", ("ledger_totals",)),
}
TABLES = tuple(f"silver.{table}" for _, tables in FAMILIES.values() for table in tables)


def _loading(name: str, description: str, tables: tuple[str, ...]) -> None:
    """Registers the job that loads these tables."""
    silver = tuple(f"silver.{table}" for table in tables)

    def run_job(lake: Lake, run: Run) -> None:
        load(lake, run, name, silver)

    def has_work(lake: Lake, run: Run) -> bool:
        return bool(backlog.pending(lake, run, name, silver))

    run_job.__name__, run_job.__doc__ = name, description
    backlog.owns(name, silver)
    writes = (*silver, *(f"quarantine.{table}" for table in tables))
    job(stage="silver", group="gather", reads=("bronze.*", "ops.batches"), writes=writes, has_work=has_work)(run_job)


for _name, (_description, _tables) in FAMILIES.items():
    _loading(_name, _description, _tables)
