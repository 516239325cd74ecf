"""The notebook runs from top to bottom on a lake, and its pictures are there."""

from nbclient import NotebookClient


def test_text_and_tone_runs_from_top_to_bottom(simulated, notebook, monkeypatch):
    monkeypatch.setenv("SCRM_CONF", str(simulated.conf))
    monkeypatch.setenv("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    text = notebook("text_and_tone")
    assert all(not cell.get("outputs") for cell in text.cells)  # committed without results
    NotebookClient(text, timeout=240, kernel_name="python3").execute()
    outputs = [output for cell in text.cells for output in cell.get("outputs", [])]
    assert sum("image/png" in output.get("data", {}) for output in outputs) == 2
