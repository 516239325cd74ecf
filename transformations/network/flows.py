"""Flows of interactions between roles: who turns to whom, and is answered."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd
import pyarrow as pa

from transformations.network.windows import Period, slices

STAFF = "internal_customer"
_KEYS = ["from_role", "to_role", "channel"]


def relationship_flows(edges: pa.Table, persons: pa.Table, listed: Iterable[Period]) -> pa.Table:
    """Interactions between roles.

    Args:
        edges (gold.network_edges); what the company's accounts do or are addressed by is the staff's.
        persons: person_id, role; persons whose role is not known are left out.
        listed: the periods.
    Returns: one row per from_role, to_role, channel and period: interactions_count, pairs_count (persons of one who addressed
        a person of the other), persons_count (persons on either side), reciprocity (share of the pairs in which the other
        addressed the person too, on the same channel and in the period). Nobody's acts upon oneself count.
    """
    roles = persons.select(["person_id", "role"])
    ends = edges
    for end in ("source", "target"):
        named = roles.rename_columns([f"{end}_person_id", f"{end}_role"])
        ends = ends.join(named, f"{end}_person_id", join_type="left outer")
    parts = [_of_period(period, rows.to_pandas()) for period, rows in slices(ends, listed)]
    return pa.concat_tables(parts) if parts else _SCHEMA.empty_table()


_SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in (*_KEYS, "period")),
        *((name, pa.int64()) for name in ("interactions_count", "pairs_count", "persons_count")),
        ("reciprocity", pa.float64()),
    ]
)


def _of_period(period: Period, acts: pd.DataFrame) -> pa.Table:
    acts = acts.assign(
        from_role=acts["source_role"].mask(acts["is_from_company"], STAFF),
        to_role=acts["target_role"].mask(acts["is_to_company"], STAFF),
    )
    acts = acts[
        acts["from_role"].notna() & acts["to_role"].notna() & (acts["source_person_id"] != acts["target_person_id"])
    ]
    pair = [*_KEYS, "source_person_id", "target_person_id"]
    pairs = acts.groupby(pair, as_index=False)["interactions_count"].sum()
    back = pairs[["channel", "source_person_id", "target_person_id"]].drop_duplicates()
    back.columns = ["channel", "target_person_id", "source_person_id"]
    pairs = pairs.merge(back.assign(is_returned=1), how="left", on=["channel", "source_person_id", "target_person_id"])
    grouped = pairs.groupby(_KEYS)
    found = pd.DataFrame(
        {
            "interactions_count": grouped["interactions_count"].sum(),
            "pairs_count": grouped.size(),
            "reciprocity": grouped["is_returned"].count() / grouped.size(),
        }
    ).reset_index()
    sides = [
        pairs[[*_KEYS, f"{end}_person_id"]].set_axis([*_KEYS, "person_id"], axis=1) for end in ("source", "target")
    ]
    counted = pd.concat(sides).groupby(_KEYS)["person_id"].nunique().rename("persons_count").reset_index()
    found = found.merge(counted, on=_KEYS).assign(period=period.name)
    return pa.Table.from_pandas(found[_SCHEMA.names], schema=_SCHEMA, preserve_index=False)
