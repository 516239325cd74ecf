"""A small network to draw."""

import numpy as np
import pyarrow as pa
import pytest

from jobs.serving.network_pictures.view import Part
from transformations.network.graph import from_edges
from transformations.network.layout import layout


@pytest.fixture
def part() -> Part:
    """Two communities of four, one of them with markup in its name, and somebody alone."""
    edges = ["ab", "bc", "cd", "da", "wx", "xy", "yz", "zw", "aw"]
    table = pa.table({"source": [e[0] for e in edges], "target": [e[1] for e in edges], "weight": [1.0] * 8 + [0.25]})
    graph = from_edges(table, directed=True, vertices=pa.array(["q"]))
    community = ["C1"] * 4 + [None] + ["C2"] * 4
    rank = np.array([0.2, 0.1, 0.1, 0.1, 0.02, 0.18, 0.1, 0.1, 0.1])
    places = layout(graph, np.array([0, 0, 0, 0, 2, 1, 1, 1, 1]), rank)
    names = {"C1": "tea, <b>milk</b> & more", "C2": "coffee"}
    return Part(graph, places, community, rank, ["A", *[None] * 8], names, lambda person: f"Person {person}")
