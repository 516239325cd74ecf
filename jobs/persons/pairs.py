"""Pairs of customers that may be one person: found by linkage, decided by people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa

from jobs.lake import ops
from transformations.identity.linkage.attributes import ATTRIBUTES, NAME

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jobs.job import Run
    from jobs.lake.tables import Lake
    from transformations.contracts.ops_rows import PersonDecisionRow

KEY = ("left_source", "left_customer_id", "right_source", "right_customer_id")
Pair = tuple[str, str, str, str]


def pairs(lake: Lake, run: Run, customers: pa.Table) -> list[dict[str, Any]]:
    """Rows of silver.person_pairs without run_id, in the order of their key.

    Args: customers: source, customer_id and attributes of silver.customers.
    """
    identity = run.settings.base.identity
    found = _compared(customers, run) if identity.link_at < 1 else {}
    decided = {_key(row): row for row in ops.PERSON_DECISIONS.rows(lake) if row["is_same"] is not None}
    rows: list[dict[str, Any]] = []
    for key in sorted(found.keys() | decided.keys()):
        probability, evidence = found.get(key, (None, None))
        if decision := decided.get(key):
            band = "judged_same" if decision["is_same"] else "judged_different"
        elif probability is None or probability < identity.review_at:
            continue
        else:
            band = "link" if probability >= identity.link_at else "review"
        rows.append(
            {**dict(zip(KEY, key, strict=True)), "probability": probability, "evidence": evidence, "band": band}
        )
    return rows


def linking(rows: list[dict[str, Any]]) -> pa.Table:
    """The pairs that are one person, as `resolve` takes them."""
    schema = pa.schema([*((name, pa.string()) for name in KEY), ("probability", pa.float64())])
    chosen = [row | ({"probability": 1.0} if row["band"] == "judged_same" else {}) for row in rows]
    return pa.Table.from_pylist([row for row in chosen if row["band"] in ("link", "judged_same")], schema)


def ordered(one: tuple[str, str], other: tuple[str, str]) -> Pair:
    """A pair as its key has it: the smaller customer first."""
    return (*min(one, other), *max(one, other))


def _key(row: PersonDecisionRow | Mapping[str, Any]) -> Pair:
    return row["left_source"], row["left_customer_id"], row["right_source"], row["right_customer_id"]


def _compared(customers: pa.Table, run: Run) -> dict[Pair, tuple[float, str]]:
    """Probability and evidence of each pair that linkage finds."""
    limit = run.settings.base.identity.max_records_in_memory
    if customers.num_rows > limit:
        run.note(
            f"persons: {customers.num_rows:,} customers are more than identity.max_records_in_memory ({limit:,}): they are "
            "linked by exact keys alone"
        )
        return {}
    from transformations.identity.linkage.attributes import comparable
    from transformations.identity.linkage.model import linked

    ids = list(zip(customers["source"].to_pylist(), customers["customer_id"].to_pylist(), strict=True))
    names = ["\x1f".join(one) for one in ids]
    known = [name for name in customers.column_names if name in (*ATTRIBUTES, NAME)]
    records = comparable(customers.select(known).append_column("record_id", pa.array(names, pa.string())))
    of_name = dict(zip(names, ids, strict=True))
    return {
        ordered(of_name[row["left_id"]], of_name[row["right_id"]]): (row["probability"], row["evidence"])
        for row in linked(records).pairs.to_pylist()
    }
