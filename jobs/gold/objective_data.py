"""Data that the objectives need, and attributes that serve none of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from jobs.job import Run, job
from jobs.lake.arrow import schema_of
from jobs.settings import Settings
from jobs.settings.company import Objective
from jobs.settings.sources import Source
from jobs.sources import formats
from transformations.contracts import contract
from transformations.indicators.definitions import CATALOGUE, INDICATORS

if TYPE_CHECKING:
    from jobs.lake.tables import Lake

_NEEDED = tuple(sorted({need.rsplit(".", 1)[0] for indicator in INDICATORS for need in indicator.needs}))


@job(
    stage="gold",
    group="improve",
    reads=_NEEDED,
    writes=("gold.objective_data", "gold.data_reach"),
    conf=("company.objectives", "sources"),
    modules=tuple(f"jobs.sources.formats.{name}" for name in formats.names()),
)
def objective_data(lake: Lake, run: Run) -> None:
    """Lists the data that each objective's indicator needs, whether they exist, and attributes that serve no objective."""
    needs = [
        _need(lake, run.settings, objective, need)
        for objective in _of_company(run.settings)
        for need in CATALOGUE[objective.indicator].needs
    ]
    _write(lake, "gold.objective_data", needs)
    _write(lake, "gold.data_reach", _reach(run.settings))


def _of_company(settings: Settings) -> list[Objective]:
    """Objectives that an indicator measures; those of customers, communities and segments are measured by their profitability."""
    return [its for its in settings.company.objectives if its.subject == "company"]


def _write(lake: Lake, name: str, rows: list[dict[str, Any]]) -> None:
    lake.write(name, pa.Table.from_pylist(rows, schema=schema_of(contract(name))))


def filled_by(source: Source, table: str) -> set[str]:
    """Columns of a silver table (short name) that a source's format or mapping fills, or `fill` from another table."""
    if table not in formats.tables_of(source):
        return set()
    of_table = source.tables.get(table)
    return set(formats.columns_of(source, table)) | set(of_table.fill if of_table else ())


def _need(lake: Lake, settings: Settings, objective: Any, need: str) -> dict[str, Any]:
    name, column = need.rsplit(".", 1)
    table = contract(name)
    held: dict[str, int] = {}
    rows, first, last = 0, None, None
    if lake.exists(name):
        event = table.event_time or "cast(null as timestamp)"
        current = "where deleted_at is null" if "deleted_at" in table.names else ""
        query = (
            f"select source, count(*) as n, count({column}) as filled, min({event}) as first, max({event}) as last "
            f"from t {current} group by source"
        )
        for row in lake.sql(query, t=name).to_pylist():
            rows += row["n"]
            if row["filled"]:
                held[row["source"]] = row["filled"]
            first = min(filter(None, (first, row["first"])), default=None)
            last = max(filter(None, (last, row["last"])), default=None)
    possible = {
        source.name
        for source in settings.sources
        if column in filled_by(source, table.short_name) and source.origin not in held and source.name not in held
    }
    state = "held" if held else "obtainable" if possible else "absent"
    return {
        "objective_id": objective.objective_id,
        "indicator_id": objective.indicator,
        "table_name": name,
        "column_name": column,
        "data_state": state,
        "rows_count": rows,
        "filled_ratio": sum(held.values()) / rows if rows else None,
        "held_from": first.date() if first else None,
        "held_to": last.date() if last else None,
        "held_sources": sorted(held),
        "obtainable_sources": sorted(possible),
        "possible_formats": _formats_with(table.short_name, column) if state == "absent" else [],
    }


def _formats_with(table: str, column: str) -> list[str]:
    return [name for name in formats.names() if column in formats.named(name).get(table, ())]


def _reach(settings: Settings) -> list[dict[str, Any]]:
    objectives: dict[str, list[str]] = {}
    for objective in _of_company(settings):
        objectives.setdefault(objective.indicator, []).append(objective.objective_id)
    rows = []
    for source in settings.sources:
        for table in formats.tables_of(source):
            of = contract(f"silver.{table}")
            for column in sorted(filled_by(source, table) - set(_always_filled(of.key))):
                indicators = [i.indicator_id for i in INDICATORS if f"{of.name}.{column}" in i.needs]
                reached = sorted({name for indicator in indicators for name in objectives.get(indicator, ())})
                rows.append(
                    {
                        "source": source.name,
                        "table_name": of.name,
                        "column_name": column,
                        "reached_indicators": indicators,
                        "reached_objectives": reached,
                        "reaches_objective": bool(reached),
                    }
                )
    return rows


def _always_filled(key: Iterable[str]) -> Iterable[str]:
    """Columns that every row needs: their relevance is not in question."""
    return (*key, "deleted_at")
