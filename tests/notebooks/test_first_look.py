"""The notebook runs from top to bottom on a lake, and its pictures are there."""

from pathlib import Path

import nbformat
from nbclient import NotebookClient

NOTEBOOK = Path(__file__).resolve().parents[2] / "notebooks" / "first_look.ipynb"


def test_first_look_runs_from_top_to_bottom(simulated, monkeypatch):
    monkeypatch.setenv("SCRM_CONF", str(simulated.conf))
    monkeypatch.setenv("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    assert all(not cell.get("outputs") for cell in notebook.cells)  # committed without results
    NotebookClient(notebook, timeout=240, kernel_name="python3").execute()
    pictures = [
        output for cell in notebook.cells for output in cell.get("outputs", []) if "image/png" in output.get("data", {})
    ]
    assert len(pictures) == 4
