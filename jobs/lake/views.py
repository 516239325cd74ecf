"""Views of the lake that jobs of several stages need."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import pyarrow as pa

from transformations.value import contacts
from transformations.value.purchases import LINK_COLUMNS
from transformations.value.sales import DAILY, LINE_IS_RETURN, daily_sales, order_sales

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from jobs.lake.tables import Lake
    from jobs.settings.company import Company


def sales_by_day(lake: Lake, company: Company, before: datetime | None = None) -> pa.Table:
    """Sales a day and customer; Spark adds the order lines up, and is not started where there are no orders.

    Args: before: instant from which on orders are left out; None: none of them.
    """
    if not lake.exists("silver.orders"):
        return DAILY.empty_table()
    products = lake.read("silver.products") if lake.exists("silver.products") else None
    return sales_on_engine(lake, company, before, products).toArrow().cast(DAILY)


def sales_on_engine(
    lake: Lake, company: Company, before: datetime | None = None, products: DataFrame | None = None
) -> DataFrame:
    """As `sales_by_day`, left on the engine. Args: products: silver.products, where margins are asked for."""
    sales = order_sales(lake.read("silver.orders"), lake.read("silver.order_lines"), company.currency, before, products)
    return daily_sales(sales, company.timezone)


def contacts_by(lake: Lake, timezone: str, days: tuple[date, ...], recent_days: int) -> pa.Table:
    """What each person did beside buying by the end of some days, added up on the engine: a row per person and day at most.

    The engine is not started where nobody posted, visited or asked. Returns: contacts.CONTACTS.
    """
    if not any(lake.count(name) for name in ("silver.posts", "silver.web_sessions", "silver.tickets")):
        return contacts.CONTACTS.empty_table()
    found = contacts.contacts(
        {name: lake.read(name, columns) for name, columns in contacts.TABLES.items()},
        lake.read("silver.person_links", LINK_COLUMNS),
        days=days,
        recent_days=recent_days,
        timezone=timezone,
    )
    return found.toArrow().cast(contacts.CONTACTS)


def returned_orders(lake: Lake) -> pa.Table:
    """Orders all of whose lines are returns: source, order_id. Starts no JVM."""
    if not lake.exists("silver.order_lines"):
        return pa.table({"source": pa.array([], pa.string()), "order_id": pa.array([], pa.string())})
    found = lake.sql(
        "select source, order_id from t where deleted_at is null group by source, order_id "
        f"having min(case when {LINE_IS_RETURN} then 1 else 0 end) = 1",
        t="silver.order_lines",
    )
    return pa.table({name: found[name].cast(pa.string()) for name in ("source", "order_id")})
