"""Pairs of records that may be of one person: customers found by linkage, and any records that people decided about."""

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

KEY = ("left_kind", "left_place", "left_record_id", "right_kind", "right_place", "right_record_id")
Record = tuple[str, str, str]
"""Kind, place (source of a customer, else channel) and ID."""
Pair = tuple[str, str, str, str, str, str]


def pairs(lake: Lake, run: Run, customers: pa.Table, profiles: pa.Table) -> list[dict[str, Any]]:
    """Rows of silver.person_pairs without run_id, in the order of their key.

    Args:
        customers: source, customer_id and attributes of silver.customers.
        profiles: accounts.PROFILE_COLUMNS of silver.profiles, without the company's and bots.
    """
    identity = run.settings.base.identity
    found = _compared(lake, customers, run) if identity.link_at < 1 else {}
    if identity.link_at < 1 and identity.compare_profiles:
        found |= _accounts(customers, profiles, run)
    decided = {_key(row): row for row in ops.PERSON_DECISIONS.rows(lake) if row["is_same"] is not None}
    rows: list[dict[str, Any]] = []
    for key in sorted(found.keys() | decided.keys()):
        probability, evidence = found.get(key, (None, None))
        if decision := decided.get(key):
            band = "judged_same" if decision["is_same"] else "judged_different"
        elif probability is None or probability < min(identity.review_at, identity.link_at):
            continue
        else:
            band = "link" if probability >= identity.link_at else "review"
        rows.append(
            {**dict(zip(KEY, key, strict=True)), "probability": probability, "evidence": evidence, "band": band}
        )
    return rows


_KEY = [(name, pa.string()) for name in KEY]


def linking(rows: list[dict[str, Any]]) -> pa.Table:
    """The pairs that are one person, as `resolve` takes them: those that somebody judged so first, then the likeliest, but
    none that joins, over others too, two records that somebody judged to be of different persons.
    """
    schema = pa.schema([*_KEY, ("probability", pa.float64()), ("method", pa.string())])
    judged: dict[str, Any] = {"probability": 1.0, "method": "judged"}
    found: dict[str, Any] = {"method": "linkage"}
    chosen = [row | (judged if row["band"] == "judged_same" else found) for row in rows]
    apart = [_ends(row) for row in rows if row["band"] == "judged_different"]
    group: dict[Record, set[Record]] = {}
    kept = []
    # What people judged stands before what is likely; sorting is stable: then in the order of keys.
    for row in sorted(chosen, key=lambda row: (row["band"] != "judged_same", -(row["probability"] or 0))):
        if row["band"] not in ("link", "judged_same"):
            continue
        one, other = (group.setdefault(end, {end}) for end in _ends(row))
        if any({a, b} <= one | other for a, b in apart if one is not other):
            continue
        one |= other
        group |= dict.fromkeys(one, one)
        kept.append(row)
    return pa.Table.from_pylist(kept, schema)


def different(rows: list[dict[str, Any]]) -> pa.Table:
    """The pairs that somebody judged to be of different persons, as `resolve` takes them."""
    return pa.Table.from_pylist([row for row in rows if row["band"] == "judged_different"], pa.schema(_KEY))


def still_apart(rows: list[dict[str, Any]], links: pa.Table) -> list[Pair]:
    """Pairs of known records that somebody judged to be one person, and that are not: another judgement stands against it.

    Args: links: columns of silver.person_links.
    """
    person = _person_of(links)
    same = [row for row in rows if row["band"] == "judged_same" and person.keys() >= {*_ends(row)}]
    return [_key(row) for row in same if len({person[end] for end in _ends(row)}) > 1]


def _person_of(links: pa.Table) -> dict[Record, str]:
    columns = ("record_kind", "record_place", "linked_record_id", "person_id")
    return {
        (kind, place, record): of
        for kind, place, record, of in zip(*(links[name].to_pylist() for name in columns), strict=True)
    }


def _ends(row: Mapping[str, Any]) -> tuple[Record, Record]:
    kind, place, record, *other = (row[name] for name in KEY)
    return (kind, place, record), (other[0], other[1], other[2])


def ordered(one: Record, other: Record) -> Pair:
    """A pair as its key has it: the smaller record first."""
    return (*min(one, other), *max(one, other))


def _key(row: PersonDecisionRow | Mapping[str, Any]) -> Pair:
    left, right = _ends(row)
    return (*left, *right)


def _accounts(customers: pa.Table, profiles: pa.Table, run: Run) -> dict[Pair, tuple[float, str]]:
    """Probability and evidence of each account and a customer to whom it may belong."""
    identity = run.settings.base.identity
    if customers.num_rows > identity.max_records_in_memory:
        return {}
    from transformations.identity.linkage import accounts

    found = accounts.account_pairs(
        customers.select(accounts.CUSTOMER_COLUMNS),
        profiles.select(accounts.PROFILE_COLUMNS),
        least=min(identity.review_at, identity.link_at),
    )
    return {
        ordered(("customer", row["source"], row["customer_id"]), ("profile", row["channel"], row["profile_id"])): (
            row["probability"],
            row["evidence"],
        )
        for row in found
    }


def _compared(lake: Lake, customers: pa.Table, run: Run) -> dict[Pair, tuple[float, str]]:
    """Probability and evidence of each pair that linkage finds."""
    limit = run.settings.base.identity.max_records_in_memory
    if customers.num_rows > limit:
        run.note(
            f"persons: {customers.num_rows:,} customers are more than identity.max_records_in_memory ({limit:,}): they are "
            "linked by exact keys alone"
        )
        return {}
    from transformations.identity.linkage.attributes import comparable
    from transformations.identity.linkage.model import LEAST_RECORDS, linked
    from transformations.identity.persons import of_one_customer

    ids: list[Record] = [
        ("customer", source, customer)
        for source, customer in zip(*(customers[name].to_pylist() for name in ("source", "customer_id")), strict=True)
    ]
    names = ["\x1f".join(one) for one in ids]
    emails = of_one_customer(customers, run.settings.base.identity.not_a_key)
    with_emails = customers.set_column(customers.column_names.index("email"), "email", emails)
    known = [name for name in customers.column_names if name in (*ATTRIBUTES, NAME)]
    records = comparable(with_emails.select(known).append_column("record_id", pa.array(names, pa.string())))
    found = linked(records)
    if found.reason and (customers.num_rows >= LEAST_RECORDS or lake.count("silver.person_pairs")):
        run.note(f"persons: {found.reason}: customers are linked by exact keys alone")
    of_name = dict(zip(names, ids, strict=True))
    return {
        ordered(of_name[row["left_id"]], of_name[row["right_id"]]): (row["probability"], row["evidence"])
        for row in found.pairs.to_pylist()
    }
