"""What the landing job says it writes."""

import re
from pathlib import Path

import jobs.bronze
from jobs.lake import ops
from jobs.runner.registry import all_jobs


def test_every_table_of_operations_that_landing_writes_is_declared():
    sources = "\n".join(path.read_text(encoding="utf-8") for path in Path(jobs.bronze.__path__[0]).glob("*.py"))
    written = {getattr(ops, table).name for table in re.findall(r"\bops\.([A-Z_]+)\.upsert\(", sources)}
    assert re.findall(r"""\.(?:upsert|append|write)\(\s*"ops\.""", sources) == []  # by their types alone
    assert {"ops.batches", "ops.polls"} <= written
    (land,) = [job for job in all_jobs() if job.name == "land"]
    assert written <= set(land.writes)
