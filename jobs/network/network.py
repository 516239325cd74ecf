"""The network of persons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobs.errors import ScrmError
from jobs.job import Run, job

if TYPE_CHECKING:
    import pyarrow as pa

    from jobs.lake.tables import Lake

_WRITES = {
    "measures": "gold.network_measures",
    "summary": "gold.network_summary",
    "communities": "gold.communities",
    "members": "gold.community_members",
    "sub_communities": "gold.sub_communities",
    "sub_members": "gold.sub_community_members",
    "evolution": "gold.community_evolution",
    "influencers": "gold.influencers",
    "layouts": "gold.network_layouts",
}


@job(
    stage="network",
    group="investigate",
    reads=("gold.network_edges", "gold.person_activity", "silver.persons", "silver.person_links", "silver.profiles"),
    writes=tuple(_WRITES.values()),
    conf=("base.network",),
)
def network(lake: Lake, run: Run) -> None:
    """Computes network measures, communities, their evolution and influencers of persons, by week, month and all time.

    Accounts of the company and bots are left out. Where gold.network_edges has more rows than network.max_edges_in_memory,
    GraphFrames computes what it can, of all time.
    Raises: ScrmError where it has more rows, and GraphFrames cannot be used.
    """
    settings = run.settings.base.network
    if lake.count("gold.network_edges") > settings.max_edges_in_memory:
        _distributed(lake, run)
        return
    from jobs.network.periods import by_period  # brings SciPy

    tables = by_period(lake.arrow("gold.network_edges"), lake.arrow("gold.person_activity"), persons_of(lake), settings)
    for part, name in _WRITES.items():
        lake.write(name, getattr(tables, part))


def _distributed(lake: Lake, run: Run) -> None:
    from jobs.lake.arrow import schema_of
    from jobs.network import distributed
    from transformations.contracts import contract

    settings = run.settings.base.network
    try:
        frame = distributed.graphframe(lake)
    except ScrmError as error:
        raise ScrmError(
            f"{_too_large(lake, settings.max_edges_in_memory)}. Above it, GraphFrames computes: {error}"
        ) from error
    written = set()
    for name, rows in distributed.measured(lake, settings, frame):
        lake.write(name, rows)
        written.add(name)
    for name in sorted(set(_WRITES.values()) - written):
        lake.write(name, schema_of(contract(name)).empty_table())
    run.note(
        f"network: {_too_large(lake, settings.max_edges_in_memory)}: GraphFrames computed all time; periods, evolution, layouts, "
        "betweenness, closeness, HITS and cores are left out"
    )


def persons_of(lake: Lake) -> pa.Table:
    """person_id, role, and followers_count: followers of the person's accounts, added up."""
    import pyarrow.compute as pc

    links = lake.arrow(
        "silver.person_links", ("record_place", "linked_record_id", "person_id"), where="record_kind = 'profile'"
    )
    links = links.rename_columns(["channel", "profile_id", "person_id"])
    profiles = lake.arrow("silver.profiles", ("channel", "profile_id", "followers_count"))
    counted = profiles.filter(profiles["followers_count"].is_valid())
    followed = links.join(counted, ["channel", "profile_id"], join_type="inner").group_by("person_id")
    sums = followed.aggregate([("followers_count", "sum")]).rename_columns(["person_id", "followers_count"])
    persons = lake.arrow("silver.persons", ("person_id", "role")).join(sums, "person_id", join_type="left outer")
    return persons.set_column(
        persons.column_names.index("followers_count"), "followers_count", pc.cast(persons["followers_count"], "int64")
    )


def is_left_out(lake: Lake, run: Run, *tables: str) -> bool:
    """Whether there are more connections than fit in memory: then these tables have no rows, and the run says so."""
    from jobs.lake.arrow import schema_of
    from transformations.contracts import contract

    limit = run.settings.base.network.max_edges_in_memory
    if lake.count("gold.network_edges") <= limit:
        return False
    for name in tables:
        lake.write(name, schema_of(contract(name)).empty_table())
    run.note(f"{', '.join(tables)}: left out; {_too_large(lake, limit)}")
    return True


def _too_large(lake: Lake, limit: int) -> str:
    return (
        f"gold.network_edges has {lake.count('gold.network_edges'):,} rows, more than network.max_edges_in_memory ({limit:,}); "
        "raise it in base.yaml where memory allows"
    )
