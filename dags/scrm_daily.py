"""Every day at 00:00: from new files through every stage to published indicators.

Each task is a stage and runs `scrm run --stage STAGE --as-of DATE` in the environment of the jobs, in a JVM of its own.

**`--as-of`** is the day on which the run's data interval ends, in Airflow's time zone. Recency and age are counted up
to it, exclusively: the run of 1 April, 00:00 covers everything up to and including 31 March. It selects neither
what is landed nor which periods exist: every run lands whatever is new and computes every period, so the tables are
those of one `scrm run --as-of DATE`. Running a date again finds nothing new and changes nothing.

**No catch-up.** A run does the work of all missed runs before it, so after a pause only the newest is run. One
run at a time: every table has one writer. Clear a run only while it is the newest: an older one would set recency
and age back to its date until the next run.

**Exit codes.** 1 (a job failed) is retried, and so is a killed process; 2 (wrong usage or conf) and 3 (stopped by
the quality gate) fail at once, because a person has to act: see the task's log, `scrm quality` and
`scrm quarantine`.

**Assets.** `publish` updates an asset for every table that it publishes, named after the table. Use them as
triggers, not as a queue: events can be merged, and they also follow a run that changed nothing.

**Settings**, each an Airflow Variable, else an environment variable of the workers:

| name | meaning | default |
|---|---|---|
| `SCRM_BIN` | the command, a name on PATH or an absolute path | `scrm` |
| `SCRM_CONF` | conf folder | the shipped one |
| `SCRM_HOME` | folder to run in; paths in conf are relative to it | the folder above the DAGs |

Other variables of the workers' environment are passed to `scrm` too (`SCRM_LAKE`, `SCRM_DATA`,
`SCRM_IDENTITY_KEY`), but none of Airflow's own, which contain secrets. Set Airflow's `core.default_timezone` to the
company's `timezone`, so that days end when they end there.

Tasks come from `jobs.json`, which `make dags` writes.
"""

from __future__ import annotations

import sys
from datetime import datetime, timedelta
from pathlib import Path

from airflow.sdk import DAG

sys.path.append(str(Path(__file__).resolve().parent))  # a plain DagBag does not, and a bundle may lie higher up
from stage_operator import stage_tasks

with DAG(
    "scrm_daily",
    description="New files to published indicators, one task per stage",
    schedule="0 0 * * *",
    start_date=datetime(2000, 1, 1),  # long past: any date can be run; without a zone: midnight in Airflow's own
    catchup=False,
    max_active_runs=1,
    default_args={"owner": "data-engineering", "retries": 2, "retry_delay": timedelta(minutes=5)},
    tags=["scrm", "daily"],
    doc_md=__doc__,
):
    stage_tasks()
