"""Customers, products, orders, order lines and costs of every ERP."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobs.registry import Run, job
from jobs.silver import work
from jobs.silver.load import load

if TYPE_CHECKING:
    from jobs.tables import Lake

TABLES = ("silver.customers", "silver.products", "silver.orders", "silver.order_lines", "silver.costs")
work.owns("erp", TABLES)


@job(
    stage="silver",
    group="gather",
    reads=("bronze.*", "ops.batches"),
    writes=(
        *TABLES,
        "quarantine.customers",
        "quarantine.products",
        "quarantine.orders",
        "quarantine.order_lines",
        "quarantine.costs",
    ),
)
def erp(lake: Lake, run: Run) -> None:
    """Customers, products, orders, order lines and costs of every ERP."""
    load(lake, run, "erp", TABLES)
