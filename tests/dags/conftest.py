"""Airflow in its own environment, with a database of its own, as a function that runs the DAG there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / ".venv-airflow" / "bin" / "python"


@pytest.fixture(scope="session")
def in_airflow(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., dict]:
    """in_airflow(*runs, **environment) -> what in_airflow.py answers; it says what a run is."""
    if not PYTHON.is_file():
        pytest.skip(f"no {PYTHON}; make .venv-airflow/.done")
    home = tmp_path_factory.mktemp("airflow")
    ours = {
        name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "SCRM_", "PYTHON", "COV_"))
    }
    settings = ours | {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "dags"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__PARALLELISM": "2",
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), ours["PATH"]]),  # scrm is found here
        "SCRM_IDENTITY_KEY": "a key for tests of the DAGs",
    }

    def call(*arguments: str | Path, **environment: str) -> None:
        done = subprocess.run(
            [PYTHON, *arguments], env=settings | environment, cwd=home, text=True, stdout=-1, stderr=subprocess.STDOUT
        )
        print(done.stdout)
        assert done.returncode == 0, done.stdout[-2000:]

    def run(*runs: dict, **environment: str) -> dict:
        request, answer = home / "request.json", home / "answer.json"
        request.write_text(json.dumps(runs), encoding="utf-8")
        call(Path(__file__).with_name("in_airflow.py"), request, answer, **environment)
        return json.loads(answer.read_text(encoding="utf-8"))

    call("-m", "airflow", "db", "migrate")
    return run
