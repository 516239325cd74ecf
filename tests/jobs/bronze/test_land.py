"""What the landing job says it writes, and what it lands where a source fails."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

import jobs.bronze
from jobs import settings as conf
from jobs.bronze import land as land_job
from jobs.errors import ScrmError
from jobs.job import Run
from jobs.lake import ops
from jobs.runner.registry import all_jobs

NOW = datetime(2026, 1, 15, tzinfo=UTC)
SOURCE = "kind: erp\nformat: csv\npath: /in.csv\ntables: {customers: {columns: {customer_id: id}}}\n"


def test_every_table_of_operations_that_landing_writes_is_declared():
    sources = "\n".join(path.read_text(encoding="utf-8") for path in Path(jobs.bronze.__path__[0]).glob("*.py"))
    written = {getattr(ops, table).name for table in re.findall(r"\bops\.([A-Z_]+)\.upsert\(", sources)}
    assert re.findall(r"""\.(?:upsert|append|write)\(\s*"ops\.""", sources) == []  # by their types alone
    assert {"ops.batches", "ops.polls"} <= written
    (land,) = [job for job in all_jobs() if job.name == "land"]
    assert written <= set(land.writes)


def test_a_source_that_fails_leaves_the_others_landed(quiet, write_conf, monkeypatch):
    landed = []

    class Way:
        def has_new(self, lake, run, source) -> bool:
            if source.name == "away":
                raise OSError("the share is gone")
            return True

        def land(self, lake, run, source) -> None:
            if source.name == "broken":
                raise ScrmError("the database refuses the password")
            landed.append(source.name)

    monkeypatch.setattr(land_job, "way_of", lambda source: Way())
    settings = conf.load(write_conf(dict.fromkeys(("away", "broken", "fine", "good"), SOURCE)))
    run = Run("r1", NOW, settings, NOW)
    assert land_job.has_new(quiet, run)
    with pytest.raises(ScrmError) as error:
        land_job.land(quiet, run)
    assert landed == ["fine", "good"]
    assert str(error.value) == (
        f"away: OSError: the share is gone (the whole trace: {quiet.root}/runs/r1.land.away.log); "
        "broken: the database refuses the password"
    )
    assert "Traceback" in (quiet.root / "runs" / "r1.land.away.log").read_text()
    assert error.value.exit_code == 1
