"""What the DAGs are made of: the registry's jobs, Airflow, and nothing of ours."""

import ast
import json
import sys
from pathlib import Path

from jobs.job import STAGES
from jobs.runner.registry import as_json

DAGS = Path(__file__).resolve().parents[2] / "dags"


def test_jobs_json_is_what_the_registry_says():
    written = json.loads((DAGS / "jobs.json").read_text(encoding="utf-8"))
    assert [stage["stage"] for stage in written["stages"]] == list(STAGES)
    assert written == as_json(), "dags/jobs.json is stale: make dags"


def imported_by(file: Path) -> set[str]:
    """Top-level packages that a file imports, those of the standard library left out."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add("." * node.level + (node.module or "").partition(".")[0])
    return found - sys.stdlib_module_names


def test_dags_import_airflow_and_the_operator_and_nothing_of_ours():
    imported = {file.name: imported_by(file) for file in DAGS.rglob("*.py")}
    assert imported.pop("stage_operator.py") == {"airflow"}
    assert imported == {name: {"airflow", "stage_operator"} for name in imported}
    assert "scrm_daily.py" in imported
