from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest

from jobs.enrich.derived_taggings import derived_taggings
from jobs.job import Run
from jobs.lake import arrow
from jobs.lake.tables import Lake
from jobs.settings import Settings
from jobs.settings.base import Base, LakeSettings
from jobs.settings.company import Company
from transformations.contracts import contract

NOW = datetime(2025, 3, 1, tzinfo=UTC)


def _rows(name: str, *rows: dict) -> pa.Table:
    shared = {"source": "tw", "channel": "x", "created_at": NOW, "source_version": "v1", "batch_id": "b1"}
    return pa.Table.from_pylist([{**shared, **row} for row in rows], arrow.schema_of(contract(name)))


def test_derived_tags_stand_beside_given_ones_and_come_once(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake", lambda: pytest.fail("asked for Spark"), "run-1")
    lake.prepare()
    settings = Settings(
        folder=tmp_path, base=Base(lake=LakeSettings(root=tmp_path)), company=Company(name="Acme"), sources=()
    )
    run = Run(run_id="r1", as_of=NOW, settings=settings, started_at=NOW)
    lake.write(
        "silver.posts",
        _rows(
            "silver.posts",
            {"post_id": "1", "kind": "post", "profile_id": "a", "tags": ["one", "two"]},
            {"post_id": "2", "kind": "post", "profile_id": "a", "tags": ["gone"], "deleted_at": NOW},
        ),
    )
    given = {"tagging_id": "g1", "tagger_profile_id": "b", "object_kind": "person", "object_id": "a", "tag": "expert"}
    lake.write("silver.taggings", _rows("silver.taggings", given))

    def standing() -> list[tuple]:
        return sorted((row["tagging_id"], row["source"]) for row in lake.rows("silver.taggings"))

    derived_taggings(lake, run)
    assert standing() == [("g1", "tw"), ("tag:1:one", "derived:posts"), ("tag:1:two", "derived:posts")]
    version = lake.version("silver.taggings")
    derived_taggings(lake, run)
    assert lake.version("silver.taggings") == version
    lake.write(
        "silver.posts", _rows("silver.posts", {"post_id": "1", "kind": "post", "profile_id": "a", "tags": ["one"]})
    )
    derived_taggings(lake, run)
    assert standing() == [("g1", "tw"), ("tag:1:one", "derived:posts")]
