"""Runs in Airflow's environment: in_airflow.py REQUEST ANSWER, two JSON files.

The request is a list of runs: {"logical_date": …, "run_after": …, "only": …, "environment": {…}}. Dates may be
null; `only` names the one task that is really run, the others pass. The answer says what the DAG is and how each
run ended.
"""

import json
import os
import sys
from datetime import datetime, timedelta
from pathlib import Path

from airflow.dag_processing.dagbag import DagBag


def described(dag) -> dict:
    return {
        "schedule": dag.timetable.expression,
        "timezone": str(dag.timezone),
        "catchup": dag.catchup,
        "max_active_runs": dag.max_active_runs,
        "tags": sorted(dag.tags),
        "doc_md": dag.doc_md,
        "tasks": {
            task.task_id: {
                "upstream": sorted(task.upstream_task_ids),
                "owner": task.owner,
                "retries": task.retries,
                "retry_delay": task.retry_delay.total_seconds(),
                "doc_md": task.doc_md,
                "outlets": [asset.name for asset in task.outlets],
            }
            for task in dag.topological_sort()
        },
    }


def tried(dag, run: dict) -> dict:
    """One run to its end, without the wait before a retry."""
    os.environ.update(run.get("environment", {}))
    for task in dag.tasks:
        task.retry_delay = timedelta(0)
    dates = {
        name: datetime.fromisoformat(run[name]) if run[name] else None
        for name in ("logical_date", "run_after")
        if name in run
    }
    passed = f"(?!{run['only']}$).*" if "only" in run else None
    ended = dag.test(**dates, mark_success_pattern=passed)
    return {
        "state": ended.state,
        "tasks": {task.task_id: {"state": task.state, "tries": task.try_number} for task in ended.get_task_instances()},
    }


def main() -> None:
    request, answer = map(Path, sys.argv[1:])
    bag = DagBag()
    dag = bag.dags.get("scrm_daily")
    found = {"errors": bag.import_errors, "dags": sorted(bag.dags)}
    if dag:
        found["dag"] = described(dag)
        found["runs"] = [tried(dag, run) for run in json.loads(request.read_text(encoding="utf-8"))]
    answer.write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    main()
