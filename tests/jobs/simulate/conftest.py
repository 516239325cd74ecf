"""One clean and one dirty company of the default size, and independent readers for their files."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from jobs.simulate import Summary, simulate


@dataclass(frozen=True)
class Made:
    """A simulation and ways to read it that share nothing with the simulator."""

    root: Path
    summary: Summary

    @property
    def totals(self) -> dict:
        return json.loads((self.root / "truth/totals.json").read_text(encoding="utf-8"))

    def csv(self, name: str) -> pd.DataFrame:
        """A file, or all of a folder's files, as text columns."""
        path = self.root / name
        files = sorted(path.glob("*.csv")) if path.is_dir() else [path]
        return pd.concat([pd.read_csv(file, dtype=str, keep_default_na=False) for file in files], ignore_index=True)

    def jsonl(self, name: str) -> pd.DataFrame:
        path = self.root / name
        files = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
        return pd.DataFrame([json.loads(line) for file in files for line in file.read_bytes().splitlines()])


@pytest.fixture(scope="session")
def made_of() -> type[Made]:
    return Made


@pytest.fixture(scope="session")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Made:
    out = tmp_path_factory.mktemp("simulated") / "clean"
    return Made(out, simulate(out, dirt=False))


@pytest.fixture(scope="session")
def dirty(tmp_path_factory: pytest.TempPathFactory) -> Made:
    out = tmp_path_factory.mktemp("simulated") / "dirty"
    return Made(out, simulate(out))
