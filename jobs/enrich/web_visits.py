"""Page views and sessions of the web site."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobs.job import Run, job
from jobs.lake import arrow
from transformations.contracts import contract
from transformations.web.events import in_sessions
from transformations.web.sessions import web_sessions
from transformations.web.views import page_views

if TYPE_CHECKING:
    from jobs.lake.tables import Lake

MOST_IN_MEMORY = 1_000_000
"""Number of events up to which views and sessions are written without Spark, whose commits cost a second or two each."""


@job(
    stage="enrich",
    group="investigate",
    reads=("silver.web_events",),
    writes=("silver.page_views", "silver.web_sessions"),
    conf=("base.web",),
)
def web_visits(lake: Lake, run: Run) -> None:
    """Derives page views and sessions, with their duration, from the tracker's events."""
    size = lake.count("silver.web_events")
    if not size:
        for name in ("silver.page_views", "silver.web_sessions"):
            lake.write(name, arrow.schema_of(contract(name)).empty_table())
        return
    web = run.settings.base.web
    found = in_sessions(
        lake.read("silver.web_events"), max_session_days=web.max_session_days, days_late_allowed=web.days_late_allowed
    )
    beats = {"heartbeat_seconds": web.heartbeat_seconds, "min_visit_seconds": web.min_visit_seconds}
    with lake.materialised(found) as events:
        for name, rows in (
            ("silver.page_views", page_views(events, **beats)),
            ("silver.web_sessions", web_sessions(events, **beats)),
        ):
            lake.write(name, rows, is_small=size <= MOST_IN_MEMORY)
