"""Introductions between peers: who is likely to get in touch with whom."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from jobs.job import Run, job

if TYPE_CHECKING:
    from jobs.lake.tables import Lake


@job(
    stage="network",
    group="interact",
    reads=("gold.network_edges",),
    writes=("gold.link_predictions", "gold.link_prediction_quality"),
    conf=("base.network",),
)
def link_predictions(lake: Lake, run: Run) -> None:
    """Proposes peers to each person by the method that foretold the last weeks best, and says how well each one did."""
    import pyarrow as pa

    from jobs.lake.arrow import schema_of
    from jobs.network.network import is_left_out
    from jobs.network.periods import graph_of
    from transformations.contracts import contract
    from transformations.network.link_prediction import METHODS, NAIVE, foretold, pairs, proposals
    from transformations.network.windows import ALL, Period, periods, slices

    settings = run.settings.base.network
    if is_left_out(lake, run, "gold.link_prediction_quality", "gold.link_predictions"):
        return
    edges = lake.arrow("gold.network_edges", where="not is_from_company and not is_to_company")
    quality = schema_of(contract("gold.link_prediction_quality")).empty_table()
    found = schema_of(contract("gold.link_predictions")).empty_table()
    if listed := periods(edges["acted_on"], [], 1):
        everything = listed[-1]
        cut = everything.end - timedelta(days=settings.holdout_days)
        parts = (Period(ALL, ALL, everything.start, cut), Period("holdout", "holdout", cut, everything.end))
        before, later = (graph_of(acts, settings, period) for period, acts in slices(edges, parts))
        rows = foretold(before, later, seed=settings.seed)
        names = {"held_out_from": cut, "held_out_to": everything.end - timedelta(days=1)}
        best = max((row for row in rows if row["method"] != NAIVE), key=lambda row: row["auc"] or 0, default={})
        method = str(best.get("method", METHODS[0]))
        quality = pa.Table.from_pylist(
            [row | names | {"is_used": row["method"] == method} for row in rows], schema=quality.schema
        )
        graph = graph_of(edges, settings, everything)
        found = proposals(graph, pairs(graph), method)
        found = found.append_column("method", pa.array([method] * found.num_rows, pa.string()))
    lake.write("gold.link_prediction_quality", quality)
    lake.write("gold.link_predictions", found)
