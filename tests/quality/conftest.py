"""Lakes that start no JVM."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from jobs.lake import arrow
from jobs.lake.tables import Lake
from jobs.settings import Settings
from jobs.settings.base import Base, LakeSettings
from jobs.settings.company import Company
from transformations.contracts import contract


@pytest.fixture
def quiet(tmp_path: Path) -> Lake:
    """An empty lake that starts no JVM."""

    def no_spark():
        raise AssertionError("Spark was started")

    lake = Lake(tmp_path / "lake", no_spark, "run-1")
    lake.prepare()
    return lake


@pytest.fixture
def settings(tmp_path: Path) -> Callable[..., Settings]:
    """Settings of a company in Berlin: settings(quality={…}, company={…})."""

    def make(quality: dict | None = None, company: dict | None = None) -> Settings:
        base = Base.model_validate({"lake": LakeSettings(root=tmp_path / "lake"), "quality": quality or {}})
        of = Company.model_validate({"name": "Alder", "timezone": "Europe/Berlin", **(company or {})})
        return Settings(folder=tmp_path, base=base, company=of, sources=())

    return make


@pytest.fixture
def put(quiet: Lake) -> Callable[..., None]:
    """Writes rows: put("silver.posts", {…}, …)."""

    def write(name: str, *rows: dict) -> None:
        quiet.upsert(name, pa.Table.from_pylist(list(rows), arrow.schema_of(contract(name))))

    return write
