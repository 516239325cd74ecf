import os
import signal
import sys
from pathlib import Path

import networkx as nx
import pyarrow as pa
import pytest

from jobs.errors import ScrmError
from jobs.network import apart
from jobs.network.apart import communities_of
from transformations.network.graph import from_edges


@pytest.fixture(scope="module")
def graph():
    edges = list(nx.planted_partition_graph(4, 12, 0.5, 0.02, seed=1).edges)
    table = pa.table({"source": [f"p{s}" for s, _ in edges], "target": [f"p{t}" for _, t in edges]})
    return from_edges(table, directed=True)


def test_a_process_of_its_own_finds_the_same(graph):
    within = communities_of(graph, seed=7, in_process_below=10**9)
    assert communities_of(graph, seed=7, in_process_below=0).tolist() == within.tolist()
    assert within.max() == 3


@pytest.mark.parametrize(
    ("does", "told"),
    [
        (f"kill -{int(signal.SIGKILL)} $$", "was ended by SIGKILL; free memory"),
        (f"kill -{int(signal.SIGSEGV)} $$", "was ended by SIGSEGV; free memory"),
        ("echo 'MemoryError: no room' >&2; exit 3", r"ended with 3 \(MemoryError: no room\); free memory"),
    ],
    ids=["killed", "crashed", "failed"],
)
def test_a_kernel_that_ends_is_told_of(graph, tmp_path: Path, monkeypatch, does, told):
    python = tmp_path / "python"
    python.write_text(f"#!/bin/sh\n{does}\n")
    os.chmod(python, 0o700)
    monkeypatch.setattr(sys, "executable", str(python))
    with pytest.raises(ScrmError, match=rf"among 48 persons with .* connections {told}"):
        apart.communities_of(graph, seed=7, in_process_below=0)
