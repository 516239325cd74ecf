"""A disk that is full at any first write: what it leaves is no table and no mark, and after it has space all goes on.

A limit on the size of files stands for the full disk: folders and empty files come about, and nothing can be written in them.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
from runs import HEADER, SHOP, make_conf

ROOT = Path(__file__).resolve().parents[2]
WORK = """
import resource, sys
from datetime import UTC, datetime
from pathlib import Path
from jobs import settings as conf
from jobs.bronze import land
from jobs.job import Run
from jobs.lake import ops
from jobs.lake.tables import Lake
from jobs.runner import preflight

now = datetime(2026, 1, 15, tzinfo=UTC)
settings = conf.load(sys.argv[1])
lake = Lake(settings.base.lake.root, lambda: None, "r1")
run = Run("r1", now, settings, now)
lake.prepare()
failed = []
for step in (
    lambda: preflight._check_owner(lake, settings),
    lambda: land.land(lake, run),
    lambda: ops.PROGRESS.upsert(lake, [{"job": "j", "input": "i", "done_batch_id": "", "run_id": "r", "fingerprint": "f"}]),
):
    try:
        step()
    except Exception as error:
        failed.append(f"{type(error).__name__}: {error}")
print(len(failed))
print(lake.count("bronze.shop"), lake.count("ops.batches"), lake.count("ops.progress"))
"""


def worked(folder: Path, most_bytes: int) -> list[str]:
    """What a process says that can write so many bytes to a file."""
    command = [sys.executable, "-c", WORK, str(folder)]
    limit = partial(resource.setrlimit, resource.RLIMIT_FSIZE, (most_bytes, most_bytes))
    done = subprocess.run(command, cwd=ROOT, preexec_fn=limit, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.mark.parametrize("most_bytes", [0, 3000])
def test_what_it_leaves_does_not_stop_the_next_run(tmp_path, most_bytes, monkeypatch, capsys):
    (tmp_path / "in.csv").write_text(HEADER + "o1,a1,1,2025-03-01 09:00:00,1.50,c1,DE\n")
    folder = make_conf(tmp_path, {"shop": SHOP.format(path=tmp_path / "in.csv")})
    failed, counts = worked(folder, most_bytes)
    assert int(failed) >= 1
    assert counts.split() != ["1", "1", "1"]
    monkeypatch.setattr(sys, "argv", ["-c", str(folder)])
    exec(WORK, {})  # the same again, without a limit
    assert capsys.readouterr().out.splitlines() == ["0", "1 1 1"]
    assert json.loads((tmp_path / "lake" / "company.json").read_text()) == {"company": "Test company"}
