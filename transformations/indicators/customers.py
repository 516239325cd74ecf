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


def social_customer_ratio() -> Parts:
    """Customers whose person is a social customer / customers; those that belong to any person are measured."""
    return Parts(
        "if(has_profiles, social, null)",
        "customers",
        denominator="customers",
        measured="resolved",
        in_scope="customers",
        persons="customers",
        unmeasured="'no source has profiles'",
    )


def consumer_conversion_ratio() -> Parts:
    """Persons who were consumers and became customers / persons who were or are consumers."""
    return Parts(
        "converted", "consumers", denominator="consumers", measured="dated", in_scope="consumers", persons="consumers"
    )


PARTS = {
    "linked_customer_ratio": linked_customer_ratio,
    "social_customer_ratio": social_customer_ratio,
    "consumer_conversion_ratio": consumer_conversion_ratio,
}
_OF_ROLES = ("consumer_conversion_ratio",)

CUSTOMER_COLUMNS = ("source", "customer_id")
ROLE_COLUMNS = ("person_id", "role", "valid_from")
SOCIAL_COLUMNS = ("person_id", "is_social_customer")
LINK_COLUMNS = ("record_kind", "record_place", "linked_record_id", "person_id", "valid_to")

_FACTS = """
select null::date as day, l.person_id, p.person_id is not null as is_linked,
    exists (from links where record_kind = 'profile') as has_profiles, coalesce(s.is_social_customer, false) as is_social
from customers c
    left join (from links where record_kind = 'customer') l
        on l.record_place = c.source and l.linked_record_id = c.customer_id
    left join (select distinct person_id from links where record_kind = 'profile') p
        on p.person_id = l.person_id
    left join social s on s.person_id = l.person_id
"""
_CONSUMERS = """
select null::date as day, person_id, bool_or(role = 'external_customer') as is_converted,
    bool_or(role = 'consumer' and valid_from is not null) as is_dated
from roles group by person_id having bool_or(role = 'consumer')
"""
_SUMS = {
    "customers": "count(*)",
    "resolved": "count(person_id)",
    "linked": "count(*) filter (is_linked)",
    "social": "count(*) filter (is_social)",
    "has_profiles": "bool_or(has_profiles)",
}
_ROLE_SUMS = {
    "consumers": "count(*)",
    "dated": "count(*) filter (is_dated)",
    "converted": "count(*) filter (is_converted)",
}


def customer_indicators(customers: pa.Table, links: pa.Table, social: pa.Table, roles: pa.Table) -> pa.Table:
    """Shares of customers linked to a profile and of social customers, and of consumers who became customers.

    Args:
        customers: CUSTOMER_COLUMNS of silver.customers.
        links: LINK_COLUMNS of silver.person_links; only current ones count.
        social: SOCIAL_COLUMNS of gold.social_customers. roles: ROLE_COLUMNS of silver.person_roles.
    Returns: the columns of parts.ROWS.
    """
    current = links.filter(pc.is_null(links["valid_to"])).drop_columns(["valid_to"])
    with duckdb.connect() as connection:
        connection.register("customers", customers)
        connection.register("links", current)
        connection.register("social", social)
        connection.register("roles", roles)
        facts, consumers = (connection.sql(query).to_arrow_table() for query in (_FACTS, _CONSUMERS))
    of_customers = {name: parts() for name, parts in PARTS.items() if name not in _OF_ROLES}
    of_roles = {name: PARTS[name]() for name in _OF_ROLES}
    return pa.concat_tables(
        [
            indicator_rows(Family(of_customers, _SUMS), rows=facts),
            indicator_rows(Family(of_roles, _ROLE_SUMS), rows=consumers),
        ]
    )
