"""The notebooks run from top to bottom on a lake, and their pictures are there."""

from nbclient import NotebookClient


def test_first_look_runs_from_top_to_bottom(simulated, notebook, monkeypatch):
    monkeypatch.setenv("SCRM_CONF", str(simulated.conf))
    monkeypatch.setenv("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    first_look = notebook("first_look")
    assert all(not cell.get("outputs") for cell in first_look.cells)  # committed without results
    NotebookClient(first_look, timeout=240, kernel_name="python3").execute()
    pictures = [
        output
        for cell in first_look.cells
        for output in cell.get("outputs", [])
        if "image/png" in output.get("data", {})
    ]
    assert len(pictures) == 4


def test_the_network_runs_from_top_to_bottom(simulated, notebook, monkeypatch):
    monkeypatch.setenv("SCRM_CONF", str(simulated.conf))
    monkeypatch.setenv("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    network = notebook("network")
    assert all(not cell.get("outputs") for cell in network.cells)  # committed without results
    NotebookClient(network, timeout=240, kernel_name="python3").execute()
    found = [kind for cell in network.cells for output in cell.get("outputs", []) for kind in output.get("data", {})]
    assert (found.count("image/png"), found.count("image/svg+xml")) == (3, 1)
