"""Places for diagrams: each community has a disc of its own, members lie in it; small networks are refined by forces.

Everything starts from fixed places and uses no random numbers: the same graph gives the same picture.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from transformations.network.graph import Graph

GOLDEN = np.pi * (3 - np.sqrt(5))
"""Angle between successive places of a sunflower's seeds, which leave no gaps."""
FORCED_UP_TO = 2_000
"""Persons up to which forces refine their places: each round compares everyone with all of their community."""
_MOST_DISCS = 60
_ROUNDS = 80


def layout(graph: Graph, labels: NDArray[np.int64], rank: NDArray[np.float64]) -> NDArray[np.float64]:
    """Places of the vertices.

    Args: labels: community of each vertex, 0 the largest (`communities`). rank: PageRank: the highest lie in the middle.
    Returns: x, y of each vertex in the order of `Graph.ids`, within 0 to 1.
    Source: forces: Fruchterman and Reingold 1991.
    """
    count = graph.vertex_count
    if count == 0:
        return np.empty((0, 2))
    both_ways = graph.undirected().matrix()
    places = _in_discs(both_ways, labels, rank)
    if 1 < count <= FORCED_UP_TO:
        places = _refined(both_ways, labels, places)
    return fitted(places)


def fitted(places: NDArray[np.float64]) -> NDArray[np.float64]:
    """Places moved and scaled, both directions alike, into 0 to 1 with the middle at one half."""
    low, high = places.min(axis=0), places.max(axis=0)
    span = float((high - low).max()) or 1.0
    return np.round(0.5 + (places - (low + high) / 2) / span, 6)


def sunflower(count: int) -> NDArray[np.float64]:
    """Places that fill a disc of radius 1 evenly, from the middle outwards."""
    step = np.arange(count)
    radius = np.sqrt((step + 0.5) / max(count, 1))
    return np.column_stack([radius * np.cos(step * GOLDEN), radius * np.sin(step * GOLDEN)])


def discs(between: NDArray[np.float64], radius: NDArray[np.float64]) -> NDArray[np.float64]:
    """Middles of discs that do not overlap, those with strong connections near each other.

    Args: between: weight of the connections of each pair, symmetric. radius: of each.
    """
    count = len(radius)
    places = sunflower(count) * np.sqrt((radius**2).sum()) * 1.6
    if count < 2:
        return places
    strength = np.log1p(between / (between[between > 0].mean() if (between > 0).any() else 1.0))
    np.fill_diagonal(strength, 0)
    apart = (radius[:, None] + radius[None, :]) * 1.15
    for heat in np.linspace(0.3, 0.02, _ROUNDS):
        way, distance = _ways(places)
        pull = (
            strength * np.maximum(distance - apart, 0) / apart.mean()
            + 0.02 * np.maximum(distance - apart, 0) / apart.mean()
        )
        push = np.where(distance < 1.3 * apart, (apart / distance) ** 2, 0)
        places = places + _limited(_moved(way, push - pull), heat * apart.mean())
    return _separated(places, apart)


def _separated(places: NDArray[np.float64], apart: NDArray[np.float64]) -> NDArray[np.float64]:
    """Places pushed aside until no two are nearer than they have to be."""
    for _ in range(200):
        way, distance = _ways(places)
        overlap = np.maximum(apart - distance, 0)
        np.fill_diagonal(overlap, 0)
        if overlap.max() < 1e-3 * apart.mean():
            break
        places = places + _moved(way, overlap) * 0.3
    return places


def _ways(places: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Directions from each to each as unit vectors (towards the row), and distances, never 0."""
    way = places[:, None, :] - places[None, :, :]
    distance = np.sqrt((way**2).sum(axis=2))
    np.fill_diagonal(distance, 1.0)
    same = distance < 1e-9
    if same.any():
        place = np.arange(len(places)) * GOLDEN
        turn = np.sign(np.arange(len(places))[:, None] - np.arange(len(places))[None, :])
        aside = np.stack([np.cos(place)[:, None] * turn, np.sin(place)[:, None] * turn], axis=2)
        way[same], distance[same] = aside[same], 1.0
    return way / distance[:, :, None], distance


def _moved(way: NDArray[np.float64], force: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.einsum("ijk,ij->ik", way, force)


def _limited(move: NDArray[np.float64], most: float) -> NDArray[np.float64]:
    length = np.sqrt((move**2).sum(axis=1, keepdims=True))
    return move * np.minimum(1, most / np.maximum(length, 1e-12))


def _in_discs(
    both_ways: sparse.csr_matrix, labels: NDArray[np.int64], rank: NDArray[np.float64]
) -> NDArray[np.float64]:
    size = np.bincount(labels)
    count = len(size)
    radius = np.sqrt(size)
    of = sparse.csr_matrix((np.ones(len(labels)), (labels, np.arange(len(labels)))), shape=(count, len(labels)))
    large = min(count, _MOST_DISCS)
    between = np.asarray((of[:large] @ both_ways @ of[:large].T).todense(), dtype=np.float64)
    np.fill_diagonal(between, 0)
    middles = np.empty((count, 2))
    middles[:large] = discs((between + between.T) / 2, radius[:large])
    if count > large:  # the smallest lie around all others, evenly
        reach = np.sqrt(((middles[:large] - middles[:large].mean(axis=0)) ** 2).sum(axis=1)).max() + radius[0]
        step = np.arange(count - large)
        around = np.sqrt(reach**2 + (step + 1) * 4 * size[large])
        middles[large:] = np.column_stack([around * np.cos(step * GOLDEN), around * np.sin(step * GOLDEN)])
        middles[large:] += middles[:large].mean(axis=0)
    places = np.empty((len(labels), 2))
    order = np.lexsort((np.arange(len(labels)), -np.round(rank, 12), labels))
    begins = np.cumsum(size) - size
    step = np.arange(len(labels)) - np.repeat(begins, size)
    whole = np.repeat(size, size)
    out = np.sqrt((step + 0.5) / whole) * np.repeat(radius, size)
    places[order] = np.repeat(middles, size, axis=0) + np.column_stack(
        [out * np.cos(step * GOLDEN), out * np.sin(step * GOLDEN)]
    )
    return places


def _refined(
    both_ways: sparse.csr_matrix, labels: NDArray[np.int64], places: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Places after forces: connections pull, members push each other away, and are held near their community's middle."""
    size = np.bincount(labels)
    pairs = both_ways.tocoo()
    is_inside = labels[pairs.row] == labels[pairs.col]
    strength = np.log1p(pairs.data / pairs.data.mean()) * np.where(is_inside, 1.0, 0.15) if pairs.nnz else pairs.data
    degree = np.maximum(np.bincount(pairs.row, weights=strength, minlength=len(labels)), 1.0)
    middles = np.column_stack([np.bincount(labels, weights=places[:, axis]) / size for axis in (0, 1)])
    groups = [np.flatnonzero(labels == number) for number in np.flatnonzero(size > 1)[:_MOST_DISCS]]
    for heat in np.linspace(0.6, 0.05, _ROUNDS):
        move = np.zeros_like(places)
        for group in groups:
            move[group] = _pushed(places[group])
        along = places[pairs.col] - places[pairs.row]
        for axis in (0, 1):
            move[:, axis] += np.bincount(pairs.row, weights=strength * along[:, axis], minlength=len(labels)) / degree
        home = middles[labels] - places
        far = np.sqrt((home**2).sum(axis=1)) / np.sqrt(size[labels])
        move += home * np.where(far > 0.9, 1.2, 0.15)[:, None]
        places = places + _limited(move, heat)
    return places


def _pushed(places: NDArray[np.float64]) -> NDArray[np.float64]:
    """How each is pushed away from the others: about 2.5 / distance³, and not more the nearer they come."""
    x, y = (places[:, axis].astype(np.float32) for axis in (0, 1))
    away = np.subtract.outer(x, x), np.subtract.outer(y, y)
    push = away[0] * away[0]
    push += away[1] * away[1]
    push += np.float32(0.3)
    push *= push
    np.divide(np.float32(2.5), push, out=push)
    return np.column_stack([np.einsum("ij,ij->i", way, push) for way in away]).astype(np.float64)
