"""Native kernels in a process of their own: one that crashes ends in a message, and not the run."""

from __future__ import annotations

import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from jobs.errors import ScrmError
from transformations.network.communities import communities
from transformations.network.graph import Graph
from transformations.network.label_propagation import label_communities

_GRAPH, _LABELS = "graph.npz", "labels.npy"


def communities_of(graph: Graph, *, seed: int, in_process_below: int, method: str = "modularity") -> NDArray[np.int64]:
    """Communities as `transformations.network.communities.communities`, which finds the same in either process.

    Args:
        in_process_below: connections from which on a process of its own finds them.
        method: modularity, or label_propagation (`label_communities`), which is no native code and needs no other process.
    Raises: ScrmError where that process ends without a result.
    """
    if method == "label_propagation":
        return label_communities(graph)
    if graph.edge_count < in_process_below:
        return communities(graph, seed=seed)
    with tempfile.TemporaryDirectory(prefix="scrm-network-") as folder:
        np.savez(Path(folder) / _GRAPH, indptr=graph.indptr, indices=graph.indices, weights=graph.weights)
        command = [sys.executable, "-m", "jobs.network.apart", folder, str(int(graph.is_directed)), str(seed)]
        ended = subprocess.run(command, capture_output=True, text=True, check=False)
        if ended.returncode:
            raise ScrmError(
                f"the process that finds communities among {graph.vertex_count:,} persons with {graph.edge_count:,} connections "
                f"{_told(ended.returncode)}{_last_line(ended.stderr)}; free memory, or leave out periods (network.periods in "
                "base.yaml), and run again"
            )
        return np.load(Path(folder) / _LABELS)


def _told(code: int) -> str:
    if code > 0:
        return f"ended with {code}"
    try:
        return f"was ended by {signal.Signals(-code).name}"
    except ValueError:
        return f"was ended by signal {-code}"


def _last_line(text: str) -> str:
    lines = text.strip().splitlines()
    return f" ({lines[-1][:200]})" if lines else ""


def main(folder: str, is_directed: str, seed: str) -> None:
    """Finds the communities of the graph in a folder, and leaves them there."""
    with np.load(Path(folder) / _GRAPH) as held:
        ids = pa.array(np.arange(len(held["indptr"]) - 1))
        graph = Graph(ids, held["indptr"], held["indices"], held["weights"], is_directed=bool(int(is_directed)))
    np.save(Path(folder) / _LABELS, communities(graph, seed=int(seed)))


if __name__ == "__main__":
    main(*sys.argv[1:])
