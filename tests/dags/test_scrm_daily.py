"""The daily DAG in Airflow: what it is made of, and how scrm's exit code ends a task (scrm is a stand-in here)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jobs.job import STAGES

# Notes how it was called and where; ends the stage gold with the code of its day, and is told nothing of Airflow's.
STAND_IN = """#!/bin/sh
env | grep -c ^AIRFLOW_ > "$NOTES/airflow_variables"
pwd > "$NOTES/folder"
echo "$@" >> "$NOTES/calls"
case "$3 $5" in
  "gold 2011-01-03") exit 1;;
  "gold 2011-01-04") exit 2;;
  "gold 2011-01-05") exit 3;;
  "gold 2011-01-06") kill -KILL $$;;
  "gold 2011-01-07") kill -TERM $PPID; sleep 100; touch "$NOTES/outlived_its_task";;
esac
"""


@pytest.fixture(scope="module")
def notes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("notes")


@pytest.fixture(scope="module")
def answer(in_airflow, notes: Path) -> dict:
    """The DAG in Berlin's time: the midnights of 2 to 7 January, a run without a date, one without scrm."""
    stand_in = notes / "stand-in"
    stand_in.write_text(STAND_IN)
    stand_in.chmod(0o755)
    return in_airflow(
        {"logical_date": "2011-01-01T23:00:00+00:00"},
        *({"logical_date": f"2011-01-0{day}T23:00:00+00:00", "only": "gold"} for day in range(2, 7)),
        {"logical_date": None, "run_after": "2011-01-08T14:30:00+00:00", "only": "land"},
        {"logical_date": "2011-01-08T23:00:00+00:00", "only": "publish", "environment": {"SCRM_BIN": "no-such-scrm"}},
        AIRFLOW__CORE__DEFAULT_TIMEZONE="Europe/Berlin",
        AIRFLOW_VAR_SCRM_CONF="/conf of a company",  # an Airflow Variable comes before the environment
        SCRM_CONF="/not this one",
        SCRM_BIN=str(stand_in),
        NOTES=str(notes),
    )


def calls(notes: Path, date: str) -> list[str]:
    """Stages that scrm was called for, in order, on a date."""
    end = f" --as-of {date} --conf /conf of a company"
    lines = (notes / "calls").read_text().splitlines()
    return [line.removesuffix(end).removeprefix("run --stage ") for line in lines if line.endswith(end)]


def test_the_bag_loads(answer):
    assert answer["errors"] == {}
    assert answer["dags"] == ["scrm_daily"]


def test_a_task_is_a_stage_in_order(answer):
    tasks = answer["dag"]["tasks"]
    assert list(tasks) == list(STAGES)
    assert [task["upstream"] for task in tasks.values()] == [[], *([stage] for stage in STAGES[:-1])]
    assert {(task["owner"], task["retries"], task["retry_delay"]) for task in tasks.values()} == {
        ("data-engineering", 2, 300.0)
    }
    assert "**persons**: Links records to persons" in tasks["persons"]["doc_md"]


def test_it_runs_at_midnight_of_airflows_zone_once_and_alone(answer):
    dag = answer["dag"]
    assert (dag["schedule"], dag["timezone"], dag["catchup"], dag["max_active_runs"]) == (
        "0 0 * * *",
        "Europe/Berlin",
        False,
        1,
    )
    assert dag["tags"] == ["daily", "scrm"]
    assert dag["doc_md"].startswith("Every day at 00:00")


def test_publishing_updates_an_asset_for_every_published_table(answer):
    jobs = json.loads((Path(__file__).resolve().parents[2] / "dags/jobs.json").read_text(encoding="utf-8"))
    published = {table for job in jobs["stages"][-1]["jobs"] for table in job["reads"]}
    outlets = {stage: task["outlets"] for stage, task in answer["dag"]["tasks"].items()}
    assert {"gold.customer_360", "gold.indicator_values"} <= published
    assert outlets.pop("publish") == sorted(published)
    assert not any(outlets.values())


def test_every_stage_is_called_once_up_to_the_day_of_the_run(answer, notes):
    assert answer["runs"][0]["state"] == "success"
    assert calls(notes, "2011-01-02") == list(STAGES)
    assert (notes / "folder").read_text().strip() == str(Path(__file__).resolve().parents[2])
    assert (notes / "airflow_variables").read_text().strip() == "0"


@pytest.mark.parametrize(
    ("run", "date", "tries"),
    [(1, "2011-01-03", 3), (2, "2011-01-04", 1), (3, "2011-01-05", 1), (4, "2011-01-06", 3), (5, "2011-01-07", 3)],
    ids=["1: a job failed", "2: conf", "3: the gate", "scrm killed", "task ended"],
)
def test_only_what_trying_again_can_mend_is_tried_again(answer, notes, run, date, tries):
    ended = answer["runs"][run]
    assert ended["state"] == "failed"
    assert ended["tasks"]["models"]["state"] == "success"
    assert ended["tasks"]["gold"] == {"state": "failed", "tries": tries}
    assert ended["tasks"]["publish"] == {"state": "upstream_failed", "tries": 0}
    assert calls(notes, date) == ["gold"] * tries


def test_scrm_ends_with_its_task(answer, notes):
    assert answer["runs"][5]["state"] == "failed"
    assert not (notes / "outlived_its_task").exists()


def test_a_run_without_a_date_ends_with_the_day_before_it(answer, notes):
    assert answer["runs"][6]["state"] == "success"
    assert calls(notes, "2011-01-08") == ["land"]


def test_a_missing_command_fails_at_once(answer, notes):
    ended = answer["runs"][7]
    assert ended["tasks"]["publish"] == {"state": "failed", "tries": 1}
    assert calls(notes, "2011-01-09") == []
