"""Measures of shortest paths: betweenness and closeness, exact below a size, from a sample with its error above it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from transformations.network.betweenness import Mean, dependencies, draw
from transformations.network.graph import Graph

_AT_ONCE = 128  # sources: their matrices of depths and counts are held in memory together


@dataclass(frozen=True, eq=False)
class Paths:
    """Measures in the order of `Graph.ids`, 0 to 1, with standard errors (0 where exact).

    betweenness: share of the shortest paths between two others that pass through the vertex.
    closeness: mean of 1 / distance from all others to the vertex, 0 from those who cannot reach it (harmonic).
    sources: how many vertices paths were counted from.
    """

    betweenness: NDArray[np.float64]
    betweenness_error: NDArray[np.float64]
    closeness: NDArray[np.float64]
    closeness_error: NDArray[np.float64]
    sources: int


def paths(graph: Graph, *, sources: int, exact_below: int, seed: int = 0) -> Paths:
    """Betweenness and harmonic closeness, counted in hops: weights are strengths and not lengths.

    Args:
        sources: how many vertices to draw where the graph has more than exact_below, at least 2.
        exact_below: largest number of vertices up to which paths are counted from all of them.
        seed: of the draw; the same graph, sources and seed give the same result on every run.
    Returns: of a sample the unbiased estimates; each error is that of a mean of a sample drawn without replacement. A
        vertex that was itself drawn has no path from itself: its closeness is the mean over the others that were.
    Raises: ValueError with fewer than 2 sources.
    Source: Brandes 2001; Brandes and Pich 2007; harmonic closeness: Marchiori and Latora 2000, NetworkX
        `harmonic_centrality` over n - 1.
    """
    if sources < 2:
        raise ValueError(f"paths: sources is {sources}; expected at least 2, the least that has a standard error")
    count = graph.vertex_count
    if count < 2:
        nothing = np.zeros(count)
        return Paths(nothing, nothing, nothing, nothing, count)
    if count <= max(exact_below, sources):
        dependency, nearness = _from_all(graph)
        between = dependency / max((count - 1) * (count - 2), 1)
        return Paths(between, np.zeros(count), nearness / (count - 1), np.zeros(count), count)
    drawn = draw(count, sources, seed)
    through, near = Mean(count), Mean(count)
    for source in drawn:
        dependency, depth = dependencies(graph, int(source))
        through.add(dependency)
        near.add(np.divide(1.0, depth, out=np.zeros(count), where=depth > 0))
    scale = count / ((count - 1) * (count - 2))
    # A source is at no distance from itself: where it was drawn, the mean is over one source less.
    others = np.full(count, float(sources))
    others[drawn] -= 1
    return Paths(
        through.value * scale,
        through.error(count) * scale,
        near.value * sources / others,
        near.error(count) * sources / others,
        sources,
    )


def _from_all(graph: Graph) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Sum over all sources of the dependencies on each vertex, and of 1 / distance to it.

    All sources of a block go side by side, a level at a time: a column of each matrix is a source.
    """
    count = graph.vertex_count
    arcs = graph.matrix(weighted=False)
    back = arcs.T.tocsr()
    dependency, nearness = np.zeros(count), np.zeros(count)
    for first in range(0, count, _AT_ONCE):
        block = np.arange(first, min(first + _AT_ONCE, count))
        columns = np.arange(len(block))
        depth = np.full((count, len(block)), -1)
        counted = np.zeros((count, len(block)))
        depth[block, columns], counted[block, columns] = 0, 1.0
        level = counted.copy()
        deepest = 0
        while True:
            level = np.where(depth < 0, back @ level, 0.0)
            is_new = level > 0
            if not is_new.any():
                break
            deepest += 1
            depth[is_new] = deepest
            counted += level
        of_source = np.zeros((count, len(block)))
        for far in range(deepest, 0, -1):
            credit = np.divide(1 + of_source, counted, out=np.zeros_like(counted), where=depth == far)
            of_source += np.where(depth == far - 1, counted * (arcs @ credit), 0.0)
        of_source[block, columns] = 0.0
        dependency += of_source.sum(axis=1)
        nearness += np.divide(1.0, depth, out=np.zeros_like(counted), where=depth > 0).sum(axis=1)
    return dependency, nearness
