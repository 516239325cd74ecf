"""Weights of connections: each act counts by its kind, and less the older it is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

EPOCH = date(1970, 1, 1)


def weighed(edges: pa.Table, *, weights: Mapping[str, float], half_life_days: float, end: date) -> pa.Table:
    """Edges with their weights.

    Args:
        edges (gold.network_edges): source_person_id, target_person_id, kind, acted_on, interactions_count.
        weights: of one act, by kind; a kind that is missing, or of weight 0, is left out.
        half_life_days: age in days at which an act counts half.
        end: day after the last day of the period, to which age is counted; no act is later.
    Returns: source, target, weight, one row per row of edges that counts: acts × weight of the kind × ½^(age / half-life),
        with an age of 0 on the last day. Acts so old that their weight is no number above 0 any more are left out.
    Raises: ValueError where half_life_days is not above 0.
    """
    if half_life_days <= 0:
        raise ValueError(f"weighed: half_life_days is {half_life_days}; expected a number above 0")
    kinds = sorted(kind for kind, weight in weights.items() if weight > 0)
    place = pc.fill_null(pc.index_in(edges["kind"], pa.array(kinds, pa.string())), -1).to_numpy().astype(np.int64)
    of_kind = np.array([float(weights[kind]) for kind in kinds] + [0.0])[place]  # -1 is the last one
    last = (end - EPOCH).days - 1
    age = last - edges["acted_on"].cast(pa.int32()).to_numpy().astype(np.float64)
    weight = edges["interactions_count"].to_numpy() * of_kind * np.exp2(-age / half_life_days)
    return pa.table(
        {"source": edges["source_person_id"], "target": edges["target_person_id"], "weight": weight}
    ).filter(pa.array(weight > 0))
