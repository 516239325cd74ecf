"""Small groups of people are left out of what is published.

- A community or segment of fewer than min_group_size members: its row, the rows of its members, and its id in customer_360.
- An indicator that counts persons (see the catalogue): rows about fewer persons than that.

Rows about single named persons (customer_360, customer_value, influencers) are for the company's own staff and are kept:
the file's permissions decide who may read them. What was left out can sometimes be inferred from totals.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import pyarrow as pa

from transformations.indicators.definitions import INDICATORS


@dataclass(frozen=True)
class SmallGroups:
    """Groups that are not published: communities by id and period, segments by id and model version."""

    communities: pa.Table
    segments: pa.Table


def small_groups(communities: pa.Table, segments: pa.Table, least: int) -> SmallGroups:
    """The groups with members, but fewer than `least`. Args: gold.communities, gold.segments."""
    with duckdb.connect() as connection:
        connection.register("communities", communities)
        connection.register("segments", segments)
        return SmallGroups(
            connection.sql(
                f"select community_id, period from communities where size < {least} and size > 0"
            ).to_arrow_table(),
            connection.sql(
                f"select segment_id, model_version from segments where members_count < {least} and members_count > 0"
            ).to_arrow_table(),
        )


def shown(name: str, rows: pa.Table, hidden: SmallGroups, least: int) -> pa.Table:
    """The rows of a gold table that are published, with ids of hidden groups blanked in customer_360.

    Args: rows: with timestamps without a time zone.
    """
    if name not in _SHOWN or least <= 1:
        return rows
    counted = _counted_persons(least)
    with duckdb.connect() as connection:
        connection.register("rows", rows)
        connection.register("small_communities", hidden.communities)
        connection.register("small_segments", hidden.segments)
        return connection.sql(_SHOWN[name].format(counted=counted)).to_arrow_table().cast(rows.schema)


_NOT_SMALL = "select r.* from rows r anti join {small} s using ({key})"
_SHOWN = {
    "gold.communities": _NOT_SMALL.format(small="small_communities", key="community_id, period"),
    "gold.community_members": _NOT_SMALL.format(small="small_communities", key="community_id, period"),
    "gold.segments": _NOT_SMALL.format(small="small_segments", key="segment_id, model_version"),
    "gold.segment_members": _NOT_SMALL.format(small="small_segments", key="segment_id, model_version"),
    "gold.customer_360": """
        select r.* replace (
            if(r.community_id in (select community_id from small_communities where period = 'all'), null, r.community_id)
                as community_id,
            if(r.segment_id in (select segment_id from small_segments), null, r.segment_id) as segment_id)
        from rows r""",
    "gold.indicator_values": "select * from rows where not ({counted})",
}


def _counted_persons(least: int) -> str:
    """SQL condition: the row counts persons, and fewer than `least`."""
    conditions = ["false"]
    for its in INDICATORS:
        if its.counts_persons:
            persons = "denominator" if its.aggregation == "ratio" else "numerator"
            conditions.append(f"(indicator_id = '{its.indicator_id}' and {persons} > 0 and {persons} < {least})")
    return "coalesce(" + " or ".join(conditions) + ", false)"
