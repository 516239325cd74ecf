"""Whose objectives are not published, because they would tell of a month of few persons."""

from __future__ import annotations

from collections.abc import Iterable

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from jobs.publish.groups import SUBJECTS, SmallGroups
from jobs.publish.suppression import shown_profitability, shown_values
from transformations.indicators.definitions import CATALOGUE, INDICATORS
from transformations.segmentation.levels import VERSION

OF_THE_MODEL = f"level = 3 and model_version <> '{VERSION}'"
"""Rows of gold.segment_members of the segments that objectives are set for."""
PERSONS = ("person_id", "period", "orders_count", "revenue", "returns_amount")
"""Columns of gold.customer_profitability that tell in which months a segment is of few persons."""
_COMPANY = "company"
_FEWEST = """
with months as (
    select segment_id, count(*) as members,
        count(*) filter (coalesce(orders_count, 0) <> 0 or coalesce(revenue, 0) <> 0 or coalesce(returns_amount, 0) <> 0)
            as buyers
    from persons join members using (person_id) where period <> 'all' group by segment_id, period
)
select min(least(members, if(buyers > 0, buyers, members))) as fewest from months
"""


def subjects(
    profitability: pa.Table,
    persons: pa.Table,
    members: pa.Table,
    objectives: pa.Table,
    values: pa.Table,
    hidden: SmallGroups,
    least: int,
) -> pa.Table:
    """Subjects whose objectives are left out: what they reached is a sum over months, and their trend a function of all of them.

    - Communities of which any row of gold.community_profitability is left out: the others' objectives tell nothing beyond it.
    - All segments, where one of them had a month in which fewer persons did anything, or bought: together they make up the
      customers, whose months are known.
    - Objectives of the company whose indicator is left out in any month.

    Args: gold.community_profitability; PERSONS of gold.customer_profitability; gold.segment_members OF_THE_MODEL;
        gold.objectives; current rows of gold.indicator_values, with timestamps without a time zone.
    Returns: the columns of SUBJECTS; objective_id is null where all objectives are left out.
    """
    found: list[tuple[str, str, str | None]]
    found = [("community", name, None) for name in _communities(profitability, hidden, least)]
    found += [("segment", name, None) for name in _segments(persons, members, least)]
    found += [(_COMPANY, _COMPANY, name) for name in _of_company(objectives, values, hidden, least)]
    return pa.Table.from_pylist([dict(zip(SUBJECTS.names, row, strict=True)) for row in found], SUBJECTS)


def _communities(profitability: pa.Table, hidden: SmallGroups, least: int) -> list[str]:
    kept = {_key(row) for row in shown_profitability(profitability, hidden, least).to_pylist()}
    return sorted({row["community_id"] for row in profitability.to_pylist() if _key(row) not in kept})


def _key(row: dict) -> tuple[str, str]:
    return row["community_id"], row["period"]


def _segments(persons: pa.Table, members: pa.Table, least: int) -> list[str]:
    with duckdb.connect() as connection:
        connection.register("persons", persons)
        connection.register("members", members)
        ((fewest,),) = connection.sql(_FEWEST).fetchall()
    return sorted(set(members["segment_id"].to_pylist())) if fewest is not None and fewest < least else []


def _of_company(objectives: pa.Table, values: pa.Table, hidden: SmallGroups, least: int) -> list[str]:
    of_company = [row for row in objectives.to_pylist() if row["subject_kind"] == _COMPANY]
    measures = {row["objective_id"]: row["measure"] for row in of_company if row["measure"] in CATALOGUE}
    ids = _with_families(CATALOGUE[name].persons_in for name in measures.values())
    if not ids:
        return []
    judged = values.filter(pc.is_in(values["indicator_id"], value_set=pa.array(sorted(ids), pa.string())))
    kept = _months(shown_values(judged, hidden, least))
    without = {indicator_id for indicator_id, _ in _months(judged) - kept}
    return sorted(objective_id for objective_id, measure in measures.items() if measure in without)


def _months(values: pa.Table) -> set[tuple]:
    """Indicators and months of the company as a whole."""
    of_all = values.filter(pc.and_(pc.equal(values["grain"], "month"), pc.equal(values["dimension"], "all")))
    return {tuple(row.values()) for row in of_all.select(["indicator_id", "period_start"]).to_pylist()}


def _with_families(countings: Iterable[str]) -> set[str]:
    """Indicators that are left out together, by who is counted, and those of the whole that a share is of."""
    families = {name for name in countings if name}
    families |= {CATALOGUE[whole].persons_in for name in families if (whole := CATALOGUE[name].denominator_of)}
    return {its.indicator_id for its in INDICATORS if its.persons_in and its.persons_in in families}
