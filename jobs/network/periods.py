"""The network of persons, period by period: measures, communities with stable ids, authority classes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from jobs.network import parts_of, rows
from jobs.network.apart import communities_of
from jobs.network.rows import Network
from transformations.network.evolution import match
from transformations.network.graph import Graph, from_edges
from transformations.network.interests import interests, mixed
from transformations.network.lifecycle import LIFE, life
from transformations.network.outreach import outreach_dates
from transformations.network.sub_communities import sub_communities
from transformations.network.weighing import weighed
from transformations.network.windows import ALL, Period, periods, slices

if TYPE_CHECKING:
    from jobs.settings.base import NetworkSettings

GRAINS = ("week", "month", "window")
_CHAINED = ("week", "month")
"""Grains whose communities continue those of the period before."""
_ENDS = ("source_person_id", "target_person_id")


@dataclass(frozen=True)
class NetworkTables:
    """Rows of gold.network_measures, network_summary, communities, community_members, sub_communities, sub_community_members,
    community_evolution, influencers and network_layouts."""

    measures: pa.Table
    summary: pa.Table
    communities: pa.Table
    members: pa.Table
    sub_communities: pa.Table
    sub_members: pa.Table
    evolution: pa.Table
    influencers: pa.Table
    layouts: pa.Table


def by_period(
    edges: pa.Table,
    activity: pa.Table,
    persons: pa.Table,
    settings: NetworkSettings,
    step: Callable[[Period], None] = lambda period: None,
) -> NetworkTables:
    """The network of each week and month, in order, of the moving window and of all time.

    Args:
        edges (gold.network_edges): those between persons make the network; those from and to the company's accounts say when
            influencers were engaged.
        activity (gold.person_activity). persons: person_id, role, followers_count.
        step: called before each period.
    Returns: rows of every period with interactions between persons. A community keeps the id of the one that it continues
        from the previous period of its grain with any. A community of the window or of all time takes the id of the one that
        it shares most members with, where each person counts in their latest community by month (by week, where months are
        not asked for); one that continues none gets the id `all-` (the window's name) and the first 12 digits of the
        person_id of its founder: of the members active on the earliest day, the first by person_id. So ids are a pure
        function of the acts of the ordered periods: those of past periods stay as they are while days are added.
    """
    is_company = pc.or_(edges["is_from_company"], edges["is_to_company"])
    between, contacts = edges.filter(pc.invert(is_company)), edges.filter(is_company)
    listed = periods(between["acted_on"], [each for each in GRAINS if each in settings.periods], settings.window_days)
    chain = "month" if "month" in settings.periods else "week"
    previous: dict[str, tuple[str, pa.Table]] = {}
    latest: dict[str, str] = {}
    parts: list[NetworkTables] = []
    for (period, acts), (_, done) in zip(slices(between, listed), slices(activity, listed)):
        step(period)
        done = activity if period.grain == ALL else done  # also what was said and bought before and after the acts
        before = previous.get(period.grain, (None, None))[1]
        if period.grain not in _CHAINED:
            before = _members(list(latest), list(latest.values()))
        part = _of_period(period, acts, done, persons, before, settings)
        if period.grain in _CHAINED:
            part, belonging = _with_evolution(part, previous.get(period.grain), period)
            if belonging.num_rows:
                previous[period.grain] = (period.name, belonging)
                if period.grain == chain:
                    latest.update(zip(belonging["member"].to_pylist(), belonging["community"].to_pylist()))
        parts.append(part)
    if not parts:
        period = Period(ALL, ALL, _NEVER, _NEVER)
        parts = [_of_period(period, between.slice(0, 0), activity.slice(0, 0), persons, None, settings)]
    tables = {name: pa.concat_tables([getattr(part, name) for part in parts]) for name in NetworkTables.__annotations__}
    months = {period.name: period.start for period in listed if period.grain == "month"}
    ends = {period.name: period.end for period in listed}
    tables["summary"] = tables["summary"].filter(pc.greater(tables["summary"]["persons_count"], 0))
    tables["influencers"] = outreach_dates(tables["influencers"], months, ends, contacts)
    return NetworkTables(**tables)


_NEVER = date(1970, 1, 1)


def _of_period(
    period: Period,
    acts: pa.Table,
    activity: pa.Table,
    persons: pa.Table,
    before: pa.Table | None,
    settings: NetworkSettings,
) -> NetworkTables:
    graph = graph_of(acts, settings, period)
    held = interests(graph.ids, activity)
    alone = _communities(graph, settings)
    joined = mixed(graph, held, settings.interest_share)
    labels = alone
    if settings.interest_share and held.vectors.nnz:
        labels = _communities(joined, settings)
    names = _names(graph, labels, before, period.name, settings.min_community_size)
    if period.grain not in _CHAINED:
        names = _named_after_founders(names, graph, labels, acts, period.name)
    network = Network(
        period,
        graph,
        acts,
        activity,
        held,
        persons,
        labels,
        alone,
        names,
        settings.betweenness_samples,
        settings.exact_below,
        settings.seed,
    )
    members = rows.members(network)
    parts = _parts(network, joined, settings)
    return NetworkTables(
        measures=rows.measures(network),
        summary=rows.summary(network),
        communities=rows.communities(network, members),
        members=members,
        sub_communities=parts_of.rows(network, joined, parts),
        sub_members=parts_of.members(network, parts),
        evolution=LIFE.empty_table(),
        influencers=rows.influencers(network),
        layouts=rows.layouts(network),
    )


def _communities(graph: Graph, settings: NetworkSettings) -> np.ndarray:
    return communities_of(
        graph, seed=settings.seed, in_process_below=settings.in_process_below, method=settings.community_method
    )


def _parts(network: Network, joined: Graph, settings: NetworkSettings) -> np.ndarray:
    if not settings.sub_communities_from:
        return np.full(network.graph.vertex_count, -1)
    return sub_communities(
        joined,
        network.labels,
        sorted(network.names),
        members_from=settings.sub_communities_from,
        find=lambda graph: _communities(graph, settings),
    )


def graph_of(acts: pa.Table, settings: NetworkSettings, period: Period) -> Graph:
    """The directed, weighted graph of the acts of a period; who acts or is addressed is a vertex whatever the weight."""
    joined = weighed(acts, weights=settings.weights, half_life_days=settings.half_life_days, end=period.end)
    everyone = pa.chunked_array([chunk for end in _ENDS for chunk in acts[end].chunks], pa.string())
    return from_edges(joined, directed=True, vertices=everyone)


def _with_evolution(
    part: NetworkTables, previous: tuple[str, pa.Table] | None, period: Period
) -> tuple[NetworkTables, pa.Table]:
    """The tables with what became of the communities, and the members of these."""
    belonging = _members(part.members["person_id"], part.members["community_id"])
    name, before = previous or (None, belonging.slice(0, 0))
    found = life(before, belonging, period=period.name, previous_period=name) if belonging.num_rows else part.evolution
    return NetworkTables(**{**vars(part), "evolution": found}), belonging


def _members(persons: pa.ChunkedArray | list[str], names: pa.ChunkedArray | list[str]) -> pa.Table:
    text = pa.string()
    persons = persons.cast(text) if isinstance(persons, pa.ChunkedArray) else pa.array(persons, text)
    names = names.cast(text) if isinstance(names, pa.ChunkedArray) else pa.array(names, text)
    return pa.table({"member": persons, "community": names})


def _names(graph: Graph, labels: np.ndarray, before: pa.Table | None, period: str, smallest: int) -> dict[int, str]:
    """Id of each community that is large enough, by its number."""
    is_member = np.bincount(labels, minlength=1)[labels] >= smallest
    current = pa.table({"member": graph.ids, "community": labels}).filter(pa.array(is_member, pa.bool_()))
    return match(before, current, period=period)


def _named_after_founders(
    names: dict[int, str], graph: Graph, labels: np.ndarray, acts: pa.Table, period: str
) -> dict[int, str]:
    ends = pa.concat_tables([acts.select([end, "acted_on"]).rename_columns(["person", "day"]) for end in _ENDS])
    first = ends.group_by("person").aggregate([("day", "min")])
    first = first.sort_by([("day_min", "ascending"), ("person", "ascending")])
    number = dict(zip(graph.ids.to_pylist(), labels.tolist(), strict=True))
    founders: dict[int, str] = {}
    for person in first["person"].to_pylist():
        founders.setdefault(number[person], person)
    return {
        community: f"{period}-{founders[community][:12]}" if name.startswith(f"{period}-") else name
        for community, name in names.items()
    }
