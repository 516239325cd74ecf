"""What the tests of the measurements share: the real copying script, and a console's text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console

from bench import ours, places
from jobs.lake.tables import Lake


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """An empty lake without Spark, as measurements read them."""
    empty = ours.open_lake(tmp_path / "lake")
    empty.prepare()
    return empty


@pytest.fixture
def peers() -> None:
    """The peers' folder: SCRM_PEERS, else ../shared/peers. Skips where it is absent."""
    if not (places.peers() / "measure.py").is_file():
        pytest.skip(f"no peers at {places.peers()} (set SCRM_PEERS)")


@pytest.fixture
def printed() -> Callable[..., list[list[str]]]:
    """The cells of what is printed, line by line; lines without a cell are left out."""

    def lines(*shown: object) -> list[list[str]]:
        console = Console(width=200, highlight=False)
        with console.capture() as capture:
            for one in shown:
                console.print(one)
        cells = ([cell.strip() for cell in line.split("  ") if cell.strip()] for line in capture.get().splitlines())
        return [line for line in cells if line and "─" not in line[0]]

    return lines
