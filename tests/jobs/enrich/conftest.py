"""A few posts of a company, its customers and an interaction, and a run over them."""

from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest

from jobs.job import Run
from jobs.lake import arrow
from jobs.lake.tables import Lake
from jobs.settings import Settings
from jobs.settings.base import Base, LakeSettings
from jobs.settings.company import Company
from transformations.contracts import contract

NOW = datetime(2025, 3, 1, tzinfo=UTC)
T1, T2 = datetime(2025, 1, 1, tzinfo=UTC), datetime(2025, 1, 2, tzinfo=UTC)


def _rows(name: str, *rows: dict) -> pa.Table:
    shared = {"source": "tw", "channel": "x", "created_at": T1, "source_version": "v1", "batch_id": "b1"}
    return pa.Table.from_pylist([{**shared, **row} for row in rows], arrow.schema_of(contract(name)))


@pytest.fixture
def filled(lake: Lake) -> Lake:
    lake.write(
        "silver.profiles",
        _rows(
            "silver.profiles",
            {"profile_id": "a", "handle": "ada"},
            {"profile_id": "b", "handle": "bert"},
            {"profile_id": "s", "handle": "AcmeCare"},
        ),
    )
    lake.write(
        "silver.posts",
        _rows(
            "silver.posts",
            {
                "post_id": "1",
                "kind": "question",
                "service_type": "microblog",
                "profile_id": "a",
                "language": "en",
                "text": "Does the Acme kettle whistle, @bert?",
                "accepted_answer_id": "2",
                "root_post_id": "1",
            },
            {
                "post_id": "2",
                "kind": "answer",
                "service_type": "microblog",
                "profile_id": "b",
                "language": "en",
                "text": "Yes, it is lovely!",
                "parent_post_id": "1",
                "root_post_id": "1",
                "created_at": T2,
            },
            {
                "post_id": "3",
                "kind": "post",
                "service_type": "microblog",
                "profile_id": "s",
                "text": "Morgen",
                "language": "de",
            },
            {
                "post_id": "4",
                "kind": "post",
                "service_type": "microblog",
                "profile_id": "a",
                "text": "gone",
                "deleted_at": T2,
            },
        ),
    )
    lake.write(
        "silver.interactions",
        _rows(
            "silver.interactions",
            {"interaction_id": "i1", "actor_profile_id": "a", "target_profile_id": "b", "kind": "follow"},
        ),
    )
    return lake


@pytest.fixture
def run(tmp_path: Path) -> Run:
    company = Company(name="Acme", brands=("Acme",), handles=("acmecare",))
    settings = Settings(folder=tmp_path, base=Base(lake=LakeSettings(root=tmp_path)), company=company, sources=())
    return Run(run_id="r1", as_of=NOW, settings=settings, started_at=NOW)


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """Columns of everything that is read as rows from here on."""
    columns_read: list[tuple[str, ...]] = []
    stream = Lake.stream

    def noted(lake: Lake, name: str, columns=None, **choice):
        columns_read.append(tuple(columns or ()))
        return stream(lake, name, columns, **choice)

    monkeypatch.setattr(Lake, "stream", noted)
    return columns_read
