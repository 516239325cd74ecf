"""Influencers over time: when they were identified, engaged by the company, and enabled to speak for it."""

from __future__ import annotations

from bisect import bisect_left
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

IDENTIFIED = ("A", "B")
SPEAKING = ("share", "mention", "answer", "tag")
"""Kinds of acts towards the company's accounts that pass it on or speak for it."""
DATES = ("identified_on", "engaged_on", "enabled_on")


def outreach_dates(
    influencers: pa.Table, months: dict[str, date], ends: dict[str, date], contacts: pa.Table
) -> pa.Table:
    """The rows with the days of outreach.

    Args:
        influencers: person_id, period, authority_class.
        months: first day of each period that is a month, by its name. ends: day after the last of each period.
        contacts (gold.network_edges from or to the company): source_person_id, target_person_id, kind, acted_on,
            is_from_company, is_to_company.
    Returns: influencers with identified_on (first day of the first month, begun before the end of the row's period, in which
        the person was of class A or B), engaged_on (first day from then on, before the period's end, on which the company
        addressed the person) and enabled_on (first day from then on, before the period's end, on which the person shared,
        mentioned, answered or tagged the company).
    """
    is_leading = pc.and_(
        pc.is_in(influencers["authority_class"], pa.array(IDENTIFIED)),
        pc.is_in(influencers["period"], pa.array(list(months), pa.string())),
    )
    leading = influencers.filter(is_leading)
    first: dict[str, date] = {}
    for person, period in zip(leading["person_id"].to_pylist(), leading["period"].to_pylist()):
        first[person] = min(first.get(person, date.max), months[period])
    addressed = _days(
        contacts.filter(pc.and_not(contacts["is_from_company"], contacts["is_to_company"])), "target", first
    )
    to_company = contacts.filter(pc.and_not(contacts["is_to_company"], contacts["is_from_company"]))
    spoke = _days(to_company.filter(pc.is_in(to_company["kind"], pa.array(SPEAKING))), "source", first)
    rows: list[tuple[date | None, date | None, date | None]] = []
    for person, period in zip(influencers["person_id"].to_pylist(), influencers["period"].to_pylist()):
        identified = _before(first.get(person), ends[period])
        engaged = _before(_from(addressed.get(person), identified), ends[period])
        rows.append((identified, engaged, _before(_from(spoke.get(person), engaged), ends[period])))
    for place, name in enumerate(DATES):
        influencers = influencers.append_column(name, pa.array([row[place] for row in rows], pa.date32()))
    return influencers


def _days(contacts: pa.Table, end: str, persons: dict[str, date]) -> dict[str, list[date]]:
    """Days of contact of each of these persons, ascending."""
    column = f"{end}_person_id"
    rows = contacts.filter(pc.is_in(contacts[column], pa.array(list(persons), pa.string())))
    days: dict[str, list[date]] = {}
    for row in rows.group_by([column, "acted_on"]).aggregate([]).sort_by("acted_on").to_pylist():
        days.setdefault(row[column], []).append(row["acted_on"])
    return days


def _from(days: list[date] | None, start: date | None) -> date | None:
    if not days or start is None:
        return None
    place = bisect_left(days, start)
    return days[place] if place < len(days) else None


def _before(day: date | None, end: date) -> date | None:
    return day if day is not None and day < end else None
