from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest

from jobs.errors import ScrmError
from jobs.job import Run
from jobs.lake import arrow
from jobs.lake.tables import Lake
from jobs.network.edges import network_edges, person_activities
from jobs.network.effects import community_effects
from jobs.network.introductions import link_predictions
from jobs.network.network import network
from jobs.network.relations import relationship_flows
from jobs.settings import Settings
from jobs.settings.base import Base, LakeSettings, NetworkSettings
from jobs.settings.company import Company
from transformations.contracts import contract

NOW = datetime(2025, 3, 1, tzinfo=UTC)
AT = datetime(2025, 1, 31, 23, 30, tzinfo=UTC)


def _rows(name: str, *rows: dict) -> pa.Table:
    return pa.Table.from_pylist(list(rows), arrow.schema_of(contract(name)))


@pytest.fixture
def filled(lake: Lake) -> Lake:
    accounts = ("a", "b", "c", "bot", "shop")
    lake.write(
        "silver.profiles",
        _rows(
            "silver.profiles",
            *(
                {"source": "tw", "channel": "x", "profile_id": account, "is_bot": account == "bot"}
                for account in accounts
            ),
        ),
    )
    lake.write(
        "silver.person_links",
        _rows(
            "silver.person_links",
            *(
                {
                    "record_kind": "profile",
                    "record_place": "x",
                    "linked_record_id": account,
                    "person_id": account.upper(),
                }
                for account in accounts
            ),
        ),
    )
    acts = [("a", "b"), ("b", "c"), ("c", "a"), ("bot", "a"), ("a", "shop"), ("a", "stranger"), ("b", None)]
    lake.write(
        "silver.interactions",
        _rows(
            "silver.interactions",
            *(
                {
                    "source": "tw",
                    "channel": "x",
                    "interaction_id": str(number),
                    "actor_profile_id": actor,
                    "target_profile_id": target,
                    "kind": "reply",
                    "created_at": AT,
                }
                for number, (actor, target) in enumerate(acts)
            ),
        ),
    )
    lake.write(
        "silver.posts",
        _rows(
            "silver.posts",
            {"source": "tw", "channel": "x", "post_id": "1", "kind": "post", "profile_id": "a", "created_at": AT},
        ),
    )
    lake.write(
        "silver.post_enrichments",
        _rows("silver.post_enrichments", {"channel": "x", "post_id": "1", "topics": ["tea"], "relevance_ratio": 1.0}),
    )
    return lake


def _all(lake: Lake, run: Run) -> None:
    for job in (network_edges, person_activities, network):
        job(lake, run)


def _run(folder: Path, **network_settings: int) -> Run:
    company = Company(name="Acme", timezone="Europe/Berlin", company_profiles={"x": ("shop",)})
    base = Base(lake=LakeSettings(root=folder), network=NetworkSettings(**network_settings))
    settings = Settings(folder=folder, base=base, company=company, sources=())
    return Run(run_id="r1", as_of=NOW, settings=settings, started_at=NOW)


def test_persons_without_bots_and_the_company(filled: Lake, tmp_path: Path) -> None:
    _all(filled, _run(tmp_path))
    measures = {(row["period"], row["person_id"]): row for row in filled.rows("gold.network_measures")}
    assert sorted(measures) == [
        (period, person) for period in ("2025-02", "2025-W05", "all", "last_90_days") for person in "ABC"
    ]
    assert measures["all", "A"]["pagerank"] == pytest.approx(1 / 3)
    assert (measures["all", "A"]["degree"], measures["all", "A"]["weight"]) == (2, 4.0)  # a reply weighs 2
    members = {(row["period"], row["person_id"]): row["community_id"] for row in filled.rows("gold.community_members")}
    assert set(members.values()) == {"2025-02-0", "2025-W05-0"}
    (community,) = filled.rows("gold.communities", where="period = 'all'")
    assert (community["size"], community["density"], community["topics"]) == (3, 1.0, ["tea"])
    topics = {row["person_id"]: row["topics"] for row in filled.rows("gold.influencers", where="period = 'all'")}
    assert topics == {"A": ["tea"], "B": [], "C": []}
    versions = {name: filled.version(name) for name in filled.names("gold")}
    assert len(versions) == 11
    _all(filled, _run(tmp_path))
    assert {name: filled.version(name) for name in versions} == versions


def test_an_empty_lake_gives_empty_tables(lake: Lake, tmp_path: Path) -> None:
    _all(lake, _run(tmp_path))
    assert [len(lake.rows(name)) for name in lake.names("gold")] == [0] * 11


def test_too_many_edges_end_in_an_error_that_names_the_jar(filled: Lake, tmp_path: Path) -> None:
    with pytest.raises(ScrmError, match=r"4 rows.*max_edges_in_memory \(3\).*(graphframes-spark4|engine: spark)"):
        _all(filled, _run(tmp_path, max_edges_in_memory=3))


def test_above_the_gate_what_works_in_memory_is_left_out_and_the_run_says_so(filled: Lake, tmp_path: Path) -> None:
    told: list[str] = []
    network_edges(filled, _run(tmp_path))
    run = replace(_run(tmp_path, max_edges_in_memory=3), note=told.append)
    for job, names in (
        (relationship_flows, ["relationship_flows"]),
        (link_predictions, ["link_prediction_quality", "link_predictions"]),
        (community_effects, ["community_effects"]),
    ):
        job(filled, run)
        assert told.pop().startswith(
            ", ".join(f"gold.{name}" for name in names) + ": left out; gold.network_edges has 4 rows"
        )
        assert [filled.rows(f"gold.{name}") for name in names] == [[]] * len(names)
