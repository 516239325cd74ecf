"""Notebooks as they are committed."""

from pathlib import Path

import nbformat
import pytest

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"


@pytest.fixture
def notebook():
    """notebook("first_look") -> it, as it is committed."""
    return lambda name: nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4)
