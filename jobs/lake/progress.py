"""How far each job has come, as kept in ops.progress. Starts no JVM."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jobs.lake.tables import Lake


def rows(lake: Lake, *jobs: str) -> list[dict[str, Any]]:
    """What these jobs have processed, the earliest first: of rows with the same job and input the last one counts."""
    found = [row for row in lake.rows("ops.progress") if row["job"] in jobs]
    return sorted(found, key=lambda row: row["computed_at"])


def record(lake: Lake, done: list[dict[str, Any]]) -> None:
    """Keeps what a job has processed: rows of ops.progress with job, input and fingerprint."""
    lake.upsert("ops.progress", [{"run_id": lake.run_id, "done_batch_id": "", **row} for row in done])
