"""Who is a social customer: whom segmentation by communities and characteristics is about."""

from __future__ import annotations

import duckdb
import pyarrow as pa

LINK_COLUMNS = ("record_kind", "person_id", "valid_to")
_QUERY = """
select person_id, bool_or(record_kind = 'profile') as is_social
from links where valid_to is null and record_kind in ('customer', 'profile')
group by person_id having bool_or(record_kind = 'customer') order by person_id
"""


def customers(links: pa.Table) -> pa.Table:
    """Every customer, and whether they are a social customer: linked to a profile.

    This is the only place that decides who is one.

    Args: links: LINK_COLUMNS of silver.person_links; only current ones count.
    Returns: person_id, is_social.
    """
    with duckdb.connect() as connection:
        connection.register("links", links)
        return connection.sql(_QUERY).to_arrow_table()
