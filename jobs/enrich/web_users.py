"""Users of the web site."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobs.job import Run, job
from jobs.lake import arrow
from transformations.contracts import contract
from transformations.web.users import web_users as stitched

if TYPE_CHECKING:
    from jobs.lake.tables import Lake

MOST_IN_MEMORY = 1_000_000
"""Number of sessions up to which users are written without Spark, whose commit costs a second or two."""


@job(stage="enrich", group="investigate", reads=("silver.web_sessions",), writes=("silver.web_users",))
def web_users(lake: Lake, run: Run) -> None:
    """Stitches visitors by their logins: first and last visit, sessions, views and engaged time of each user."""
    size = lake.count("silver.web_sessions")
    if not size:
        lake.write("silver.web_users", arrow.schema_of(contract("silver.web_users")).empty_table())
        return
    rows = stitched(lake.read("silver.web_sessions"))
    lake.write("silver.web_users", rows, is_small=size <= MOST_IN_MEMORY)
