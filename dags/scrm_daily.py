"""Every day at 00:00: from new files through every stage to published indicators.

Each task is a stage and runs `scrm run --stage STAGE --to DATE` in the environment of the jobs, in a JVM of its own.

**`--to`** is the day on which the run's data interval ends, in Airflow's time zone. Recency and age are counted up
to it, exclusively: the run of 1 April, 00:00 covers everything up to and including 31 March. `--to` does not
select what is landed: every run lands whatever is new. Running a date again finds nothing new and changes nothing.

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

import json
import os
import shutil
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airflow.providers.standard.hooks.subprocess import SubprocessHook
from airflow.sdk import DAG, Asset, BaseOperator, Variable, chain
from airflow.sdk.exceptions import AirflowException, AirflowFailException

if TYPE_CHECKING:
    from airflow.sdk import Context

FOLDER = Path(__file__).resolve().parent
STAGES = json.loads((FOLDER / "jobs.json").read_text(encoding="utf-8"))["stages"]
FAILS_AT_ONCE = {2: "wrong usage or conf", 3: "stopped by the quality gate"}


class ScrmStage(BaseOperator):
    """Runs the jobs of one stage with the scrm command and streams its output into the task's log.

    Raises AirflowFailException (no retry) on exit codes 2 and 3 and where the command does not exist,
    AirflowException (retry) on any other code except 0.
    """

    ui_color = "#e8f0f4"

    def __init__(self, *, stage: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.stage = stage

    @cached_property
    def process(self) -> SubprocessHook:
        return SubprocessHook()

    def execute(self, context: Context) -> None:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW_")}
        code = self.process.run_command(
            self._command(context),
            env=environment | {"PYTHONUNBUFFERED": "1"},
            cwd=_setting("SCRM_HOME") or str(FOLDER.parent),
        ).exit_code
        if code in FAILS_AT_ONCE:
            raise AirflowFailException(f"scrm exited with {code}, {FAILS_AT_ONCE[code]}: a retry would not help")
        if code != 0:
            raise AirflowException(f"scrm exited with {code}")

    def on_kill(self) -> None:
        """Ends scrm and its JVM with the task, so that they do not interfere with a retry."""
        self.process.send_sigterm()

    def _command(self, context: Context) -> list[str]:
        name = _setting("SCRM_BIN") or "scrm"
        found = shutil.which(name)
        if not found:
            raise AirflowFailException(
                f"command {name} not found on {os.environ.get('PATH')}: "
                "set SCRM_BIN (an Airflow Variable, or the workers' environment) to the scrm of the jobs' environment"
            )
        conf = _setting("SCRM_CONF")
        return [found, "run", "--stage", self.stage, "--to", self._to(context), *(["--conf", conf] if conf else [])]

    def _to(self, context: Context) -> str:
        # A run that is triggered without a logical date has no interval.
        end = context.get("data_interval_end") or context["dag_run"].run_after
        return end.astimezone(self.dag.timezone).date().isoformat()


def _setting(name: str) -> str | None:
    return Variable.get(name, default=None) or os.environ.get(name)


def _published(stage: dict[str, Any]) -> list[str]:
    """Assets that the stage updates: the tables that publishing reads."""
    return sorted({table for job in stage["jobs"] for table in job["reads"]}) if stage["stage"] == "publish" else []


with DAG(
    "scrm_daily",
    description="From new files to published indicators, one task per stage",
    schedule="0 0 * * *",
    start_date=datetime(
        2000, 1, 1
    ),  # in the past, so that any date can be run; without a zone: midnight in Airflow's own
    catchup=False,
    max_active_runs=1,
    default_args={"owner": "data-engineering", "retries": 2, "retry_delay": timedelta(minutes=5)},
    tags=["scrm", "daily"],
    doc_md=__doc__,
):
    chain(
        *(
            ScrmStage(
                task_id=stage["stage"],
                stage=stage["stage"],
                doc_md="\n".join(f"- **{job['job']}**: {job['description']}" for job in stage["jobs"]),
                outlets=[Asset(table) for table in _published(stage)],
            )
            for stage in STAGES
        )
    )
