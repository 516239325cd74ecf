"""Betweenness estimated from a sample of sources, with its sampling error."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from transformations.network.graph import Graph


@dataclass(frozen=True, eq=False)
class Betweenness:
    """Betweenness of each vertex in the order of `Graph.ids`, 0 to 1, with its error.

    value: estimated share of shortest paths between two other vertices that pass through the vertex.
    standard_error: of value, due to sampling; 0 where every vertex was a source.
    sources: vertices drawn, ascending.
    """

    value: NDArray[np.float64]
    standard_error: NDArray[np.float64]
    sources: NDArray[np.int64]


def betweenness(graph: Graph, *, sources: int, seed: int = 0) -> Betweenness:
    """Share of shortest paths through each vertex, counted in hops: weights are strengths and not lengths.

    Args:
        sources: how many vertices to draw, at least 2; with as many as the graph has, the result is exact.
        seed: of the draw; the same graph, sources and seed give the same result on every run.
    Returns: the unbiased estimate of NetworkX's normalised `betweenness_centrality`: the mean of the drawn
        sources' dependencies over n - 2. Its standard error is that of a mean of a sample drawn without
        replacement; dependencies are skewed, so with a dozen sources two errors to either side cover the true
        value in only about four cases out of five.
    Raises: ValueError with fewer than 2 sources.
    Source: Brandes 2001, algorithm 1; Brandes and Pich 2007, uniform pivots; Cochran 1977, section 2.
    """
    if sources < 2:
        raise ValueError(f"betweenness: sources is {sources}; expected at least 2, the least that has a standard error")
    count = graph.vertex_count
    drawn = min(sources, count)
    pivots = np.arange(count) if drawn == count else draw(count, drawn, seed)
    mean = Mean(count)
    if count < 3:
        return Betweenness(mean.value, mean.value.copy(), pivots)
    for source in pivots:
        mean.add(dependencies(graph, int(source))[0])
    # The dependency of a source counts the paths to the n - 1 others; a vertex can be on the paths of the n - 1
    # other sources, so the mean over n sources, times n, is divided by (n - 1)(n - 2).
    scale = count / ((count - 1) * (count - 2))
    return Betweenness(mean.value * scale, mean.error(count) * scale, pivots)


class Mean:
    """Mean and standard error of vectors that are added one by one, of a sample drawn without replacement.

    Source: Welford 1962; Cochran 1977, section 2.
    """

    def __init__(self, size: int) -> None:
        self.value = np.zeros(size)
        self._squares = np.zeros(size)
        self._seen = 0

    def add(self, vector: NDArray[np.float64]) -> None:
        self._seen += 1
        above_old_mean = vector - self.value
        self.value += above_old_mean / self._seen
        self._squares += above_old_mean * (vector - self.value)

    def error(self, population: int) -> NDArray[np.float64]:
        """Standard error of the mean. Args: population: how many vectors there are to draw from."""
        variance = self._squares / (self._seen - 1) * (1 - self._seen / population) / self._seen
        return np.sqrt(np.maximum(variance, 0))


def draw(count: int, drawn: int, seed: int) -> NDArray[np.int64]:
    """Numbers below count, drawn without replacement, ascending."""
    return np.sort(np.random.default_rng(seed).choice(count, size=drawn, replace=False))


def dependencies(graph: Graph, source: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """What passes through each vertex on the shortest paths from `source`, and how far each is from it.

    Returns: sum over all targets of the share of shortest paths that pass through; hops, 0 for the source, -1 where there
        is no path.
    """
    depth = np.full(graph.vertex_count, -1, dtype=np.int64)
    depth[source] = 0
    is_reached = np.zeros(graph.vertex_count, dtype=bool)
    paths = np.zeros(graph.vertex_count)
    place = np.empty(graph.vertex_count, dtype=np.int64)  # of a vertex within its level
    is_reached[source], paths[source] = True, 1.0
    level = np.array([source])
    steps: list[tuple[NDArray[np.int64], ...]] = []
    while True:
        first, arcs = graph.indptr[level], np.diff(graph.indptr)[level]
        tails = np.repeat(np.arange(len(level)), arcs)
        before = np.cumsum(arcs) - arcs
        heads = graph.indices[np.repeat(first - before, arcs) + np.arange(len(tails))]
        is_new = ~is_reached[heads]
        if not is_new.any():
            break
        tails, heads = tails[is_new], heads[is_new]
        place[heads] = np.arange(len(heads))
        following = heads[place[heads] == np.arange(len(heads))]  # each new vertex once, without a sort
        place[following] = np.arange(len(following))
        arrivals = place[heads]
        is_reached[following] = True
        depth[following] = len(steps) + 1
        paths[following] = np.bincount(arrivals, weights=paths[level][tails], minlength=len(following))
        steps.append((level, tails, following, arrivals))
        level = following

    dependency = np.zeros(graph.vertex_count)
    for level, tails, following, arrivals in reversed(steps):
        credit = (1 + dependency[following]) / paths[following]
        dependency[level] = paths[level] * np.bincount(tails, weights=credit[arrivals], minlength=len(level))
    dependency[source] = 0.0
    return dependency, depth
