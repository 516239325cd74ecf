from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest

from jobs.enrich.derived_interactions import derived_interactions
from jobs.enrich.post_enrichments import post_enrichments
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


def _run(folder: Path) -> Run:
    company = Company(name="Acme", brands=("Acme",), handles=("acmecare",))
    settings = Settings(folder=folder, base=Base(lake=LakeSettings(root=folder)), company=company, sources=())
    return Run(run_id="r1", as_of=NOW, settings=settings, started_at=NOW)


def test_posts_are_enriched_once(filled: Lake, tmp_path: Path) -> None:
    post_enrichments(filled, _run(tmp_path))
    rows = {row["post_id"]: row for row in filled.rows("silver.post_enrichments")}
    told = {
        key: (row["tone"], row["brands"], row["intent"], row["relevance_ratio"], row["is_relevant"])
        for key, row in rows.items()
    }
    assert told == {
        "1": ("neutral", ["Acme"], "question", 0.9, True),
        "2": ("positive", [], "other", 0.72, True),
        "3": (None, [], "other", 0.9, True),  # the company's own account
    }
    version = filled.version("silver.post_enrichments")
    post_enrichments(filled, _run(tmp_path))
    assert filled.version("silver.post_enrichments") == version


def test_interactions_are_derived_beside_those_that_the_platform_gives(filled: Lake, tmp_path: Path) -> None:
    derived_interactions(filled, _run(tmp_path))
    rows = {row["interaction_id"]: row for row in filled.rows("silver.interactions")}
    told = {
        key: (row["actor_profile_id"], row["target_profile_id"], row["post_id"], row["created_at"], row["source"])
        for key, row in rows.items()
    }
    assert told == {
        "i1": ("a", "b", None, T1, "tw"),
        "answer:2": ("b", "a", "2", T2, "posts"),
        "accept:1:2": ("a", "b", "2", T2, "posts"),
        "mention:1:b": ("a", "b", "1", T1, "posts"),
    }
    version = filled.version("silver.interactions")
    derived_interactions(filled, _run(tmp_path))
    assert filled.version("silver.interactions") == version
    filled.delete("silver.posts", "post_id = '2'")
    derived_interactions(filled, _run(tmp_path))
    assert sorted(row["interaction_id"] for row in filled.rows("silver.interactions")) == ["i1", "mention:1:b"]
