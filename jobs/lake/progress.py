"""How far each job has come, as kept in ops.progress. Starts no JVM."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NotRequired, TypedDict

from jobs.lake import ops
from transformations.contracts.ops_rows import ProgressRow

if TYPE_CHECKING:
    from jobs.lake.tables import Lake


def rows(lake: Lake, *jobs: str) -> list[ProgressRow]:
    """What these jobs have processed, the earliest first: of rows with the same job and input the last one counts."""
    found = [row for row in ops.PROGRESS.rows(lake) if row["job"] in jobs]
    return sorted(found, key=lambda row: row["computed_at"])


class Done(TypedDict):
    """What a job has processed: a version of a table, or a batch of a source."""

    job: str
    input: str
    fingerprint: str
    to_version: NotRequired[int]
    done_batch_id: NotRequired[str]


def record(lake: Lake, done: Iterable[Done]) -> None:
    """Keeps what a job has processed."""
    filled: list[ProgressRow] = [{"run_id": lake.run_id, "done_batch_id": "", **row} for row in done]
    ops.PROGRESS.upsert(lake, filled)
