"""Checks silver as a whole once it is written: keys, references, totals, age."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobs.job import Run, job
from jobs.quality import judged, table_checks
from jobs.silver import families
from transformations.contracts import contract
from transformations.contracts.silver.common import SEEN_ONLY

if TYPE_CHECKING:
    from jobs.lake.tables import Lake

# A table of which later jobs derive more rows is checked by those jobs, when all are there.
TABLES = tuple(name for name in families.TABLES if contract(name).derived_source in (None, SEEN_ONLY))


def _has_work(lake: Lake, run: Run) -> bool:
    return bool(judged.waiting(lake, run, TABLES))


@job(stage="silver", group="gather", reads=TABLES, writes=("ops.rule_counts",), reads_as_of=True, has_work=_has_work)
def silver_gate(lake: Lake, run: Run) -> None:
    """Checks what spans rows, tables and sources; a broken promise with severity stop ends the run here."""
    table_checks.judge_tables(lake, run, TABLES)
