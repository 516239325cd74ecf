"""Components, PageRank and communities of a network: from a Delta table of pairs to a Delta table of persons, against peers.

Each side reads the pairs, numbers the persons and writes its result. NetworkX is left out above 100,000 connections.
"""

from __future__ import annotations

import argparse
import importlib
import resource
from collections.abc import Callable
from pathlib import Path
from typing import Any

import deltalake
import numpy as np
import pyarrow as pa

from bench import places
from bench.contest import Contest, ratios
from bench.tables import console, ratio_table
from transformations.network.communities import communities, modularity
from transformations.network.graph import Graph, from_edges
from transformations.network.measures import components, pagerank

_NETWORKX_UP_TO = 100_000
_MEMBERS = 100  # of a planted group


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--edges", type=int, nargs="+", default=[100_000, 1_000_000], help="connections (100000 1000000)"
    )
    parser.add_argument("--repeats", type=int, default=3, help="runs of each side (3)")


def run(options: argparse.Namespace) -> int:
    """Prints the ratios; 0, or 3 where a goal was missed."""
    found = []
    for edges in options.edges:
        with places.work_folder(keep=False) as folder:
            deltalake.write_deltalake(folder / "pairs", planted(edges))
            found += [ratio for contest in contests(folder, edges) for ratio in ratios(contest, options.repeats)]
    console().print(ratio_table(found))
    for (side, connections), reached in sorted(_REACHED.items()):
        console().print(f"Modularity, {connections:,} connections, {side}: {reached:.4f}")
    console().print(f"Most memory of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024:,} MB")
    return 0 if all(ratio.is_good for ratio in found) else 3


def planted(edges: int, seed: int = 7) -> pa.Table:
    """Pairs of persons: seven connections each, four in five of them within a group."""
    generator = np.random.default_rng(seed)
    persons = max(_MEMBERS, edges // 7)
    source = generator.integers(0, persons, edges)
    within = (source // _MEMBERS) * _MEMBERS + generator.integers(0, _MEMBERS, edges)
    target = np.where(
        generator.random(edges) < 0.8, np.minimum(within, persons - 1), generator.integers(0, persons, edges)
    )
    named = [pa.array(np.char.add("person-", of.astype(str))) for of in (source, target)]
    return pa.table({"source": named[0], "target": named[1]})


def contests(folder: Path, edges: int) -> list[Contest]:
    of = f"{edges:,} pairs"
    small = edges <= _NETWORKX_UP_TO
    parts = {"components": {"NetworKit": 0.8, "NetworkX": 1.0}, "PageRank": {"NetworKit": 0.8, "NetworkX": 1.0}}
    kernels: dict[str, tuple[Callable[[], object], Callable[[], object], Callable[[], object]]] = {
        "components": (
            lambda: _ours(folder, components, _sizes),
            lambda: _networkit(folder, _nk_components, _sizes),
            lambda: _networkx(folder, _nx_components, _sizes),
        ),
        "PageRank": (
            lambda: _ours(folder, _pagerank, _highest),
            lambda: _networkit(folder, _nk_pagerank, _highest),
            lambda: _networkx(folder, _nx_pagerank, _highest),
        ),
    }
    found = []
    for name, (ours, networkit, networkx) in kernels.items():
        peers = {"NetworKit": networkit} | ({"NetworkX": networkx} if small else {})
        found.append(Contest(f"{name}, {of}", ours, peers, parts[name]))
    found.append(
        Contest(
            f"communities, {of}",
            lambda: _ours(folder, _communities, _nothing),
            {"NetworKit, parallel Leiden": lambda: _networkit(folder, _nk_communities, _nothing)},
            {"NetworKit, parallel Leiden": 1.0},
        )
    )
    return found


def _pairs(folder: Path) -> pa.Table:
    return deltalake.DeltaTable(folder / "pairs").to_pyarrow_table()


def _written(folder: Path, ids: pa.Array, values: Any, name: str) -> None:
    rows = pa.table({"person_id": ids, "value": np.asarray(values)})
    deltalake.write_deltalake(folder / f"of-{name}", rows, mode="overwrite")


def _ours(folder: Path, kernel: Callable[[Graph], Any], told: Callable[[pa.Array, Any], object]) -> object:
    graph = from_edges(_pairs(folder), directed=True)
    values = kernel(graph)
    _written(folder, graph.ids, values, "ours")
    return told(graph.ids, values)


def _pagerank(graph: Graph) -> Any:
    return pagerank(graph, weighted=False)


def _communities(graph: Graph) -> Any:
    labels = communities(graph)
    _REACHED["ours", graph.edge_count] = modularity(graph, labels)
    return labels


_REACHED: dict[tuple[str, int], float] = {}
"""Modularity of communities, by side and number of connections. NetworKit's own differs from run to run."""


def _networkit(folder: Path, kernel: Callable[[Any, int], Any], told: Callable[[pa.Array, Any], object]) -> object:
    import networkit as nk

    pairs = _pairs(folder)
    ids, tails, heads = _numbered(pairs)
    loops = tails == heads
    tails, heads = tails[~loops], heads[~loops]
    network = nk.GraphFromCoo((np.ones(len(tails)), (tails, heads)), n=len(ids), weighted=False, directed=True)
    network.removeMultiEdges()
    values = kernel(network, len(ids))
    _written(folder, ids, values, "networkit")
    return told(ids, values)


def _numbered(pairs: pa.Table) -> tuple[pa.Array, Any, Any]:
    both = pa.chunked_array([*pairs["source"].chunks, *pairs["target"].chunks]).combine_chunks().dictionary_encode()
    codes = both.indices.to_numpy().astype(np.uint64)
    return both.dictionary, codes[: pairs.num_rows], codes[pairs.num_rows :]


def _nk_components(network: Any, count: int) -> Any:
    import networkit as nk

    found = nk.components.WeaklyConnectedComponents(network).run()
    return np.array(found.getPartition().getVector())


def _nk_pagerank(network: Any, count: int) -> Any:
    import networkit as nk

    found = nk.centrality.PageRank(
        network, damp=0.85, tol=1e-10, distributeSinks=nk.centrality.SinkHandling.DistributeSinks
    )
    found.norm = nk.centrality.Norm.L1_NORM
    return np.array(found.run().scores())


def _nk_communities(network: Any, count: int) -> Any:
    import networkit as nk

    both_ways = nk.graphtools.toUndirected(network)
    found = nk.community.ParallelLeiden(both_ways, iterations=10).run().getPartition()
    _REACHED["NetworKit", network.numberOfEdges()] = nk.community.Modularity().getQuality(found, both_ways)
    return np.array(found.getVector())


def _networkx_itself() -> Any:
    """NetworkX, which development brings: nothing else needs it."""
    return importlib.import_module("networkx")


def _networkx(folder: Path, kernel: Callable[[Any], dict[Any, Any]], told: Callable[[pa.Array, Any], object]) -> object:
    nx = _networkx_itself()

    pairs = _pairs(folder)
    tails, heads = pairs["source"].to_pylist(), pairs["target"].to_pylist()
    graph = nx.DiGraph()
    graph.add_nodes_from([*tails, *heads])
    graph.add_edges_from(pair for pair in zip(tails, heads) if pair[0] != pair[1])
    values = kernel(graph)
    ids = pa.array(list(values))
    _written(folder, ids, list(values.values()), "networkx")
    return told(ids, np.array(list(values.values())))


def _nx_components(graph: Any) -> dict[Any, Any]:
    nx = _networkx_itself()

    return {person: number for number, part in enumerate(nx.weakly_connected_components(graph)) for person in part}


def _nx_pagerank(graph: Any) -> dict[Any, Any]:
    nx = _networkx_itself()

    return nx.pagerank(graph, tol=1e-12, max_iter=500)


def _sizes(ids: pa.Array, labels: Any) -> object:
    return sorted(np.unique(labels, return_counts=True)[1].tolist())


def _highest(ids: pa.Array, rank: Any) -> object:
    """The ten persons of the highest PageRank, with it in millionths."""
    best = np.argsort(-rank)[:10]
    return sorted(
        (person, round(float(of) * 1e6)) for person, of in zip(ids.take(pa.array(best)).to_pylist(), rank[best])
    )


def _nothing(ids: pa.Array, labels: Any) -> object:
    return len(ids)
