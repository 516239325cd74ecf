"""What every DAG is made of: tasks that each run one stage with the scrm command.

Tasks come from `jobs.json`, which `make dags` writes.
"""

from __future__ import annotations

import json
import os
import shutil
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airflow.providers.standard.hooks.subprocess import SubprocessHook
from airflow.sdk import Asset, BaseOperator, Variable, chain
from airflow.sdk.exceptions import AirflowException, AirflowFailException

if TYPE_CHECKING:
    from airflow.sdk import Context

FOLDER = Path(__file__).resolve().parent
FAILS_AT_ONCE = {2: "wrong usage or conf", 3: "stopped by the quality gate"}


class ScrmStage(BaseOperator):
    """Runs the jobs of one stage with the scrm command and streams what it prints into the task's log.

    Raises AirflowFailException (no retry) on exit codes 2 and 3 and where there is no such command,
    AirflowException (retry) on any other code but 0.
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
        return [
            found,
            "run",
            "--stage",
            self.stage,
            "--as-of",
            self._as_of(context),
            *(["--conf", conf] if conf else []),
        ]

    def _as_of(self, context: Context) -> str:
        # A run that is triggered without a logical date has no interval.
        end = context.get("data_interval_end") or context["dag_run"].run_after
        return end.astimezone(self.dag.timezone).date().isoformat()


def _setting(name: str) -> str | None:
    return Variable.get(name, default=None) or os.environ.get(name)


def stage_tasks() -> list[ScrmStage]:
    """A task per stage, in order, in the DAG whose `with` block calls this."""
    stages = json.loads((FOLDER / "jobs.json").read_text(encoding="utf-8"))["stages"]
    tasks = [
        ScrmStage(
            task_id=stage["stage"],
            stage=stage["stage"],
            doc_md="\n".join(f"- **{job['job']}**: {job['description']}" for job in stage["jobs"]),
            outlets=[Asset(table) for table in _published(stage)],
        )
        for stage in stages
    ]
    chain(*tasks)
    return tasks


def _published(stage: dict[str, Any]) -> list[str]:
    """Assets that the stage updates: the tables that publishing reads."""
    return sorted({table for job in stage["jobs"] for table in job["reads"]}) if stage["stage"] == "publish" else []
