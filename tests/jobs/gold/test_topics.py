from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from jobs.gold.topics import topics
from jobs.job import Run
from jobs.lake import arrow
from jobs.lake.tables import Lake
from jobs.settings import Settings
from jobs.settings.base import Base, LakeSettings
from jobs.settings.company import Company
from transformations.contracts import contract

T0 = datetime(2025, 1, 1, tzinfo=UTC)
SAID = (
    ("Acme courier lost the parcel", "parcel late again, courier!", "late courier: parcel lost"),
    ("bitter espresso beans", "beans roast bitter espresso", "espresso beans, bitter roast"),
    ("price rise subscription", "subscription price higher", "price higher, a rise"),
    ("manual page missing", "page missing in the leaflet", "manual leaflet page"),
)


@pytest.fixture
def run(tmp_path: Path) -> Run:
    company = Company(name="Acme", brands=("Acme",), handles=("acmecare",))
    settings = Settings(folder=tmp_path, base=Base(lake=LakeSettings(root=tmp_path)), company=company, sources=())
    return Run(run_id="r1", as_of=T0 + timedelta(days=90), settings=settings, started_at=T0)


def _write(lake: Lake, name: str, rows: list[dict]) -> None:
    lake.write(name, pa.Table.from_pylist(rows, arrow.schema_of(contract(name))))


def _fill(lake: Lake, count: int) -> None:
    shared = {"source": "tw", "channel": "x", "source_version": "v1", "batch_id": "b1"}
    posts = [
        {
            **shared,
            "post_id": str(n),
            "profile_id": f"p{n % 9}",
            "text": SAID[n % 4][n // 4 % 3],
            "created_at": T0 + timedelta(hours=17 * n),
        }
        for n in range(count)
    ]
    posts.append({**posts[0], "post_id": "own", "profile_id": "s", "text": "opening hours " * 9})
    _write(lake, "silver.posts", posts)
    read = {
        "channel": "x",
        "language": "en",
        "is_relevant": True,
        "is_spam": False,
        "relevance_ratio": 1.0,
        "tone": "negative",
    }
    _write(lake, "silver.post_enrichments", [{**read, "post_id": post["post_id"]} for post in posts])
    profiles = [{**shared, "profile_id": f"p{n}", "handle": f"h{n}"} for n in range(9)]
    _write(lake, "silver.profiles", [*profiles, {**shared, "profile_id": "s", "handle": "AcmeCare"}])


def test_topics_of_people_are_found_and_stay_as_they_are(lake: Lake, run: Run) -> None:
    _fill(lake, 120)
    topics(lake, run)
    rows = lake.rows("gold.topics")
    assert sorted(row["posts_count"] for row in rows) == [30, 30, 30, 30]
    assert {row["negative_count"] for row in rows} == {30}
    assert not any("acme" in term or "opening" in term for row in rows for term in row["terms"])
    version = lake.version("gold.topics")
    topics(lake, replace(run, run_id="r2"))
    assert lake.version("gold.topics") == version


def test_without_posts_there_are_no_topics(lake: Lake, run: Run) -> None:
    topics(lake, run)
    assert lake.rows("gold.topics") == []
    _fill(lake, 5)
    topics(lake, run)
    assert lake.rows("gold.topics") == []
