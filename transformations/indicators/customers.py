"""Indicators about customers and their profiles."""

from __future__ import annotations

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from transformations.indicators.parts import Family, Parts, indicator_rows


def linked_customer_ratio() -> Parts:
    """Customers whose person has a profile / customers; those that belong to any person are measured."""
    return Parts(
        "if(has_profiles, linked, null)",
        "customers",
        denominator="customers",
        measured="resolved",
        in_scope="customers",
        persons="customers",
        unmeasured="'no source has profiles'",
    )


PARTS = {"linked_customer_ratio": linked_customer_ratio}

CUSTOMER_COLUMNS = ("source", "customer_id")
LINK_COLUMNS = ("record_kind", "record_place", "linked_record_id", "person_id", "valid_to")

_FACTS = """
select null::date as day, l.person_id, p.person_id is not null as is_linked,
    exists (from links where record_kind = 'profile') as has_profiles
from customers c
    left join (from links where record_kind = 'customer') l
        on l.record_place = c.source and l.linked_record_id = c.customer_id
    left join (select distinct person_id from links where record_kind = 'profile') p
        on p.person_id = l.person_id
"""
_SUMS = {
    "customers": "count(*)",
    "resolved": "count(person_id)",
    "linked": "count(*) filter (is_linked)",
    "has_profiles": "bool_or(has_profiles)",
}


def customer_indicators(customers: pa.Table, links: pa.Table) -> pa.Table:
    """Share of customers linked to a profile.

    Args:
        customers: CUSTOMER_COLUMNS of silver.customers.
        links: LINK_COLUMNS of silver.person_links; only current ones count.
    Returns: the columns of parts.ROWS.
    """
    current = links.filter(pc.is_null(links["valid_to"])).drop_columns(["valid_to"])
    with duckdb.connect() as connection:
        connection.register("customers", customers)
        connection.register("links", current)
        facts = connection.sql(_FACTS).to_arrow_table()
    return indicator_rows(Family({name: parts() for name, parts in PARTS.items()}, _SUMS), rows=facts)
