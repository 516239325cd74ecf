"""Decisions about records: which are of one person, which are not; stored, and input to the next run."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from jobs.errors import ConfError
from jobs.lake import ops
from jobs.persons.pairs import KEY, Record, ordered

if TYPE_CHECKING:
    from jobs.lake.tables import Lake

_TABLES = {
    "customer": ("silver.customers", "source", "customer_id"),
    "profile": ("silver.profiles", "channel", "profile_id"),
    "ticket": ("silver.tickets", "channel", "ticket_id"),
}
_EXPECTED = "expected a person_id, or KIND:PLACE:ID such as customer:erp:C0000001 or profile:microblog:u0000001"


def known(lake: Lake) -> set[Record]:
    """All records that persons are made of."""
    found: set[Record] = set()
    for kind, (name, place, record) in _TABLES.items():
        rows = lake.arrow(name, (place, record))
        found |= {(kind, *of) for of in zip(rows[place].to_pylist(), rows[record].to_pylist(), strict=True)}
    return found


def record_of(lake: Lake, text: str) -> Record:
    """The record that somebody names: KIND:PLACE:ID, or a person_id, which stands for the person's earliest record.

    Raises ConfError where there is none.
    """
    kind, _, rest = text.partition(":")
    place, colon, name = rest.partition(":")
    if kind in _TABLES and colon:
        if (kind, place, name) in known(lake):
            return kind, place, name
        raise ConfError(f"{text}: there is no {kind} {name!r} of {place!r}")
    links = [row for row in lake.rows("silver.person_links") if row["person_id"] == text]
    if not links:
        raise ConfError(f"{text}: no such person; {_EXPECTED}")
    first = min(
        links,
        key=lambda row: (row["valid_from"] is None, row["valid_from"], row["record_place"], row["linked_record_id"]),
    )
    return first["record_kind"], first["record_place"], first["linked_record_id"]


def decide(lake: Lake, one: str, other: str, is_same: bool | None, judge: str, now: datetime) -> tuple[Record, Record]:
    """Keeps that two records are of one person, or of two, or (None) that nobody says anything of them any more.

    Raises ConfError where one of them is not there, both are the same, or there is nothing to take back.
    """
    left, right = (record_of(lake, text) for text in (one, other))
    if left == right:
        raise ConfError(f"both are the record {':'.join(left)}")
    pair = dict(zip(KEY, ordered(left, right), strict=True))
    held = [row for row in ops.PERSON_DECISIONS.rows(lake) if all(row.get(name) == pair[name] for name in KEY)]
    if is_same is None and not any(row["is_same"] is not None for row in held):
        raise ConfError(f"nobody has decided about {':'.join(left)} and {':'.join(right)}")
    ops.PERSON_DECISIONS.upsert(lake, [{**pair, "is_same": is_same, "judge": judge, "judged_at": now}])  # type: ignore[typeddict-item]
    return left, right
