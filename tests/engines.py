"""Both engines end in the same tables: helpers of the tests that say so."""

import json
import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from jobs.lake.tables import Lake

ROOT = Path(__file__).resolve().parents[1]
AS_IF_LARGE = {"AS_IF_LARGE": "1", "LIMITS": json.dumps({"in_memory_rows": 0, "in_memory_bytes": 0})}
"""Environment of `by_embedded` for a run that handles small data as large ones are."""


def by_embedded(conf: Path, root: Path, now: datetime, **environment: str) -> Lake:
    """The lake that the embedded engine makes by a conf folder, in a process of its own that finds no Java."""
    call = [sys.executable, str(ROOT / "tests" / "on_embedded.py"), str(conf), str(root), now.isoformat()]
    without_java = {"JAVA_HOME": "/nowhere", "PYTHONPATH": str(ROOT), **environment}
    done = subprocess.run(call, capture_output=True, text=True, cwd=ROOT, timeout=850, env=os.environ | without_java)
    assert done.returncode == 0, done.stderr[-4000:]
    answer = json.loads(done.stdout.splitlines()[-1])
    assert answer == {"code": 0, "message": ""}

    def no_spark() -> Any:
        raise AssertionError("hashes are read from the files")

    return Lake(root, no_spark)
