from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest

from transformations.network.graph import Graph, from_edges
from transformations.network.layout import discs, layout


def groups(sizes: list[int]) -> tuple[Graph, np.ndarray]:
    """Rings, one per community, joined one to the next."""
    labels = np.repeat(np.arange(len(sizes)), sizes)
    first = np.cumsum([0, *sizes])
    edges = [(first[c] + k, first[c] + (k + 1) % size) for c, size in enumerate(sizes) for k in range(size)]
    edges += list(pairwise(first[:-1]))
    table = pa.table({"source": [f"{a:05}" for a, _ in edges], "target": [f"{b:05}" for _, b in edges]})
    return from_edges(table, directed=True), labels


@pytest.mark.parametrize("sizes", [[20, 12, 6], [1500, 700, 40, 3]], ids=["by forces", "by discs"])
def test_communities_lie_apart_and_nobody_on_anybody(sizes):
    graph, labels = groups(sizes)
    places = layout(graph, labels, np.ones(len(labels)))
    assert places.shape == (sum(sizes), 2)
    assert places.min() >= 0
    assert places.max() <= 1
    assert len({tuple(place) for place in places.tolist()}) == len(places)
    middles = np.array([places[labels == number].mean(axis=0) for number in range(len(sizes))])
    nearest = ((places[:, None, :] - middles[None, :, :]) ** 2).sum(axis=2).argmin(axis=1)
    radius = np.sqrt(sizes)
    assert np.mean(nearest == labels) > 0.8
    assert radius[0] > radius[-1]
    assert (layout(graph, labels, np.ones(len(labels))) == places).all()


def test_discs_do_not_overlap():
    generator = np.random.default_rng(2)
    radius = generator.uniform(0.2, 3, 40)
    between = generator.poisson(0.3, (40, 40)).astype(float)
    places = discs(between + between.T, radius)
    distance = np.sqrt(((places[:, None] - places[None]) ** 2).sum(axis=2)) + np.eye(40) * 99
    assert (distance - (radius[:, None] + radius[None]) > -0.01).all()


def test_nobody_one_and_two():
    for sizes in ([], [1], [1, 1]):
        labels = np.arange(len(sizes))
        nobody = pa.table({"source": pa.array([], pa.string()), "target": pa.array([], pa.string())})
        graph = from_edges(nobody, directed=True, vertices=pa.array([str(n) for n in labels], pa.string()))
        assert layout(graph, labels, np.ones(len(sizes))).shape == (len(sizes), 2)
