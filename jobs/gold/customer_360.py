"""Everything known of a person in one row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobs.job import Run, job
from jobs.lake.arrow import schema_of
from jobs.lake.views import returned_orders
from jobs.sources import formats
from transformations.contracts import contract
from transformations.value import customer_360 as person

if TYPE_CHECKING:
    from jobs.lake.tables import Lake


@job(
    stage="gold",
    group="inquire",
    reads=(*person.SOURCES, "silver.order_lines"),
    writes=("gold.customer_360",),
    conf=("sources",),
)
def customer_360(lake: Lake, run: Run) -> None:
    """Joins everything known of a person: customer data, web profiles and participation in insight."""
    tables = {name: lake.arrow(name, columns) for name, columns in person.SOURCES.items()}
    declaring = formats.origins_that_fill(run.settings.sources, "is_return", "orders", "order_lines")
    rows = person.customer_360(tables, returned_orders(lake), declaring)
    schema = schema_of(contract("gold.customer_360"))
    lake.write("gold.customer_360", rows.select(schema.names).cast(schema))
