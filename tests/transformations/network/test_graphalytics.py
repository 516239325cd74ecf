"""Expected outputs of the LDBC Graphalytics benchmark, which others computed."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from transformations.network import measures
from transformations.network.betweenness import dependencies
from transformations.network.clustering import local_clustering
from transformations.network.graph import Graph, from_edges
from transformations.network.label_propagation import label_propagation
from transformations.network.ways import lengths

CASES = [
    ("example/example-directed", True),
    ("example/example-undirected", False),
    ("{algorithm}/dir", True),
    ("{algorithm}/undir", False),
]


def rows_of(path: str) -> list[str]:
    return [line for line in Path(path).read_text().splitlines() if line.strip()]


@pytest.fixture(params=CASES, ids=["example-directed", "example-undirected", "directed", "undirected"])
def case(request, shared_data: Path):
    """A function that gives the graph and the expected output of one algorithm, as numbers by vertex."""
    name, directed = request.param

    def load(algorithm: str) -> tuple[Graph, dict[int, float]]:
        stem = shared_data / "graphalytics" / name.format(algorithm=algorithm)
        is_example = name.startswith("example")
        result = f"{stem}-{algorithm.upper()}" if is_example else f"{stem}-output"
        lines = [[int(number) for number in line.split()] for line in rows_of(f"{stem}-input")]
        pairs = {(head, tail) if directed or head < tail else (tail, head) for head, *to in lines for tail in to}
        source, target = zip(*sorted(pairs))
        graph = from_edges(
            pa.table({"source": source, "target": target}),
            directed=directed,
            vertices=pa.array([line[0] for line in lines]),
        )
        expected = {int(v): float(x) for v, x in (line.split() for line in rows_of(result))}
        assert graph.ids.to_pylist() == sorted(expected)
        return graph, dict(sorted(expected.items()))

    return load, directed, name.startswith("example")


def test_pagerank(case):
    load, directed, is_example = case
    graph, expected = load("pr")
    if is_example:
        rank = measures.pagerank(graph, iterations=2)
    elif directed:
        rank = measures.pagerank(graph, tolerance=1e-15)
    else:  # as their validation sets it: 26 rounds, and .85 in single precision
        rank = measures.pagerank(graph, iterations=26, damping=float(np.float32(0.85)))
    assert rank == pytest.approx(list(expected.values()), rel=1e-12)


def test_steps_from_a_source(case):
    load, _, _ = case
    graph, expected = load("bfs")
    source = next(place for place, steps in enumerate(expected.values()) if steps == 0)
    _, steps = dependencies(graph, source)
    assert steps.tolist() == [-1 if each > graph.vertex_count else each for each in expected.values()]  # out of reach


def test_weakly_connected_components(case):
    load, _, _ = case
    graph, expected = load("wcc")
    smallest = {}
    for vertex, component in zip(expected, measures.components(graph)):
        smallest.setdefault(component, vertex)
    assert [smallest[c] for c in measures.components(graph)] == list(expected.values())


def test_local_clustering(case):
    load, _, _ = case
    graph, expected = load("lcc")
    assert local_clustering(graph) == pytest.approx(list(expected.values()), rel=1e-9, abs=1e-12)


def test_label_propagation(case):
    load, _, is_example = case
    graph, expected = load("cdlp")
    labels = label_propagation(graph, rounds=2 if is_example else 5)
    ids = graph.ids.to_pylist()
    assert [ids[label] for label in labels] == list(expected.values())


def test_lengths_from_a_source(case, shared_data: Path, request):
    _, directed, is_example = case
    name = request.node.callspec.params["case"][0].format(algorithm="sssp")
    stem = shared_data / "graphalytics" / name
    edges = [line.split() for line in rows_of(f"{stem}.e" if is_example else f"{stem}-input.e")]
    vertices = [int(line) for line in rows_of(f"{stem}.v" if is_example else f"{stem}-input.v")]
    source, target, weight = zip(*((int(a), int(b), float(length)) for a, b, length in edges))
    graph = from_edges(
        pa.table({"source": source, "target": target, "weight": weight}), directed=directed, vertices=pa.array(vertices)
    )
    lines = rows_of(f"{stem}-SSSP" if is_example else f"{stem}-output")
    expected = {int(vertex): float(length) for vertex, length in (line.split() for line in lines)}
    start = next(vertex for vertex, length in expected.items() if length == 0)
    found = lengths(graph, graph.ids.to_pylist().index(start))
    assert dict(zip(graph.ids.to_pylist(), found.tolist())) == pytest.approx(expected, rel=1e-12)
