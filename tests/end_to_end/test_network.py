"""A CSV of pairs as a source of the network: by conf alone, a day at a time and all at once."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest

from jobs.lake.tables import Lake

PAIRS = """
kind: social
format: csv
path: {path}
channel: mail
service_type: email
tables:
  interactions:
    columns:
      interaction_id: concat_ws('-', actor, target, kind, time)
      actor_profile_id: actor
      target_profile_id: target
      kind: kind
      created_at: time
"""
JOBS = ("land", "social", "derived_interactions", "persons", "network_edges", "person_activities", "network")
TABLES = (
    "network_edges",
    "network_measures",
    "network_summary",
    "communities",
    "community_members",
    "community_evolution",
)


def _rows(members: str, day: str) -> list[str]:
    return [f"{a},{b},{day}T12:00:00Z,reply\n" for a, b in combinations(members, 2)]


@pytest.mark.slow
def test_pairs_of_any_ids_a_day_at_a_time_and_all_at_once(tmp_path: Path, write_conf, run_conf, spark) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    header = "actor,target,time,kind\n"
    first = [*_rows("abcd", "2025-01-08"), *_rows("wxyz", "2025-01-09"), "a,a,2025-01-09T12:00:00Z,mention\n"]
    second = [*_rows("abcdé", "2025-03-02"), "é,w,2025-03-02T13:00:00Z,reaction\n"]  # February has no acts
    (folder / "1.csv").write_text(header + "".join(first), encoding="utf-8")
    conf = write_conf({"pairs": PAIRS.format(path=folder / "*.csv")})
    report, lake = run_conf(conf, jobs=JOBS)
    assert (report.exit_code, report.message) == (0, "")
    (folder / "2.csv").write_text(header + "".join(second), encoding="utf-8")
    assert run_conf(conf, jobs=JOBS)[0].exit_code == 0
    events = {
        (row["period"], row["event"]) for row in lake.rows("gold.community_evolution") if "W" not in row["period"]
    }
    assert events == {("2025-01", "born"), ("2025-03", "grown"), ("2025-03", "dissolved")}
    persons = lake.rows("gold.network_summary", "period = 'all'")[0]["persons_count"]
    assert persons == 9

    from jobs.runner.execution import Choice, execute
    from jobs.settings import load

    whole = Lake(tmp_path / "whole", lambda: spark, "run-2")
    settings = load(conf)
    settings = settings.model_copy(
        update={
            "base": settings.base.model_copy(
                update={"lake": settings.base.lake.model_copy(update={"root": whole.root})}
            )
        }
    )
    assert execute(settings, Choice(jobs=JOBS), lake=whole).exit_code == 0
    assert {name: whole.hash(f"gold.{name}") for name in TABLES} == {name: lake.hash(f"gold.{name}") for name in TABLES}
